import { messageOf } from '@organism/cell';
import type { RedisClient } from './client.ts';

const hexOf = (bytes: ArrayBuffer): string =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** A Lua script, sent by its digest, and in full to a server that does not know it yet. */
export class RedisScript {
  readonly #source: string;
  #digest: Promise<string> | undefined;

  constructor(source: string) {
    this.#source = source;
  }

  /** Runs the script. All keys must be in one slot. */
  async run(client: RedisClient, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    this.#digest ??= crypto.subtle.digest('SHA-1', new TextEncoder().encode(this.#source)).then(hexOf);
    try {
      return await client.call('EVALSHA', await this.#digest, keys.length, ...keys, ...args);
    } catch (error) {
      if (!messageOf(error).startsWith('NOSCRIPT')) throw error;
      return await client.call('EVAL', this.#source, keys.length, ...keys, ...args);
    }
  }
}

/** The mark of a tag, made when there is none; kept alive while it is used. KEYS: mark. ARGV: new mark, ms. */
export const markScript: RedisScript = new RedisScript(`
local mark = redis.call('GET', KEYS[1])
if not mark then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return ARGV[1]
end
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) / 2 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return mark`);

/** Writes while the lease is held. KEYS: value, lock. ARGV: token or '', text, ms or ''. */
export const writeScript: RedisScript = new RedisScript(`
if ARGV[1] ~= '' and redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
if ARGV[3] == '' then redis.call('SET', KEYS[1], ARGV[2])
else redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
return 1`);

/** Holds a lock that is still ours for another while. KEYS: lock. ARGV: token, ms. */
export const renewScript: RedisScript = new RedisScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`);

/** Frees a lock that is still ours. KEYS: lock. ARGV: token. */
export const releaseScript: RedisScript = new RedisScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`);
