import type { Durability } from '../heart/durability.ts';
import type { RedisClient } from './client.ts';

const settingOf = async (client: RedisClient, name: string): Promise<string | undefined> => {
  const reply = await client.call('CONFIG', 'GET', name);
  // A list of name and value, or with the newer protocol an object.
  return Array.isArray(reply) ? String(reply[1]) : String((reply as Record<string, unknown> | undefined)?.[name]);
};

/**
 * What a write that the server has acknowledged has reached, by its own settings; `memory` when it does not tell.
 *
 * @see https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/
 */
export const durabilityOf = async (client: RedisClient): Promise<Durability> => {
  const info = String(await client.call('INFO', 'persistence'));
  if (!info.includes('aof_enabled:1')) return 'memory';
  try {
    return (await settingOf(client, 'appendfsync')) === 'always' ? 'fsync' : 'page-cache';
  } catch {
    // Some hosts forbid CONFIG; every second is the default, and the less to promise.
    return 'page-cache';
  }
};

/**
 * What the server does when its memory is full; undefined when it does not tell. Anything but `noeviction` may throw
 * messages away.
 *
 * @see https://redis.io/docs/latest/develop/reference/eviction/
 */
export const evictionOf = async (client: RedisClient): Promise<string | undefined> =>
  /^maxmemory_policy:(\S+)/m.exec(String(await client.call('INFO', 'memory')))?.[1];
