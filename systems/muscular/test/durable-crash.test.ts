import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SeededEntropy } from '@organism/testing';
import { afterAll, describe, expect, it } from 'vitest';

const kills = Number(process.env['DURABLE_KILLS'] ?? 20);
const total = kills * 10;
const folder = mkdtempSync(join(tmpdir(), 'organism-durable-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const child = fileURLToPath(new URL('durable-crash.child.ts', import.meta.url));
const path = join(folder, 'journal.db');

/** Starts the child on so many runs, and resolves when its engine is up. */
const begin = async (runs: number, ...options: readonly string[]) => {
  const life = fork(child, [path, String(runs), ...options], {
    execArgv: ['--conditions=@organism/source'],
    stdio: 'ignore',
    // Most of a short life is spent on compiling.
    env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') },
  });
  const ended = once(life, 'exit') as Promise<[number | null]>;
  await Promise.race([once(life, 'message'), ended]);
  return { life, ended };
};

/** Kills a child that has new work, after `ms`. @returns how many runs it leaves half done. */
const kill = async (runs: number, ms: number): Promise<number> => {
  const { life, ended } = await begin(runs, 'stays');
  await setTimeout(ms);
  life.kill('SIGKILL');
  await ended;
  using database = new DatabaseSync(path);
  const left = database.prepare(
    `SELECT count(*) AS open FROM muscular_runs WHERE status NOT IN ('completed', 'failed')`,
  );
  return Number(left.get()?.['open']);
};

describe('kill -9', () => {
  it(
    `loses no step and applies none twice, at ${kills} random moments`,
    async () => {
      const entropy = new SeededEntropy('kill');
      let halfDone = 0;
      for (let life = 1; life <= kills; life += 1)
        if ((await kill(life * 10, entropy.random() * 15)) > 0) halfDone += 1;
      // Unless most kills hit work, the test shows nothing.
      expect(halfDone).toBeGreaterThan(kills / 4);
      const [code] = await (await begin(total)).ended;
      expect(code).toBe(0);

      using database = new DatabaseSync(path);
      const all = (sql: string): unknown[] => database.prepare(sql).all();
      expect(all('SELECT what FROM wrong')).toEqual([]);
      expect(all(`SELECT status, count(*) AS runs FROM muscular_runs GROUP BY status ORDER BY status`)).toEqual([
        { status: 'completed', runs: (total / 4) * 3 },
        { status: 'failed', runs: total / 4 },
      ]);
      // Each transactional effect once, none missing.
      expect(all('SELECT run, what, count(*) AS times FROM effects GROUP BY run, what HAVING times <> 1')).toEqual([]);
      expect(all('SELECT count(*) AS effects FROM effects')).toEqual([{ effects: (total / 2) * 3 }]);
      // Each saga either complete or compensated, and every other step done.
      expect(all('SELECT count(*) AS done FROM done')).toEqual([{ done: total + (total / 2) * 3 }]);
      expect(all(`SELECT count(*) AS undone FROM undone JOIN done USING (key)`)).toEqual([{ undone: (total / 4) * 3 }]);
      expect(all(`SELECT key FROM undone WHERE CAST(key AS INTEGER) % 4 <> 1`)).toEqual([]);
    },
    kills * 3000 + 30_000,
  );
});
