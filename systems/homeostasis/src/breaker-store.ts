import type { BreakerSnapshot } from './breaker-options.ts';
import type { Breaker } from './breaker.ts';
import type { Decision } from './decision.ts';

/** Where breakers of several processes keep a common state: a table, a Redis hash, a topic of a broker. */
export interface BreakerStore {
  /** The state last saved under a name, or undefined. */
  load(name: string): BreakerSnapshot | undefined | PromiseLike<BreakerSnapshot | undefined>;
  save(name: string, snapshot: BreakerSnapshot): void | PromiseLike<void>;
  /** Calls back with every state that anybody saves under the name, the caller included. */
  watch(name: string, listener: (snapshot: BreakerSnapshot) => void): Disposable;
}

/** Breaker store within one process: joins breakers that guard the same thing, and stands in for others in tests. */
export class MemoryBreakerStore implements BreakerStore {
  readonly #snapshots = new Map<string, BreakerSnapshot>();
  readonly #watchers = new Map<string, Set<(snapshot: BreakerSnapshot) => void>>();

  load(name: string): BreakerSnapshot | undefined {
    return this.#snapshots.get(name);
  }

  save(name: string, snapshot: BreakerSnapshot): void {
    this.#snapshots.set(name, snapshot);
    for (const watcher of this.#watchers.get(name) ?? []) watcher(snapshot);
  }

  watch(name: string, listener: (snapshot: BreakerSnapshot) => void): Disposable {
    const watchers = this.#watchers.get(name) ?? new Set();
    this.#watchers.set(name, watchers.add(listener));
    return { [Symbol.dispose]: () => void watchers.delete(listener) };
  }
}

/** How much later another's opening must end to count as another: two readings of one clock differ a little. */
const skewMs = 50;

/**
 * Shares a breaker's state with others of its name through a store: when one opens, closes or is isolated, so do all.
 * Each sends probes of its own. Takes over the state the store has; resolves when that is done.
 *
 * @param failed gets what the store throws or rejects with later on; until the next change, the breaker goes its own way.
 * @returns what stops the sharing when it is disposed of.
 * @throws whatever the store rejects the first load with.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Breaker, MemoryBreakerStore, shareBreaker } from '@organism/homeostasis';
 *
 * const store = new MemoryBreakerStore();
 * const [here, there] = [new Breaker({ name: 'payments' }), new Breaker({ name: 'payments' })];
 * using one = await shareBreaker(here, store);
 * using other = await shareBreaker(there, store);
 * here.isolate();
 * assert.equal(there.state, 'isolated');
 * ```
 */
export const shareBreaker = async (
  breaker: Breaker,
  store: BreakerStore,
  failed: (error: unknown) => void = () => {},
): Promise<Disposable> => {
  let taking = false;
  const take = (snapshot: BreakerSnapshot): void => {
    const own = breaker.snapshot();
    // An open breaker that hears of its own opening must not open anew.
    const known =
      own.state === snapshot.state && (own.state !== 'open' || own.openUntil + skewMs >= snapshot.openUntil);
    if (known) return;
    taking = true;
    try {
      breaker.hydrate(snapshot);
    } catch (error) {
      failed(error);
    } finally {
      taking = false;
    }
  };
  const save = async (): Promise<void> => {
    try {
      await store.save(breaker.name, breaker.snapshot());
    } catch (error) {
      failed(error);
    }
  };
  const change = (decision: Decision): void => {
    const changed = decision.policy === 'breaker' && ['open', 'close', 'isolate'].includes(decision.type);
    if (changed && !taking) void save();
  };
  let newer = false;
  const hear = (snapshot: BreakerSnapshot): void => {
    newer = true;
    take(snapshot);
  };
  const parts = [breaker.observe(change), store.watch(breaker.name, hear)];
  const stop = (): void => {
    for (const part of parts) part[Symbol.dispose]();
  };
  try {
    const found = await store.load(breaker.name);
    // What was heard while it loaded is newer.
    if (found !== undefined && !newer) take(found);
  } catch (error) {
    stop();
    throw error;
  }
  return { [Symbol.dispose]: stop };
};
