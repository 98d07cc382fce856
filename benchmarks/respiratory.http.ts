import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Benchmark, Figure } from './lib/benchmark.ts';
import { Client } from './lib/http/client.ts';
import { type Contender, installed, takingPart } from './lib/http/contenders.ts';
import { type Load, Running } from './lib/http/running.ts';
import { middlePair, percentile, type Spread, spreadOf, spreadText } from './lib/http/statistics.ts';
import { apps, type Scenario, scenarios } from './lib/http/workload.ts';
import { versionOf } from './lib/version.ts';

/** A figure with the quartiles of its ratio over the rounds. */
interface SpreadFigure extends Figure {
  readonly spread?: Pick<Spread, 'low' | 'high'>;
}

const withFolder = async <T>(work: (folder: string) => Promise<T>): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  writeFileSync(join(folder, 'file.txt'), 'x'.repeat(8192));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const check = async (port: number, who: string, { name, request, status, expected }: Scenario): Promise<void> => {
  const client = new Client(port);
  const answer = await client.read(request);
  client.close();
  const which = `${who}, ${name}`;
  assert.equal(answer.status, status, which);
  if (typeof expected === 'number') assert.equal(answer.body.length, expected, which);
  else if (expected !== undefined) assert.deepEqual(JSON.parse(answer.body), expected, which);
};

/** Not all contenders in one process: some replace globals of the platform. */
const checkEach = async ({ name }: Contender, folder: string): Promise<void> => {
  const child = fork(fileURLToPath(new URL('lib/http/serve.ts', import.meta.url)), [name, '(each)', folder]);
  try {
    const [ports] = (await once(child, 'message')) as [readonly (number | null)[]];
    for (const scenario of scenarios) {
      const port = ports[apps.indexOf(scenario.app)];
      if (typeof port === 'number') await check(port, name, scenario);
    }
  } finally {
    child.disconnect();
  }
};

/** Runs the servers of one kind of app, side by side. */
const withApp = async <T>(app: Scenario['app'], work: (all: readonly Running[]) => Promise<T>): Promise<T> =>
  withFolder(async (folder) => {
    const all = await Promise.all(takingPart(app).map((contender) => Running.start(contender, app, folder)));
    try {
      return await work(all);
    } finally {
      for (const running of all) running.stop();
    }
  });

/** So that a busy machine takes no more than three minutes for all; a quiet one takes half. */
const budgetMs = 10_000;
const fewestRounds = 5;

/** Every round asks each contender in turn, each time beginning with another. */
const rounds = async (all: readonly Running[], request: string, times: number, count: number): Promise<Load[][]> => {
  const loads = all.map((): Load[] => []);
  const began = performance.now();
  for (let round = 0; round < count && (round < fewestRounds || performance.now() - began < budgetMs); round += 1)
    for (let turn = 0; turn < all.length; turn += 1) {
      const index = (turn + round) % all.length;
      const load = await all[index]?.load(request, times);
      if (load !== undefined) loads[index]?.push(load);
    }
  return loads;
};

const ratios = (ours: readonly Load[], theirs: readonly Load[]): Spread =>
  spreadOf(ours.map(({ cpu }, round) => cpu / (theirs[round]?.cpu ?? Number.NaN)));

const middle = (loads: readonly Load[], key: 'user' | 'system' | 'perSecond' | 'busy'): number =>
  spreadOf(loads.map((load) => load[key])).median;

const p99 = (loads: readonly Load[]): number =>
  percentile(
    loads.flatMap(({ latencies }) => latencies),
    0.99,
  );

/** What the table has no room for: the spread, the kernel's share, and whether the server was kept busy. */
const report = (name: string, all: readonly Running[], loads: readonly Load[][]): void => {
  const lines = all.map(({ contender }, index) => {
    const [own = [], mine = []] = [loads[index], loads[0]];
    const parts = [
      contender.name.padEnd(15),
      spreadText(spreadOf(own.map(({ cpu }) => cpu))).padEnd(20),
      `${middle(own, 'user').toFixed(1)} + ${middle(own, 'system').toFixed(1)}`.padEnd(14),
      index === 0 ? ''.padEnd(18) : spreadText(ratios(mine, own), 2).padEnd(18),
      middle(own, 'perSecond').toFixed(0).padStart(7),
      `${p99(own).toFixed(2)} ms`.padStart(9),
      `${(100 * middle(own, 'busy')).toFixed(0)} %`.padStart(6),
    ];
    return `  ${parts.join('  ')}\n`;
  });
  process.stderr.write(`${name}: µs CPU [quartiles], user + kernel, ours/theirs [quartiles], 1/s, p99, server busy\n`);
  process.stderr.write(`${lines.join('')}\n`);
};

const figuresOf = (scenario: Scenario, all: readonly Running[], loads: readonly Load[][]): SpreadFigure[] => {
  const { name, goals = {}, timed = false } = scenario;
  const [own = []] = loads;
  return all.slice(1).flatMap(({ contender }, index) => {
    const theirs = loads[index + 1] ?? [];
    const { low, high } = ratios(own, theirs);
    const [ourCpu, theirCpu] = middlePair(
      own.map(({ cpu }) => cpu),
      theirs.map(({ cpu }) => cpu),
    );
    const peer = { peer: contender.name, peerVersion: versionOf(contender.package) };
    const figure: SpreadFigure = {
      name,
      unit: 'µs CPU',
      better: 'lower',
      ours: ourCpu,
      ...peer,
      theirs: theirCpu,
      goal: goals[contender.name] ?? null,
      spread: { low, high },
    };
    if (!timed) return [figure];
    const [mine, other] = [middle(own, 'perSecond'), middle(theirs, 'perSecond')];
    const perSecond = { name: `${name}, requests`, unit: '1/s', better: 'higher' as const, ours: mine, theirs: other };
    const tail = { name: `${name}, p99`, unit: 'ms', better: 'lower' as const, ours: p99(own), theirs: p99(theirs) };
    return [figure, { ...perSecond, ...peer, goal: null }, { ...tail, ...peer, goal: null }];
  });
};

const measure = async (all: readonly Running[], scenario: Scenario, quick: boolean): Promise<SpreadFigure[]> => {
  const { name, request, share = 1 } = scenario;
  // Enough for the compiler: a small POST took 26 µs in the second 12,000 requests, and 21 from the third on.
  await rounds(all, request, Math.ceil((quick ? 6000 : 24_000) * share), 1);
  const loads = await rounds(all, request, Math.ceil(3000 * share), quick ? 7 : 21);
  report(name, all, loads);
  return figuresOf(scenario, all, loads);
};

/**
 * CPU time of the server's process for one request, over loopback, with the kernel's part. That is what a machine's
 * other work does not change much. What a case tells of both sides is from the round whose ratio is the median of all
 * rounds, as what disturbs a round disturbs both. Requests per second and latencies hold for a quiet machine only.
 */
export const benchmark: Benchmark = {
  name: 'respiratory.http',
  description:
    'CPU per request: JSON, validation, 404, hooks, traces, 100 routes, files, streams, against other servers',
  verify: async () => {
    await withFolder((folder) => Promise.all(installed.map((contender) => checkEach(contender, folder))));
  },
  figures: async ({ quick }) => {
    const figures: Figure[] = [];
    for (const app of apps)
      figures.push(
        ...(await withApp(app, async (all) => {
          const some: Figure[] = [];
          for (const scenario of scenarios.filter((one) => one.app === app))
            some.push(...(await measure(all, scenario, quick)));
          return some;
        })),
      );
    return figures;
  },
};
