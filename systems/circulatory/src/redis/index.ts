export { RedisBroker, type RedisBrokerOptions, type RedisWarning } from './redis-broker.ts';
export type { RedisClient } from './client.ts';
export { nodeRedis, type NodeRedisClient } from './node-redis.ts';
