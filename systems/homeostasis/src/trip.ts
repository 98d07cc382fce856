import type { Clock } from '@organism/cell';
import { count, share } from './check.ts';
import { SlidingCount } from './sliding-count.ts';

/** What a {@link Trip} has counted, as plain data. */
export interface TripSnapshot {
  readonly total: number;
  readonly failures: number;
}

/** Decides when a closed breaker opens: hears of every call's end. */
export interface Trip {
  success(): void;
  /** Returns whether the breaker must open now. */
  failure(): boolean;
  /** Forgets everything; called when the breaker closes. */
  reset(): void;
  snapshot(): TripSnapshot;
  hydrate(snapshot: TripSnapshot): void;
}

/** Makes the counters of one breaker. */
export type TripRule = (clock: Clock) => Trip;

/**
 * Opens a breaker after so many failures in a row.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 * @example
 * ```ts
 * import { Breaker, consecutive } from '@organism/homeostasis';
 *
 * export const breaker = new Breaker({ trip: consecutive({ failures: 3 }) });
 * ```
 */
export const consecutive = (options: { readonly failures?: number } = {}): TripRule => {
  const most = count('failures', options.failures ?? 5, 1);
  return () => {
    let failures = 0;
    return {
      success: () => void (failures = 0),
      failure: () => (failures += 1) >= most,
      reset: () => void (failures = 0),
      snapshot: () => ({ total: failures, failures }),
      hydrate: (snapshot) => void (failures = snapshot.failures),
    };
  };
};

/** Options of {@link ratio}. */
export interface RatioOptions {
  /** Share of failures from which on the breaker opens. Default 0.5. */
  readonly threshold?: number;
  /** How far back it looks, in milliseconds. Default 10 000. */
  readonly windowMs?: number;
  /** Into how many steps the window is divided. Default 10. */
  readonly buckets?: number;
  /** It stays closed below this number of calls in the window. Default 20. */
  readonly minimum?: number;
}

/**
 * Opens a breaker when the share of failures over a sliding window reaches a threshold.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 * @example
 * ```ts
 * import { Breaker, ratio } from '@organism/homeostasis';
 *
 * export const breaker = new Breaker({ trip: ratio({ threshold: 0.25, windowMs: 30_000, minimum: 50 }) });
 * ```
 */
export const ratio = (options: RatioOptions = {}): TripRule => {
  const threshold = share('threshold', options.threshold ?? 0.5);
  const minimum = count('minimum', options.minimum ?? 20, 1);
  const { windowMs = 10_000, buckets = 10 } = options;
  const make = (): SlidingCount => new SlidingCount(windowMs, buckets);
  make();
  return (clock) => {
    const calls = make();
    return {
      success: () => calls.add(clock.monotonic(), 1, 0),
      failure: () => {
        calls.add(clock.monotonic(), 1, 1);
        return calls.total >= minimum && calls.marked >= threshold * calls.total;
      },
      reset: () => calls.reset(),
      snapshot: () => {
        calls.advance(clock.monotonic());
        return { total: calls.total, failures: calls.marked };
      },
      hydrate: ({ total, failures }) => {
        calls.reset();
        calls.add(clock.monotonic(), total, failures);
      },
    };
  };
};
