import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Benchmark, Figure } from './lib/benchmark.ts';
import { type Contender, contenders } from './lib/http/contenders.ts';
import { assertDistinct, Running } from './lib/http/running.ts';
import { scenarios } from './lib/http/workload.ts';
import { versionOf } from './lib/version.ts';

const taking = contenders.filter(
  ({ name, package: from }) => ['ours', 'node:http', 'fastify'].includes(name) && versionOf(from) !== 'unknown',
);
const request = scenarios[0]?.request ?? '';

/** Opens so many connections, a hundred at a time, and asks once on each; undefined where the system allows fewer. */
const openMany = async (port: number, count: number): Promise<Socket[] | undefined> => {
  const sockets: Socket[] = [];
  try {
    while (sockets.length < count) {
      const some = Array.from({ length: Math.min(100, count - sockets.length) }, () => connect(port, '127.0.0.1'));
      sockets.push(...some);
      await Promise.all(some.map((socket) => once(socket, 'connect')));
      await Promise.all(some.map((socket) => ask(socket)));
    }
    return sockets;
  } catch {
    for (const socket of sockets) socket.destroy();
    return undefined;
  }
};

const ask = async (socket: Socket): Promise<string> => {
  socket.write(request);
  const [data] = (await once(socket, 'data')) as [Buffer];
  return data.toString('latin1');
};

interface Cost {
  /** KiB for each connection. */
  readonly memory: number;
  /** Microseconds for each request, each on another connection. */
  readonly cpu: number;
}

const costOf = async (contender: Contender, count: number): Promise<Cost | undefined> => {
  const running = await Running.start(contender, 'plain', '.');
  try {
    await running.cost(request, 20_000);
    const { rss } = await running.usage();
    const sockets = await openMany(running.port, count);
    if (sockets === undefined) return undefined;
    const open = await running.usage();
    const rounds = Math.ceil(20_000 / count);
    const turn = async (): Promise<void> => {
      for (let from = 0; from < count; from += 64)
        await Promise.all(sockets.slice(from, from + 64).map((socket) => ask(socket)));
    };
    for (let round = 0; round < rounds; round += 1) await turn();
    const { cpu } = await running.usage();
    for (const socket of sockets) socket.destroy();
    return { memory: (open.rss - rss) / 1024 / count, cpu: (cpu - open.cpu) / (rounds * count) };
  } finally {
    running.stop();
  }
};

/** What many keep-alive connections cost. Where the system allows too few open files, that size is left out. */
export const benchmark: Benchmark = {
  name: 'respiratory.connections',
  description: '1,000 and 10,000 keep-alive connections: memory for each, and CPU per request spread over them',
  verify: async () => {
    for (const contender of taking) {
      const running = await Running.start(contender, 'plain', '.');
      const sockets = await openMany(running.port, 150);
      assert.equal(sockets?.length, 150, contender.name);
      for (const socket of sockets) {
        assert.match(await ask(socket), /200 OK/, contender.name);
        socket.destroy();
      }
      running.stop();
    }
  },
  figures: async () => {
    const figures: Figure[] = [];
    for (const count of [1000, 10_000]) {
      const costs: (Cost | undefined)[] = [];
      for (const contender of taking) costs.push(await costOf(contender, count));
      const [own, ...theirs] = costs;
      if (own === undefined) {
        process.stderr.write(`${count} connections are left out: the limit of open files is lower.\n`);
        continue;
      }
      assertDistinct(
        `CPU with ${count} connections`,
        costs.flatMap((cost) => cost?.cpu ?? []),
      );
      for (const [index, { name, package: from }] of taking.slice(1).entries())
        for (const [what, unit] of [
          ['memory', 'KiB'],
          ['cpu', 'µs CPU'],
        ] as const)
          figures.push({
            name: `${what} with ${count} connections`,
            unit,
            better: 'lower',
            ours: own[what],
            peer: name,
            peerVersion: versionOf(from),
            theirs: theirs[index]?.[what] ?? Number.NaN,
            goal: null,
          });
    }
    return figures;
  },
};
