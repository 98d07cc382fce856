export { RedisStore, type RedisStoreOptions } from './redis-store.ts';
export { type RedisBusOptions, RedisInvalidationBus } from './redis-bus.ts';
export type { RedisClient, RedisSubscriber } from './client.ts';
