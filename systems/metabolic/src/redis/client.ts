/**
 * What the drivers need of a Redis client: a way to send any command. `Redis` and `Cluster` of `ioredis` fit as they
 * are; for another client a function of one line does.
 */
export interface RedisClient {
  call(command: string, ...args: (string | number)[]): Promise<unknown>;
}

/** What the invalidation bus needs of a connection of its own: `redis.duplicate()` of `ioredis` fits as it is. */
export interface RedisSubscriber {
  subscribe(channel: string): Promise<unknown>;
  unsubscribe(channel: string): Promise<unknown>;
  on(event: 'message', listener: (channel: string, message: string) => void): unknown;
  on(event: 'ready' | 'close', listener: () => void): unknown;
  off(event: 'message', listener: (channel: string, message: string) => void): unknown;
  off(event: 'ready' | 'close', listener: () => void): unknown;
}
