import { messageOf } from '@organism/cell';
import type { RedisClient } from './client.ts';

const hexOf = (bytes: ArrayBuffer): string =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** A Lua script, sent by its digest, and in full to a server that does not know it yet. */
export class RedisScript {
  readonly #source: string;
  #digest: string | undefined;
  #making: Promise<string> | undefined;

  constructor(source: string) {
    this.#source = source;
  }

  /** Runs the script on keys of one slot, of which the first is given. */
  async run(client: RedisClient, key: string, args: readonly (string | number)[]): Promise<unknown> {
    this.#making ??= crypto.subtle.digest('SHA-1', new TextEncoder().encode(this.#source)).then(hexOf);
    // Waited for only once: calls of one turn must be sent in their order.
    this.#digest ??= await this.#making;
    try {
      return await client.call('EVALSHA', this.#digest, 1, key, ...args);
    } catch (error) {
      if (!messageOf(error).startsWith('NOSCRIPT')) throw error;
      return await client.call('EVAL', this.#source, 1, key, ...args);
    }
  }
}
