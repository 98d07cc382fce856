import { Heart, LeaseLostError, type Message } from '@organism/circulatory';
import { exactlyOnce, type InboxRecord } from '@organism/circulatory/outbox';
import { PostgresInbox } from '@organism/circulatory/outbox/postgres';
import { SqliteInbox } from '@organism/circulatory/outbox/sqlite';
import { constant } from '@organism/homeostasis';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { findPostgres } from './fixtures/postgres.ts';

const pool = await findPostgres();
const folder = mkdtempSync(join(tmpdir(), 'inbox-'));
const tables: string[] = [];
let count = 0;
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  for (const table of tables) await pool?.query(`DROP TABLE IF EXISTS ${table}, ${table}_horizon, ${table}_effects`);
  await pool?.end();
});

interface Kit {
  readonly once: (record: InboxRecord, effect: number, fail?: Error) => Promise<boolean>;
  readonly prune: (olderThanMs: number) => Promise<number>;
  readonly effects: () => Promise<readonly number[]>;
  /** A handler for messages of numbers, whose effect is to write them down. */
  readonly handler: (options?: Parameters<typeof exactlyOnce>[2]) => (message: Message<number>) => Promise<void>;
}

const sqlite = async (): Promise<Kit> => {
  const store = new SqliteInbox({ path: join(folder, `${count++}.db`) });
  await store.setup();
  const write = (database: DatabaseSync, n: number): void => {
    database.exec('CREATE TABLE IF NOT EXISTS effects (n INTEGER)');
    database.prepare('INSERT INTO effects VALUES (?)').run(n);
  };
  return {
    once: async (record, effect, fail) => {
      const outcome = await store.once(record, (database) => {
        write(database, effect);
        if (fail !== undefined) throw fail;
      });
      return !outcome.isDuplicate;
    },
    prune: (ms) => store.prune(ms),
    effects: async () => {
      let rows: readonly number[] = [];
      await store.once(
        { group: 'look', topic: 'look', id: `${count++}`, fence: 1, publishedAt: Infinity },
        (database) => {
          database.exec('CREATE TABLE IF NOT EXISTS effects (n INTEGER)');
          rows = database
            .prepare('SELECT n FROM effects ORDER BY n')
            .all()
            .map((row) => row['n'] as number);
        },
      );
      return rows;
    },
    handler: (options) => exactlyOnce(store, ({ data }: Message<number>, database) => write(database, data), options),
  };
};

const makeTable = async (): Promise<string> => {
  const table = `inbox_${process.pid}_${count++}`;
  tables.push(table);
  await pool?.query(`CREATE TABLE ${table}_effects (n int)`);
  return table;
};

const postgres = async (): Promise<Kit> => {
  if (pool === undefined) throw new Error('There is no PostgreSQL.');
  const table = await makeTable();
  const store = new PostgresInbox({ pool, table });
  await Promise.all([store.setup(), store.setup()]);
  return {
    once: async (record, effect, fail) => {
      const outcome = await store.once(record, async (client) => {
        await client.query(`INSERT INTO ${table}_effects VALUES ($1)`, [effect]);
        if (fail !== undefined) throw fail;
      });
      return !outcome.isDuplicate;
    },
    prune: (ms) => store.prune(ms),
    effects: async () =>
      (await pool.query(`SELECT n FROM ${table}_effects ORDER BY n`)).rows.map(({ n }: { n: number }) => n),
    handler: (options) =>
      exactlyOnce(
        store,
        async ({ data }: Message<number>, client) =>
          void (await client.query(`INSERT INTO ${table}_effects VALUES ($1)`, [data])),
        options,
      ),
  };
};

const kits = [
  { name: 'SQLite', make: sqlite, isThere: true },
  { name: 'PostgreSQL', make: postgres, isThere: pool !== undefined },
];
const record: InboxRecord = { group: 'g', topic: 't', id: 'm1', fence: 5, publishedAt: Date.now() };

describe.each(kits)('an inbox in $name', ({ make, isThere }) => {
  const test = it.runIf(isThere);

  test('does an effect once, for each group and topic', async () => {
    const { once, effects } = await make();
    expect([await once(record, 1), await once(record, 1), await once({ ...record, fence: 6 }, 1)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(await once({ ...record, group: 'other' }, 2)).toBe(true);
    expect(await once({ ...record, topic: 'other' }, 3)).toBe(true);
    expect(await effects()).toEqual([1, 2, 3]);
  });

  test('forgets a delivery whose effect failed, with all that it did', async () => {
    const { once, effects } = await make();
    await expect(once(record, 1, new Error('no'))).rejects.toThrow('no');
    expect(await effects()).toEqual([]);
    expect(await once({ ...record, fence: 6 }, 2)).toBe(true);
    expect(await effects()).toEqual([2]);
  });

  test('does one effect of deliveries at the same time', async () => {
    const { once, effects } = await make();
    const all = await Promise.allSettled([1, 2, 3, 4, 5].map((n) => once({ ...record, fence: n }, n)));
    expect(all.filter((one) => one.status === 'fulfilled' && one.value)).toHaveLength(1);
    expect(await effects()).toHaveLength(1);
  });

  test('lets a stalled consumer commit nothing after another, also when that is forgotten', async () => {
    const { once, prune, effects } = await make();
    expect(await once({ ...record, fence: 9 }, 9)).toBe(true);
    await expect(once(record, 5)).rejects.toThrow(LeaseLostError);
    expect(await prune(3_600_000)).toBe(0);
    expect(await prune(0)).toBe(1);
    await expect(once({ ...record, publishedAt: record.publishedAt - 1000 }, 5)).rejects.toThrow(LeaseLostError);
    // A store that begins anew, with its tokens, has newer messages.
    expect(await once({ ...record, id: 'm2', fence: 1, publishedAt: Date.now() + 3_600_000 }, 7)).toBe(true);
    expect(await effects()).toEqual([7, 9]);
  });

  test('makes any Heart deliver with one effect: redeliveries find the record', async () => {
    const { handler, effects } = await make();
    const duplicates: number[] = [];
    const once = handler({ onDuplicate: ({ data }) => duplicates.push(data as number) });
    await using heart = await new Heart<{ numbers: number }>().start();
    let deliveries = 0;
    await heart.subscribe(
      'numbers',
      async (message) => {
        await once(message);
        // As when the consumer dies before its acknowledgement.
        deliveries += 1;
        if (message.attempt < 3) throw new Error('died');
      },
      { concurrency: 4, backoff: constant(1) },
    );
    const numbers = [...Array(20).keys()];
    await heart.publishBatch(
      'numbers',
      numbers.map((value) => ({ value })),
    );
    await expect.poll(() => deliveries).toBe(60);
    expect(await effects()).toEqual(numbers);
    expect(duplicates).toHaveLength(40);
  });
});

describe('an inbox in SQLite', () => {
  it('tells a handler that is asynchronous that it may not be', async () => {
    const store = new SqliteInbox({ path: join(folder, `${count++}.db`) });
    await store.setup();
    await expect(store.once(record, async () => {})).rejects.toThrow(/^handler must be synchronous/);
    store.close();
  });
});

describe.runIf(pool !== undefined)('an inbox in PostgreSQL', () => {
  const make = async (stallTimeoutMs = 10_000): Promise<{ store: PostgresInbox; table: string }> => {
    if (pool === undefined) throw new Error('There is no PostgreSQL.');
    const table = await makeTable();
    const store = new PostgresInbox({ pool, table, stallTimeoutMs });
    await store.setup();
    return { store, table };
  };

  it('does not take a transaction for done that the server has rolled back', async () => {
    const { store } = await make();
    const swallowing = store.once(record, async (client) => {
      await client.query('SELECT nonsense').catch(() => {});
    });
    await expect(swallowing).rejects.toMatchObject({ code: 'CIRCULATORY_DRIVER' });
    expect(await store.once(record, () => 'again')).toEqual({ isDuplicate: false, value: 'again' });
  });

  it('frees a message from a consumer that stalls in the middle of its transaction', async () => {
    const { store, table } = await make(200);
    const release = Promise.withResolvers<void>();
    const stalled = store.once(record, async (client) => {
      await client.query(`INSERT INTO ${table}_effects VALUES (1)`);
      await release.promise;
      await client.query(`INSERT INTO ${table}_effects VALUES (1)`);
    });
    const outcome = stalled.then(
      () => 'done',
      () => 'refused',
    );
    // Waits for the stalled one, until the server ends that.
    const next = await store.once({ ...record, fence: 6 }, (client) =>
      client.query(`INSERT INTO ${table}_effects VALUES (2)`),
    );
    expect(next.isDuplicate).toBe(false);
    release.resolve();
    expect(await outcome).toBe('refused');
    expect((await pool?.query(`SELECT n FROM ${table}_effects`))?.rows).toEqual([{ n: 2 }]);
  });

  it('refuses bad options', () => {
    expect(() => new PostgresInbox({ pool: {} as NonNullable<typeof pool> })).toThrow(/^pool must be/);
    if (pool === undefined) return;
    expect(() => new PostgresInbox({ pool, table: 'a b' })).toThrow(/^table must be/);
    expect(() => new PostgresInbox({ pool, keepMs: 0 })).toThrow(/^keepMs must be/);
    expect(() => new PostgresInbox({ pool, isolation: 'chaos' as 'serializable' })).toThrow(/^isolation must be/);
  });
});
