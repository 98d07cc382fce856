export { RedisBroker } from './redis-broker.ts';
export type { RedisBrokerOptions, RedisWarning } from './options.ts';
export type { RedisClient } from './client.ts';
export { nodeRedis, type NodeRedisClient } from './node-redis.ts';
