import { type Clock, OptionError, sleep, systemClock } from '@organism/cell';
import { type CallOptions, type Policy, RateLimitedError, regulate, type Work } from '@organism/homeostasis';
import type { HeaderList } from './header-list.ts';
import { quotaOf, retryAfterMs } from './rate-headers.ts';

/** Options of a {@link Pace}. */
export interface PaceOptions {
  readonly name?: string;
  /** How long a call may wait for the server's limit, in milliseconds; others are turned away. Default 10 000. */
  readonly maxWaitMs?: number;
  readonly clock?: Clock;
}

/**
 * Client-side rate limit that the server sets: reads `RateLimit`, `X-RateLimit-*` and `Retry-After` (of 429 and 503),
 * and holds calls back that the server would refuse.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { RateLimitedError } from '@organism/homeostasis';
 * import { HeaderList, Pace } from '@organism/respiratory/client';
 *
 * const pace = new Pace({ maxWaitMs: 1000 });
 * pace.learn(429, HeaderList.of({ 'retry-after': '60' }));
 * await assert.rejects(pace.execute(() => 'never asked'), RateLimitedError);
 * ```
 */
export class Pace implements Policy {
  readonly name: string;
  readonly #maxWaitMs: number;
  readonly #clock: Clock;
  /** No call before this, on the monotonic clock. */
  #closedUntil = 0;
  #remaining = Infinity;
  #resetAt = 0;
  #running = 0;

  constructor(options: PaceOptions = {}) {
    const { maxWaitMs = 10_000 } = options;
    if (typeof maxWaitMs !== 'number' || !(maxWaitMs >= 0))
      throw new OptionError('maxWaitMs', 'a number >= 0', maxWaitMs);
    this.name = options.name ?? 'pace';
    this.#maxWaitMs = maxWaitMs;
    this.#clock = options.clock ?? systemClock;
  }

  /** Takes in what a response says of the server's limits. */
  learn(status: number, headers: HeaderList): void {
    const now = this.#clock.now();
    if (status === 429 || status === 503) {
      const waitMs = retryAfterMs(headers, now);
      if (waitMs !== undefined) this.#closedUntil = Math.max(this.#closedUntil, this.#clock.monotonic() + waitMs);
    }
    const quota = quotaOf(headers, now);
    if (quota === undefined) return;
    // Those under way are not yet in the server's count, but for the one that was just answered.
    this.#remaining = Math.max(0, quota.remaining - Math.max(0, this.#running - 1));
    this.#resetAt = this.#clock.monotonic() + quota.resetMs;
  }

  /** How long a call would have to wait now, in milliseconds. */
  get waitMs(): number {
    if (this.#closedUntil === 0 && this.#remaining === Infinity) return 0;
    const now = this.#clock.monotonic();
    if (now >= this.#resetAt) this.#remaining = Infinity;
    return Math.max(0, this.#closedUntil - now, this.#remaining > 0 ? 0 : this.#resetAt - now);
  }

  execute<T>(work: Work<T>, options?: CallOptions): Promise<T> {
    return this.waitMs > 0 ? this.#wait(work, options) : this.#run(work, options);
  }

  async #wait<T>(work: Work<T>, options: CallOptions | undefined): Promise<T> {
    const latest = this.#clock.monotonic() + this.#maxWaitMs;
    const signal = options?.signal;
    for (let waitMs = this.waitMs; waitMs > 0; waitMs = this.waitMs) {
      if (this.#clock.monotonic() + waitMs > latest) throw new RateLimitedError(this.name, waitMs);
      await sleep(this.#clock, waitMs, signal === undefined ? {} : { signal });
    }
    return this.#run(work, options);
  }

  #run<T>(work: Work<T>, options: CallOptions | undefined): Promise<T> {
    this.#remaining -= 1;
    this.#running += 1;
    return plain.execute(work, options).finally(this.#end);
  }

  readonly #end = (): void => {
    this.#running -= 1;
  };
}

/** Runs work without any policy, and gives it a whole scope. */
const plain: Policy = regulate();
