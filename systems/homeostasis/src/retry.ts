import { type Clock, type Entropy, sleep, systemClock, systemEntropy } from '@organism/cell';
import { type Backoff, exponential } from './backoff.ts';
import { atLeast, count } from './check.ts';
import { type Decision, Decisions, type GiveUpReason, type RetryDecision } from './decision.ts';
import type { CallOptions, Policy, PolicyOptions, Work } from './policy.ts';
import type { RetryBudget } from './retry-budget.ts';
import { isRetryable, retryAfterOf } from './retryable.ts';
import { call, type CallScope, enter, isCancellation } from './scope.ts';

/** Options of a {@link Retry}. */
export interface RetryOptions extends PolicyOptions {
  /** How often the work runs at most, the first time included. Default 3. */
  readonly attempts?: number;
  /** Default: `exponential({ baseMs: 100, maxMs: 10_000, jitter: 'full' })`. */
  readonly backoff?: Backoff;
  /** Whether an error is worth another attempt. Default {@link isRetryable}. Cancellations never are. */
  readonly when?: (error: unknown, attempt: number) => boolean;
  /** How long the callee asks us to wait, in milliseconds; the wait is never shorter. Default {@link retryAfterOf}. */
  readonly retryAfter?: (error: unknown) => number | undefined;
  /** Gives up when the callee asks for a longer wait than this. Default 10 000. */
  readonly maxRetryAfterMs?: number;
  /** Shared by all who call the same service. Default: none. */
  readonly budget?: RetryBudget;
  readonly clock?: Clock;
  readonly entropy?: Entropy;
}

/**
 * Retry: runs the work again when it fails in a way that another attempt may mend. When it gives up, the caller gets
 * the last error as it is.
 *
 * Never waits past the deadline of the call's context; a cancelled call stops waiting at once.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { exponential, Retry } from '@organism/homeostasis';
 *
 * const retry = new Retry({ attempts: 3, backoff: exponential({ baseMs: 1 }) });
 * const answer = await retry.execute(({ attempt }) => {
 *   if (attempt < 3) throw new Error('connection reset');
 *   return `at attempt ${attempt}`;
 * });
 * assert.equal(answer, 'at attempt 3');
 * ```
 */
export class Retry implements Policy {
  readonly name: string;
  readonly #attempts: number;
  readonly #backoff: Backoff;
  readonly #when: (error: unknown, attempt: number) => boolean;
  readonly #retryAfter: (error: unknown) => number | undefined;
  readonly #maxRetryAfterMs: number;
  readonly #budget: RetryBudget | undefined;
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #decisions: Decisions<RetryDecision>;

  constructor(options: RetryOptions = {}) {
    this.name = options.name ?? 'retry';
    this.#attempts = count('attempts', options.attempts ?? 3, 1);
    this.#backoff = options.backoff ?? exponential({ baseMs: 100, maxMs: 10_000, jitter: 'full' });
    this.#when = options.when ?? isRetryable;
    this.#retryAfter = options.retryAfter ?? retryAfterOf;
    this.#maxRetryAfterMs = atLeast('maxRetryAfterMs', options.maxRetryAfterMs ?? 10_000, 0);
    this.#budget = options.budget;
    this.#clock = options.clock ?? systemClock;
    this.#entropy = options.entropy ?? systemEntropy;
    this.#decisions = new Decisions('retry', this.name, this.#clock);
  }

  observe(listener: (decision: Decision) => void): Disposable {
    return this.#decisions.observe(listener);
  }

  execute<T>(work: Work<T>, options?: CallOptions): Promise<T> {
    const outer = enter(options);
    if (outer.cancellable && outer.aborted) return Promise.reject(outer.cancellation());
    const scope = outer.at(1);
    this.#budget?.deposit();
    return call(work, scope).then(undefined, (error: unknown) => this.#recover(work, scope, error));
  }

  async #recover<T>(work: Work<T>, scope: CallScope, first: unknown): Promise<T> {
    let error = first;
    let delayMs = 0;
    for (let attempt = 1; ; attempt += 1) {
      const cancelled = isCancellation(error, scope);
      if (cancelled || scope.aborted) {
        this.#giveUp(attempt, cancelled ? 'cancelled' : 'deadline', error);
        throw scope.aborted ? scope.cancellation() : error;
      }
      const next = this.#delayAfter(attempt, error, delayMs, scope);
      if (typeof next === 'string') {
        this.#giveUp(attempt, next, error);
        throw error;
      }
      delayMs = next;
      if (this.#decisions.heard) this.#decisions.tell({ type: 'retry', attempt, delayMs, error });
      await this.#pause(delayMs, scope);
      try {
        return await call(work, scope.at(attempt + 1));
      } catch (caught) {
        error = caught;
      }
    }
  }

  /** How long to wait after a failed attempt, or why not to go on. */
  #delayAfter(attempt: number, error: unknown, previousMs: number, scope: CallScope): number | GiveUpReason {
    if (!this.#when(error, attempt)) return 'not-retryable';
    if (attempt >= this.#attempts) return 'attempts';
    const askedMs = this.#retryAfter(error) ?? 0;
    if (askedMs > this.#maxRetryAfterMs) return 'retry-after';
    const delayMs = Math.max(askedMs, this.#backoff(attempt, previousMs, this.#entropy));
    if (scope.context !== undefined && delayMs >= scope.context.remainingMs) return 'deadline';
    return this.#budget === undefined || this.#budget.withdraw() ? delayMs : 'budget';
  }

  #giveUp(attempt: number, reason: GiveUpReason, error: unknown): void {
    if (this.#decisions.heard) this.#decisions.tell({ type: 'give-up', attempt, reason, error });
  }

  async #pause(delayMs: number, scope: CallScope): Promise<void> {
    if (delayMs <= 0) return;
    if (!scope.cancellable) return sleep(this.#clock, delayMs);
    try {
      await sleep(this.#clock, delayMs, { signal: scope.signal });
    } catch {
      throw scope.cancellation();
    }
  }
}
