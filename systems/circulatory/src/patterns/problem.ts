import { CancelledError, DeadlineError, type OrganismError, toOrganismError } from '@organism/cell';
import { RemoteError } from './errors.ts';

/** An error as it goes over the wire; plain data. */
export interface WireProblem {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly retryable: boolean;
  /** What a client may see, or, of a side that exposes its errors, the message. */
  readonly detail?: string;
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** Only of a side that exposes its errors. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Makes an error of one's own from what came over the wire; undefined for those that are none of one's own. */
export type Revive = (problem: WireProblem) => Error | undefined;

/** Only what survives JSON: what does not must not keep an error from its way. */
const plain = (value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | undefined => {
  try {
    return Object.keys(value).length === 0 ? undefined : (JSON.parse(JSON.stringify(value)) as Record<string, unknown>);
  } catch {
    return undefined;
  }
};

/**
 * An error for the wire: what a client may see of it.
 *
 * @param isExposed Also its message and its details: for peers that are trusted with them. Never the stack or the cause.
 */
export const toWire = (error: unknown, isExposed: boolean): WireProblem => {
  const { code, status, title, retryable, publicMessage, message, extensions, details } = toOrganismError(error);
  const detail = isExposed ? message : publicMessage;
  const [open, inner] = [plain(extensions), isExposed ? plain(details) : undefined];
  return {
    code,
    status,
    title,
    retryable,
    ...(detail !== undefined && { detail }),
    ...(open !== undefined && { extensions: open }),
    ...(inner !== undefined && { details: inner }),
  };
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What came over the wire as a problem, whatever it was. */
export const checkProblem = (value: unknown): WireProblem => {
  const given: Partial<Record<keyof WireProblem, unknown>> = isRecord(value) ? value : {};
  const { code, status, title, detail, extensions, details } = given;
  return {
    code: typeof code === 'string' && /^[A-Z][A-Z0-9_]{0,99}$/.test(code) ? code : 'CIRCULATORY_REMOTE',
    status:
      Number.isInteger(status) && (status as number) >= 400 && (status as number) <= 599 ? (status as number) : 500,
    title: typeof title === 'string' ? title : 'Error of the other side',
    retryable: given.retryable === true,
    ...(typeof detail === 'string' && { detail }),
    ...(isRecord(extensions) && { extensions }),
    ...(isRecord(details) && { details }),
  };
};

/** The error that a problem stands for. */
export const fromWire = (value: unknown, revive?: Revive): Error => {
  const problem = checkProblem(value);
  const revived = revive?.(problem);
  if (revived !== undefined) return revived;
  const cause: OrganismError = new RemoteError(problem);
  if (problem.code === 'CELL_CANCELLED') return new CancelledError(problem.detail, { cause });
  if (problem.code === 'CELL_DEADLINE_EXCEEDED') return new DeadlineError(problem.detail, { cause });
  return cause;
};
