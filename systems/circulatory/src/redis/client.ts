/**
 * What the driver needs of a Redis client: a way to send any command. `Redis` and `Cluster` of `ioredis` fit as they are;
 * for another client a function of one line does: `{ call: (...words) => client.sendCommand(words.map(String)) }`.
 */
export interface RedisClient {
  call(command: string, ...args: (string | number)[]): Promise<unknown>;
}
