export { RedisRateStore, type RedisRateStoreOptions } from './rate-store.ts';
export {
  type RedisBreakerClient,
  RedisBreakerStore,
  type RedisBreakerStoreOptions,
  type RedisListener,
} from './breaker-store.ts';
export type { RedisCaller } from './script.ts';
