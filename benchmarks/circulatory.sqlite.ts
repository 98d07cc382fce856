import assert from 'node:assert/strict';
import type { Benchmark, Figure } from './lib/benchmark.ts';
import { consumed, draining, publishing, throughput } from './lib/queues/contender.ts';
import { compareLatency, compareRates } from './lib/queues/figures.ts';
import { sqliteHeart, sqliteStore } from './lib/queues/hearts.ts';
import { paced } from './lib/queues/latency.ts';
import { bareSqlite, plainjob } from './lib/queues/sqlite-peers.ts';

const modes = ['full', 'normal'] as const;
const inFlight = 100;

const figuresOf = async (mode: (typeof modes)[number], quick: boolean): Promise<Figure[]> => {
  const [count, rounds] = quick ? [4000, 3] : [20_000, 5];
  const job = { name: 'plainjob on node:sqlite', package: 'plainjob' };
  const few = Math.round(count / 4);
  const both = await compareRates(
    `synchronous ${mode}: publish, consume and acknowledge, ${inFlight} in flight`,
    async () => (await throughput(sqliteHeart(mode), count, inFlight)).perSecond,
    [
      {
        name: 'bare INSERT and DELETE',
        package: 'node',
        measure: async () => (await throughput(bareSqlite(mode), count, inFlight)).perSecond,
      },
    ],
    rounds,
  );
  const publish = await compareRates(
    `synchronous ${mode}: publish, ${inFlight} in flight`,
    () => publishing(sqliteStore(mode), few, inFlight),
    [{ ...job, measure: () => publishing(plainjob(mode), few, inFlight) }],
    rounds,
  );
  const consume = await compareRates(
    `synchronous ${mode}: consume, acknowledge and bury what is poison`,
    async () => (await draining(sqliteStore(mode), few)).perSecond,
    [{ ...job, measure: async () => (await draining(plainjob(mode), few)).perSecond }],
    rounds,
  );
  const latency = await compareLatency(
    `synchronous ${mode}: latency at 5000 a second`,
    () => paced(sqliteHeart(mode), 5000, quick ? 2 : 5),
    {
      name: 'bare INSERT and DELETE',
      package: 'node',
      measure: () => paced(bareSqlite(mode), 5000, quick ? 2 : 5),
    },
    quick ? 1 : 3,
  );
  return [...both, ...publish, ...consume, ...latency];
};

/** A Heart on SQLite, with and without a flush for each commit. */
export const benchmark: Benchmark = {
  name: 'circulatory.sqlite',
  description: 'messages of 300 bytes through a Heart on SQLite, against plainjob and bare statements',
  verify: async () => {
    for (const open of [sqliteHeart('full'), bareSqlite('full'), consumed(plainjob('full'))])
      assert.equal((await throughput(open, 500, 10)).sum, 124_750);
    for (const open of [sqliteStore('full'), plainjob('full')]) assert.equal((await draining(open, 500)).sum, 124_750);
  },
  figures: async ({ quick }) => [...(await figuresOf('full', quick)), ...(await figuresOf('normal', quick))],
};
