import { type Clock, systemClock } from '@organism/cell';
import { type Decision, Decisions, type FallbackDecision } from './decision.ts';
import type { CallOptions, Policy, PolicyOptions, Work } from './policy.ts';
import { call, enter, isCancellation } from './scope.ts';

/** Options of a {@link Fallback}. */
export interface FallbackOptions<Alternative> extends PolicyOptions {
  /** What to answer in place of the work. May throw or reject, with a better error for instance. */
  readonly answer: (error: unknown) => Alternative | PromiseLike<Alternative>;
  /** For which errors. Default: all. Never for cancellations. */
  readonly when?: (error: unknown) => boolean;
  readonly clock?: Clock;
}

/**
 * Fallback: answers something else when the work fails, such as a stale value. Belongs outside the other policies.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Fallback } from '@organism/homeostasis';
 *
 * const fallback = new Fallback({ answer: () => 'yesterday’s weather' });
 * const answer: number | string = await fallback.execute((): number => {
 *   throw new Error('no forecast');
 * });
 * assert.equal(answer, 'yesterday’s weather');
 * ```
 */
export class Fallback<Alternative> implements Policy<Alternative> {
  readonly name: string;
  declare readonly alternative?: () => Alternative;
  readonly #answer: (error: unknown) => Alternative | PromiseLike<Alternative>;
  readonly #when: (error: unknown) => boolean;
  readonly #decisions: Decisions<FallbackDecision>;

  constructor(options: FallbackOptions<Alternative>) {
    this.name = options.name ?? 'fallback';
    this.#answer = options.answer;
    this.#when = options.when ?? ((): boolean => true);
    this.#decisions = new Decisions('fallback', this.name, options.clock ?? systemClock);
  }

  observe(listener: (decision: Decision) => void): Disposable {
    return this.#decisions.observe(listener);
  }

  execute<T>(work: Work<T>, options?: CallOptions): Promise<T | Alternative> {
    const scope = enter(options);
    if (scope.cancellable && scope.aborted) return Promise.reject(scope.cancellation());
    return call(work, scope).then<T, Alternative>(undefined, (error: unknown) => {
      if (isCancellation(error, scope) || !this.#when(error)) throw error;
      if (this.#decisions.heard) this.#decisions.tell({ type: 'fallback', error });
      return this.#answer(error);
    });
  }
}
