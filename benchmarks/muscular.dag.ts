import { type AnyNode, graph, node } from '@organism/muscular';
import assert from 'node:assert/strict';
import { PGraph } from 'p-graph';
import type { Benchmark, Case, Work } from './lib/benchmark.ts';

/** A thousand nodes in fifty layers; each waits for up to three of the layer before. */
const size = 1000;
const width = 20;

const afterOf = (index: number): readonly number[] => {
  const layer = Math.floor(index / width);
  if (layer === 0) return [];
  const from = (layer - 1) * width;
  return [...new Set([index % width, (index * 7) % width, (index * 13) % width])].map((place) => from + place);
};

const befores = Array.from({ length: size }, (_, index) => afterOf(index));
const nameOf = (index: number): string => `n${index}`;

/** The work of a node: one asynchronous step, as cheap as can be, so that what is measured is the graph. */
const step = async (index: number, before: number): Promise<number> => {
  await undefined;
  return (before + index) % 1_000_003;
};

/** Where nodes find what those before them gave: the same for all, as p-graph hands no results on. */
let results: number[] = [];

const run = (index: number) => async (): Promise<number> => {
  let sum = 0;
  for (const before of befores[index] ?? []) sum += results[before] ?? 0;
  const result = await step(index, sum);
  results[index] = result;
  return result;
};

/** Ours also gives each node an object with the results it waits for, and gives all in the end. */
const makeOurs = (): (() => Promise<number>) => {
  const nodes: Record<string, AnyNode> = {};
  for (const [index, before] of befores.entries())
    nodes[nameOf(index)] = node(run(index), { after: before.map(nameOf) });
  const made = graph({ name: 'layers', nodes: nodes as Record<string, never> });
  return async () => {
    results = [];
    const all = (await made.execute(undefined as never)) as Readonly<Record<string, number>>;
    return all[nameOf(size - 1)] ?? Number.NaN;
  };
};

const runs = befores.map((_, index) => run(index));

/** What one writes by hand: layer by layer. It waits for the slowest of each layer, which nodes of a graph don't. */
const byLayers = async (): Promise<number> => {
  results = [];
  for (let from = 0; from < size; from += width)
    await Promise.all(Array.from({ length: width }, (_, place) => runs[from + place]?.()));
  return results.at(-1) ?? Number.NaN;
};

/** As its documentation shows; its nodes hand no results on, so they share a list. */
const makePGraph = (): (() => Promise<number>) => {
  const nodes = Object.fromEntries(befores.map((_, index) => [nameOf(index), { run: run(index) }]));
  const edges = befores.flatMap((before, index) =>
    before.map((other): [string, string] => [nameOf(other), nameOf(index)]),
  );
  return async () => {
    results = [];
    // A graph of it runs once.
    await new PGraph(nodes, edges).run();
    return results[size - 1] ?? Number.NaN;
  };
};

const repeat =
  (once: () => Promise<number>): Work =>
  async (times) => {
    let sum = 0;
    for (let index = 0; index < times; index += 1) sum += await once();
    return sum;
  };

/** A graph of a thousand nodes. */
export const benchmark: Benchmark = {
  name: 'muscular.dag',
  description: 'a graph of 1,000 nodes and 2,900 edges, run once, against Promise.all in layers and p-graph',
  verify: async () => {
    const expected = await byLayers();
    assert.equal(await makeOurs()(), expected);
    assert.equal(await makePGraph()(), expected);
  },
  cases: (): readonly Case[] => [
    {
      name: '1,000 nodes in 50 layers',
      goal: null,
      ours: repeat(makeOurs()),
      peers: [
        { name: 'Promise.all by layers, node', package: 'node', work: repeat(byLayers) },
        { name: 'p-graph', package: 'p-graph', work: repeat(makePGraph()) },
      ],
    },
  ],
};
