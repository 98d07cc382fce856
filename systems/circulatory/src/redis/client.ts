/**
 * What the driver needs of a Redis client: a way to send any command. `Redis` and `Cluster` of `ioredis` fit as they are;
 * {@link nodeRedis} makes one of a client of the package `redis`.
 */
export interface RedisClient {
  call(command: string, ...args: (string | number | Buffer)[]): Promise<unknown>;
  /** Likewise, with Buffers in the reply where `call` gives text. Without it bytes are stored as base64. */
  callBuffer?(command: string, ...args: (string | number | Buffer)[]): Promise<unknown>;
}
