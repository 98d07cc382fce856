import { count, duration, positive } from './check.ts';

/** The state of one key, as plain data that a store can keep anywhere. Its meaning is the strategy's. */
export type RateState = readonly number[];

/** What a strategy says to one call. */
export interface RateVerdict {
  readonly allowed: boolean;
  /** When the same call would be allowed, in milliseconds from now; 0 when it is allowed. */
  readonly retryAfterMs: number;
  /** How many more calls would be allowed at this moment. */
  readonly remaining: number;
  /** The state to keep. */
  readonly state: RateState;
  /** After how many milliseconds the state may be forgotten, as it says no more than none at all. */
  readonly expiresInMs: number;
}

/** Rate limiting algorithm: a pure function of a key's state and the time. */
export interface RateStrategy {
  /** Tells the kinds apart for stores that have scripts of their own. */
  readonly kind: string;
  /** The options, for the same. */
  readonly parameters: Readonly<Record<string, number>>;
  /** @param at milliseconds that never go backwards. */
  decide(state: RateState | undefined, at: number): RateVerdict;
}

/** Rounds away what binary fractions leave over, at a millionth: for tokens and milliseconds alike. */
const tidy = (value: number): number => Math.round(value * 1e6) / 1e6;

/**
 * Token bucket: a burst of up to `capacity` calls, and `refillPerSecond` calls per second in the long run.
 *
 * Over any time t it allows at most `capacity + t * refillPerSecond` calls.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 * @see Turner, "New Directions in Communications (or Which Way to the Information Age?)" (1986)
 * @example
 * ```ts
 * import { RateLimit, tokenBucket } from '@organism/homeostasis';
 *
 * export const limit = new RateLimit({ strategy: tokenBucket({ capacity: 20, refillPerSecond: 5 }) });
 * ```
 */
export const tokenBucket = (options: { readonly capacity: number; readonly refillPerSecond: number }): RateStrategy => {
  const capacity = count('capacity', options.capacity, 1);
  const perMs = positive('refillPerSecond', options.refillPerSecond) / 1000;
  return {
    kind: 'token-bucket',
    parameters: { capacity, refillPerSecond: options.refillPerSecond },
    decide: ([tokens = capacity, since = 0] = [], at) => {
      const filled = Math.min(capacity, tidy(tokens + Math.max(0, at - since) * perMs));
      const allowed = filled >= 1;
      const left = allowed ? filled - 1 : filled;
      return {
        allowed,
        retryAfterMs: allowed ? 0 : tidy((1 - left) / perMs),
        remaining: Math.floor(left),
        // A refusal changes nothing: rounding the refill at each of many would lose or gain tokens.
        state: allowed ? [left, at] : [tokens, since],
        expiresInMs: (capacity - left) / perMs,
      };
    },
  };
};

/**
 * Sliding window log: at most `limit` calls in any `windowMs`, to the millisecond. Remembers the times of the last
 * `limit` calls of each key, so it suits small limits; a {@link gcra} remembers one number.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 * @example
 * ```ts
 * import { RateLimit, slidingWindow } from '@organism/homeostasis';
 *
 * export const logins = new RateLimit({ strategy: slidingWindow({ limit: 5, windowMs: 60_000 }) });
 * ```
 */
export const slidingWindow = (options: { readonly limit: number; readonly windowMs: number }): RateStrategy => {
  const limit = count('limit', options.limit, 1);
  const windowMs = duration('windowMs', options.windowMs);
  return {
    kind: 'sliding-window',
    parameters: { limit, windowMs },
    decide: (state = [], at) => {
      const times = state.filter((time) => time > at - windowMs);
      const [oldest = at] = times;
      const allowed = times.length < limit;
      if (allowed) times.push(at);
      return {
        allowed,
        retryAfterMs: allowed ? 0 : oldest + windowMs - at,
        remaining: limit - times.length,
        state: times,
        expiresInMs: (times.at(-1) ?? at) + windowMs - at,
      };
    },
  };
};

/**
 * Generic cell rate algorithm: `limit` calls per `periodMs`, evenly spaced, with bursts of up to `burst` calls (default
 * `limit`). Decides as a token bucket of `burst` tokens does, and keeps a single number per key.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 * @see ITU-T I.371, "Traffic control and congestion control in B-ISDN", annex A: the virtual scheduling algorithm
 * @example
 * ```ts
 * import { gcra, RateLimit } from '@organism/homeostasis';
 *
 * export const api = new RateLimit({ strategy: gcra({ limit: 100, periodMs: 60_000, burst: 10 }) });
 * ```
 */
export const gcra = (options: {
  readonly limit: number;
  readonly periodMs: number;
  readonly burst?: number;
}): RateStrategy => {
  const limit = count('limit', options.limit, 1);
  const periodMs = duration('periodMs', options.periodMs);
  const burst = count('burst', options.burst ?? limit, 1);
  const interval = periodMs / limit;
  /** How far the arrival that theory expects may lie ahead. */
  const tolerance = (burst - 1) * interval;
  return {
    kind: 'gcra',
    parameters: { limit, periodMs, burst },
    decide: ([expected = -Infinity] = [], at) => {
      const arrival = Math.max(expected, at);
      const early = tidy(arrival - at - tolerance);
      const allowed = early <= 0;
      const next = allowed ? tidy(arrival + interval) : arrival;
      return {
        allowed,
        retryAfterMs: allowed ? 0 : early,
        remaining: Math.max(0, Math.floor(tidy((tolerance - (next - at)) / interval) + 1)),
        state: [next],
        expiresInMs: Math.max(0, next - at),
      };
    },
  };
};
