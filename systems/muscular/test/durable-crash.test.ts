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

/** Runs the child; kills it after `ms`, or lets it end. @returns whether it ended by itself. */
const live = async (ms?: number): Promise<boolean> => {
  const life = fork(child, [path, String(total)], {
    execArgv: ['--conditions=@organism/source'],
    stdio: 'ignore',
    // Most of a short life is spent on compiling.
    env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') },
  });
  const ended = once(life, 'exit') as Promise<[number | null]>;
  await Promise.race([once(life, 'message'), ended]);
  if (ms !== undefined) {
    await Promise.race([setTimeout(ms), ended]);
    life.kill('SIGKILL');
  }
  const [code] = await ended;
  return code === 0;
};

describe('kill -9', () => {
  it(
    `loses no step and applies none twice, at ${kills} random moments`,
    async () => {
      const entropy = new SeededEntropy('kill');
      let killed = 0;
      for (let life = 0; life < kills; life += 1) {
        if (await live(entropy.random() * 40)) break;
        killed += 1;
      }
      expect(await live()).toBe(true);
      expect(killed).toBeGreaterThan(kills / 2);

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
