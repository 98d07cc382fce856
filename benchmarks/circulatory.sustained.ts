import assert from 'node:assert/strict';
import type { Benchmark, Figure } from './lib/benchmark.ts';
import { type Queue, throughput } from './lib/queues/contender.ts';
import { against } from './lib/queues/figures.ts';
import { redisHeart, sqliteHeart } from './lib/queues/hearts.ts';
import { sustained } from './lib/queues/latency.ts';

const rate = 10_000;
const contenders: readonly (readonly [string, () => Promise<Queue>])[] = [
  ['sqlite, synchronous full', sqliteHeart('full')],
  ['redis', redisHeart({ isChecked: true })],
];

const megabyte = 2 ** 20;

const measure = async (name: string, open: () => Promise<Queue>, seconds: number): Promise<Figure[]> => {
  const run = await sustained(open, rate, seconds);
  const title = `${name}: ${rate} a second for ${seconds} s`;
  return [
    // Asked for so many, it can't be more: what counts is that it is no less.
    against(`${title}: reached`, 'msg/s', 'higher', Math.round(run.perSecond / 100) * 100, rate),
    against(`${title}: p95`, 'ms', 'lower', run.p95, 100),
    against(`${title}: growth of the heap`, 'MB', 'lower', Math.max(0, run.heapGrowth / megabyte), 10),
  ];
};

/** A minute under load: does it keep up, how late is it, does it grow? */
export const benchmark: Benchmark = {
  name: 'circulatory.sustained',
  description: `${rate} messages a second for a minute, durable on SQLite and on Redis (needs one at 6379)`,
  verify: async () => {
    for (const [name, open] of contenders) assert.equal((await throughput(open, 500, 10)).sum, 124_750, name);
  },
  figures: async ({ quick }) => {
    const figures: Figure[] = [];
    for (const [name, open] of contenders) figures.push(...(await measure(name, open, quick ? 10 : 60)));
    return figures;
  },
};
