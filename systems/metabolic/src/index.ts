export { Glycogen } from './cache/glycogen.ts';
export type { GlycogenOptions } from './cache/options.ts';
export type { FetchOptions, Load, LoadScope } from './cache/load.ts';
export type { Lifetime } from './cache/lifetime.ts';
export type { CacheEvent, CacheStats } from './cache/stats.ts';
export { type Freshness, remainingMs, type StoredEntry } from './cache/entry.ts';
export { jsonCodec, type RecordCodec } from './cache/codec.ts';
export { estimateBytes } from './cache/size.ts';
export type { CacheStore, Lease, StoreRead, WriteConditions } from './cache/store.ts';
export { MemoryStore } from './cache/memory-store.ts';
export {
  type Invalidated,
  type Invalidation,
  type InvalidationBus,
  type InvalidationListener,
  LocalInvalidationBus,
} from './cache/bus.ts';
export type { CachePersistence, PersistedChange } from './cache/persistence.ts';
export { ObjectPool, type ObjectPoolStats } from './pool/object-pool.ts';
export type { ObjectPoolOptions } from './pool/options.ts';
export type { Borrowed, PoolLeak } from './pool/lease.ts';
export { PoolExhaustedError } from './pool/errors.ts';
export { RingBuffer, type RingBufferOptions } from './ring-buffer.ts';
export { SharedRing, SharedRingError } from './shared-ring.ts';
export { StringInterner, type StringInternerOptions } from './interner.ts';
export { BadDeltasError, decodeDeltas, type DeltaOptions, encodeDeltas } from './delta.ts';
export { NotStorableError, StoreTimeoutError } from './errors.ts';
