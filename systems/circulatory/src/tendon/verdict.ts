import { CancelledError, DeadlineError, OrganismError } from '@organism/cell';
import { RejectError } from '../errors.ts';

/** What a failure of an operation means for its message. */
export type Verdict =
  | { readonly kind: 'retry'; readonly delayMs?: number }
  /** To the dead letters, at once. */
  | { readonly kind: 'dead'; readonly reason: string };

/**
 * Judges a failure by its type: what the caller did wrong (a status below 500: an input that does not fit, a declared
 * fault) fails the same way again, so it goes to the dead letters with its code as the reason; all else is tried again,
 * and so is whatever calls itself retryable, after the time it names.
 */
export const judge = (error: unknown): Verdict => {
  if (error instanceof RejectError) return { kind: 'dead', reason: error.reason };
  // Who gave up says nothing of the message.
  if (!(error instanceof OrganismError) || error instanceof CancelledError || error instanceof DeadlineError)
    return { kind: 'retry' };
  if (error.retryable) {
    const { retryAfterMs } = error.extensions;
    const isDelay = typeof retryAfterMs === 'number' && Number.isFinite(retryAfterMs) && retryAfterMs >= 0;
    return isDelay ? { kind: 'retry', delayMs: retryAfterMs } : { kind: 'retry' };
  }
  if (error.code === 'SKELETAL_INVALID') return { kind: 'dead', reason: 'invalid' };
  return error.status < 500 ? { kind: 'dead', reason: error.code } : { kind: 'retry' };
};
