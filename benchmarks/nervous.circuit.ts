import assert from 'node:assert/strict';
import type { Benchmark, Case, Figure, Peer } from './lib/benchmark.ts';
import { ask } from './lib/graphs/ask.ts';
import { type Comparison, comparisons } from './lib/graphs/contenders.ts';
import { type Latency, latencyOf } from './lib/graphs/latency.ts';
import { versionOf } from './lib/version.ts';

const toCase = async ({ name, ours, peers }: Comparison): Promise<Case> => {
  const works: Peer[] = [];
  for (const { make, ...peer } of peers) works.push({ ...peer, work: (await make()).work });
  return { name, goal: null, ours: (await ours()).work, peers: works };
};

const medianOf = (runs: readonly Latency[], percentile: keyof Latency): number =>
  runs.map((run) => run[percentile]).toSorted((a, b) => a - b)[Math.floor(runs.length / 2)] ?? Number.NaN;

/** Several times over, as one isolate may have been unlucky with the compiler or with what else the machine did. */
const latencyOver = async (runs: number, measure: () => Promise<Latency>): Promise<Latency> => {
  const all: Latency[] = [];
  for (let run = 0; run < runs; run += 1) all.push(await measure());
  return { p50: medianOf(all, 'p50'), p99: medianOf(all, 'p99') };
};

/** Values sent one by one, each contender in isolates of its own; and what it takes only to read the clock. */
const latencies = async ({ name, peers }: Comparison, samples: number, runs: number): Promise<Figure[]> => {
  const measure = (peer?: string): Promise<Latency> =>
    latencyOver(runs, () => ask({ comparison: name, peer, measure: 'latency', times: samples }));
  const ours = await measure();
  const theirs: { readonly peer: string; readonly peerVersion: string; readonly latency: Latency }[] = [];
  for (const peer of peers)
    theirs.push({ peer: peer.name, peerVersion: versionOf(peer.package), latency: await measure(peer.name) });
  const clock = await latencyOver(runs, () => latencyOf({ send: () => {} }, samples));
  theirs.push({ peer: '(reading the clock)', peerVersion: '', latency: clock });
  return (['p50', 'p99'] as const).flatMap((percentile) =>
    theirs.map(({ latency, ...peer }) => ({
      ...peer,
      name: `${name}, one value, ${percentile}`,
      unit: 'ns',
      better: 'lower' as const,
      ours: ours[percentile],
      theirs: latency[percentile],
      goal: null,
    })),
  );
};

/** Throughput and latency of small graphs. */
export const benchmark: Benchmark = {
  name: 'nervous.circuit',
  description: 'chain-3, fan-out-10, fan-in-10 and a chain of actors against RxJS, XState, Effect and emittery',
  verify: async () => {
    for (const { name, peers } of comparisons.values()) {
      const sums: number[] = [];
      for (const peer of [undefined, ...peers])
        sums.push(await ask({ comparison: name, peer: peer?.name, measure: 'sum', times: 3000 }));
      assert.equal(new Set(sums).size, 1, `${name}: ${sums.join(', ')}`);
    }
  },
  // Graphs are checked in workers, so that chain-3, which has goals, is the first to shape the compiler's choices here.
  cases: () => Promise.all([...comparisons.values()].map(toCase)),
  figures: async ({ quick }) => {
    const figures: Figure[] = [];
    for (const name of ['chain-3', 'chain-3 of actors'])
      figures.push(...(await latencies(comparisons.get(name) as Comparison, quick ? 5000 : 50_000, quick ? 1 : 5)));
    return figures;
  },
};
