import assert from 'node:assert/strict';
import type { Benchmark, Figure } from './lib/benchmark.ts';
import { type Queue, throughput } from './lib/queues/contender.ts';
import { memoryHeart, redisHeart, sqliteHeart } from './lib/queues/hearts.ts';
import { bareSqlite, bullmq, emitter } from './lib/queues/peers.ts';
import { versionOf } from './lib/version.ts';

interface Comparison {
  readonly name: string;
  readonly count: number;
  readonly goal: number | null;
  readonly ours: () => Promise<Queue>;
  readonly peer: string;
  readonly package: string;
  readonly theirs: () => Promise<Queue>;
}

const sqlite = (synchronous: 'full' | 'normal'): Comparison => ({
  name: `sqlite, synchronous = ${synchronous}`,
  count: 20_000,
  goal: null,
  ours: sqliteHeart(synchronous),
  peer: 'bare INSERT and DELETE',
  package: 'node',
  theirs: bareSqlite(synchronous),
});

const comparisons: readonly Comparison[] = [
  {
    name: 'memory',
    count: 200_000,
    goal: null,
    ours: memoryHeart,
    peer: 'node:events (no queue)',
    package: 'node',
    theirs: emitter,
  },
  sqlite('normal'),
  sqlite('full'),
  { name: 'redis', count: 20_000, goal: 3, ours: redisHeart, peer: 'bullmq', package: 'bullmq', theirs: bullmq },
];

const inFlight = 100;

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Turn by turn, so that both meet the same machine. */
const compare = async (one: Comparison, quick: boolean): Promise<Figure> => {
  const count = quick ? one.count / 5 : one.count;
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let round = 0; round < (quick ? 3 : 5); round += 1) {
    ours.push((await throughput(one.ours, count, inFlight)).perSecond);
    theirs.push((await throughput(one.theirs, count, inFlight)).perSecond);
  }
  return {
    name: `${one.name}: publish and consume, ${inFlight} in flight`,
    unit: 'msg/s',
    better: 'higher',
    ours: median(ours),
    peer: one.peer,
    peerVersion: versionOf(one.package),
    theirs: median(theirs),
    goal: one.goal,
  };
};

/** Throughput of a Heart, from publish to acknowledgement. */
export const benchmark: Benchmark = {
  name: 'circulatory.publish',
  description: 'messages of 300 bytes published, consumed and acknowledged: memory, SQLite, Redis (needs one at 6379)',
  verify: async () => {
    for (const { name, ours, theirs } of comparisons) {
      const sums = [await throughput(ours, 500, 10), await throughput(theirs, 500, 10)].map(({ sum }) => sum);
      assert.deepEqual(sums, [124_750, 124_750], name);
    }
  },
  figures: async ({ quick }) => {
    const figures: Figure[] = [];
    for (const one of comparisons) figures.push(await compare(one, quick));
    return figures;
  },
};
