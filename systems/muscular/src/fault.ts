import { OptionError, OrganismError } from '@organism/cell';
import type { Shape } from '@organism/nervous';

/** Declared failures of an operation: the type of each one's data, by its code. */
export type FaultMap = Readonly<Record<string, unknown>>;

/** No declared failures. */
export type NoFaults = Readonly<Record<never, never>>;

/** How one failure is declared: its message, or everything about it. */
export type FaultDeclaration<Data = unknown> =
  | string
  | {
      /** What happened; clients see it when `status` is below 500. */
      readonly message: string;
      /** HTTP status. Default 409. */
      readonly status?: number;
      /** Whether the same call may succeed when repeated. Default false. */
      readonly retryable?: boolean;
      /** Shape of what is told about it: a Bone, or `typed<T>(name)`. Clients see it. */
      readonly data?: Shape<Data>;
    };

/** How an operation's failures are declared: by code. */
export type FaultDeclarations<Faults extends FaultMap> = {
  readonly [Code in keyof Faults]: FaultDeclaration<Faults[Code]>;
};

/**
 * Declared failure: one that an operation's signature names, such as `SOLD_OUT`. Made by `work.fail`; its `data` goes
 * into the problem document.
 */
export class Fault<Code extends string = string, Data = unknown> extends OrganismError {
  declare readonly code: Code;
  /** What the operation tells about it. */
  readonly data: Data;

  constructor(code: Code, declaration: FaultDeclaration, data: Data) {
    const told = typeof declaration === 'string' ? { message: declaration } : declaration;
    super(code, told.message, {
      status: told.status ?? 409,
      retryable: told.retryable ?? false,
      ...(data !== undefined && { extensions: { data } }),
    });
    this.data = data;
  }
}

/** Any of an operation's declared failures. */
export type FaultOf<Faults extends FaultMap> = {
  [Code in keyof Faults & string]: Fault<Code, Faults[Code]>;
}[keyof Faults & string];

/** Makes a declared failure, to be thrown; data is required where the declaration gives it a shape. */
export type Fail<Faults extends FaultMap> = <Code extends keyof Faults & string>(
  code: Code,
  ...data: unknown extends Faults[Code] ? [data?: Faults[Code]] : [data: Faults[Code]]
) => Fault<Code, Faults[Code]>;

/** How a call ended: with a value, or with a failure that was declared. */
export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

/** Makes `fail` for an operation. @throws {OptionError} when a declaration has no message. */
export const makeFail = (declarations: FaultDeclarations<FaultMap>): Fail<FaultMap> => {
  for (const [code, declared] of Object.entries(declarations)) {
    const message: unknown = typeof declared === 'object' ? declared?.message : declared;
    if (typeof message !== 'string' || message === '')
      throw new OptionError(`errors.${code}`, 'a message, or an object with one', declared);
  }
  return (code, ...[data]) => {
    const declared = declarations[code];
    if (declared === undefined) throw new OptionError('code', 'one of the declared errors', code);
    return new Fault(code, declared, data);
  };
};
