import { Muscle } from '@organism/muscular';
import { endpoint, Lung } from '@organism/respiratory';
import { Bone } from '@organism/skeletal';
import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Benchmark, Figure } from './lib/benchmark.ts';
import { versionOf } from './lib/version.ts';

const Order = z.object({
  id: z.string().max(40),
  customer: z.object({ name: z.string(), email: z.string() }),
  lines: z.array(z.object({ sku: z.string(), count: z.number().int().min(1), price: z.number() })),
  express: z.boolean(),
});
const Receipt = z.object({ id: z.string(), total: z.number(), lines: z.number() });
type OrderOf = z.infer<typeof Order>;

const order = {
  id: 'o-1',
  customer: { name: 'Ada', email: 'ada@example.org' },
  lines: [1, 2, 3].map((count) => ({ sku: `sku-${count}`, count, price: 9.5 })),
  express: true,
};
const hello = { hello: 'world', list: [1, 2, 3] };
const receiptOf = (given: { readonly [Key in keyof OrderOf]: unknown }): z.infer<typeof Receipt> => {
  const lines = given.lines as OrderOf['lines'];
  return {
    id: given.id as string,
    total: lines.reduce((sum, { count, price }) => sum + count * price, 0),
    lines: lines.length,
  };
};

interface Contender {
  readonly name: string;
  readonly package: string;
  /** Listens, and gives the port. */
  listen(): Promise<number>;
}

const listening = async (server: ReturnType<typeof createServer>): Promise<number> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

/** As little as it takes: no routes but these, no limits, no errors. */
const bare: Contender = {
  name: 'node:http',
  package: 'node',
  listen: () =>
    listening(
      createServer((request, response) => {
        const send = (value: unknown): void => {
          const text = JSON.stringify(value);
          response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
          response.end(text);
        };
        if (request.method === 'GET') {
          send(hello);
          return;
        }
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => send(receiptOf(Order.parse(JSON.parse(Buffer.concat(chunks).toString())))));
      }),
    ),
};

const ours: Contender = {
  name: 'ours',
  package: 'node',
  listen: async () => {
    const say = new Muscle({ name: 'say', run: () => hello });
    const buy = new Muscle({
      name: 'buy',
      input: new Bone('order', Order),
      output: new Bone('receipt', Receipt),
      // As the peers, which check what comes in and not what goes out.
      validate: 'input',
      run: (given) => receiptOf(given),
    });
    const lung = await Lung.serve({ port: 0, endpoints: [endpoint('GET /hello', say), endpoint('POST /orders', buy)] });
    return lung.port;
  },
};

interface Fastify {
  get(path: string, handler: () => unknown): void;
  post(path: string, handler: (request: { readonly body: unknown }) => unknown): void;
  listen(options: object): Promise<string>;
}

const fastify: Contender = {
  name: 'fastify',
  package: 'fastify',
  listen: async () => {
    const name = 'fastify';
    const { default: make } = (await import(name)) as { readonly default: () => Fastify };
    const app = make();
    app.get('/hello', () => hello);
    app.post('/orders', ({ body }) => receiptOf(Order.parse(body)));
    return Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port);
  },
};

interface Hono {
  get(path: string, handler: (context: HonoContext) => unknown): void;
  post(path: string, handler: (context: HonoContext) => unknown): void;
  readonly fetch: unknown;
}
interface HonoContext {
  readonly req: { json(): Promise<unknown> };
  json(value: unknown): unknown;
}

const hono: Contender = {
  name: 'hono',
  package: 'hono',
  listen: async () => {
    const [name, adapter] = ['hono', '@hono/node-server'];
    const { Hono: Class } = (await import(name)) as { readonly Hono: new () => Hono };
    const { serve } = (await import(adapter)) as { serve(options: object, done: (info: AddressInfo) => void): void };
    const app = new Class();
    app.get('/hello', (context) => context.json(hello));
    app.post('/orders', async (context) => context.json(receiptOf(Order.parse(await context.req.json()))));
    return new Promise((resolve) =>
      serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => resolve(port)),
    );
  },
};

const contenders = [ours, bare, fastify, hono];
const isInstalled = ({ package: name }: Contender): boolean => versionOf(name) !== 'unknown';

// In the process of one contender: serve, and tell on request how much CPU that took.
const serving = contenders.find(({ name }) => process.send !== undefined && process.argv[2] === `serve:${name}`);
if (serving !== undefined) {
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.(user + system);
  });
  process.on('disconnect', () => process.exit());
  process.send?.(await serving.listen());
}

const body = JSON.stringify(order);
const requests: Readonly<Record<string, string>> = {
  'GET JSON': 'GET /hello HTTP/1.1\r\nhost: localhost\r\naccept: */*\r\n\r\n',
  'POST validated': `POST /orders HTTP/1.1\r\nhost: localhost\r\naccept: */*\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
};

/** A connection that sends the same request again and again, one at a time. */
class Client {
  readonly #socket: Socket;
  #buffer = '';
  #answer: ((answer: string) => void) | undefined;

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1').setNoDelay().setEncoding('latin1');
    this.#socket.on('data', (chunk: string) => {
      this.#buffer += chunk;
      const end = this.#buffer.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(this.#buffer)?.[1] ?? Number.NaN);
      if (end < 0 || this.#buffer.length < end + 4 + length) return;
      const answer = this.#buffer;
      this.#buffer = '';
      this.#answer?.(answer);
    });
  }

  ask(request: string): Promise<string> {
    return new Promise((resolve) => {
      this.#answer = resolve;
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}

interface Running {
  readonly contender: Contender;
  readonly child: ChildProcess;
  readonly clients: readonly Client[];
}

const start = async (contender: Contender): Promise<Running> => {
  const child = fork(fileURLToPath(import.meta.url), [`serve:${contender.name}`]);
  const [port] = (await once(child, 'message')) as [number];
  return { contender, child, clients: Array.from({ length: 16 }, () => new Client(port)) };
};

const stop = ({ child, clients }: Running): void => {
  for (const client of clients) client.close();
  child.disconnect();
};

const cpuOf = async ({ child }: Running): Promise<number> => {
  child.send('cpu');
  const [used] = (await once(child, 'message')) as [number];
  return used;
};

/** CPU time of the server's process for one request, in microseconds. */
const cost = async (running: Running, request: string, times: number): Promise<number> => {
  const before = await cpuOf(running);
  const each = Math.ceil(times / running.clients.length);
  await Promise.all(
    running.clients.map(async (client) => {
      for (let time = 0; time < each; time += 1) await client.ask(request);
    }),
  );
  return ((await cpuOf(running)) - before) / (each * running.clients.length);
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const goals: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  fastify: { 'GET JSON': 1, 'POST validated': 0.85 },
  hono: { 'POST validated': 0.6 },
};

/** CPU per request of the server's process, over loopback. */
export const benchmark: Benchmark = {
  name: 'respiratory.http',
  description: 'CPU per request of GET JSON and POST with validation, against node:http and the frameworks installed',
  verify: async () => {
    for (const contender of contenders.filter(isInstalled)) {
      const running = await start(contender);
      const [client] = running.clients as [Client];
      for (const [name, expected] of [
        ['GET JSON', hello],
        ['POST validated', receiptOf(order)],
      ] as const) {
        const answer = await client.ask(requests[name] ?? '');
        assert.deepEqual(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))), expected, `${contender.name}, ${name}`);
      }
      stop(running);
    }
  },
  figures: async ({ quick }) => {
    const all = await Promise.all(contenders.filter(isInstalled).map(start));
    const figures: Figure[] = [];
    const [times, rounds] = quick ? [4000, 5] : [16_000, 9];
    for (const [name, request] of Object.entries(requests)) {
      for (const running of all) await cost(running, request, 2 * times);
      const costs = all.map((): number[] => []);
      for (let round = 0; round < rounds; round += 1)
        for (const [index, running] of all.entries()) costs[index]?.push(await cost(running, request, times));
      const [own = Number.NaN, ...theirs] = costs.map(median);
      for (const [index, { contender }] of all.slice(1).entries())
        figures.push({
          name,
          unit: 'µs CPU',
          better: 'lower',
          ours: own,
          peer: contender.name,
          peerVersion: versionOf(contender.package),
          theirs: theirs[index] ?? Number.NaN,
          goal: goals[contender.name]?.[name] ?? null,
        });
    }
    for (const running of all) stop(running);
    return figures;
  },
};
