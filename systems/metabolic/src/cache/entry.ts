import type { FullLifetime } from './lifetime.ts';

/** What memory keeps: a value and its stamps, in milliseconds of the monotonic clock. */
export interface Entry {
  readonly value: unknown;
  /** Moves with every read when the TTL slides. */
  freshUntil: number;
  /** The end of the TTL, which sliding never passes. */
  readonly freshAtMost: number;
  readonly slidingMs: number;
  readonly staleMs: number;
  readonly graceMs: number;
  /** No further attempt to refresh before this: the last one failed, or somebody else is at it. */
  retryAt: number;
  readonly tags: readonly string[];
}

/** What leaves the process: a value and its stamps, in milliseconds since the epoch. Plain data. */
export interface StoredEntry {
  /** Missing when it is known that there is no value. */
  readonly value?: unknown;
  /** When its TTL ends; missing when it has none. */
  readonly freshUntil?: number;
  readonly slidingMs?: number;
  readonly staleMs?: number;
  readonly graceMs?: number;
  readonly tags?: readonly string[];
}

/** How usable an entry is. */
export type Freshness = 'fresh' | 'stale' | 'grace' | 'dead';

/** Tells how usable an entry is at a time. */
export const freshnessOf = (entry: Entry, now: number): Freshness => {
  const late = now - entry.freshUntil;
  if (late < 0) return 'fresh';
  if (late < entry.staleMs) return 'stale';
  return late < entry.graceMs ? 'grace' : 'dead';
};

/** A new entry; undefined when the lifetime says that it is not to be kept. */
export const makeEntry = (value: unknown, lifetime: FullLifetime, now: number): Entry | undefined => {
  const isNegative = value === undefined;
  const ttlMs = isNegative ? lifetime.negativeTtlMs : lifetime.ttlMs;
  const slidingMs = isNegative ? Infinity : lifetime.slidingMs;
  const staleMs = isNegative ? 0 : lifetime.staleMs;
  const graceMs = isNegative ? 0 : lifetime.graceMs;
  if (Math.min(ttlMs, slidingMs) + Math.max(staleMs, graceMs) <= 0) return undefined;
  const freshAtMost = now + ttlMs;
  const freshUntil = Math.min(freshAtMost, now + slidingMs);
  return { value, freshUntil, freshAtMost, slidingMs, staleMs, graceMs, retryAt: 0, tags: lifetime.tags };
};

/** The entry as it leaves the process. `offset` is the wall clock's time less the monotonic clock's. */
export const toStored = (entry: Entry, offset: number): StoredEntry => ({
  ...(entry.value !== undefined && { value: entry.value }),
  ...(entry.freshAtMost !== Infinity && { freshUntil: entry.freshAtMost + offset }),
  ...(entry.slidingMs !== Infinity && { slidingMs: entry.slidingMs }),
  ...(entry.staleMs > 0 && { staleMs: entry.staleMs }),
  ...(entry.graceMs > 0 && { graceMs: entry.graceMs }),
  ...(entry.tags.length > 0 && { tags: entry.tags }),
});

/** The entry as it comes from outside; a sliding TTL starts again. */
export const fromStored = (stored: StoredEntry, now: number, offset: number): Entry => {
  const { value, slidingMs = Infinity, staleMs = 0, graceMs = 0, tags = [] } = stored;
  const freshAtMost = stored.freshUntil === undefined ? Infinity : stored.freshUntil - offset;
  const freshUntil = Math.min(freshAtMost, now + slidingMs);
  return { value, freshUntil, freshAtMost, slidingMs, staleMs, graceMs, retryAt: 0, tags };
};

/**
 * How many milliseconds a stored entry is still of use to anybody; not above 0 when it is not, Infinity when it has no
 * end. For drivers, to let the store forget it by itself.
 *
 * @param now milliseconds since the epoch.
 */
export const remainingMs = (entry: StoredEntry, now: number): number => {
  const { freshUntil = Infinity, slidingMs = Infinity, staleMs = 0, graceMs = 0 } = entry;
  return Math.min(freshUntil - now, slidingMs) + Math.max(staleMs, graceMs);
};

const isNumber = (value: unknown): boolean => value === undefined || typeof value === 'number';

/** Whether something read from outside is an entry. Others may write into a shared store. */
export const isStoredEntry = (value: unknown): value is StoredEntry => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { tags = [], freshUntil, slidingMs, staleMs, graceMs } = value as StoredEntry;
  if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === 'string')) return false;
  return [freshUntil, slidingMs, staleMs, graceMs].every(isNumber);
};
