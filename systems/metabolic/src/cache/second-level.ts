import type { Clock } from '@organism/cell';
import { NotStorableError, StoreTimeoutError } from '../errors.ts';
import type { Invalidated } from './bus.ts';
import type { StoredEntry } from './entry.ts';
import { PendingWrites } from './pending-writes.ts';
import type { Counters } from './stats.ts';
import type { CacheStore, Lease, StoreRead, WriteConditions } from './store.ts';

/** Options of a {@link SecondLevel}. */
export interface SecondLevelOptions {
  readonly store: CacheStore;
  readonly clock: () => Clock;
  readonly timeoutMs: number;
  readonly pauseMs: number;
  readonly counters: Counters;
  readonly onFailure: (operation: string, error: unknown) => void;
}

/** From so many invalidations on that the store has not taken, all of it is invalidated instead. */
const mostOwed = 10_000;

/**
 * A store made safe: calls never reject and never hang. After a failure the store is left alone for a while, and
 * invalidations that it has not taken are sent before it is read again.
 */
export class SecondLevel {
  readonly #options: SecondLevelOptions;
  readonly #writes = new PendingWrites();
  readonly #owedKeys = new Set<string>();
  readonly #owedTags = new Set<string>();
  #owesAll = false;
  #pausedUntil = -Infinity;
  #paying: Promise<boolean> | undefined;

  constructor(options: SecondLevelOptions) {
    this.#options = options;
  }

  /** True while the store is left alone. */
  get isPaused(): boolean {
    return this.#options.clock().monotonic() < this.#pausedUntil;
  }

  /** How many invalidations the store has not taken yet. */
  get owed(): number {
    return this.#owesAll ? 1 : this.#owedKeys.size + this.#owedTags.size;
  }

  /** Reads an entry; undefined when the store can't answer. */
  async read(key: string, tags: readonly string[]): Promise<StoreRead | undefined> {
    if (!(await this.#ready())) return undefined;
    return await this.#call('read', (store) => store.read(key, tags));
  }

  /** Writes a loaded entry; a failed write is of no consequence. */
  write(key: string, entry: StoredEntry, conditions: WriteConditions): Promise<void> {
    return this.#writes.run(key, entry.tags ?? [], async (write) => {
      if (!(await this.#ready()) || write.isOutdated) return;
      write.isWriting = true;
      await this.#call('write', (store) => store.write(key, entry, conditions));
    });
  }

  /** Writes an entry in place of what is there; when that fails, what is there is owed a deletion. */
  replace(key: string, entry: StoredEntry): Promise<void> {
    return this.#writes.run(key, entry.tags ?? [], async (write) => {
      const isReady = await this.#ready();
      // Whatever called it off sees to what is there.
      if (write.isOutdated) return;
      write.isWriting = true;
      const replace = async (store: CacheStore): Promise<boolean> => {
        // Takes away the lease of a load under way, whose value is older.
        await store.delete([key]);
        return write.isOutdated || (await store.write(key, entry));
      };
      const replaced = isReady ? await this.#call('write', replace) : undefined;
      if (replaced === undefined) this.#owe({ keys: [key] });
    });
  }

  /** Makes entries unreadable: now, or else before the store is read again. */
  async invalidate(what: Invalidated): Promise<void> {
    this.#writes.outdate(what);
    this.#owe(what);
    await this.#ready();
  }

  /** Takes the lease of a key. `unavailable` when the store has no leases or can't answer. */
  async acquire(key: string, ms: number): Promise<Lease | 'taken' | 'unavailable'> {
    const { store } = this.#options;
    if (store.acquire === undefined || this.isPaused) return 'unavailable';
    const answer = await this.#call('acquire', async () => ({ lease: await store.acquire?.(key, ms) }));
    return answer === undefined ? 'unavailable' : (answer.lease ?? 'taken');
  }

  /** Holds a lease for another while. */
  async renew(lease: Lease): Promise<void> {
    await this.#call('renew', () => lease.renew());
  }

  /** Gives a lease back. */
  async release(lease: Lease): Promise<void> {
    await this.#call('release', () => lease.release());
  }

  /** Keeps an entry with a sliding TTL. */
  async touch(key: string, ms: number): Promise<void> {
    if (!this.isPaused) await this.#call('touch', async (store) => store.touch?.(key, ms));
  }

  #owe({ keys = [], tags = [], all = false }: Invalidated): void {
    for (const key of keys) this.#owedKeys.add(key);
    for (const tag of tags) this.#owedTags.add(tag);
    if (all || this.owed > mostOwed) this.#owesAll = true;
    if (this.#owesAll) this.#takeDebts(true);
  }

  /** The debts as they stand; from here on new ones gather, also of the same keys. */
  #takeDebts(all: boolean): { readonly all: boolean; readonly keys: string[]; readonly tags: string[] } {
    const debts = { all: this.#owesAll, keys: [...this.#owedKeys], tags: [...this.#owedTags] };
    this.#owesAll = all;
    this.#owedKeys.clear();
    this.#owedTags.clear();
    return debts;
  }

  /** Whether the store may be used: it is not paused, and knows all invalidations. */
  #ready(): Promise<boolean> {
    if (this.isPaused) return Promise.resolve(false);
    if (this.#paying === undefined && this.owed === 0) return Promise.resolve(true);
    this.#paying ??= this.#pay().finally(() => (this.#paying = undefined));
    return this.#paying;
  }

  async #pay(): Promise<boolean> {
    while (this.owed > 0) {
      await this.#writes.settled();
      const debts = this.#takeDebts(false);
      const paid = await this.#call('invalidate', async (store) => {
        if (debts.all) await store.clear();
        if (debts.keys.length > 0) await store.delete(debts.keys);
        if (debts.tags.length > 0) await store.invalidateTags(debts.tags);
        return true;
      });
      if (paid === undefined) {
        this.#owe(debts);
        return false;
      }
    }
    return true;
  }

  /** Calls the store within the time limit; undefined when it fails. */
  async #call<T>(operation: string, work: (store: CacheStore) => Promise<T>): Promise<T | undefined> {
    const { store, clock, timeoutMs, pauseMs, counters, onFailure } = this.#options;
    const expired = Promise.withResolvers<never>();
    const timer = clock().setTimeout(() => expired.reject(new StoreTimeoutError(operation, timeoutMs)), timeoutMs);
    try {
      return await Promise.race([work(store), expired.promise]);
    } catch (error) {
      counters.l2Failures += 1;
      // A value that can't be stored is no fault of the store's.
      if (!(error instanceof NotStorableError)) this.#pausedUntil = clock().monotonic() + pauseMs;
      onFailure(operation, error);
      return undefined;
    } finally {
      timer[Symbol.dispose]();
    }
  }

  /** One line on what is wrong, for health; undefined when nothing is. */
  get trouble(): string | undefined {
    return this.isPaused ? `second level failed; ${this.owed} invalidations wait for it` : undefined;
  }
}
