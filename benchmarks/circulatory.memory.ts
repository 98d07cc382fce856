import assert from 'node:assert/strict';
import type { Benchmark, Figure } from './lib/benchmark.ts';
import { type Queue, throughput } from './lib/queues/contender.ts';
import { against, compareLatency, compareRates } from './lib/queues/figures.ts';
import { memoryHeart } from './lib/queues/hearts.ts';
import { paced } from './lib/queues/latency.ts';
import { emitter, fastQueue, moleculer } from './lib/queues/memory-peers.ts';

const peers = [
  { name: 'fastq', package: 'fastq', open: fastQueue },
  { name: 'moleculer, local bus', package: 'moleculer', open: moleculer },
  { name: 'node:events (no queue)', package: 'node', open: emitter },
];

const inFlight = 100;
const goal = 1_000_000;

const figures = async (quick: boolean): Promise<Figure[]> => {
  const [count, rounds] = quick ? [100_000, 5] : [500_000, 9];
  const rate = (open: () => Promise<Queue>) => async () => (await throughput(open, count, inFlight)).perSecond;
  const name = `publish, consume and acknowledge, ${inFlight} in flight`;
  const rates = await compareRates(
    name,
    rate(memoryHeart),
    peers.map((peer) => ({ name: peer.name, package: peer.package, measure: rate(peer.open) })),
    rounds,
  );
  const latencies = await compareLatency(
    'latency at 50 000 a second',
    () => paced(memoryHeart, 50_000, quick ? 1 : 3),
    { name: 'moleculer, local bus', package: 'moleculer', measure: () => paced(moleculer, 50_000, quick ? 1 : 3) },
    quick ? 1 : 3,
  );
  return [...rates, against(name, 'msg/s', 'higher', rates[0]?.ours ?? Number.NaN, goal), ...latencies];
};

/** A Heart in memory: bounded, with leases, groups and dead letters, against queues that have less. */
export const benchmark: Benchmark = {
  name: 'circulatory.memory',
  description: 'messages of 300 bytes through a Heart in memory, bounded, from publish to acknowledgement',
  verify: async () => {
    for (const { name, open } of [{ name: 'ours', open: memoryHeart }, ...peers])
      assert.equal((await throughput(open, 500, 10)).sum, 124_750, name);
  },
  figures: ({ quick }) => figures(quick),
};
