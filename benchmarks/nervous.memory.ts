import assert from 'node:assert/strict';
import type { Benchmark, Figure } from './lib/benchmark.ts';
import { ask } from './lib/graphs/ask.ts';
import { comparisons } from './lib/graphs/contenders.ts';
import { versionOf } from './lib/version.ts';

const bytes = { unit: 'bytes', better: 'lower' } as const;
/** What a million messages may leave behind. */
const limit = 1_000_000;

const idlePeers: Readonly<Record<string, string>> = {
  'rxjs Subject and subscription': 'rxjs',
  'xstate transition actor': 'xstate',
  'xstate machine actor': 'xstate',
  'effect Queue and fiber': 'effect',
};

const idleFigures = async (count: number): Promise<Figure[]> => {
  const bytesOf = (kind: string): Promise<number> => ask({ measure: 'idle', kind, count });
  const peers: { readonly peer: string; readonly peerVersion: string; readonly theirs: number }[] = [];
  for (const [peer, name] of Object.entries(idlePeers))
    peers.push({ peer, peerVersion: versionOf(name), theirs: await bytesOf(peer) });
  const figures: Figure[] = [];
  for (const kind of ['ReflexNeuron', 'CorticalNeuron']) {
    const ours = await bytesOf(kind);
    for (const peer of peers) figures.push({ ...bytes, ...peer, name: `idle ${kind}`, ours, goal: null });
  }
  return figures;
};

const growthFigures = async (times: number): Promise<Figure[]> => {
  const figures: Figure[] = [];
  for (const name of ['chain-3', 'chain-3 of actors']) {
    // A heap may also shrink; below a kilobyte a ratio would say nothing.
    const growthOf = async (peer?: string): Promise<number> =>
      Math.max(1000, await ask<number>({ measure: 'growth', comparison: name, peer, times }));
    const figure = { ...bytes, name: `${name}, heap growth, ${times} messages`, ours: await growthOf() };
    figures.push({ ...figure, peer: 'limit', peerVersion: '', theirs: limit, goal: 1 });
    for (const peer of comparisons.get(name)?.peers ?? [])
      figures.push({
        ...figure,
        peer: peer.name,
        peerVersion: versionOf(peer.package),
        theirs: await growthOf(peer.name),
        goal: null,
      });
  }
  return figures;
};

/** What neurons weigh, and whether messages leave anything behind. Each contender is measured on a heap of its own. */
export const benchmark: Benchmark = {
  name: 'nervous.memory',
  description: 'heap per idle neuron of 10,000, and its growth over 1 million messages, against RxJS, XState, Effect',
  verify: async () => {
    // That the graphs compute the same is nervous.circuit's to check; here: that the nodes are there at all.
    for (const kind of ['ReflexNeuron', 'CorticalNeuron', ...Object.keys(idlePeers)])
      assert.ok((await ask<number>({ measure: 'idle', kind, count: 1000 })) > 100, kind);
  },
  figures: async ({ quick }) => [...(await idleFigures(10_000)), ...(await growthFigures(quick ? 100_000 : 1_000_000))],
};
