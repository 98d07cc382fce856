import assert from 'node:assert/strict';
import type { Benchmark, Figure } from './lib/benchmark.ts';
import { consumed, draining, publishing, throughput } from './lib/queues/contender.ts';
import { against, compareLatency, compareRates, median } from './lib/queues/figures.ts';
import { redisHeart, redisStore } from './lib/queues/hearts.ts';
import { type Latency, paced } from './lib/queues/latency.ts';
import { bullmq, rawStream } from './lib/queues/redis-peers.ts';

const checked = { isChecked: true };
const raw = { name: 'ioredis, XADD', package: 'ioredis' };
const rawGroup = { name: 'ioredis, XREADGROUP and XACK', package: 'ioredis' };
const bull = { name: 'bullmq', package: 'bullmq' };

/** Checked values, and an id each that is looked up for duplicates, against a bare command. */
const publishFigures = async (quick: boolean, rounds: number): Promise<Figure[]> => {
  const figures: Figure[] = [];
  for (const inFlight of [1, 100]) {
    const count = (quick ? 4000 : 20_000) * (inFlight === 1 ? 0.5 : 1);
    const name = inFlight === 1 ? 'publish, each awaited' : `publish, ${inFlight} in flight`;
    const ours = (): Promise<number> => publishing(redisStore(checked), count, inFlight);
    const peers = [
      { ...raw, goal: 0.8, measure: () => publishing(rawStream, count, inFlight) },
      { ...bull, measure: () => publishing(bullmq, count / 2, inFlight) },
    ];
    figures.push(...(await compareRates(name, ours, peers, rounds)));
  }
  return figures;
};

const consumeFigures = async (quick: boolean, rounds: number): Promise<Figure[]> => {
  const count = quick ? 4000 : 20_000;
  const drain = await compareRates(
    'consume, acknowledge and bury what is poison',
    async () => (await draining(redisStore(checked), count)).perSecond,
    [
      { ...bull, goal: 3, measure: async () => (await draining(bullmq, count / 2)).perSecond },
      { ...rawGroup, measure: async () => (await draining(rawStream, count)).perSecond },
    ],
    rounds,
  );
  const both = await compareRates(
    'publish, consume and acknowledge, 100 in flight',
    async () => (await throughput(redisHeart(checked), count, 100)).perSecond,
    [
      { ...bull, goal: 3, measure: async () => (await throughput(consumed(bullmq), count / 2, 100)).perSecond },
      { ...rawGroup, measure: async () => (await throughput(consumed(rawStream), count, 100)).perSecond },
    ],
    rounds,
  );
  return [...drain, ...both];
};

const latencyFigures = async (quick: boolean): Promise<Figure[]> => {
  const [seconds, rounds] = quick ? [2, 1] : [5, 3];
  const runs: Latency[] = [];
  const ours = async (): Promise<Latency> => {
    const run = await paced(redisHeart(checked), 5000, seconds);
    runs.push(run);
    return run;
  };
  const figures = await compareLatency(
    'latency at 5000 a second',
    ours,
    { ...rawGroup, measure: () => paced(consumed(rawStream), 5000, seconds) },
    rounds,
  );
  const p99 = median(runs.map((run) => run.p99));
  return [...figures, against('latency at 5000 a second: p99', 'ms', 'lower', p99, 2)];
};

/** A Heart on Redis, against BullMQ and bare commands of Redis Streams. Needs a Redis at 127.0.0.1:6379. */
export const benchmark: Benchmark = {
  name: 'circulatory.redis',
  description: 'messages of 300 bytes through a Heart on the local Redis, against BullMQ and bare stream commands',
  verify: async () => {
    for (const store of [redisStore(checked), rawStream, bullmq]) {
      assert.equal((await throughput(consumed(store), 500, 10)).sum, 124_750);
      assert.equal((await draining(store, 500)).sum, 124_750);
    }
  },
  figures: async ({ quick }) => {
    const rounds = quick ? 3 : 7;
    return [
      ...(await publishFigures(quick, rounds)),
      ...(await consumeFigures(quick, rounds)),
      ...(await latencyFigures(quick)),
    ];
  },
};
