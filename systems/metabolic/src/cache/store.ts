import type { StoredEntry } from './entry.ts';

/** What a read of a {@link CacheStore} gives. */
export interface StoreRead {
  /** The entry, when there is one and none of its tags was invalidated since it was written. */
  readonly entry?: StoredEntry;
  /**
   * The state of the asked tags at this moment. Given back with a write, it makes the store drop what was loaded
   * before an invalidation but written after it. Opaque to everybody but the store.
   */
  readonly ticket: unknown;
}

/** What a write of a {@link CacheStore} depends on. */
export interface WriteConditions {
  /** From the read before the value was loaded. Without it, the tags' state at the write counts. */
  readonly ticket?: unknown;
  /** Write only while this lease is held: a key that was deleted or set meanwhile stays as it is. */
  readonly lease?: Lease;
}

/** The right to load a key, given to one process at a time. */
export interface Lease {
  /** What tells this lease from another one of the same key. */
  readonly token: string;
  /** Holds it for another while; false when it was lost. */
  renew(): Promise<boolean>;
  /** Gives it back, unless it was lost. */
  release(): Promise<void>;
}

/**
 * Second-level store: what several processes share. A port: `@organism/metabolic/redis` has a driver for Redis, and
 * `storeContract` of `@organism/metabolic/testing` proves others.
 *
 * Every operation may reject; the cache then goes on without the store, and sends invalidations again later.
 */
export interface CacheStore {
  /** Reads an entry, and the state of `tags` for a later write. */
  read(key: string, tags: readonly string[]): Promise<StoreRead>;
  /** Writes an entry, unless a condition forbids it; tells whether it was written. */
  write(key: string, entry: StoredEntry, conditions?: WriteConditions): Promise<boolean>;
  /** Deletes keys, and takes away the leases on them. */
  delete(keys: readonly string[]): Promise<void>;
  /** Makes every entry that has one of these tags, and was written before, unreadable. */
  invalidateTags(tags: readonly string[]): Promise<void>;
  /** Makes every entry that was written before unreadable. */
  clear(): Promise<void>;
  /** Keeps an entry with a sliding TTL for another `ms` milliseconds. */
  touch?(key: string, ms: number): Promise<void>;
  /** Takes the lease of a key for `ms` milliseconds; undefined when another process has it. */
  acquire?(key: string, ms: number): Promise<Lease | undefined>;
}
