import { OrganismError } from '@organism/cell';
import type { OxygenDriver } from '../driver.ts';

/** What is needed of a client: `Client` of `memjs` fits as it is. */
export interface MemcachedClientLike {
  stats(callback: (error: Error | null, server: string, stats: unknown) => void): unknown;
  close(): void;
}

const ask = (client: MemcachedClientLike): Promise<void> =>
  new Promise((resolve, reject) => {
    // Called once for each server; one that answers is a sign of life.
    client.stats((error, server, stats) => {
      if (error === null && stats !== null) resolve();
      else
        reject(
          new OrganismError('RESPIRATORY_NO_ANSWER', `Memcached at ${server} did not answer.`, {
            status: 503,
            cause: error,
          }),
        );
    });
  });

/**
 * Memcached by `memjs`; callers share the client.
 *
 * @param open makes a client that is not in use elsewhere: it is closed when the resource stops.
 * @see https://github.com/memcachier/memjs
 */
export const memcached = <Client extends MemcachedClientLike>(open: () => Client): OxygenDriver<Client> => ({
  kind: 'memcached',
  connect: async ({ signal }) => {
    const client = open();
    try {
      signal.throwIfAborted();
      await ask(client);
      return client;
    } catch (error) {
      client.close();
      throw error;
    }
  },
  check: ask,
  close: async (client) => client.close(),
});
