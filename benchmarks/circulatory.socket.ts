import assert from 'node:assert/strict';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Benchmark, Figure } from './lib/benchmark.ts';
import { type Fanning, type Kind, startFanning } from './lib/sockets/servers.ts';
import { versionOf } from './lib/version.ts';

const clients = 1000;
const text = 'x'.repeat(250);

const post = (): { readonly at: number; readonly text: string } => ({ at: Number(process.hrtime.bigint()), text });

interface Round {
  readonly perSecond: number;
  /** CPU time of the server for one message to one client, in microseconds. */
  readonly cpu: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Posts to all clients: as fast as they go, or one now and then, to see how long each takes. */
const measure = async (fanning: Fanning, posts: number, everyMs: number): Promise<Round> => {
  await fanning.expect(posts * clients);
  const report = fanning.report();
  const cpu = process.cpuUsage();
  const start = Number(process.hrtime.bigint());
  for (let number = 0; number < posts; number += 1) {
    fanning.send(post());
    // The sockets must get their turn, whoever is measured.
    await (everyMs === 0 ? setImmediate() : setTimeout(everyMs));
  }
  const { received, lastAt, p50, p95, p99 } = await report;
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond: (received / (lastAt - start)) * 1e9, cpu: (user + system) / received, p50, p95, p99 };
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const kinds: readonly Kind[] = ['capillary', 'socket.io', 'ws'];

/** Fan-out of one message to a thousand clients over WebSocket, on the loopback. */
export const benchmark: Benchmark = {
  name: 'circulatory.socket',
  description: `posts of 300 bytes to ${clients} clients over WebSocket, in a process of their own on this machine`,
  verify: async () => {
    for (const kind of kinds) {
      const fanning = await startFanning(kind, 20);
      await fanning.expect(60);
      const report = fanning.report();
      for (let number = 0; number < 3; number += 1) fanning.send(post());
      assert.equal((await report).received, 60, kind);
      await fanning.close();
    }
  },
  figures: async ({ quick }) => {
    const fast = new Map<Kind, Round[]>(kinds.map((kind) => [kind, []]));
    const paced = new Map<Kind, Round[]>(kinds.map((kind) => [kind, []]));
    const all: [Kind, Fanning][] = [];
    for (const kind of kinds) all.push([kind, await startFanning(kind, clients)]);
    // The first round warms up.
    for (let round = 0; round < (quick ? 2 : 4); round += 1) {
      for (const [kind, fanning] of all) {
        const rounds = [
          await measure(fanning, quick ? 10 : 50, 0),
          await measure(fanning, quick ? 5 : 20, 100),
        ] as const;
        if (round === 0) continue;
        fast.get(kind)?.push(rounds[0]);
        paced.get(kind)?.push(rounds[1]);
      }
    }
    for (const [, fanning] of all) await fanning.close();
    const of = (rounds: ReadonlyMap<Kind, Round[]>, kind: Kind, name: keyof Round): number =>
      median((rounds.get(kind) ?? []).map((round) => round[name]));
    return (['socket.io', 'ws'] as const).flatMap((kind): Figure[] => {
      const peer = { peer: kind, peerVersion: versionOf(kind) };
      const latency = (name: 'p50' | 'p95' | 'p99'): Figure => ({
        name: `10 posts a second: ${name}`,
        unit: 'ms',
        better: 'lower',
        ours: of(paced, 'capillary', name),
        ...peer,
        theirs: of(paced, kind, name),
        goal: kind === 'socket.io' ? 1 : null,
      });
      return [
        {
          name: 'as fast as they go: delivered',
          unit: 'msg/s',
          better: 'higher',
          ours: of(fast, 'capillary', 'perSecond'),
          ...peer,
          theirs: of(fast, kind, 'perSecond'),
          goal: kind === 'socket.io' ? 1 : null,
        },
        {
          name: 'as fast as they go: CPU of the server for each',
          unit: 'µs',
          better: 'lower',
          ours: of(fast, 'capillary', 'cpu'),
          ...peer,
          theirs: of(fast, kind, 'cpu'),
          goal: kind === 'socket.io' ? 1 : null,
        },
        latency('p50'),
        latency('p95'),
        latency('p99'),
      ];
    });
  },
};
