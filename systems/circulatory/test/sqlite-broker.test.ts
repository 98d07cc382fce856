import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SeededEntropy } from '@organism/testing';
import { constant } from '@organism/homeostasis';
import {
  DurabilityError,
  Heart,
  HeartDriverError,
  type HeartFailure,
  LeaseLostError,
  type Message,
} from '@organism/circulatory';
import { SqliteBroker, type SqliteBrokerOptions } from '@organism/circulatory/sqlite';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'heart-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const newPath = (): string => join(folder, `${files++}.db`);
const make = (options: Partial<SqliteBrokerOptions> = {}): SqliteBroker =>
  new SqliteBroker({ path: newPath(), synchronous: 'normal', pollMs: 20, ...options });
const worker = fileURLToPath(new URL('fixtures/broker-worker.ts', import.meta.url));
/** The numbers of a table, in the order of writing. */
const effectsIn = (database: DatabaseSync): { n: number; key: string | null }[] =>
  database.prepare('SELECT n, key FROM effects ORDER BY rowid').all() as { n: number; key: string | null }[];

describe('a SqliteBroker', () => {
  it('says what it promises, and a Heart that needs more does not start', async () => {
    expect(new SqliteBroker({ path: newPath() }).durability).toBe('fsync');
    const heart = new Heart({ driver: make(), durability: 'fsync' });
    const error: unknown = await heart.start().catch((thrown: unknown) => thrown);
    expect((error as { errors: unknown[] }).errors[0]).toBeInstanceOf(DurabilityError);
  });

  it('refuses a value that JSON has no form for', async () => {
    await using heart = await new Heart({ driver: make() }).start();
    const loop: { self?: unknown } = {};
    loop.self = loop;
    for (const value of [1n, loop])
      await expect(heart.publish('jobs', value)).rejects.toMatchObject({
        code: 'CIRCULATORY_NOT_ENCODABLE',
        status: 422,
      });
    expect((await heart.inspect('jobs')).depth).toBe(0);
  });

  it.each(['returned', 'failed'])(
    'settles by what comes of a transaction that is under way when its handler has %s',
    async (how) => {
      const failures: string[] = [];
      const onError = ({ error }: HeartFailure): void => void failures.push((error as Error).message);
      const heart = await new Heart<{ jobs: number }>({ driver: make(), onError }).start();
      const effects: number[] = [];
      let isBroken = true;
      await heart.subscribe(
        'jobs',
        ({ data }, { transaction }) => {
          transaction(() => {
            if (isBroken) throw new Error('broken');
            effects.push(data);
          }).catch(() => {});
          if (how === 'failed') throw new Error('out of time');
        },
        { maxAttempts: 2, backoff: constant(1) },
      );
      await heart.publish('jobs', 1);
      await expect.poll(async () => (await heart.deadLetters('jobs')).length).toBe(1);
      isBroken = false;
      await heart.replay('jobs');
      await expect.poll(async () => (await heart.inspect('jobs')).depth).toBe(0);
      await heart.stop();
      expect(effects).toEqual([1]);
      expect(failures).toEqual(how === 'failed' ? Array(3).fill('out of time') : ['broken', 'broken']);
    },
  );

  it('refuses bad options by name', () => {
    expect(() => make({ path: ':memory:' })).toThrow(/^path must be/);
    expect(() => make({ table: 'a b' })).toThrow(/^table must be/);
    expect(() => make({ synchronous: 'off' as 'full' })).toThrow(/^synchronous must be/);
    expect(() => make({ pollMs: -1 })).toThrow(/^pollMs must be/);
  });

  it('commits effect and acknowledgement in one, or neither', async () => {
    const driver = make();
    await using heart = await new Heart({ driver }).start();
    const outcomes: string[] = [];
    const done = Promise.withResolvers<void>();
    await heart.subscribe(
      'numbers',
      async ({ data, attempt }, { transaction }) => {
        const n = data as number;
        await transaction((database) => {
          database.exec('CREATE TABLE IF NOT EXISTS effects (n INTEGER, key TEXT)');
          database.prepare('INSERT INTO effects (n) VALUES (?)').run(n);
          outcomes.push(`${n}:${attempt}`);
          if (n === 2 && attempt === 1) throw new Error('no');
        });
        if (n === 2) done.resolve();
      },
      { backoff: constant(1) },
    );
    await heart.publishBatch('numbers', [{ value: 1 }, { value: 2 }]);
    await done.promise;
    expect(outcomes).toEqual(['1:1', '2:1', '2:2']);
    expect(await heart.inspect('numbers')).toMatchObject({ depth: 0 });
    expect(heart.describe().counters).toMatchObject({ acked: 2, retried: 1 });
    using database = new DatabaseSync(join(folder, `${files - 1}.db`));
    expect(effectsIn(database).map(({ n }) => n)).toEqual([1, 2]);
  });

  it('lets a consumer that stalled past its lease commit nothing', async () => {
    const driver = make();
    await using heart = await new Heart<{ jobs: number }>({ driver }).start();
    const release = Promise.withResolvers<void>();
    const [late, done] = [Promise.withResolvers<unknown>(), Promise.withResolvers<void>()];
    const effects: number[] = [];
    await heart.subscribe(
      'jobs',
      async ({ attempt }: Message<number>, { transaction }) => {
        if (attempt === 1) await release.promise;
        const result = transaction(() => effects.push(attempt));
        if (attempt === 1) late.resolve(await result.catch((error: unknown) => error));
        else await result.then(() => done.resolve());
      },
      { concurrency: 2, ackTimeoutMs: 50 },
    );
    await heart.publish('jobs', 1);
    await done.promise;
    release.resolve();
    expect(await late.promise).toBeInstanceOf(LeaseLostError);
    expect(effects).toEqual([2]);
  });

  it('tells work that is asynchronous that it may not be', async () => {
    await using heart = await new Heart({ driver: make(), onError: ({ error }) => failed.resolve(error) }).start();
    const failed = Promise.withResolvers<unknown>();
    await heart.subscribe('jobs', (_message, { transaction }) => transaction(async () => {}), { maxAttempts: 1 });
    await heart.publish('jobs', 1);
    expect(await failed.promise).toMatchObject({ code: 'CELL_BAD_OPTION', details: { field: 'work' } });
  });

  it('is shared by several Hearts, in one process and in others', async () => {
    const path = newPath();
    await using one = await new Heart<{ jobs: number }>({ name: 'one', driver: make({ path }) }).start();
    await using two = await new Heart<{ jobs: number }>({ name: 'two', driver: make({ path }) }).start();
    const got = Promise.withResolvers<number>();
    await two.subscribe('jobs', ({ data }) => got.resolve(data));
    await one.publish('jobs', 7);
    expect(await got.promise).toBe(7);
  });

  it('waits, without blocking, while another process writes', async () => {
    const path = newPath();
    await using heart = await new Heart<{ jobs: number }>({ driver: make({ path }) }).start();
    using other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    const blocked = heart.publish('jobs', 2);
    await new Promise<void>((resolve) => void setImmediate(resolve));
    other.exec('COMMIT');
    await blocked;
    expect(await heart.inspect('jobs')).toMatchObject({ depth: 1 });
  });

  it('refuses what a full disk has no room for, keeps what it had, and goes on when there is room', async () => {
    const driver = make();
    await using heart = await new Heart<{ jobs: number; big: string }, DatabaseSync>({ driver }).start();
    const got = Promise.withResolvers<DatabaseSync>();
    await heart.subscribe('jobs', (_message, { transaction }) => transaction((database) => got.resolve(database)));
    await heart.publish('jobs', 1);
    const database = await got.promise;
    await heart.publish('big', 'small');
    database.exec('PRAGMA max_page_count = 1');
    const error: unknown = await heart.publish('big', 'x'.repeat(200_000)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(HeartDriverError);
    expect((error as HeartDriverError).cause).toMatchObject({ errstr: 'database or disk is full' });
    expect(await heart.inspect('big')).toMatchObject({ depth: 1 });
    // What fails in one commit with another is tried alone: the acknowledgement goes through.
    const vein = await heart.vein('big');
    const [message] = await vein.pull();
    const outcomes = await Promise.allSettled([message?.ack(), heart.publish('big', 'x'.repeat(200_000))]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(await heart.inspect('big')).toMatchObject({ depth: 0 });
    await vein.close();
    database.exec('PRAGMA max_page_count = 1000000');
    await heart.publish('big', 'x'.repeat(200_000));
    expect(await heart.inspect('big')).toMatchObject({ depth: 1 });
  });

  it('gives up after its time when another process holds the lock, and accepts nothing then', async () => {
    const path = newPath();
    await using heart = await new Heart<{ jobs: number }>({ driver: make({ path, busyTimeoutMs: 20 }) }).start();
    using other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    const error: unknown = await heart.publish('jobs', 1).catch((thrown: unknown) => thrown);
    other.exec('COMMIT');
    expect(error).toBeInstanceOf(HeartDriverError);
    expect(error).toMatchObject({ code: 'CIRCULATORY_DRIVER', status: 503, retryable: true });
    expect(await heart.inspect('jobs')).toMatchObject({ depth: 0 });
  });

  it('does not open what is no database', async () => {
    const path = newPath();
    const heart = new Heart({ driver: make({ path: join(path, 'nowhere', 'x.db') }) });
    await expect(heart.start()).rejects.toMatchObject({ code: 'CELL_START_FAILED' });
  });
});

describe('when processes are killed', () => {
  it('loses nothing that was acknowledged, applies every effect once, and keeps the order of keys', async () => {
    const path = newPath();
    {
      using database = new DatabaseSync(path);
      database.exec('CREATE TABLE effects (n INTEGER NOT NULL, key TEXT)');
    }
    const chance = new SeededEntropy('kill -9');
    const acknowledged: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      const from = (acknowledged.at(-1) ?? -1) + 1000;
      const child = spawn(process.execPath, [
        '--no-warnings',
        '--conditions=@organism/source',
        worker,
        path,
        String(from),
      ]);
      let text = '';
      child.stderr.on('data', (chunk: Buffer) => void (text += `!${chunk.toString()}`));
      const lines = new Promise<void>((resolve) => {
        const enough = 20 + Math.floor(chance.random() * 300);
        child.stdout.on('data', (chunk: Buffer) => {
          text += chunk.toString();
          // Killed as soon as it has got so far: wherever in its work it is by then.
          if (text.split('\n').length > enough) resolve();
        });
        child.once('exit', () => resolve());
      });
      const gone = new Promise((resolve) => child.once('close', resolve));
      await lines;
      child.kill('SIGKILL');
      await gone;
      expect(text).not.toContain('!');
      acknowledged.push(...text.split('\n').slice(0, -1).map(Number));
    }
    const driver = make({ path });
    await using heart = await new Heart<{ numbers: number }, DatabaseSync>({ driver }).start();
    await heart.subscribe('numbers', ({ data, key }, { transaction }) =>
      transaction((database) => void database.prepare('INSERT INTO effects VALUES (?, ?)').run(data, key ?? null)),
    );
    await expect.poll(async () => (await heart.inspect('numbers')).depth, { timeout: 15_000 }).toBe(0);
    expect(await heart.deadLetters('numbers')).toEqual([]);
    using database = new DatabaseSync(path);
    const effects = effectsIn(database);
    const numbers = effects.map(({ n }) => n);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(acknowledged.filter((n) => !numbers.includes(n))).toEqual([]);
    for (const key of new Set(effects.map((effect) => effect.key))) {
      const inOrder = effects.filter((effect) => effect.key === key).map(({ n }) => n);
      expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b));
    }
  }, 60_000);
});
