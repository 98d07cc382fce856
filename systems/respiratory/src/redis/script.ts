import { createHash } from 'node:crypto';

/** What a store needs of a Redis client: a way to send any command. `Redis` and `Cluster` of `ioredis` fit. */
export interface RedisCaller {
  call(command: string, ...args: (string | number)[]): Promise<unknown>;
}

/** A Lua script: sent by its digest, and whole only to a server that does not know it. */
export class RedisScript {
  readonly #source: string;
  readonly #sha: string;

  constructor(source: string) {
    this.#source = source;
    this.#sha = createHash('sha1').update(source).digest('hex');
  }

  /** Runs it over one key. */
  async run(client: RedisCaller, key: string, ...args: readonly (string | number)[]): Promise<unknown> {
    try {
      return await client.call('EVALSHA', this.#sha, 1, key, ...args);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return client.call('EVAL', this.#source, 1, key, ...args);
    }
  }
}
