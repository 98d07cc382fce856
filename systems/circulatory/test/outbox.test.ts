import { Context } from '@organism/cell';
import { Heart, HeartDriverError, MemoryBroker } from '@organism/circulatory';
import { OutboxRelay, type OutboxStore, type RelayFailure } from '@organism/circulatory/outbox';
import { PostgresOutbox } from '@organism/circulatory/outbox/postgres';
import { SqliteOutbox } from '@organism/circulatory/outbox/sqlite';
import { constant } from '@organism/homeostasis';
import { Bone } from '@organism/skeletal';
import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findPostgres } from './fixtures/postgres.ts';

const pool = await findPostgres();
const folder = mkdtempSync(join(tmpdir(), 'outbox-'));
const tables: string[] = [];
let count = 0;
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  for (const table of tables) await pool?.query(`DROP TABLE IF EXISTS ${table}, ${table}_lanes, ${table}_effects`);
  await pool?.end();
});

type Add = (
  topic: Parameters<SqliteOutbox['add']>[1],
  value: unknown,
  options?: Parameters<SqliteOutbox['add']>[3],
) => Promise<string>;

interface Kit {
  readonly store: OutboxStore;
  /** Runs work in a transaction, with an effect of its own beside; rolls back when it throws. */
  transaction(work: (add: Add) => Promise<void>): Promise<void>;
  /** How many transactions had their effect. */
  effects(): Promise<number>;
}

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const sqlite = async (): Promise<Kit> => {
  const path = join(folder, `${count++}.db`);
  const store = new SqliteOutbox({ path, lanes: 4 });
  await store.setup();
  const database = new DatabaseSync(path, { timeout: 5000 });
  closing.push(() => database.close());
  database.exec('CREATE TABLE effects (n INTEGER)');
  return {
    store,
    transaction: async (work) => {
      database.exec('BEGIN IMMEDIATE; INSERT INTO effects VALUES (1)');
      try {
        await work(async (...entry) => store.add(database, ...entry));
        database.exec('COMMIT');
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    },
    effects: () => Promise.resolve(Number(database.prepare('SELECT count(*) AS n FROM effects').get()?.['n'])),
  };
};

const postgres = async (): Promise<Kit> => {
  if (pool === undefined) throw new Error('There is no PostgreSQL.');
  const table = `outbox_${process.pid}_${count++}`;
  tables.push(table);
  const store = new PostgresOutbox({ client: pool, table, lanes: 4 });
  await Promise.all([store.setup(), store.setup()]);
  await pool.query(`CREATE TABLE ${table}_effects (n int)`);
  return {
    store,
    transaction: async (work) => {
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        await client.query(`INSERT INTO ${table}_effects VALUES (1)`);
        await work((...entry) => store.add(client, ...entry));
        await client.query('COMMIT');
      } catch (error) {
        await client.query('ROLLBACK');
        throw error;
      } finally {
        client.release();
      }
    },
    effects: async () => Number((await pool.query(`SELECT count(*) AS n FROM ${table}_effects`)).rows[0].n),
  };
};

const kits = [
  { name: 'SQLite', make: sqlite, isThere: true },
  { name: 'PostgreSQL', make: postgres, isThere: pool !== undefined },
];

describe.each(kits)('an outbox in $name', ({ make, isThere }) => {
  const test = it.runIf(isThere);

  /** What has come to a topic, in order. */
  const read = async (heart: Heart, topic: string, amount: number): Promise<unknown[]> => {
    const vein = await heart.vein(topic);
    const seen: unknown[] = [];
    while (seen.length < amount) {
      for (const message of await vein.pull({ max: 100, waitMs: 10_000 })) {
        seen.push(message.data);
        await message.ack();
      }
    }
    await vein.close();
    return seen;
  };

  test('publishes what was committed, and nothing of what was not', async () => {
    const { store, transaction, effects } = await make();
    await using heart = await new Heart().start();
    await transaction(async (add) => void (await add('jobs', { n: 1 }, { key: 'a' })));
    const failed = transaction(async (add) => {
      await add('jobs', { n: 2 }, { key: 'a' });
      throw new Error('rolled back');
    });
    await expect(failed).rejects.toThrow('rolled back');
    await transaction(async (add) => {
      await add('jobs', { n: 3 }, { key: 'a' });
      await add('jobs', { n: 4 }, { key: 'a' });
    });
    expect(await store.depth()).toMatchObject({ waiting: 3, failed: 0 });
    await using relay = await new OutboxRelay({ store, heart, pollMs: 5 }).start();
    expect(await read(heart, 'jobs', 3)).toEqual([{ n: 1 }, { n: 3 }, { n: 4 }]);
    await expect.poll(() => store.depth()).toMatchObject({ waiting: 0, oldestAgeMs: 0 });
    expect(await effects()).toBe(2);
    await expect.poll(() => relay.describe().counters).toMatchObject({ relayed: 3, failed: 0 });
  });

  test('carries id, key, headers, priority, context and due time', async () => {
    const { store, transaction } = await make();
    const Place = new Bone('place', z.object({ at: z.string() }), { version: 1 });
    await using heart = await new Heart().start();
    const context = new Context({ correlationId: 'order-7' });
    await transaction(async (add) => {
      await add(Place, { at: 'home' }, { id: 'p1', key: 'k', headers: { 'x-shop': 'one' }, context });
      await add('late', 1, { delayMs: 86_400_000 });
      await add('gone', 1, { ttlMs: 0.0001 });
      await expect(add(Place, { at: 7 })).rejects.toMatchObject({ code: expect.stringMatching(/^SKELETAL_/) });
      await expect(add('jobs', 1, { priority: 12 })).rejects.toThrow(/^priority must be/);
    });
    await using relay = await new OutboxRelay({ store, heart, pollMs: 5 }).start();
    const vein = await heart.vein(Place);
    const [message] = await vein.pull({ waitMs: 10_000 });
    expect(message).toMatchObject({ id: 'p1', key: 'k', data: { at: 'home' } });
    expect(message?.headers).toMatchObject({ 'x-shop': 'one', 'x-correlation-id': 'order-7' });
    await expect.poll(() => relay.describe().counters).toMatchObject({ relayed: 2, expired: 1 });
    expect(await heart.inspect('late')).toMatchObject({ depth: 1 });
  });

  test('is read by several relays, in the order of each key, each message once', async () => {
    const { store, transaction } = await make();
    await using heart = await new Heart().start();
    const relays = await Promise.all(
      [1, 2, 3].map((n) =>
        new OutboxRelay({ name: `relay-${n}`, store, heart, pollMs: 1, maxBatch: 3, concurrency: 2 }).start(),
      ),
    );
    const keys = ['a', 'b', 'c', 'd', 'e'];
    for (let n = 0; n < 40; n += 1)
      await transaction(async (add) => {
        for (const key of keys) await add('steps', { key, n }, { key });
      });
    const seen = (await read(heart, 'steps', 200)) as { key: string; n: number }[];
    for (const key of keys)
      expect(seen.filter((step) => step.key === key).map(({ n }) => n)).toEqual([...Array(40).keys()]);
    for (const relay of relays) await relay.stop();
    const duplicates = relays.map((relay) => relay.describe().counters?.['duplicates'] as number);
    expect(duplicates).toEqual([0, 0, 0]);
  });

  test('keeps everything while the broker fails, in order, and says so', async () => {
    const { store, transaction } = await make();
    const broker = new MemoryBroker();
    await using heart = await new Heart({ driver: broker }).start();
    let isDown = true;
    const flaky = {
      publishBatch: ((...batch) => {
        if (isDown)
          return Promise.reject(new HeartDriverError('publish', { cause: new Error('down'), retryable: true }));
        return heart.publishBatch(...batch);
      }) as Heart['publishBatch'],
    };
    const failures: RelayFailure[] = [];
    await using relay = await new OutboxRelay({
      store,
      heart: flaky,
      pollMs: 5,
      backoff: constant(5),
      onError: (failure) => failures.push(failure),
    }).start();
    for (const n of [1, 2, 3]) await transaction(async (add) => void (await add('jobs', n, { key: 'k' })));
    await expect.poll(() => failures.length).toBeGreaterThan(2);
    expect(await relay.health()).toMatchObject({ status: 'warn' });
    expect(failures[0]?.error).toMatchObject({ code: 'CIRCULATORY_DRIVER' });
    isDown = false;
    expect(await read(heart, 'jobs', 3)).toEqual([1, 2, 3]);
    await expect.poll(async () => (await relay.health()).status).toBe('pass');
  });

  test('puts aside what will never be taken, and lets the rest go on', async () => {
    const { store, transaction } = await make();
    await using heart = await new Heart().start();
    heart.declare(new Bone('strict', z.object({ n: z.number() })));
    const failures: RelayFailure[] = [];
    await transaction(async (add) => {
      await expect((async () => await add('strict', { n: 1n }))()).rejects.toMatchObject({
        code: 'CIRCULATORY_NOT_ENCODABLE',
      });
      await add('strict', { n: 1 }, { key: 'k' });
      await add('strict', { n: 'two' }, { key: 'k', id: 'bad' });
      await add('strict', { n: 3 }, { key: 'k' });
    });
    await using _relay = await new OutboxRelay({
      store,
      heart,
      pollMs: 5,
      onError: (failure) => failures.push(failure),
    }).start();
    expect(await read(heart, 'strict', 2)).toEqual([{ n: 1 }, { n: 3 }]);
    await expect.poll(() => store.depth()).toMatchObject({ waiting: 0, failed: 1 });
    expect(failures).toMatchObject([{ id: 'bad' }]);
    const [record] = await store.failed();
    expect(record).toMatchObject({ id: 'bad', topic: 'strict', key: 'k' });
    expect(record?.reason).toContain('SKELETAL_');
    expect(await store.retryFailed([(record?.seq ?? 0) + 1])).toBe(0);
    expect(await store.retryFailed()).toBe(1);
    await expect.poll(() => store.depth()).toMatchObject({ waiting: 0, failed: 1 });
    expect(await store.discardFailed()).toBe(1);
    expect(await store.depth()).toMatchObject({ waiting: 0, failed: 0 });
  });

  test('gives a lane to one relay at a time, and to another when the first has died', async () => {
    const { store, transaction } = await make();
    await transaction(async (add) => void (await add('jobs', 1, { key: 'k' })));
    const first = await store.claim(1500);
    expect(first).toBeDefined();
    expect(await store.claim(1500)).toBeUndefined();
    await expect.poll(async () => (await store.claim(60_000))?.lane, { timeout: 10_000 }).toBe(first?.lane);
    if (first === undefined) return;
    expect(await store.extend(first, 60_000)).toBe(false);
    await store.release(first);
    expect(await store.claim(1000)).toBeUndefined();
  });

  test('survives the death of a relay before and after every single step', async () => {
    for (const dies of ['before', 'after'] as const) {
      for (let last = 0; last < 14; last += 1) {
        const { store, transaction } = await make();
        await using heart = await new Heart().start();
        await transaction(async (add) => {
          for (const n of [1, 2, 3, 4, 5]) await add(n === 3 ? 'other' : 'jobs', n, { key: 'k' });
        });
        let steps = 0;
        const death = Promise.withResolvers<void>();
        /** Lets so many calls through to the store and the broker; then nothing is heard of this process any more. */
        const mortal = async (call: () => unknown): Promise<unknown> => {
          const isFatal = steps++ >= last;
          if (!isFatal || (dies === 'after' && steps === last + 1)) {
            const result = await call();
            if (!isFatal) return result;
          }
          death.resolve();
          return await new Promise(() => {});
        };
        const mortalStore = new Proxy(store, {
          get: (target, name) => {
            const value: unknown = Reflect.get(target, name, target);
            if (typeof value !== 'function') return value;
            if (name === 'setup' || name === 'close') return value.bind(target) as unknown;
            return (...given: unknown[]) => mortal(() => Reflect.apply(value, target, given) as unknown);
          },
        });
        const publishBatch = ((...batch) => mortal(() => heart.publishBatch(...batch))) as Heart['publishBatch'];
        const options = { pollMs: 1, maxBatch: 2, concurrency: 1, leaseMs: 30 };
        await new OutboxRelay({ ...options, store: mortalStore, heart: { publishBatch } }).start();
        await death.promise;
        await using _next = await new OutboxRelay({ ...options, store, heart }).start();
        await expect.poll(async () => (await store.depth()).waiting, { interval: 5 }).toBe(0);
        expect([await read(heart, 'jobs', 4), await read(heart, 'other', 1)]).toEqual([[1, 2, 4, 5], [3]]);
        expect(await heart.inspect('jobs')).toMatchObject({ depth: 0 });
      }
    }
  });

  test('delivers once what a relay had published but not deleted', async () => {
    const { store, transaction } = await make();
    await using heart = await new Heart().start();
    await transaction(async (add) => void (await add('jobs', 'only', { key: 'k', id: 'one' })));
    const forgetful = new Proxy(store, {
      get: (target, name) => {
        if (name === 'done') return () => Promise.reject(new Error('died here'));
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    const dying = await new OutboxRelay({ store: forgetful, heart, pollMs: 5, backoff: constant(5) }).start();
    await expect.poll(async () => (await heart.inspect('jobs')).depth).toBe(1);
    await dying.stop();
    expect(await store.depth()).toMatchObject({ waiting: 1 });
    await using relay = await new OutboxRelay({ store, heart, pollMs: 5 }).start();
    await expect.poll(() => relay.describe().counters).toMatchObject({ duplicates: 1, relayed: 0 });
    expect(await store.depth()).toMatchObject({ waiting: 0 });
    expect(await heart.inspect('jobs')).toMatchObject({ depth: 1 });
  });
});

describe('an outbox', () => {
  it('refuses bad options', () => {
    expect(() => new SqliteOutbox({ path: ':memory:' })).toThrow(/^path must be/);
    expect(() => new SqliteOutbox({ path: 'x', table: 'a; DROP' })).toThrow(/^table must be/);
    expect(() => new PostgresOutbox({ lanes: 0 })).toThrow(/^lanes must be/);
    const store = new SqliteOutbox({ path: 'x' });
    expect(() => new OutboxRelay({ store, heart: {} as Heart })).toThrow(/^heart must be/);
    expect(() => new OutboxRelay({ store: {} as OutboxStore, heart: new Heart() })).toThrow(/^store must be/);
    expect(() => new OutboxRelay({ store, heart: new Heart(), maxBatch: 0 })).toThrow(/^maxBatch must be/);
  });
});
