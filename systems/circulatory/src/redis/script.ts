import { messageOf } from '@organism/cell';
import type { RedisClient } from './client.ts';

const hexOf = (bytes: ArrayBuffer): string =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** A word of a command. */
export type Argument = string | number | Buffer;

/** Whether the server has refused a digest since it does not know the script. */
export const isUnknown = (error: unknown): boolean => messageOf(error).startsWith('NOSCRIPT');

/** A Lua script that works on keys of one slot, of which it is given the first. */
export class RedisScript {
  readonly #source: string;
  /** Whether its reply has bodies, so that its texts may be Buffers. */
  readonly #isRaw: boolean;
  #digest: string | undefined;
  #making: Promise<void> | undefined;

  constructor(source: string, isRaw = false) {
    this.#source = source;
    this.#isRaw = isRaw;
  }

  /** Runs it by its digest. Rejects with an error that {@link isUnknown} knows when the server has not seen it yet. */
  run(client: RedisClient, key: string, args: readonly Argument[]): Promise<unknown> {
    // Waited for only once: calls of one turn must be sent in their order.
    if (this.#digest === undefined) return (this.#making ??= this.#make()).then(() => this.run(client, key, args));
    return this.#send(client, 'evalsha', this.#digest, key, args);
  }

  /** Runs it by its source, so that the server knows it from then on. */
  runInFull(client: RedisClient, key: string, args: readonly Argument[]): Promise<unknown> {
    return this.#send(client, 'eval', this.#source, key, args);
  }

  async #make(): Promise<void> {
    this.#digest = hexOf(await crypto.subtle.digest('SHA-1', new TextEncoder().encode(this.#source)));
  }

  #send(client: RedisClient, how: string, script: string, key: string, args: readonly Argument[]): Promise<unknown> {
    if (this.#isRaw && client.callBuffer !== undefined) return client.callBuffer(how, script, '1', key, ...args);
    return client.call(how, script, '1', key, ...args);
  }
}
