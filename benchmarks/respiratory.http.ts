import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark, Figure } from './lib/benchmark.ts';
import { type Contender, contenders } from './lib/http/contenders.ts';
import { assertDistinct, Running } from './lib/http/running.ts';
import { type Scenario, scenarios } from './lib/http/workload.ts';
import { versionOf } from './lib/version.ts';

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const makeFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  writeFileSync(join(folder, 'file.txt'), 'x'.repeat(8192));
  return folder;
};

const takingPart = (app: Scenario['app']): readonly Contender[] =>
  contenders.filter(({ lacks = [], package: name }) => !lacks.includes(app) && versionOf(name) !== 'unknown');

const check = async (running: Running, { name, request, status, expected }: Scenario): Promise<void> => {
  const [client] = running.clients;
  const answer = await client?.read(request);
  const which = `${running.contender.name}, ${name}`;
  assert.equal(answer?.status, status, which);
  if (typeof expected === 'number') assert.equal(answer.body.length, expected, which);
  else if (expected !== undefined) assert.deepEqual(JSON.parse(answer.body), expected, which);
};

/** Runs the servers of one kind of app, side by side. */
const withApp = async (app: Scenario['app'], work: (all: readonly Running[]) => Promise<void>): Promise<void> => {
  const folder = makeFolder();
  const all = await Promise.all(takingPart(app).map((contender) => Running.start(contender, app, folder)));
  try {
    await work(all);
  } finally {
    for (const running of all) running.stop();
    rmSync(folder, { recursive: true });
  }
};

const measure = async (all: readonly Running[], scenario: Scenario, quick: boolean): Promise<Figure[]> => {
  const { name, request, share = 1, goals = {} } = scenario;
  const [times, rounds] = quick ? [Math.ceil(4000 * share), 5] : [Math.ceil(16_000 * share), 9];
  for (const running of all) await running.cost(request, 2 * times);
  const costs = all.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1)
    for (const [index, running] of all.entries()) costs[index]?.push(await running.cost(request, times));
  const medians = costs.map(median);
  assertDistinct(name, medians);
  const [ours = Number.NaN, ...theirs] = medians;
  return all.slice(1).map(({ contender }, index) => ({
    name,
    unit: 'µs CPU',
    better: 'lower' as const,
    ours,
    peer: contender.name,
    peerVersion: versionOf(contender.package),
    theirs: theirs[index] ?? Number.NaN,
    goal: goals[contender.name] ?? null,
  }));
};

const apps = [...new Set(scenarios.map(({ app }) => app))];

/** CPU time of the server's process for one request, over loopback. */
export const benchmark: Benchmark = {
  name: 'respiratory.http',
  description: 'CPU per request: JSON, validation, 404, hooks, 100 routes, files and streams, against other servers',
  verify: async () => {
    for (const app of apps)
      await withApp(app, async (all) => {
        for (const scenario of scenarios.filter((one) => one.app === app))
          for (const running of all) await check(running, scenario);
      });
  },
  figures: async ({ quick }) => {
    const figures: Figure[] = [];
    for (const app of apps)
      await withApp(app, async (all) => {
        for (const scenario of scenarios.filter((one) => one.app === app))
          figures.push(...(await measure(all, scenario, quick)));
      });
    return figures;
  },
};
