export { RedisBroker, type RedisBrokerOptions } from './redis-broker.ts';
export type { RedisClient } from './client.ts';
