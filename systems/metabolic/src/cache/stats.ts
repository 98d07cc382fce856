/** Counters of a cache since it was made, and its present size. */
export interface CacheStats {
  /** Reads answered by a fresh value in memory, absences among them. */
  readonly hits: number;
  /** Hits that said "there is no such value". */
  readonly negativeHits: number;
  /** Reads answered by an old value while a new one is loaded. */
  readonly staleHits: number;
  /** Reads answered by an old value since loading failed. */
  readonly graceHits: number;
  /** Reads that memory could not answer. */
  readonly misses: number;
  /** Misses that joined a load already under way. */
  readonly joined: number;
  /** Calls of loaders. */
  readonly loads: number;
  readonly loadFailures: number;
  /** Loads whose result was not kept, since the key or one of its tags was invalidated meanwhile. */
  readonly discarded: number;
  /** Misses that the second level answered. */
  readonly l2Hits: number;
  readonly l2Misses: number;
  /** Operations that the second level failed or did not answer in time. */
  readonly l2Failures: number;
  /** Entries pushed out by newer ones. */
  readonly evictions: number;
  /** Entries found too old for anything. */
  readonly expirations: number;
  /** Entries dropped by `delete`, `invalidateTags`, `clear` or another process. */
  readonly invalidations: number;
  /** Values too big for `maxBytes`. */
  readonly rejected: number;
  /** Entries in memory. */
  readonly size: number;
  /** Estimated bytes of the entries in memory; 0 without `maxBytes`. */
  readonly bytes: number;
  /** Share of reads answered at once, from 0 to 1; 0 before the first read. */
  readonly hitRatio: number;
}

/** The counters, as they are counted. */
export class Counters {
  hits = 0;
  negativeHits = 0;
  staleHits = 0;
  graceHits = 0;
  misses = 0;
  joined = 0;
  loads = 0;
  loadFailures = 0;
  discarded = 0;
  l2Hits = 0;
  l2Misses = 0;
  l2Failures = 0;
  evictions = 0;
  expirations = 0;
  invalidations = 0;
  rejected = 0;

  /** The counters with the present size. */
  snapshot(size: number, bytes: number): CacheStats {
    const answered = this.hits + this.staleHits + this.graceHits;
    const reads = answered + this.misses;
    return { ...this, size, bytes, hitRatio: reads === 0 ? 0 : answered / reads };
  }
}

/** Something worth knowing that happened in a cache. Fresh hits are counted only. */
export type CacheEvent =
  | { readonly type: 'loaded'; readonly key: string; readonly durationMs: number; readonly kept: boolean }
  | { readonly type: 'load-failed'; readonly key: string; readonly error: unknown; readonly served: boolean }
  | { readonly type: 'evicted'; readonly key: string }
  | { readonly type: 'invalidated'; readonly keys?: readonly string[]; readonly tags?: readonly string[] }
  | { readonly type: 'l2-failed'; readonly operation: string; readonly error: unknown }
  | { readonly type: 'bus-failed'; readonly error: unknown }
  | { readonly type: 'bus-gap'; readonly source: string }
  | { readonly type: 'persistence-failed'; readonly error: unknown };
