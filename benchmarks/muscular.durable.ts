import { DBOS } from '@dbos-inc/dbos-sdk';
import { systemClock } from '@organism/cell';
import { type Journal, MuscleCoordination, workflow } from '@organism/muscular';
import { postgresJournal } from '@organism/muscular/postgres';
import { sqliteJournal } from '@organism/muscular/sqlite';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Pool } from 'pg';
import type { Benchmark, Figure } from './lib/benchmark.ts';
import { versionOf } from './lib/version.ts';

const connectionString = process.env['POSTGRES_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';
const poolSize = 20;
const schemas = { ours: 'organism_bench', dbos: 'organism_bench_dbos' };

/** Runs so many workflows at once, each of so many steps, one after another; gives the sum of their results. */
interface Contender {
  readonly run: (workflows: number, steps: number) => Promise<number>;
  readonly close: () => Promise<void>;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const count = workflow({
  name: 'count',
  run: async (steps: number, flow) => {
    let total = 0;
    for (let step = 0; step < steps; step += 1) total += await flow.step('add', () => step);
    return total;
  },
});

const makeOurs = async (store: Journal, close: () => Promise<void>): Promise<Contender> => {
  const engine = await new MuscleCoordination({ store, workflows: [count] }).start();
  return {
    run: async (workflows, steps) => {
      const results = Array.from({ length: workflows }, async () => {
        const run = await engine.launch(count, steps);
        return await run.result();
      });
      return sum(await Promise.all(results));
    },
    close: async () => {
      await engine.stop();
      await close();
    },
  };
};

const onSqlite = async (folder: string, synchronous: 'full' | 'normal'): Promise<Contender> => {
  const journal = sqliteJournal({ path: join(folder, `${synchronous}.db`), synchronous });
  return await makeOurs(journal, async () => journal[Symbol.dispose]());
};

/** What one writes by hand: a transaction for each step's result. */
const byHand = async (folder: string, synchronous: 'full' | 'normal'): Promise<Contender> => {
  const database = new DatabaseSync(join(folder, `hand-${synchronous}.db`));
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous};
    CREATE TABLE results (run TEXT, step INTEGER, value TEXT, PRIMARY KEY (run, step)) STRICT`);
  const insert = database.prepare('INSERT INTO results VALUES (?, ?, ?)');
  let runs = 0;
  const one = async (steps: number): Promise<number> => {
    const run = `run-${(runs += 1)}`;
    let total = 0;
    for (let step = 0; step < steps; step += 1) {
      const value = await Promise.resolve(step);
      insert.run(run, step, JSON.stringify(value));
      total += value;
    }
    return total;
  };
  return {
    run: async (workflows, steps) => sum(await Promise.all(Array.from({ length: workflows }, () => one(steps)))),
    close: async () => database.close(),
  };
};

const dropSchemas = async (): Promise<void> => {
  const pool = new Pool({ connectionString });
  for (const schema of Object.values(schemas)) await pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  await pool.end();
};

const onPostgres = async (): Promise<Contender> => {
  const pool = new Pool({ connectionString, max: poolSize });
  return await makeOurs(postgresJournal({ pool, schema: schemas.ours }), () => pool.end());
};

const makeDbos = async (): Promise<Contender> => {
  DBOS.setConfig({
    name: 'organism-bench',
    systemDatabaseUrl: connectionString,
    systemDatabaseSchemaName: schemas.dbos,
    systemDatabasePoolSize: poolSize,
    logLevel: 'error',
  });
  const counting = DBOS.registerWorkflow(
    async (steps: number): Promise<number> => {
      let total = 0;
      for (let step = 0; step < steps; step += 1)
        total += await DBOS.runStep(() => Promise.resolve(step), { name: 'add' });
      return total;
    },
    { name: 'count' },
  );
  await DBOS.launch();
  return {
    run: async (workflows, steps) => {
      const results = Array.from({ length: workflows }, async () => {
        const handle = await DBOS.startWorkflow(counting)(steps);
        return await handle.getResult();
      });
      return sum(await Promise.all(results));
    },
    close: () => DBOS.shutdown(),
  };
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** Steps a second of each, in rounds that take turns. */
const compare = async (
  contenders: readonly Contender[],
  workflows: number,
  steps: readonly number[],
  rounds: number,
): Promise<number[]> => {
  const rates = contenders.map((): number[] => []);
  for (let round = -1; round < rounds; round += 1) {
    for (const [index, { run }] of contenders.entries()) {
      const length = steps[index] ?? 1;
      const started = systemClock.monotonic();
      await run(workflows, length);
      const seconds = (systemClock.monotonic() - started) / 1000;
      // The first round is for the compilers and the plans.
      if (round >= 0) rates[index]?.push((workflows * length) / seconds);
    }
  }
  return rates.map(median);
};

const sqliteFigures = async (rounds: number): Promise<Figure[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'organism-bench-'));
  const figures: Figure[] = [];
  for (const synchronous of ['full', 'normal'] as const) {
    const [ours, hand] = [await onSqlite(folder, synchronous), await byHand(folder, synchronous)];
    for (const workflows of [100, 1]) {
      const lengths = workflows === 1 ? [300, 300] : [200, 20];
      const [mine = Number.NaN, theirs = Number.NaN] = await compare([ours, hand], workflows, lengths, rounds);
      const name = `SQLite, synchronous ${synchronous.toUpperCase()}, ${workflows} at once`;
      const rate = { name, unit: 'steps/s', better: 'higher', ours: mine } as const;
      figures.push({ ...rate, peer: 'a transaction a step, node', peerVersion: versionOf('node'), theirs, goal: null });
      if (workflows === 100 && synchronous === 'full')
        figures.push({ ...rate, peer: '(the goal itself)', peerVersion: '', theirs: 30_000, goal: 1 });
    }
    await ours.close();
    await hand.close();
  }
  rmSync(folder, { recursive: true });
  return figures;
};

const postgresFigures = async (rounds: number): Promise<Figure[]> => {
  await dropSchemas();
  const [ours, dbos] = [await onPostgres(), await makeDbos()];
  const figures: Figure[] = [];
  for (const workflows of [100, 1]) {
    const lengths = workflows === 1 ? [100, 100] : [100, 20];
    const [mine = Number.NaN, theirs = Number.NaN] = await compare([ours, dbos], workflows, lengths, rounds);
    figures.push({
      name: `PostgreSQL, synchronous_commit ON, ${workflows} at once`,
      unit: 'steps/s',
      better: 'higher',
      ours: mine,
      peer: 'DBOS Transact',
      peerVersion: versionOf('@dbos-inc/dbos-sdk'),
      theirs,
      goal: workflows === 100 ? 2 : null,
    });
  }
  await ours.close();
  await dbos.close();
  await dropSchemas();
  return figures;
};

/** Durable steps a second: each step's result is flushed to the disk before the next step of its workflow begins. */
export const benchmark: Benchmark = {
  name: 'muscular.durable',
  description: 'durable steps a second on SQLite and PostgreSQL against DBOS Transact',
  verify: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'organism-bench-'));
    for (const contender of [await onSqlite(folder, 'full'), await byHand(folder, 'full')]) {
      assert.equal(await contender.run(3, 10), 135);
      await contender.close();
    }
    rmSync(folder, { recursive: true });
  },
  figures: async ({ quick }) => {
    const rounds = quick ? 3 : 7;
    return [...(await sqliteFigures(rounds)), ...(await postgresFigures(rounds))];
  },
};
