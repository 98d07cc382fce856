import { Mitochondrion } from '@organism/metabolic/workers';
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Benchmark, Case, Work } from './lib/benchmark.ts';

interface Task {
  readonly from: number;
  readonly count: number;
}
interface Tasks {
  sum(task: Task): number;
}
type Run = (task: Task) => Promise<number>;

const file = join(mkdtempSync(join(tmpdir(), 'organism-pool-')), 'tasks.mjs');
writeFileSync(
  file,
  `export const sum = ({ from, count }) => { let total = 0; for (let i = 0; i < count; i += 1) total += from + i; return total; };
`,
);
const threads = 2;

const makeOurs = async (timeoutMs: number): Promise<Run> => {
  const module = pathToFileURL(file);
  const pool = new Mitochondrion<Tasks>({ name: 'bench', module, minThreads: threads, maxThreads: threads, timeoutMs });
  await pool.start();
  return (task) => pool.run('sum', task);
};

/** By require, since Piscina's types don't pass our checks. */
const { Piscina } = createRequire(import.meta.url)('piscina') as {
  Piscina: new (options: { filename: string; minThreads: number; maxThreads: number }) => {
    run(task: Task, options: { name: string; signal?: AbortSignal }): Promise<number>;
  };
};

/** As its documentation sets it up; a time limit is a signal there. */
const makePiscina = (isLimited: boolean): Run => {
  const pool = new Piscina({ filename: file, minThreads: threads, maxThreads: threads });
  return isLimited
    ? (task) => pool.run(task, { name: 'sum', signal: AbortSignal.timeout(60_000) })
    : (task) => pool.run(task, { name: 'sum' });
};

/** Twice as many under way as there are threads, so that none waits for us. */
const work =
  (run: Run, count: number): Work =>
  async (times) => {
    let next = 0;
    let total = 0;
    const lane = async (): Promise<void> => {
      while (next < times) {
        next += 1;
        total += await run({ from: next, count });
      }
    };
    await Promise.all(Array.from({ length: 2 * threads }, lane));
    return total;
  };

const cases = async (): Promise<readonly Case[]> => {
  const [plain, limited] = [await makeOurs(Infinity), await makeOurs(60_000)];
  const [piscina, piscinaLimited] = [makePiscina(false), makePiscina(true)];
  return [
    {
      name: 'empty task',
      goal: null,
      ours: work(plain, 1),
      peers: [{ name: 'piscina', package: 'piscina', work: work(piscina, 1) }],
    },
    {
      name: 'empty task, time limit',
      goal: null,
      ours: work(limited, 1),
      peers: [{ name: 'piscina, signal', package: 'piscina', work: work(piscinaLimited, 1) }],
    },
    {
      name: 'task of 1 ms, time limit',
      goal: 1.1,
      ours: work(limited, 1_000_000),
      peers: [{ name: 'piscina, signal', package: 'piscina', work: work(piscinaLimited, 1_000_000) }],
    },
  ];
};

/** What the queue, the limits and the errors cost on top of Piscina. */
export const benchmark: Benchmark = {
  name: 'metabolic.pool',
  description: 'small tasks in worker threads against Piscina itself',
  verify: async () => {
    const [ours, theirs] = [await makeOurs(1000), makePiscina(true)];
    for (const count of [0, 1, 1000]) assert.equal(await ours({ from: 1, count }), await theirs({ from: 1, count }));
  },
  cases,
};
