import { type Clock, systemClock, type Timer } from '@organism/cell';
import { atLeast, count } from './check.ts';
import { type Decision, Decisions, type RateLimitDecision } from './decision.ts';
import { RateLimitedError } from './errors.ts';
import { Fifo, type Linked } from './fifo.ts';
import type { CallOptions, Policy, PolicyOptions, Work } from './policy.ts';
import { MemoryRateStore, type RateAnswer, type RateStore } from './rate-store.ts';
import type { RateStrategy } from './rate-strategy.ts';
import { call, type CallScope, enter } from './scope.ts';

/** Options of a {@link RateLimit}. */
export interface RateLimitOptions extends PolicyOptions {
  /** {@link tokenBucket}, {@link slidingWindow}, {@link gcra}, or your own. */
  readonly strategy: RateStrategy;
  /** How long a call may wait for its turn, in milliseconds. Default 0: it is turned away at once. */
  readonly maxWaitMs?: number;
  /** How many calls of one key may wait. Default 1000. */
  readonly queue?: number;
  /** Default: a {@link MemoryRateStore} of its own, of 10 000 keys. */
  readonly store?: RateStore;
  readonly clock?: Clock;
}

interface Waiter extends Linked<Waiter> {
  /** When it must have had its turn, on the monotonic clock. */
  readonly deadline: number;
  start(): void;
  fail(error: unknown): void;
}

/** The calls of one key that wait for their turn. */
interface Line {
  readonly waiters: Fifo<Waiter>;
  timer: Timer | undefined;
  asking: boolean;
}

/**
 * Rate limit: bounds how often the work runs, for each `key` of the call's options (all calls without one share a
 * limit). Turns further calls away with `retryAfterMs`, or lets them wait in line.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { RateLimit, RateLimitedError, slidingWindow } from '@organism/homeostasis';
 *
 * const limit = new RateLimit({ strategy: slidingWindow({ limit: 1, windowMs: 60_000 }) });
 * assert.equal(await limit.execute(() => 'in', { key: 'ada' }), 'in');
 * assert.equal(await limit.execute(() => 'in', { key: 'bob' }), 'in');
 * await assert.rejects(limit.execute(() => 'in', { key: 'ada' }), RateLimitedError);
 * ```
 */
export class RateLimit implements Policy {
  readonly name: string;
  readonly #strategy: RateStrategy;
  readonly #maxWaitMs: number;
  readonly #queue: number;
  readonly #store: RateStore;
  readonly #clock: Clock;
  readonly #lines = new Map<string, Line>();
  readonly #decisions: Decisions<RateLimitDecision>;

  constructor(options: RateLimitOptions) {
    this.name = options.name ?? 'rate-limit';
    this.#strategy = options.strategy;
    this.#maxWaitMs = atLeast('maxWaitMs', options.maxWaitMs ?? 0, 0);
    this.#queue = count('queue', options.queue ?? 1000, 1);
    this.#store = options.store ?? new MemoryRateStore();
    this.#clock = options.clock ?? systemClock;
    this.#decisions = new Decisions('rate-limit', this.name, this.#clock);
  }

  observe(listener: (decision: Decision) => void): Disposable {
    return this.#decisions.observe(listener);
  }

  execute<T>(work: Work<T>, options?: CallOptions): Promise<T> {
    const scope = enter(options);
    if (scope.cancellable && scope.aborted) return Promise.reject(scope.cancellation());
    const key = scope.key ?? '';
    const line = this.#lines.get(key);
    if (line !== undefined) return this.#wait(work, scope, key, line);
    let answer: RateAnswer | PromiseLike<RateAnswer>;
    try {
      answer = this.#store.take(key, this.#strategy, this.#clock.monotonic());
    } catch (error) {
      return Promise.reject(error as Error);
    }
    if ('then' in answer) return Promise.resolve(answer).then((verdict) => this.#judge(work, scope, key, verdict));
    return this.#judge(work, scope, key, answer);
  }

  #judge<T>(work: Work<T>, scope: CallScope, key: string, answer: RateAnswer): Promise<T> {
    // The store may have taken its time.
    if (scope.cancellable && scope.aborted) return Promise.reject(scope.cancellation());
    if (answer.allowed) return call(work, scope);
    if (answer.retryAfterMs > this.#maxWaitMs) return Promise.reject(this.#refusal(key, answer.retryAfterMs));
    let line = this.#lines.get(key);
    if (line === undefined) {
      line = { waiters: new Fifo(), timer: undefined, asking: false };
      this.#lines.set(key, line);
      this.#askIn(answer.retryAfterMs, key, line);
    }
    return this.#wait(work, scope, key, line);
  }

  #refusal(key: string, retryAfterMs: number): RateLimitedError {
    if (this.#decisions.heard) this.#decisions.tell({ type: 'reject', key, retryAfterMs });
    return new RateLimitedError(this.name, retryAfterMs);
  }

  #wait<T>(work: Work<T>, scope: CallScope, key: string, line: Line): Promise<T> {
    if (line.waiters.size >= this.#queue) return Promise.reject(this.#refusal(key, this.#maxWaitMs));
    return new Promise<T>((resolve, reject) => {
      let unlisten: (() => void) | undefined;
      const waiter: Waiter = {
        before: undefined,
        after: undefined,
        queue: undefined,
        deadline: this.#clock.monotonic() + this.#maxWaitMs,
        start: () => {
          unlisten?.();
          resolve(call(work, scope));
        },
        fail: (error) => {
          unlisten?.();
          reject(error as Error);
        },
      };
      line.waiters.push(waiter);
      if (this.#decisions.heard) this.#decisions.tell({ type: 'wait', key, waiting: line.waiters.size });
      if (!scope.cancellable) return;
      unlisten = scope.onAbort(() => {
        line.waiters.remove(waiter);
        this.#closeIfEmpty(key, line);
        reject(scope.cancellation());
      });
    });
  }

  #closeIfEmpty(key: string, line: Line): void {
    if (line.waiters.size > 0 || line.asking) return;
    line.timer?.[Symbol.dispose]();
    this.#lines.delete(key);
  }

  #askIn(delayMs: number, key: string, line: Line): void {
    line.timer = this.#clock.setTimeout(() => void this.#advance(key, line), Math.ceil(delayMs));
  }

  /**
   * Gives the first in line its turn, and the next, until one has to wait. As all may wait equally long, nobody's time
   * is up before that of the first.
   */
  async #advance(key: string, line: Line): Promise<void> {
    line.asking = true;
    try {
      for (let { first } = line.waiters; first !== undefined; { first } = line.waiters) {
        const answer = await this.#store.take(key, this.#strategy, this.#clock.monotonic());
        // Cancelled meanwhile: the turn goes to the next in line, if there is one.
        if (first.queue === undefined) first = line.waiters.first;
        if (first === undefined) break;
        if (answer.allowed) {
          line.waiters.remove(first);
          first.start();
        } else if (this.#clock.monotonic() + answer.retryAfterMs > first.deadline) {
          line.waiters.remove(first);
          first.fail(this.#refusal(key, answer.retryAfterMs));
        } else {
          this.#askIn(answer.retryAfterMs, key, line);
          break;
        }
      }
    } catch (error) {
      for (let first = line.waiters.shift(); first !== undefined; first = line.waiters.shift()) first.fail(error);
    }
    line.asking = false;
    this.#closeIfEmpty(key, line);
  }
}
