import { messageOf } from '@organism/cell';
import type { RedisClient } from './client.ts';

const hexOf = (bytes: ArrayBuffer): string =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** A word of a command. */
export type Argument = string | number | Buffer;

/** A Lua script, sent by its digest, and in full to a server that does not know it yet. */
export class RedisScript {
  readonly #source: string;
  #digest: string | undefined;
  #making: Promise<string> | undefined;

  /** Whether its reply has bodies, so that its texts may be Buffers. */
  readonly #isRaw: boolean;

  constructor(source: string, isRaw = false) {
    this.#source = source;
    this.#isRaw = isRaw;
  }

  /** Runs the script on keys of one slot, of which the first is given. */
  async run(client: RedisClient, key: string, args: readonly Argument[]): Promise<unknown> {
    this.#making ??= crypto.subtle.digest('SHA-1', new TextEncoder().encode(this.#source)).then(hexOf);
    // Waited for only once: calls of one turn must be sent in their order.
    this.#digest ??= await this.#making;
    const send = this.#isRaw && client.callBuffer !== undefined ? 'callBuffer' : 'call';
    try {
      return await client[send]?.('EVALSHA', this.#digest, 1, key, ...args);
    } catch (error) {
      if (!messageOf(error).startsWith('NOSCRIPT')) throw error;
      return await client[send]?.('EVAL', this.#source, 1, key, ...args);
    }
  }
}
