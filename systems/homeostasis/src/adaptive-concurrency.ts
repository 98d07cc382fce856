import { type Clock, systemClock } from '@organism/cell';
import { count, duration } from './check.ts';
import { type AdaptiveDecision, type Decision, Decisions } from './decision.ts';
import { LimitExceededError } from './errors.ts';
import { gradient, type LimitAlgorithm } from './gradient.ts';
import type { CallOptions, Policy, PolicyOptions, Work } from './policy.ts';
import { call, enter } from './scope.ts';

/** Options of an {@link AdaptiveConcurrency}. */
export interface AdaptiveConcurrencyOptions extends PolicyOptions {
  /** Default: {@link gradient} with its defaults. */
  readonly algorithm?: LimitAlgorithm;
  /** How long latencies are gathered before the limit may move, in milliseconds. Default 1000. */
  readonly windowMs?: number;
  /** How many successes that takes at least. Default 10. */
  readonly minimum?: number;
  readonly clock?: Clock;
}

/**
 * Adaptive concurrency limit: finds out by itself how many calls may run at once, from how long they take, and turns
 * further ones away. Only successes are measured: a fast failure does not tell of a fast callee.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 * @see Netflix concurrency-limits
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { AdaptiveConcurrency, gradient, LimitExceededError } from '@organism/homeostasis';
 *
 * const adaptive = new AdaptiveConcurrency({ algorithm: gradient({ initial: 1, min: 1 }) });
 * const first = adaptive.execute(async () => 'first');
 * await assert.rejects(adaptive.execute(async () => 'second'), LimitExceededError);
 * assert.equal(await first, 'first');
 * ```
 */
export class AdaptiveConcurrency implements Policy {
  readonly name: string;
  readonly #clock: Clock;
  readonly #algorithm: LimitAlgorithm;
  readonly #windowMs: number;
  readonly #minimum: number;
  readonly #decisions: Decisions<AdaptiveDecision>;
  #running = 0;
  #window: { since: number; successes: number; totalMs: number; mostRunning: number };

  constructor(options: AdaptiveConcurrencyOptions = {}) {
    this.name = options.name ?? 'adaptive-concurrency';
    this.#clock = options.clock ?? systemClock;
    this.#algorithm = options.algorithm ?? gradient();
    this.#windowMs = duration('windowMs', options.windowMs ?? 1000);
    this.#minimum = count('minimum', options.minimum ?? 10, 1);
    this.#decisions = new Decisions('adaptive-concurrency', this.name, this.#clock);
    this.#window = { since: this.#clock.monotonic(), successes: 0, totalMs: 0, mostRunning: 0 };
  }

  /** How many calls may run at once, at present. */
  get limit(): number {
    return this.#algorithm.limit;
  }

  /** How many calls run. */
  get running(): number {
    return this.#running;
  }

  observe(listener: (decision: Decision) => void): Disposable {
    return this.#decisions.observe(listener);
  }

  execute<T>(work: Work<T>, options?: CallOptions): Promise<T> {
    const scope = enter(options);
    if (scope.cancellable && scope.aborted) return Promise.reject(scope.cancellation());
    const { limit } = this.#algorithm;
    if (this.#running >= limit) {
      this.#tell('reject');
      return Promise.reject(new LimitExceededError(this.name, limit));
    }
    this.#running += 1;
    if (this.#running > this.#window.mostRunning) this.#window.mostRunning = this.#running;
    const started = this.#clock.monotonic();
    return call(work, scope).then(
      (value) => {
        this.#measure(started);
        this.#running -= 1;
        return value;
      },
      (error: unknown) => {
        this.#running -= 1;
        throw error;
      },
    );
  }

  #measure(started: number): void {
    const now = this.#clock.monotonic();
    const window = this.#window;
    window.successes += 1;
    window.totalMs += now - started;
    if (now - window.since < this.#windowMs || window.successes < this.#minimum) return;
    const before = this.#algorithm.limit;
    this.#algorithm.update(window.totalMs / window.successes, window.mostRunning);
    this.#window = { since: now, successes: 0, totalMs: 0, mostRunning: this.#running };
    if (this.#algorithm.limit !== before) this.#tell('limit');
  }

  #tell(type: AdaptiveDecision['type']): void {
    if (this.#decisions.heard) this.#decisions.tell({ type, limit: this.#algorithm.limit, running: this.#running });
  }
}
