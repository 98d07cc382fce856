import { LungClient } from '@organism/respiratory/client';
import axios from 'axios';
import assert from 'node:assert/strict';
import ky from 'ky';
import { Agent, get as httpGet } from 'node:http';
import { Worker } from 'node:worker_threads';
import { once } from 'node:events';
import { request as undiciRequest } from 'undici';
import type { Benchmark, Figure } from './lib/benchmark.ts';
import { versionOf } from './lib/version.ts';

interface Answer {
  readonly id: string;
  readonly magnitude: number;
}

interface Contender {
  readonly name: string;
  readonly package: string;
  readonly call: () => Promise<Answer>;
  /** The ratio of ours to theirs that we aim for. */
  readonly goal: number | null;
}

/** Answers in a thread of its own, whose CPU time is not counted. */
const server = `
  const { createServer } = require('node:http');
  const { parentPort } = require('node:worker_threads');
  const body = JSON.stringify({ id: 'us7000abcd', magnitude: 4.2, place: 'Lisbon', at: '2026-01-01T00:00:00Z', depthKm: 12.5 });
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length, etag: '"x"' });
    response.end(body);
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** CPU time of this thread per call, in microseconds, `together` calls at a time. */
const cpuOf = async (call: () => Promise<unknown>, times: number, together: number): Promise<number> => {
  let left = times;
  const before = process.threadCpuUsage();
  await Promise.all(
    Array.from({ length: together }, async () => {
      while ((left -= 1) >= 0) await call();
    }),
  );
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / times;
};

interface Field extends AsyncDisposable {
  readonly ours: readonly Contender[];
  readonly peers: readonly Contender[];
}

const open = async (): Promise<Field> => {
  const worker = new Worker(server, { eval: true });
  const [port] = (await once(worker, 'message')) as [number];
  const url = `http://127.0.0.1:${port}`;
  const agent = new Agent({ keepAlive: true });
  const plain = new LungClient({ baseUrl: url, timeoutMs: Infinity });
  const timed = new LungClient({ baseUrl: url });
  const http = axios.create({ baseURL: url, httpAgent: agent });
  const get = (client: LungClient) => (): Promise<Answer> =>
    client.get('/quakes/:id', { params: { id: 'us7000abcd' } }) as Promise<Answer>;
  return {
    ours: [
      { name: 'retry and breaker', package: 'node', call: get(plain), goal: null },
      { name: 'retry, breaker and timeout', package: 'node', call: get(timed), goal: null },
    ],
    peers: [
      {
        name: 'fetch, bare',
        package: 'node',
        call: async () => (await fetch(`${url}/quakes/us7000abcd`)).json() as Promise<Answer>,
        goal: 0.4,
      },
      {
        name: 'undici.request, bare',
        package: 'undici',
        call: async () => (await undiciRequest(`${url}/quakes/us7000abcd`)).body.json() as Promise<Answer>,
        goal: null,
      },
      {
        name: 'ky, which retries',
        package: 'ky',
        call: () => ky.get(`${url}/quakes/us7000abcd`).json<Answer>(),
        goal: null,
      },
      {
        name: 'node:http, bare',
        package: 'node',
        call: () =>
          new Promise((resolve, reject) => {
            httpGet(`${url}/quakes/us7000abcd`, { agent }, (response) => {
              let text = '';
              response.setEncoding('utf8');
              response.on('data', (piece: string) => (text += piece));
              response.on('end', () => resolve(JSON.parse(text) as Answer));
            }).on('error', reject);
          }),
        goal: null,
      },
      {
        name: 'axios, bare',
        package: 'axios',
        call: async () => (await http.get<Answer>('/quakes/us7000abcd')).data,
        goal: null,
      },
    ],
    [Symbol.asyncDispose]: async () => {
      await Promise.all([plain.close(), timed.close()]);
      agent.destroy();
      await worker.terminate();
    },
  };
};

const measure = async ({ ours, peers }: Field, together: number, rounds: number): Promise<Figure[]> => {
  const all = [...ours, ...peers];
  const times = new Map(all.map(({ name }) => [name, [] as number[]]));
  // The first rounds warm up; interleaved, so that what else the machine does meets all alike.
  for (let round = -3; round < rounds; round += 1)
    for (const { name, call } of all) {
      const taken = await cpuOf(call, 1000, together);
      if (round >= 0) times.get(name)?.push(taken);
    }
  const of = (name: string): number => median(times.get(name) ?? []);
  return ours.flatMap((mine) =>
    peers.map(({ name, package: from, goal }) => ({
      name: `JSON GET with ${mine.name}, ${together} at a time`,
      unit: 'µs CPU',
      better: 'lower' as const,
      ours: of(mine.name),
      peer: name,
      peerVersion: versionOf(from),
      theirs: of(name),
      goal: mine === ours[0] ? goal : null,
    })),
  );
};

/** CPU time of calls over loopback. */
export const benchmark: Benchmark = {
  name: 'respiratory.client',
  description:
    'a JSON GET with retry and breaker against bare fetch, undici, node:http, axios and ky, by CPU time per call',
  verify: async () => {
    await using field = await open();
    const answers = await Promise.all([...field.ours, ...field.peers].map(({ call }) => call()));
    for (const answer of answers) assert.deepEqual(answer, answers[0]);
    assert.equal(answers[0]?.magnitude, 4.2);
  },
  figures: async ({ quick }) => {
    await using field = await open();
    const figures: Figure[] = [];
    for (const together of [1, 10]) figures.push(...(await measure(field, together, quick ? 7 : 15)));
    return figures;
  },
};
