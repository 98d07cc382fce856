import type { OxygenDriver } from '../driver.ts';

/** What is needed of a client: `Redis` of `ioredis` with `lazyConnect`, and what `redis` makes, fit as they are. */
export interface RedisClientLike {
  connect(): Promise<unknown>;
  ping(): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  quit(): Promise<unknown>;
  /** Ends at once: of `ioredis`. */
  disconnect?(): unknown;
  /** Ends at once: of `redis`. */
  destroy?(): unknown;
}

const cut = (client: RedisClientLike): void => {
  try {
    if (client.destroy === undefined) void client.disconnect?.();
    else client.destroy();
  } catch {
    // `redis` throws when there is nothing to end.
  }
};

/**
 * Redis by `ioredis` (with `lazyConnect: true`) or `redis`; callers share the client, which connects anew by itself.
 *
 * @param open makes a client that is not connected yet, and not in use elsewhere: it ends when the resource stops.
 * @see https://github.com/redis/ioredis and https://github.com/redis/node-redis
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Oxygen, redis } from '@organism/respiratory/oxygen';
 * import { Redis } from 'ioredis';
 *
 * const driver = redis(() => new Redis('redis://localhost', { lazyConnect: true, maxRetriesPerRequest: 1 }));
 * export const sessions = new Oxygen({ name: 'sessions', driver });
 * assert.equal(sessions.resource, 'down');
 * ```
 */
export const redis = <Client extends RedisClientLike>(open: () => Client): OxygenDriver<Client> => ({
  kind: 'redis',
  connect: async ({ signal, onError }) => {
    const client = open();
    // Without a listener, a broken connection ends the process.
    client.on('error', onError);
    const onAbort = (): void => cut(client);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      signal.throwIfAborted();
      await client.connect();
      await client.ping();
      return client;
    } catch (error) {
      cut(client);
      throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  },
  check: async (client) => void (await client.ping()),
  close: async (client) => {
    try {
      await client.quit();
    } finally {
      cut(client);
    }
  },
});
