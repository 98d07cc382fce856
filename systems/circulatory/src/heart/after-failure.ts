import { type Entropy, messageOf } from '@organism/cell';
import { RejectError } from '../errors.ts';
import { delay } from './check.ts';
import type { Consumption } from './consume-options.ts';
import type { Lease, Settlement } from './driver.ts';

/** An attempt that failed. */
export interface Attempt {
  readonly lease: Lease;
  readonly error: unknown;
  /** When to try again, where that was said: milliseconds from now. */
  readonly delayMs?: number | undefined;
  /** Whether trying again is of no use. Default false. */
  readonly isFinal?: boolean;
}

/**
 * What becomes of a message that failed: another attempt later, or the dead letters.
 *
 * @throws what `backoff` throws; {@link OptionError} when it returns no delay.
 */
export const afterFailure = (
  { lease, error, delayMs, isFinal = false }: Attempt,
  { maxAttempts, backoff }: Pick<Consumption, 'maxAttempts' | 'backoff'>,
  entropy: Entropy,
): Settlement => {
  const { ref, token, attempt, previousDelayMs } = lease;
  const dead = (code: string): Settlement => {
    const detail = error === undefined ? '' : messageOf(error);
    return { ref, token, kind: 'dead', reason: { code, detail } };
  };
  if (error instanceof RejectError) return dead(error.reason);
  if (isFinal) return dead('rejected');
  if (attempt >= maxAttempts) return dead('max-attempts');
  const wait = delayMs ?? delay('What backoff returns', backoff(attempt, previousDelayMs, entropy));
  return { ref, token, kind: 'retry', delayMs: wait };
};
