import { CancelledError, childTrace, Context, DeadlineError } from '@organism/cell';
import type { CallOptions, Scope } from '@organism/homeostasis';
import type { Fail, FaultMap } from './fault.ts';
import type { NoNeeds } from './needs.ts';

/** What a running operation may use. */
export interface Work<Needs = NoNeeds, Faults extends FaultMap = FaultMap> {
  /** Aborts when the caller gives up or the deadline passes. Pass it on to everything you call. */
  readonly signal: AbortSignal;
  /** The unit of work this runs in: trace, principal, tenant, deadline. */
  readonly context: Context;
  /** What was declared as `needs`. */
  readonly needs: Needs;
  /** Makes an error that was declared in `errors`, to be thrown. */
  readonly fail: Fail<Faults>;
  /** Which try this is under a policy that retries; 1 for the first. */
  readonly attempt: number;
}

/** Options of one execution. */
export interface ExecuteOptions {
  /** Default: the current context, else a fresh one. */
  readonly context?: Context;
  /** Cancels this execution, beside the context's own signal. */
  readonly signal?: AbortSignal;
}

/** What a piece of work has from its operation. */
export interface Traits {
  readonly needs: object;
  readonly fail: Fail<FaultMap>;
}

/** Work as the layers around `run` see it. */
export interface InnerWork extends Work<never> {
  readonly traits: Traits;
}

/** No options: nothing to hand on. */
export const noOptions: ExecuteOptions = {};

/** The work of one execution; makes context and signal only for operations that look at them. */
export class CallWork implements InnerWork {
  readonly attempt: number = 1;
  readonly traits: Traits;
  readonly #signal: AbortSignal | undefined;
  readonly #outer: Context | undefined;
  #context: Context | undefined;

  constructor(signal: AbortSignal | undefined, outer: Context | undefined, traits: Traits) {
    this.#signal = signal;
    this.#outer = outer;
    this.traits = traits;
    this.#context = signal === undefined ? outer : undefined;
  }

  get context(): Context {
    this.#context ??= new Context(this.#signal === undefined ? {} : { signal: this.#signal }, this.#outer);
    return this.#context;
  }

  get signal(): AbortSignal {
    return this.context.signal;
  }

  get needs(): never {
    return this.traits.needs as never;
  }

  get fail(): Fail<FaultMap> {
    return this.traits.fail;
  }

  /** What the operations that this one calls are to be given. */
  get onward(): ExecuteOptions {
    return this.#outer === undefined && this.#signal === undefined ? noOptions : { context: this.context };
  }

  /** What policies around this one are to be given. */
  get caller(): CallOptions {
    return { context: this.#outer, signal: this.#signal };
  }
}

/** The context of one attempt under a policy: its signal is made when somebody reads it, as it is costly. */
class AttemptContext extends Context {
  readonly #scope: Scope;

  constructor(scope: Scope, outer: Context | undefined) {
    super({}, outer);
    this.#scope = scope;
  }

  override get signal(): AbortSignal {
    return this.#scope.signal;
  }
}

/** The work of one attempt. */
export class AttemptWork implements InnerWork {
  readonly attempt: number;
  readonly context: Context;
  readonly traits: Traits;

  constructor(scope: Scope, outer: Context | undefined, traits: Traits) {
    this.attempt = scope.attempt;
    this.context = new AttemptContext(scope, outer);
    this.traits = traits;
  }

  get signal(): AbortSignal {
    return this.context.signal;
  }

  get needs(): never {
    return this.traits.needs as never;
  }

  get fail(): Fail<FaultMap> {
    return this.traits.fail;
  }
}

/** What the operations called by a running one are to be given. */
export const onward = (work: Pick<Work, 'context'>): ExecuteOptions =>
  work instanceof CallWork ? work.onward : { context: work.context };

/** What policies around a running operation are to be given. */
export const callerOf = (work: Pick<Work, 'context'>): CallOptions =>
  work instanceof CallWork ? work.caller : { context: work.context };

/**
 * A context for work that goes on when its caller has left: same trace, correlation, principal and tenant; no deadline,
 * and no signal but the given one.
 */
export const detach = (context: Context | undefined, signal?: AbortSignal): Context =>
  new Context({
    ...(context !== undefined && {
      trace: childTrace(context.trace, context.entropy),
      correlationId: context.correlationId,
      clock: context.clock,
      entropy: context.entropy,
      ...(context.causationId !== undefined && { causationId: context.causationId }),
      ...(context.principal !== undefined && { principal: context.principal }),
      ...(context.tenant !== undefined && { tenant: context.tenant }),
    }),
    ...(signal !== undefined && { signal }),
  });

const isOwn = (reason: unknown): reason is CancelledError | DeadlineError =>
  reason instanceof DeadlineError || reason instanceof CancelledError;

/** @throws {CancelledError | DeadlineError} when the work is no longer wanted. */
export const refuseIfDone = (context: Context | undefined, signal: AbortSignal | undefined): void => {
  context?.throwIfDone();
  if (signal?.aborted)
    throw isOwn(signal.reason) ? signal.reason : new CancelledError(undefined, { cause: signal.reason });
};

/** What an aborted call threw, as the reason it was aborted for; other errors as they are. */
export const asCancellation = (
  error: unknown,
  context: Context | undefined,
  signal: AbortSignal | undefined,
): unknown => {
  const aborted = signal?.aborted ? signal : context?.signal.aborted ? context.signal : undefined;
  if (aborted === undefined) return error;
  const reason: unknown = aborted.reason;
  const follows =
    error === reason ||
    (error instanceof Error && error.name === 'AbortError') ||
    (error instanceof CancelledError && error.cause === reason);
  if (!follows) return error;
  return isOwn(reason)
    ? reason
    : error instanceof CancelledError
      ? error
      : new CancelledError(undefined, { cause: error });
};
