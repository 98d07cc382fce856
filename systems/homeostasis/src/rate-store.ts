import { count } from './check.ts';
import type { RateState, RateStrategy, RateVerdict } from './rate-strategy.ts';

/** A verdict without the state, which stays in the store. */
export type RateAnswer = Pick<RateVerdict, 'allowed' | 'retryAfterMs' | 'remaining'>;

/**
 * Where rate limits keep the state of their keys. One shared by several processes must read, decide and write in one
 * step: in a transaction around `strategy.decide`, or in a script of its own for `strategy.kind`.
 */
export interface RateStore {
  /** @param at the caller's monotonic time in milliseconds; a shared store uses a clock of its own instead. */
  take(key: string, strategy: RateStrategy, at: number): RateAnswer | PromiseLike<RateAnswer>;
}

interface Kept {
  readonly state: RateState;
  readonly expires: number;
}

/**
 * Rate store within one process: the default. Keeps a bounded number of keys; beyond it those that were used longest
 * ago are forgotten, and may start afresh.
 */
export class MemoryRateStore implements RateStore {
  readonly #most: number;
  // In the order of use, as a key is put in anew at each.
  readonly #keys = new Map<string, Kept>();

  /** @throws {OptionError} `CELL_BAD_OPTION` for a bad option. */
  constructor(options: { readonly maxKeys?: number } = {}) {
    this.#most = count('maxKeys', options.maxKeys ?? 10_000, 1);
  }

  /** How many keys are kept. */
  get size(): number {
    return this.#keys.size;
  }

  take(key: string, strategy: RateStrategy, at: number): RateAnswer {
    const kept = this.#keys.get(key);
    const verdict = strategy.decide(kept === undefined || kept.expires <= at ? undefined : kept.state, at);
    if (kept !== undefined) this.#keys.delete(key);
    this.#keys.set(key, { state: verdict.state, expires: at + verdict.expiresInMs });
    // Two at a time, so that those which have expired go before the bound makes them.
    let looked = 0;
    for (const [other, { expires }] of this.#keys) {
      if (this.#keys.size > this.#most || (expires <= at && other !== key)) this.#keys.delete(other);
      else break;
      if ((looked += 1) === 2) break;
    }
    return verdict;
  }
}
