import { type Clock, Context, CancelledError, DeadlineError, type Entropy } from '@organism/cell';
import { duration } from '../heart/check.ts';

/** How long an answer is waited for, and for whom. */
export interface RequestScope {
  /** The unit of work this belongs to: its deadline and signal count. Default: the current one, where there is one. */
  readonly context?: Context;
  /** Gives the request up, and tells the responder. */
  readonly signal?: AbortSignal;
  /** Milliseconds. */
  readonly timeoutMs?: number;
  /** Requests of one key are handled in their order. */
  readonly key?: string;
  /** Further headers; lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The context of a request: the given one or the current one, with signal and timeout. To be disposed. */
export const requestContext = (
  { context, signal, timeoutMs }: RequestScope,
  defaultMs: number,
  { clock, entropy }: { readonly clock: Clock; readonly entropy: Entropy },
): Context => {
  const ms = duration('timeoutMs', timeoutMs ?? defaultMs);
  const parent = context ?? Context.current();
  return new Context({ clock, entropy, deadline: clock.now() + ms, ...(signal !== undefined && { signal }) }, parent);
};

/** Why a wait has ended. */
export const reasonOf = (signal: AbortSignal): Error => {
  const reason: unknown = signal.reason;
  if (reason instanceof DeadlineError) return new DeadlineError('No answer came in time.');
  return reason instanceof CancelledError ? reason : new CancelledError(undefined, { cause: reason });
};
