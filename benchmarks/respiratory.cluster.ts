import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Benchmark, Figure } from './lib/benchmark.ts';
import { Client } from './lib/http/client.ts';
import { hello, scenarios } from './lib/http/workload.ts';

const request = scenarios[0]?.request ?? '';
const connections = 32;

interface Server {
  readonly child: ChildProcess;
  readonly port: number;
  /** The primary's, then the workers'. */
  readonly pids: readonly number[];
  readonly clients: readonly Client[];
}

const start = async (workers: number): Promise<Server> => {
  const child = fork(fileURLToPath(new URL('lib/http/cluster.ts', import.meta.url)), [String(workers)]);
  const [{ port, pids }] = (await once(child, 'message')) as [{ port: number; pids: number[] }];
  return { child, port, pids, clients: Array.from({ length: connections }, () => new Client(port)) };
};

const stop = ({ child, clients }: Server): void => {
  for (const client of clients) client.close();
  child.disconnect();
};

/** CPU time of a process in microseconds, in steps of 10 ms. @see proc(5) */
const cpuOf = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
};

interface Load {
  /** Microseconds of CPU per request, of all processes together. */
  readonly cpu: number;
  readonly perSecond: number;
  /** Share of the busiest worker. */
  readonly share: number;
}

const load = async ({ clients, pids }: Server, times: number): Promise<Load> => {
  const each = Math.ceil(times / clients.length);
  const before = pids.map(cpuOf);
  const began = process.hrtime.bigint();
  await Promise.all(
    clients.map(async (client) => {
      for (let time = 0; time < each; time += 1) await client.ask(request);
    }),
  );
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  const used = pids.map((pid, index) => cpuOf(pid) - (before[index] ?? 0));
  const all = used.reduce((sum, one) => sum + one, 0);
  const total = each * clients.length;
  return { cpu: all / total, perSecond: total / seconds, share: Math.max(...used.slice(1)) / all };
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/**
 * One worker against two. The load generator shares the cores, so requests per second can't double where there are two;
 * what a request costs tells what would be left of each core: 1 / ratio is the efficiency.
 */
export const benchmark: Benchmark = {
  name: 'respiratory.cluster',
  description:
    'CPU per request with two workers against one (the goal 1.18 is an efficiency of 0.85), and their shares',
  verify: async () => {
    const server = await start(2);
    for (const client of server.clients) assert.deepEqual(JSON.parse((await client.read(request)).body), hello);
    stop(server);
  },
  figures: async ({ quick }) => {
    const [one, two] = [await start(1), await start(2)];
    const [times, rounds] = quick ? [10_000, 5] : [40_000, 9];
    const loads: [Load[], Load[]] = [[], []];
    for (let round = -2; round < rounds; round += 1)
      for (const [index, server] of [one, two].entries()) {
        const taken = await load(server, times);
        if (round >= 0) loads[index as 0 | 1].push(taken);
      }
    stop(one);
    stop(two);
    const figure = (
      name: string,
      unit: string,
      key: keyof Load,
      better: Figure['better'],
      goal: number | null,
    ): Figure => ({
      name,
      unit,
      better,
      ours: median(loads[1].map((taken) => taken[key])),
      peer: '1 worker',
      peerVersion: '',
      theirs: median(loads[0].map((taken) => taken[key])),
      goal,
    });
    return [
      figure('CPU per request, 2 workers', 'µs CPU', 'cpu', 'lower', 1.18),
      figure('requests, 2 workers, generator on the same cores', '1/s', 'perSecond', 'higher', null),
      figure('share of the busiest of 2 workers', 'of all', 'share', 'lower', null),
    ];
  },
};
