import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Benchmark, Figure } from './lib/benchmark.ts';
import { Client } from './lib/http/client.ts';
import { middlePair, spreadOf, spreadText } from './lib/http/statistics.ts';
import { hello, scenarios } from './lib/http/workload.ts';

const request = scenarios[0]?.request ?? '';
const small = Buffer.from(request, 'latin1');
const heavy = Buffer.from(request.replace('/hello', '/work'), 'latin1');
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
  const clients: Client[] = [];
  // One after another: of a crowd at the door, a worker that comes late to its core gets few, and keeps few.
  while (clients.length < connections) {
    const client = new Client(port);
    await client.read(small);
    clients.push(client);
  }
  return { child, port, pids, clients };
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
  /** How much of one core the load generator took. */
  readonly generator: number;
}

const load = async ({ clients, pids }: Server, bytes: Buffer, times: number): Promise<Load> => {
  const answers = await Promise.all(clients.map((client) => client.read(bytes)));
  const size = answers[0]?.size ?? 0;
  const each = Math.ceil(times / clients.length);
  const [before, own] = [pids.map(cpuOf), process.cpuUsage()];
  const began = process.hrtime.bigint();
  await Promise.all(clients.map((client) => client.repeat(bytes, size, each, [])));
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  const { user, system } = process.cpuUsage(own);
  const used = pids.map((pid, index) => cpuOf(pid) - (before[index] ?? 0));
  const all = used.reduce((sum, one) => sum + one, 0);
  const total = each * clients.length;
  return {
    cpu: all / total,
    perSecond: total / seconds,
    share: Math.max(...used.slice(1)) / all,
    generator: (user + system) / 1e6 / seconds,
  };
};

/** Loads of one worker and of two, round by round. */
type Rounds = readonly [one: Load[], two: Load[]];

const roundsOf = async (servers: readonly Server[], bytes: Buffer, times: number, rounds: number): Promise<Rounds> => {
  const loads: Rounds = [[], []];
  for (let round = -2; round < rounds; round += 1)
    for (const [index, server] of servers.entries()) {
      const taken = await load(server, bytes, times);
      if (round >= 0) loads[index as 0 | 1].push(taken);
    }
  return loads;
};

const report = (name: string, [one, two]: Rounds): void => {
  const speedUp = spreadOf(two.map(({ perSecond }, round) => perSecond / (one[round]?.perSecond ?? Number.NaN)));
  const generator = spreadOf(two.map((taken) => taken.generator)).median;
  process.stderr.write(
    `${name}: two workers answer ${spreadText(speedUp, 2)} times as many as one; ${availableParallelism()} cores, of ` +
      `which the load generator takes ${generator.toFixed(2)}\n`,
  );
};

const figure = (
  name: string,
  unit: string,
  key: keyof Load,
  [one, two]: Rounds,
  goal: { readonly better: Figure['better']; readonly goal: number | null },
): Figure => {
  const [ours, theirs] = middlePair(
    two.map((taken) => taken[key]),
    one.map((taken) => taken[key]),
  );
  return { name, unit, ours, peer: '1 worker', peerVersion: '', theirs, ...goal };
};

/**
 * One worker against two. Two can do twice as much only where there are cores for both and for the load generator. With
 * requests of 0.2 ms the generator takes little, and two cores show it: the goal is 0.85 of twice. With the smallest
 * requests it takes as much as a worker, and on two cores requests per second tell nothing; what a request costs tells what
 * would be left of each core: 1 / ratio is the efficiency, and a ratio of 1.18 is 0.85.
 */
export const benchmark: Benchmark = {
  name: 'respiratory.cluster',
  description:
    'two workers against one: requests of 0.2 ms per second, and CPU per small request (1.18 is 0.85 of twice)',
  verify: async () => {
    const server = await start(2);
    for (const client of server.clients) assert.deepEqual(JSON.parse((await client.read(request)).body), hello);
    const digests = server.clients.map(async (client) => (await client.read(heavy)).body);
    assert.equal(new Set(await Promise.all(digests)).size, 1);
    stop(server);
  },
  figures: async ({ quick }) => {
    const servers = [await start(1), await start(2)];
    const rounds = quick ? 5 : 11;
    const large = await roundsOf(servers, heavy, quick ? 1500 : 4000, rounds);
    report('requests of 0.2 ms', large);
    const least = await roundsOf(servers, small, quick ? 10_000 : 40_000, rounds);
    report('smallest requests', least);
    for (const server of servers) stop(server);
    return [
      figure('requests of 0.2 ms, 2 workers', '1/s', 'perSecond', large, { better: 'higher', goal: 1.7 }),
      figure('CPU per small request, 2 workers', 'µs CPU', 'cpu', least, { better: 'lower', goal: 1.18 }),
      figure('small requests, 2 workers', '1/s', 'perSecond', least, { better: 'higher', goal: null }),
      figure('share of the busiest of 2 workers', 'of all', 'share', least, { better: 'lower', goal: null }),
    ];
  },
};
