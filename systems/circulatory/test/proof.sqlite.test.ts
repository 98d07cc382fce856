import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Heart, RejectError } from '@organism/circulatory';
import { SqliteBroker } from '@organism/circulatory/sqlite';
import { SeededEntropy } from '@organism/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { isAscending, isPoison, roundsOf, Worker } from './proof.harness.ts';

const folder = mkdtempSync(join(tmpdir(), 'heart-proof-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a Heart on SQLite whose processes are killed', () => {
  const rounds = roundsOf(8);

  it(
    `keeps its promises over ${rounds} rounds`,
    async () => {
      const path = join(folder, 'heart.db');
      using database = new DatabaseSync(path);
      database.exec('PRAGMA journal_mode = WAL; CREATE TABLE effects (n INTEGER NOT NULL, key TEXT NOT NULL)');
      const chance = new SeededEntropy('kill -9 sqlite');
      const acknowledged: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        // Two at once: each consumes what the other publishes, and one goes on while the other dies.
        const workers = [0, 1].map((which) => new Worker(path, (round * 2 + which) * 100_000));
        for (const worker of workers) {
          await worker.until(10 + Math.floor(chance.random() * 100));
          await worker.kill();
          acknowledged.push(...worker.acknowledged);
        }
      }
      await using heart = await new Heart<{ numbers: number }, DatabaseSync>({
        driver: new SqliteBroker({ path, pollMs: 20 }),
      }).start();
      await heart.subscribe(
        'numbers',
        async ({ data, key = '' }, { transaction }) => {
          if (isPoison(data)) throw new RejectError(`${data} is poison`, { reason: 'poison' });
          await transaction((store) => void store.prepare('INSERT INTO effects VALUES (?, ?)').run(data, key));
        },
        { concurrency: 50, maxAttempts: 1000 },
      );
      await expect.poll(async () => (await heart.inspect('numbers')).depth, { timeout: 20_000 }).toBe(0);

      const effects = database.prepare('SELECT n, key FROM effects ORDER BY rowid').all() as {
        n: number;
        key: string;
      }[];
      const applied = new Set(effects.map(({ n }) => n));
      expect(applied.size, 'each effect once').toBe(effects.length);
      const letters = await heart.deadLetters('numbers', { limit: Infinity });
      const buried = letters.map(({ envelope }) => envelope?.data as number);
      expect(
        buried.filter((n) => !isPoison(n)),
        'only poison is buried',
      ).toEqual([]);
      expect(new Set(letters.map(({ reason }) => `${reason.code}`)), 'for its reason').toEqual(new Set(['poison']));
      expect(new Set(buried).size, 'and once').toBe(buried.length);
      const lost = acknowledged.filter((n) => !(isPoison(n) ? buried.includes(n) : applied.has(n)));
      expect(lost, 'nothing acknowledged is lost').toEqual([]);
      const byKey = Map.groupBy(effects, ({ key }) => key);
      for (const [key, of] of byKey) expect(isAscending(of.map(({ n }) => n)), `the order of ${key}`).toBe(true);
      expect(acknowledged.length).toBeGreaterThan(rounds * 20);
      if (process.env['PROOF_ROUNDS'] !== undefined)
        console.log(
          `sqlite: ${rounds} rounds, ${acknowledged.length} acknowledged, ${effects.length} effects, ${buried.length} buried`,
        );
    },
    20_000 + rounds * 2000,
  );
});
