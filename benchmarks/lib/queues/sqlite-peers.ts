import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, defineQueue, defineWorker } from 'plainjob';
import type { Queue, Reading, Store } from './contender.ts';

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

/** Node's own SQLite under plainjob, which knows better-sqlite3 (native, and slightly faster) and Bun's. */
const connect = (path: string): Connection => {
  const database = new DatabaseSync(path);
  const transaction = (work: (...args: never[]) => unknown): unknown => {
    const within =
      (begin: string) =>
      (...args: never[]): unknown => {
        database.exec(begin);
        try {
          const result = work(...args);
          database.exec('COMMIT');
          return result;
        } catch (error) {
          database.exec('ROLLBACK');
          throw error;
        }
      };
    return Object.assign(within('BEGIN'), { immediate: within('BEGIN IMMEDIATE') });
  };
  return {
    driver: 'better-sqlite3',
    filename: path,
    pragma: (text: string) => database.exec(`PRAGMA ${text}`),
    exec: (text: string) => database.exec(text),
    prepare: (text: string) => database.prepare(text),
    transaction,
    close: () => database.close(),
  } as unknown as Connection;
};

const quiet = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };

/** plainjob: a transaction for each job that is added, one to take it and one to end it. It sets `normal` itself. */
export const plainjob = (synchronous: 'full' | 'normal') => (): Promise<Store> => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-plainjob-'));
  const connection = connect(join(folder, 'jobs.db'));
  const jobs = defineQueue({ connection, logger: quiet });
  connection.pragma(`synchronous = ${synchronous}`);
  let stop = (): Promise<void> => Promise.resolve();
  return Promise.resolve({
    publish: (value: Reading) => Promise.resolve(jobs.add('reading', value)),
    consume: (handler: (value: Reading) => void) => {
      const worker = defineWorker('reading', (job) => handler(JSON.parse(job.data) as Reading), {
        queue: jobs,
        logger: quiet,
        pollIntervall: 1,
      });
      const running = worker.start();
      stop = async () => {
        await worker.stop();
        await running;
      };
      return Promise.resolve();
    },
    [Symbol.asyncDispose]: async () => {
      await stop();
      jobs.close();
      rmSync(folder, { recursive: true });
    },
  });
};
