import { Queue as BullQueue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { Reading, Store } from './contender.ts';

const address = { host: '127.0.0.1', port: 6379 };
let names = 0;
const newName = (): string => `bench-${process.pid}-${(names += 1)}`;

/** BullMQ as its documentation advises for throughput: bulk adds, a worker with concurrency, finished jobs removed. */
export const bullmq = async (): Promise<Store> => {
  const connection = { ...address, maxRetriesPerRequest: null };
  const name = newName();
  const bull = new BullQueue<Reading>(name, { connection, defaultJobOptions: { removeOnComplete: true } });
  let worker: Worker<Reading> | undefined;
  await bull.waitUntilReady();
  return {
    publish: (value) => bull.add('reading', value),
    publishAll: (values) => bull.addBulk(values.map((data) => ({ name: 'reading', data }))),
    consume: (handler) => {
      const work = (job: { readonly data: Reading }): Promise<void> => {
        try {
          handler(job.data);
          return Promise.resolve();
        } catch (error) {
          return Promise.reject(error as Error);
        }
      };
      worker = new Worker<Reading>(name, work, { connection, concurrency: 100 });
      worker.on('error', () => {});
      return worker.waitUntilReady();
    },
    [Symbol.asyncDispose]: async () => {
      await worker?.close();
      await bull.obliterate({ force: true });
      await bull.close();
    },
  };
};

const bodyOf = (reply: [string, string[]]): Reading => JSON.parse(reply[1][1] ?? '') as Reading;

/**
 * A stream by hand, with the commands alone: XADD; XREADGROUP of up to 500 and one XACK for them. No retries; poison goes
 * to a second stream by hand.
 */
export const rawStream = async (): Promise<Store> => {
  const [client, reader] = [new Redis(address), new Redis(address)];
  const name = newName();
  await client.xgroup('CREATE', name, 'workers', '$', 'MKSTREAM');
  const state = { isOpen: true };
  let reading: Promise<void> = Promise.resolve();
  const readAll = async (handler: (value: Reading) => void): Promise<void> => {
    while (state.isOpen) {
      const replies = (await reader.xreadgroup(
        'GROUP',
        'workers',
        'one',
        'COUNT',
        500,
        'BLOCK',
        50,
        'STREAMS',
        name,
        '>',
      )) as [string, [string, string[]][]][] | null;
      const entries = replies?.[0]?.[1] ?? [];
      for (const entry of entries) {
        try {
          handler(bodyOf(entry));
        } catch (error) {
          await client.xadd(`${name}-dead`, '*', 'body', entry[1][1] ?? '', 'reason', String(error));
        }
      }
      if (entries.length > 0) await client.xack(name, 'workers', ...entries.map(([id]) => id));
    }
  };
  return {
    publish: (value) => client.xadd(name, '*', 'body', JSON.stringify(value)),
    consume: (handler) => {
      reading = readAll(handler);
      return Promise.resolve();
    },
    [Symbol.asyncDispose]: async () => {
      state.isOpen = false;
      await reading;
      await client.del(name, `${name}-dead`);
      client.disconnect();
      reader.disconnect();
    },
  };
};
