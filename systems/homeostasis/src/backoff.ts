import { type Entropy, systemEntropy } from '@organism/cell';
import { atLeast, duration, oneOf, positive } from './check.ts';

/**
 * Backoff: how long to wait before the next attempt, in milliseconds. Any function of this shape will do.
 *
 * @param failed how many attempts have failed so far, from 1.
 * @param previousMs the wait before this one; 0 at first.
 */
export type Backoff = (failed: number, previousMs: number, entropy: Entropy) => number;

/** Options of {@link exponential}. */
export interface ExponentialOptions {
  /** The first wait, before jitter. */
  readonly baseMs: number;
  /** No wait is longer. Default 30 000. */
  readonly maxMs?: number;
  /** How much longer each wait is than the one before. Default 2. */
  readonly factor?: number;
  /**
   * `full` (default): anywhere from 0 to the wait. `decorrelated`: anywhere from `baseMs` to three times the wait before.
   * `none`: the wait itself, for a single caller only: many of them would come back in step.
   */
  readonly jitter?: 'full' | 'decorrelated' | 'none';
}

/**
 * Exponential backoff with jitter.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 * @see Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog (2015)
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { systemEntropy } from '@organism/cell';
 * import { exponential } from '@organism/homeostasis';
 *
 * const backoff = exponential({ baseMs: 100, maxMs: 1000, jitter: 'none' });
 * assert.deepEqual([1, 2, 3, 4, 5].map((failed) => backoff(failed, 0, systemEntropy)), [100, 200, 400, 800, 1000]);
 * ```
 */
export const exponential = (options: ExponentialOptions): Backoff => {
  const baseMs = duration('baseMs', options.baseMs);
  const maxMs = atLeast('maxMs', options.maxMs ?? Math.max(30_000, baseMs), baseMs);
  const factor = atLeast('factor', options.factor ?? 2, 1);
  const jitter = oneOf('jitter', options.jitter ?? 'full', ['full', 'decorrelated', 'none']);
  const wait = (failed: number): number => Math.min(maxMs, baseMs * factor ** (failed - 1));
  if (jitter === 'none') return wait;
  if (jitter === 'full') return (failed, _previousMs, entropy = systemEntropy) => entropy.random() * wait(failed);
  return (_failed, previousMs, entropy = systemEntropy) => {
    const most = Math.max(baseMs, previousMs * 3);
    return Math.min(maxMs, baseMs + entropy.random() * (most - baseMs));
  };
};

/**
 * The same wait every time.
 *
 * @example
 * ```ts
 * import { constant, Retry } from '@organism/homeostasis';
 *
 * export const polling = new Retry({ attempts: 10, backoff: constant(500) });
 * ```
 */
export const constant = (delayMs: number): Backoff => {
  if (delayMs !== 0) positive('delayMs', delayMs);
  return () => delayMs;
};
