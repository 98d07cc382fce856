import { messageOf } from '@organism/cell';
import { createHash } from 'node:crypto';
import type { RedisClient } from './client.ts';

/** A word of a command. */
export type Argument = string | number | Buffer;

/** Whether the server has refused a digest since it does not know the script. */
export const isUnknown = (error: unknown): boolean => messageOf(error).startsWith('NOSCRIPT');

/** A Lua script that works on keys of one slot, of which it is given the first. */
export class RedisScript {
  readonly #source: string;
  /** Whether its reply has bodies, so that its texts may be Buffers. */
  readonly #isRaw: boolean;
  readonly #sent = new WeakSet<RedisClient>();
  #digest: string | undefined;

  constructor(source: string, isRaw = false) {
    this.#source = source;
    this.#isRaw = isRaw;
  }

  /**
   * Runs it by its digest. Rejects with an error that {@link isUnknown} knows when the server has not seen it. The first time
   * it goes in full, so that what is sent meanwhile does not overtake it.
   */
  run(client: RedisClient, key: string, args: readonly Argument[]): Promise<unknown> {
    if (!this.#sent.has(client)) {
      this.#sent.add(client);
      return this.runInFull(client, key, args);
    }
    this.#digest ??= createHash('sha1').update(this.#source).digest('hex');
    return this.#send(client, 'evalsha', this.#digest, key, args);
  }

  /** Runs it by its source, so that the server knows it from then on. */
  runInFull(client: RedisClient, key: string, args: readonly Argument[]): Promise<unknown> {
    return this.#send(client, 'eval', this.#source, key, args);
  }

  #send(client: RedisClient, how: string, script: string, key: string, args: readonly Argument[]): Promise<unknown> {
    try {
      if (this.#isRaw && client.callBuffer !== undefined) return client.callBuffer(how, script, '1', key, ...args);
      return client.call(how, script, '1', key, ...args);
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }
}
