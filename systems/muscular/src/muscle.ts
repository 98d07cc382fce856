import { CancelledError, Context, DeadlineError, OptionError, type ShapeReference } from '@organism/cell';
import type { Bone, Immutable } from '@organism/skeletal';
import { BadOutputError } from './errors.ts';

/** What a running operation may use. */
export interface Work {
  /** Aborts when the caller gives up or the deadline passes. Pass it on to everything you call. */
  readonly signal: AbortSignal;
  /** The unit of work this runs in: trace, principal, tenant, deadline. */
  readonly context: Context;
}

/** Which sides of an operation are checked. */
export type Validation = 'both' | 'input' | 'never';

/** Options of a {@link Muscle}. */
export interface MuscleOptions<In, Out, Parsed, Raw> {
  /** Unique among the operations of a body; names the operation in documents. */
  readonly name: string;
  /** Shape of what goes in. Without one, `run` gets whatever it is given, unchecked. */
  readonly input?: Bone<Parsed, In>;
  /** Shape of what comes out. */
  readonly output?: Bone<Out, Raw>;
  /** One line for documents. */
  readonly description?: string;
  /** Same input, same output, no effects. Default false. */
  readonly deterministic?: boolean;
  /** Running it twice has the effect of running it once, so it may be retried. Default: `deterministic`. */
  readonly idempotent?: boolean;
  /** Default `both`. */
  readonly validate?: Validation;
  readonly run: (input: Immutable<Parsed>, work: Work) => Raw | Promise<Raw>;
}

/** Options of one execution. */
export interface ExecuteOptions {
  /** Default: the current context, else a fresh one. */
  readonly context?: Context;
  /** Cancels this execution, beside the context's own signal. */
  readonly signal?: AbortSignal;
}

/** Makes context and signal only for operations that look at them. */
class LazyWork implements Work {
  readonly #options: ExecuteOptions;
  #context: Context | undefined;

  constructor(options: ExecuteOptions, outer: Context | undefined) {
    this.#options = options;
    this.#context = options.signal === undefined ? outer : undefined;
    this.#outer = outer;
  }

  readonly #outer: Context | undefined;

  get context(): Context {
    const { signal } = this.#options;
    this.#context ??= new Context(signal === undefined ? {} : { signal }, this.#outer);
    return this.#context;
  }

  get signal(): AbortSignal {
    return this.context.signal;
  }
}

/**
 * Operation (use case): one thing the application does, with typed and checked input and output.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Muscle } from '@organism/muscular';
 * import { Bone } from '@organism/skeletal';
 * import { z } from 'zod';
 *
 * const greet = new Muscle({
 *   name: 'greet',
 *   input: new Bone('person', z.object({ name: z.string() })),
 *   output: new Bone('greeting', z.object({ text: z.string() })),
 *   run: ({ name }) => ({ text: `Hello, ${name}` }),
 * });
 * assert.deepEqual(await greet.execute({ name: 'Ada' }), { text: 'Hello, Ada' });
 * ```
 */
export class Muscle<In = void, Out = void, Parsed = In, Raw = Out> {
  readonly name: string;
  readonly description: string | undefined;
  readonly deterministic: boolean;
  readonly idempotent: boolean;
  readonly input: Bone<unknown, unknown> | undefined;
  readonly output: Bone<unknown, unknown> | undefined;
  /** How many executions began, failed, and are under way. */
  readonly counters: { executions: number; failures: number; underWay: number } = {
    executions: 0,
    failures: 0,
    underWay: 0,
  };
  readonly #run: (input: never, work: Work) => unknown;
  readonly #checksInput: boolean;
  readonly #checksOutput: boolean;

  constructor(options: MuscleOptions<In, Out, Parsed, Raw>) {
    const { name, validate = 'both' } = options;
    if (typeof name !== 'string' || !/^[\w.-]+$/.test(name))
      throw new OptionError('name', 'letters, digits, ".", "_" and "-"', name);
    this.name = name;
    this.description = options.description;
    this.deterministic = options.deterministic === true;
    this.idempotent = options.idempotent ?? this.deterministic;
    this.input = options.input as Bone<unknown, unknown> | undefined;
    this.output = options.output as Bone<unknown, unknown> | undefined;
    this.#run = options.run as (input: never, work: Work) => unknown;
    this.#checksInput = this.input !== undefined && validate !== 'never';
    this.#checksOutput = this.output !== undefined && validate === 'both';
  }

  /**
   * Runs the operation.
   *
   * @throws {ValidationError} when the input does not fit its Bone.
   * @throws {BadOutputError} when the output does not fit its Bone.
   * @throws {CancelledError | DeadlineError} when the caller gave up or the deadline passed, before or while it ran.
   */
  async execute(input: In, options: ExecuteOptions = {}): Promise<Immutable<Out>> {
    const outer = options.context ?? Context.current();
    refuseIfDone(outer, options.signal);
    const parsed = this.#checksInput ? this.input?.parse(input) : input;
    const { counters } = this;
    counters.executions += 1;
    counters.underWay += 1;
    const work = new LazyWork(options, outer);
    try {
      const entered = options.context !== undefined && options.context !== Context.current();
      const result = await (entered
        ? work.context.run(() => this.#run(parsed as never, work))
        : this.#run(parsed as never, work));
      // Proven by the Bone, or by the type of `run` where the caller switched the check off.
      return (this.#checksOutput ? this.#checkOutput(result) : result) as Immutable<Out>;
    } catch (error) {
      counters.failures += 1;
      throw asCancellation(error, outer, options.signal);
    } finally {
      counters.underWay -= 1;
    }
  }

  #checkOutput(result: unknown): unknown {
    const checked = this.output?.safeParse(result);
    if (checked !== undefined && !checked.ok) throw new BadOutputError(this.name, checked.issues);
    return checked?.value;
  }

  /** Shapes of what goes in and what comes out, for documents and the anatomy. */
  describe(): { readonly name: string; readonly input?: ShapeReference; readonly output?: ShapeReference } {
    const reference = ({ name, version }: ShapeReference): ShapeReference => ({
      name,
      ...(version !== undefined && { version }),
    });
    return {
      name: this.name,
      ...(this.input && { input: reference(this.input) }),
      ...(this.output && { output: reference(this.output) }),
    };
  }
}

const refuseIfDone = (context: Context | undefined, signal: AbortSignal | undefined): void => {
  context?.throwIfDone();
  if (signal?.aborted) throw new CancelledError(undefined, { cause: signal.reason });
};

/** What an aborted call threw, as the reason it was aborted for; other errors as they are. */
const asCancellation = (error: unknown, context: Context | undefined, signal: AbortSignal | undefined): unknown => {
  const aborted = signal?.aborted ? signal : context?.signal.aborted ? context.signal : undefined;
  if (aborted === undefined || (error !== aborted.reason && !(error instanceof Error && error.name === 'AbortError')))
    return error;
  const reason: unknown = aborted.reason;
  return reason instanceof DeadlineError || reason instanceof CancelledError
    ? reason
    : new CancelledError(undefined, { cause: error });
};
