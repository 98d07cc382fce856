import { Heart } from '@organism/circulatory';
import { exactlyOnce, OutboxRelay } from '@organism/circulatory/outbox';
import { PostgresInbox, PostgresOutbox } from '@organism/circulatory/outbox/postgres';
import { SqliteBroker } from '@organism/circulatory/sqlite';
import { SeededEntropy } from '@organism/testing';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { findPostgres } from './fixtures/postgres.ts';

const pool = await findPostgres();
const rounds = Number(process.env['OUTBOX_KILLS'] ?? 6);
const folder = mkdtempSync(join(tmpdir(), 'outbox-kill-'));
const table = `outbox_kill_${process.pid}`;
const suffixes = ['', '_lanes', '_numbers', '_effects', '_inbox', '_inbox_horizon'];
const worker = fileURLToPath(new URL('fixtures/outbox-worker.ts', import.meta.url));
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await pool?.query(`DROP TABLE IF EXISTS ${suffixes.map((suffix) => table + suffix).join(', ')}`);
  await pool?.end();
});

/** Runs a worker until it has told of so many things, and kills it there. What it has said against its errors. */
const runAndKill = async (path: string, tag: string, lines: number): Promise<string> => {
  const child = spawn(process.execPath, ['--no-warnings', '--conditions=@organism/source', worker, path, table, tag]);
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

// With OUTBOX_KILLS=100 for a long run.
describe.runIf(pool !== undefined)('an outbox, a Heart and an inbox', () => {
  it(
    'have each effect once, in the order of its key, though processes are killed anywhere',
    async () => {
      if (pool === undefined) return;
      const path = join(folder, 'heart.db');
      const outbox = new PostgresOutbox({ client: pool, table, lanes: 4 });
      const inbox = new PostgresInbox({ pool, table: `${table}_inbox` });
      await outbox.setup();
      await inbox.setup();
      await pool.query(
        `CREATE TABLE ${table}_numbers (tag text, n int);
         CREATE TABLE ${table}_effects (place bigserial, id text, key text, tag text, n int)`,
      );
      const chance = new SeededEntropy('kill the relay');
      for (let round = 0; round < rounds; round += 1) {
        const lives = [0, 1].map(async (index) => {
          return await runAndKill(path, `${round}.${index}`, 5 + Math.floor(chance.random() * 120));
        });
        expect(await Promise.all(lives)).toEqual(['', '']);
      }

      const driver = new SqliteBroker({ path, synchronous: 'normal' });
      await using heart = await new Heart<{ steps: { tag: string; n: number } }>({ driver }).start();
      await using relay = await new OutboxRelay({ store: outbox, heart, pollMs: 10 }).start();
      await heart.subscribe(
        'steps',
        exactlyOnce(inbox, async ({ data, key, id }, client) => {
          const values = [id, key, data.tag, data.n];
          await client.query(`INSERT INTO ${table}_effects (id, key, tag, n) VALUES ($1, $2, $3, $4)`, values);
        }),
        { concurrency: 4, maxAttempts: 1000 },
      );
      const isDone = async (): Promise<boolean> =>
        (await outbox.depth()).waiting === 0 && (await heart.inspect('steps')).depth === 0;
      await expect.poll(isDone, { timeout: 60_000, interval: 100 }).toBe(true);

      const numbers = await pool.query(`SELECT tag, n FROM ${table}_numbers ORDER BY tag, n`);
      const effects = await pool.query(`SELECT tag, n FROM ${table}_effects ORDER BY tag, n`);
      expect(numbers.rows.length).toBeGreaterThan(rounds * 2);
      expect(effects.rows).toEqual(numbers.rows);
      const disordered = await pool.query(
        `SELECT * FROM (SELECT key, n, lag(n) OVER (PARTITION BY key ORDER BY place) AS before FROM ${table}_effects) AS steps
         WHERE before >= n`,
      );
      expect(disordered.rows).toEqual([]);
      expect((await outbox.depth()).failed).toBe(0);
      expect(relay.state).toBe('running');
    },
    60_000 + rounds * 10_000,
  );
});
