import { type Clock, systemClock } from '@organism/cell';
import { atLeast } from './check.ts';
import { SlidingCount } from './sliding-count.ts';

/** Options of a {@link RetryBudget}. */
export interface RetryBudgetOptions {
  /** Retries allowed per call, as a share: 0.2 lets one call in five be repeated. Default 0.2. */
  readonly ratio?: number;
  /** Retries per second that are allowed however few calls there are. Default 10. */
  readonly minimumPerSecond?: number;
  /** How long a call counts, in milliseconds. Default 10 000. */
  readonly windowMs?: number;
  readonly clock?: Clock;
}

/**
 * Retry budget: bounds the retries of many callers to a share of their calls, so that a failing service is not buried
 * under the repetitions of everybody. Share one among all policies that call the same service.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 * @see Finagle, `RetryBudget`, for the idea and the defaults
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Hedge, Retry, RetryBudget } from '@organism/homeostasis';
 *
 * const budget = new RetryBudget({ ratio: 0.1, minimumPerSecond: 1 });
 * export const reads = new Hedge({ delayMs: 50, budget });
 * export const writes = new Retry({ attempts: 3, budget });
 * assert.equal(budget.balance, 10);
 * ```
 */
export class RetryBudget {
  readonly #clock: Clock;
  readonly #ratio: number;
  readonly #reserve: number;
  /** All are calls; those marked are retries, which earn nothing themselves. */
  readonly #events: SlidingCount;

  constructor(options: RetryBudgetOptions = {}) {
    const { windowMs = 10_000 } = options;
    this.#clock = options.clock ?? systemClock;
    this.#ratio = atLeast('ratio', options.ratio ?? 0.2, 0);
    this.#events = new SlidingCount(windowMs, 10);
    this.#reserve = (atLeast('minimumPerSecond', options.minimumPerSecond ?? 10, 0) * windowMs) / 1000;
  }

  /** Counts a first attempt. */
  deposit(): void {
    this.#events.add(this.#clock.monotonic(), 1, 0);
  }

  /** Takes one retry out. Returns whether there was one. */
  withdraw(): boolean {
    if (this.balance < 1) return false;
    this.#events.add(this.#clock.monotonic(), 1, 1);
    return true;
  }

  /** How many retries are left at this moment. */
  get balance(): number {
    this.#events.advance(this.#clock.monotonic());
    const { total, marked } = this.#events;
    // Rounded off where binary fractions would make a whole retry a hair less than one.
    return Math.floor((this.#reserve + this.#ratio * (total - marked) - marked) * 1e6 + 0.5) / 1e6;
  }
}
