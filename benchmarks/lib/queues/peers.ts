import { Queue as BullQueue, Worker } from 'bullmq';
import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Queue, Reading } from './contender.ts';

/** Node's own emitter: no queue, no acknowledgement, nothing kept. What no broker can be faster than. */
export const emitter = (): Promise<Queue> => {
  const events = new EventEmitter();
  const queue: Queue = {
    publish: (value) => {
      events.emit('reading', value);
      return Promise.resolve();
    },
    onValue: () => {},
    [Symbol.asyncDispose]: async () => void events.removeAllListeners('reading'),
  };
  events.on('reading', (value: Reading) => queue.onValue(value));
  return Promise.resolve(queue);
};

/**
 * The least that a durable queue must do in SQLite: an INSERT for each value, and a SELECT and DELETE, one transaction for
 * each turn of the event loop. No leases, no retries, no groups.
 */
export const bareSqlite = (synchronous: 'full' | 'normal') => (): Promise<Queue> => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-sqlite-'));
  const database = new DatabaseSync(join(folder, 'bare.db'));
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous};
    CREATE TABLE queue (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT`);
  const [begin, commit] = [database.prepare('BEGIN IMMEDIATE'), database.prepare('COMMIT')];
  const insert = database.prepare('INSERT INTO queue (body) VALUES (?)');
  const take = database.prepare('SELECT id, body FROM queue ORDER BY id LIMIT 500');
  const remove = database.prepare('DELETE FROM queue WHERE id = ?');
  let waiting: { readonly body: string; readonly resolve: () => void }[] = [];
  const queue: Queue = {
    publish: (value) =>
      new Promise<void>((resolve) => {
        if (waiting.length === 0) setImmediate(turn);
        waiting.push({ body: JSON.stringify(value), resolve });
      }),
    onValue: () => {},
    [Symbol.asyncDispose]: () => {
      database.close();
      rmSync(folder, { recursive: true });
      return Promise.resolve();
    },
  };
  const turn = (): void => {
    const batch = waiting;
    waiting = [];
    begin.run();
    for (const { body } of batch) insert.run(body);
    commit.run();
    for (const { resolve } of batch) resolve();
    begin.run();
    const rows = take.all();
    for (const { id } of rows) remove.run(id as number);
    commit.run();
    for (const { body } of rows) queue.onValue(JSON.parse(body as string) as Reading);
  };
  return Promise.resolve(queue);
};

/** BullMQ as its documentation advises for throughput: a worker with concurrency, finished jobs removed. */
export const bullmq = async (): Promise<Queue> => {
  const connection = { host: '127.0.0.1', port: 6379, maxRetriesPerRequest: null };
  const name = `bench-${process.pid}`;
  const bull = new BullQueue<Reading>(name, { connection, defaultJobOptions: { removeOnComplete: true } });
  const queue: Queue = {
    publish: (value) => bull.add('reading', value),
    onValue: () => {},
    [Symbol.asyncDispose]: async () => {
      await worker.close();
      await bull.obliterate({ force: true });
      await bull.close();
    },
  };
  const worker = new Worker<Reading>(
    name,
    (job) => {
      queue.onValue(job.data);
      return Promise.resolve();
    },
    { connection, concurrency: 100 },
  );
  await Promise.all([bull.waitUntilReady(), worker.waitUntilReady()]);
  return queue;
};
