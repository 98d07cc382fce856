import assert from 'node:assert/strict';
import type { Benchmark, Figure } from './lib/benchmark.ts';
import { type Contender, installed } from './lib/http/contenders.ts';
import { Crowd } from './lib/http/crowd.ts';
import { Running } from './lib/http/running.ts';
import { type Spread, spreadOf, spreadText } from './lib/http/statistics.ts';
import { scenarios } from './lib/http/workload.ts';
import { versionOf } from './lib/version.ts';

const taking = installed.filter(({ name }) => ['ours', 'node:http', 'fastify'].includes(name));
const request = scenarios[0]?.request ?? '';
const sizes = [1000, 10_000] as const;
/** Requests under way at once, each on another connection. */
const window = 64;

interface Side {
  readonly contender: Contender;
  readonly running: Running;
  readonly crowd: Crowd;
  /** Bytes before the first connection. */
  readonly empty: number;
}

interface Cost {
  /** KiB for each connection that idles, after a collection. */
  readonly memory: number;
  /** Microseconds of the server's CPU for each request. */
  readonly cpu: number[];
  readonly perSecond: number[];
  readonly p99: number[];
}

const start = async (contender: Contender): Promise<Side> => {
  const running = await Running.start(contender, 'plain', '.');
  // What is compiled and cached once is not the connections'.
  await running.load(request, 12_000);
  const { rss } = await running.memory();
  return { contender, running, crowd: new Crowd(running.port), empty: rss };
};

const turn = async ({ running, crowd }: Side, cost: Cost, count: number): Promise<void> => {
  const before = await running.usage();
  const turns = Math.ceil(5000 / count);
  const { p99, perSecond } = await crowd.turn(turns, window);
  const after = await running.usage();
  cost.cpu.push((after.user + after.system - before.user - before.system) / (turns * count));
  cost.p99.push(p99);
  cost.perSecond.push(perSecond);
};

/** What so many connections cost each; undefined where the system allows fewer open files. */
const costsOf = async (sides: readonly Side[], count: number, rounds: number): Promise<Cost[] | undefined> => {
  const costs: Cost[] = [];
  for (const { running, crowd, empty } of sides) {
    try {
      await crowd.grow(count);
    } catch (error) {
      process.stderr.write(`${count} connections are left out: ${String(error)}\n`);
      return undefined;
    }
    const { rss } = await running.memory();
    costs.push({ memory: (rss - empty) / 1024 / count, cpu: [], perSecond: [], p99: [] });
  }
  for (let round = 0; round < rounds; round += 1)
    for (let step = 0; step < sides.length; step += 1) {
      const index = (step + round) % sides.length;
      const [side, cost] = [sides[index], costs[index]];
      if (side !== undefined && cost !== undefined) await turn(side, cost, count);
    }
  return costs;
};

const measures: readonly (readonly [string, string, Figure['better'], (cost: Cost) => Spread])[] = [
  ['memory for each', 'KiB', 'lower', ({ memory }) => spreadOf([memory])],
  ['CPU', 'µs CPU', 'lower', ({ cpu }) => spreadOf(cpu)],
  ['requests', '1/s', 'higher', ({ perSecond }) => spreadOf(perSecond)],
  ['p99', 'ms', 'lower', ({ p99 }) => spreadOf(p99)],
];

const figuresOf = (sides: readonly Side[], costs: readonly Cost[], count: number): Figure[] => {
  const lines = costs.map((cost, index) => {
    const all = measures.map(([what, unit, , read]) => `${what} ${spreadText(read(cost), 1)} ${unit}`);
    return `  ${sides[index]?.contender.name.padEnd(10)} ${all.join(', ')}\n`;
  });
  process.stderr.write(`${count} connections, with quartiles\n${lines.join('')}\n`);
  return sides.slice(1).flatMap(({ contender: { name, package: from } }, index) =>
    measures.map(([what, unit, better, read]): Figure => {
      const [own, other] = [costs[0], costs[index + 1]].map((cost) =>
        cost === undefined ? Number.NaN : read(cost).median,
      );
      return {
        name: `${count} connections, ${what}`,
        unit,
        better,
        ours: own ?? Number.NaN,
        peer: name,
        peerVersion: versionOf(from),
        theirs: other ?? Number.NaN,
        goal: null,
      };
    }),
  );
};

/** What many keep-alive connections cost. Where the system allows too few open files, that size is left out. */
export const benchmark: Benchmark = {
  name: 'respiratory.connections',
  description: '1,000 and 10,000 keep-alive connections: memory for each, CPU per request spread over them, and p99',
  verify: async () => {
    for (const contender of taking) {
      const running = await Running.start(contender, 'plain', '.');
      const { status, body } = await running.read(request);
      assert.equal(status, 200, contender.name);
      assert.deepEqual(JSON.parse(body), scenarios[0]?.expected, contender.name);
      running.stop();
    }
  },
  figures: async ({ quick }) => {
    const sides: Side[] = [];
    const figures: Figure[] = [];
    try {
      for (const contender of taking) sides.push(await start(contender));
      for (const count of sizes) {
        const costs = await costsOf(sides, count, quick ? 3 : 7);
        if (costs !== undefined) figures.push(...figuresOf(sides, costs, count));
      }
    } finally {
      for (const { crowd, running } of sides) {
        crowd.close();
        running.stop();
      }
    }
    return figures;
  },
};
