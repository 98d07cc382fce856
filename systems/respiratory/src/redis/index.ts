export { type RedisRateClient, RedisRateStore, type RedisRateStoreOptions } from './rate-store.ts';
