import { atLeast, count, positive, share } from './check.ts';

/** Finds a concurrency limit from how long calls take. */
export interface LimitAlgorithm {
  /** How many calls may run at once. */
  readonly limit: number;
  /**
   * Hears of a window of calls.
   * @param latencyMs their mean duration. @param running the most that ran at once.
   */
  update(latencyMs: number, running: number): void;
}

/** Options of {@link gradient}. */
export interface GradientOptions {
  /** The limit to start from. Default 20. */
  readonly initial?: number;
  /** Default 4. */
  readonly min?: number;
  /** Default 200. */
  readonly max?: number;
  /** How much longer than usual calls may take before the limit falls: 1.5 tolerates half as long again. Default 1.5. */
  readonly tolerance?: number;
  /** Share of the way to a new limit that is gone at once. Default 0.2. */
  readonly smoothing?: number;
  /** How many calls may queue in the callee; what the limit grows by. Default 4. */
  readonly headroom?: number;
  /** Over how many windows "usual" is the mean. Default 600. */
  readonly longWindow?: number;
}

/** The mean of the first few values is plain; an exponential one would lean on the very first. */
const warmUp = 10;

/**
 * Gradient limit: compares how long calls take now with how long they usually take. While they take as long, the limit
 * grows by the headroom; when they take longer, queues build up in the callee and it falls in proportion, by half at
 * most.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 * @see Netflix concurrency-limits, `Gradient2Limit`: the algorithm and its defaults
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { gradient } from '@organism/homeostasis';
 *
 * const algorithm = gradient({ initial: 100 });
 * for (let window = 0; window < 20; window += 1) algorithm.update(10, algorithm.limit);
 * const calm = algorithm.limit;
 * for (let window = 0; window < 20; window += 1) algorithm.update(40, algorithm.limit);
 * assert.ok(calm > 100 && algorithm.limit < calm);
 * ```
 */
export const gradient = (options: GradientOptions = {}): LimitAlgorithm => {
  const min = count('min', options.min ?? 4, 1);
  const max = count('max', options.max ?? Math.max(200, min), min);
  const tolerance = atLeast('tolerance', options.tolerance ?? 1.5, 1);
  const smoothing = share('smoothing', options.smoothing ?? 0.2);
  const headroom = positive('headroom', options.headroom ?? 4);
  const weight = 2 / (count('longWindow', options.longWindow ?? 600, 1) + 1);
  let estimate = Math.min(max, Math.max(min, count('initial', options.initial ?? 20, 1)));
  let usualMs = 0;
  let windows = 0;
  return {
    get limit() {
      return Math.floor(estimate);
    },
    update(latencyMs, running) {
      windows += 1;
      usualMs += (latencyMs - usualMs) * (windows <= warmUp ? 1 / windows : weight);
      // After a long spell of load "usual" is far too high, and would be for long.
      if (usualMs > 2 * latencyMs) usualMs *= 0.95;
      // Half the limit is not used, so these latencies say nothing about it.
      if (running < estimate / 2) return;
      const slope = Math.max(0.5, Math.min(1, latencyMs === 0 ? 1 : (tolerance * usualMs) / latencyMs));
      const next = estimate * (1 - smoothing) + (estimate * slope + headroom) * smoothing;
      estimate = Math.max(min, Math.min(max, next));
    },
  };
};
