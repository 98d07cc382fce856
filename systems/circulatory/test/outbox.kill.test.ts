import { Heart } from '@organism/circulatory';
import { OutboxRelay } from '@organism/circulatory/outbox';
import { SqliteBroker } from '@organism/circulatory/sqlite';
import { constant } from '@organism/homeostasis';
import { SeededEntropy } from '@organism/testing';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { type Bank, dropBank, type Entry, postgresBank, sqliteBank } from './fixtures/outbox-bank.ts';
import { findPostgres } from './fixtures/postgres.ts';

const pool = await findPostgres();
/** With OUTBOX_KILLS=100 for a long run. */
const rounds = Number(process.env['OUTBOX_KILLS'] ?? 2);
const folder = mkdtempSync(join(tmpdir(), 'outbox-kill-'));
const tables = [`outbox_kill_${process.pid}`, `outbox_cut_${process.pid}`] as const;
const worker = fileURLToPath(new URL('fixtures/outbox-worker.ts', import.meta.url));
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  if (pool === undefined) return;
  for (const table of tables) await dropBank(table);
  await pool.end();
});

/** Runs a worker until it has told of so many things, and kills it there. What it has said against its errors. */
const runAndKill = async (args: readonly string[], lines: number): Promise<string> => {
  const child = spawn(process.execPath, ['--no-warnings', '--conditions=@organism/source', worker, ...args]);
  let [told, errors] = [0, ''];
  child.stderr.on('data', (chunk: Buffer) => void (errors += chunk.toString()));
  const enough = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      told += chunk.toString().split('\n').length - 1;
      if (told >= lines) resolve();
    });
    child.once('exit', () => resolve());
  });
  const gone = new Promise((resolve) => child.once('close', resolve));
  await enough;
  child.kill('SIGKILL');
  await gone;
  return errors;
};

/** Lets the rest of the work be done, and compares. */
const settle = async (bank: Bank, heart: Heart<{ steps: Entry }>, least: number): Promise<void> => {
  await using _relay = await new OutboxRelay({ store: bank.outbox, heart, pollMs: 10, backoff: constant(20) }).start();
  await using _subscription = await heart.subscribe('steps', bank.handler, { concurrency: 4, maxAttempts: 1000 });
  const isDone = async (): Promise<boolean> =>
    (await bank.outbox.depth()).waiting === 0 && (await heart.inspect('steps')).depth === 0;
  await expect.poll(isDone, { timeout: 60_000, interval: 50 }).toBe(true);
  const numbers = await bank.read('numbers');
  expect(numbers.length).toBeGreaterThan(least);
  expect(await bank.read('effects')).toEqual(numbers);
  expect(await bank.disordered()).toBe(0);
  expect((await bank.outbox.depth()).failed).toBe(0);
};

const kinds = [
  { kind: 'PostgreSQL', isThere: pool !== undefined, name: tables[0], open: postgresBank },
  { kind: 'sqlite', isThere: true, name: join(folder, 'bank.db'), open: sqliteBank },
];

describe.each(kinds)('an outbox, a Heart and an inbox, on $kind', ({ kind, isThere, name, open }) => {
  const limit = 60_000 + rounds * 10_000;

  it.runIf(isThere)(
    'have each effect once, in the order of its key, though processes are killed anywhere',
    { timeout: limit },
    async () => {
      const path = join(folder, `heart-${kind}.db`);
      const bank = open(name);
      await bank.setup();
      const chance = new SeededEntropy(`kill the relay of ${kind}`);
      for (let round = 0; round < rounds; round += 1) {
        const lives = [0, 1].map((index) => {
          const lines = 5 + Math.floor(chance.random() * 120);
          return runAndKill([path, kind, name, `${round}.${index}`], lines);
        });
        expect(await Promise.all(lives)).toEqual(['', '']);
      }
      const driver = new SqliteBroker({ path, synchronous: 'normal' });
      await using heart = await new Heart<{ steps: Entry }>({ driver }).start();
      await settle(bank, heart, rounds * 2);
      await bank.close();
    },
  );
});

describe.runIf(pool !== undefined)('an outbox, a Heart and an inbox', () => {
  it('have each effect once though the database cuts connections, also in the midst of a commit', async () => {
    const [, table] = tables;
    const bank = postgresBank(table);
    await bank.setup();
    await using heart = await new Heart<{ steps: Entry }>().start();
    const cutting = new AbortController();
    const cut = async (): Promise<void> => {
      for (let times = 0; times < 40; times += 1) {
        await pool?.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [
          table,
        ]);
        await new Promise((resolve) => void setTimeout(resolve, 30));
      }
      cutting.abort();
    };
    let refused = 0;
    const book = async (tag: string): Promise<void> => {
      // A number that was refused may be there or not; the next one is another.
      for (let n = 0; !cutting.signal.aborted; n += 1) await bank.book({ tag, n }).catch(() => void (refused += 1));
    };
    {
      const failures: unknown[] = [];
      const onError = ({ error }: { readonly error: unknown }): unknown => failures.push(error);
      await using _relay = await new OutboxRelay({
        store: bank.outbox,
        heart,
        pollMs: 5,
        leaseMs: 500,
        backoff: constant(5),
        onError,
      }).start();
      const options = { concurrency: 4, maxAttempts: 1000, backoff: constant(5) };
      await using _subscription = await heart.subscribe('steps', bank.handler, options);
      await Promise.all([cut(), book('a'), book('b')]);
      expect(refused).toBeGreaterThan(0);
      expect(failures.length).toBeGreaterThan(0);
    }
    await settle(bank, heart, 20);
    await bank.close();
  });
});
