import type { OxygenDriver } from '../driver.ts';

/** What is needed of a client: `MongoClient` of `mongodb` fits as it is. */
export interface MongoClientLike {
  connect(): Promise<unknown>;
  db(name: string): { command(command: { readonly ping: 1 }): Promise<unknown> };
  close(): Promise<void>;
}

/**
 * MongoDB by `mongodb`, which pools connections itself: callers share the client.
 *
 * @param open makes a client that is not in use elsewhere: it is closed when the resource stops.
 * @see https://www.mongodb.com/docs/drivers/node/current/
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { mongodb, Oxygen } from '@organism/respiratory/oxygen';
 * import { MongoClient } from 'mongodb';
 *
 * const driver = mongodb(() => new MongoClient('mongodb://localhost', { serverSelectionTimeoutMS: 5000 }));
 * export const documents = new Oxygen({ name: 'documents', driver });
 * assert.equal(documents.resource, 'down');
 * ```
 */
export const mongodb = <Client extends MongoClientLike>(open: () => Client): OxygenDriver<Client> => {
  const ping = async (client: Client): Promise<void> => void (await client.db('admin').command({ ping: 1 }));
  return {
    kind: 'mongodb',
    connect: async ({ signal }) => {
      const client = open();
      try {
        signal.throwIfAborted();
        await client.connect();
        await ping(client);
        return client;
      } catch (error) {
        await client.close();
        throw error;
      }
    },
    check: ping,
    close: async (client) => await client.close(),
  };
};
