import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect as dial, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { webSocket } from '@organism/circulatory/capillary/client';
import { Redis } from 'ioredis';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { closeAll, connect, open, until } from './capillary.harness.ts';

const program = fileURLToPath(new URL('capillary.child.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'capillary-'));
const redisUrl = 'redis://127.0.0.1:6379';
const redis = new Redis(redisUrl, { lazyConnect: true, maxRetriesPerRequest: 1, retryStrategy: null });
const hasRedis = await redis.connect().then(
  () => true,
  () => false,
);
if (!hasRedis) console.warn(`There is no Redis at ${redisUrl}: sessions do not move over it in this run.`);
const topic = `capillary-${process.pid}`;

afterEach(closeAll);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  if (!hasRedis) return;
  const keys = await redis.keys(`*${topic}*`);
  if (keys.length > 0) await redis.del(...keys);
  redis.disconnect();
});

class Process {
  readonly heard: unknown[] = [];
  readonly published: unknown[] = [];
  port = 0;
  readonly #child: ChildProcess;

  constructor(url: string) {
    this.#child = fork(program, [url, topic], { execArgv: ['--conditions=@organism/source'] });
    this.#child.on('message', (message: Record<string, unknown>) => {
      if ('heard' in message) this.heard.push(message['heard']);
      if ('published' in message) this.published.push(message['published']);
      if ('port' in message) this.port = Number(message['port']);
    });
    open.push({ [Symbol.asyncDispose]: () => this.kill() });
  }

  static async start(url: string): Promise<Process> {
    const one = new Process(url);
    await until(() => expect(one.port).toBeGreaterThan(0));
    return one;
  }

  publish(data: unknown): void {
    this.#child.send({ publish: data });
  }

  async #ended(end: () => void): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = new Promise((resolve) => this.#child.once('exit', resolve));
    end();
    await exit;
  }

  stop(): Promise<void> {
    return this.#ended(() => this.#child.send({ stop: true }));
  }

  kill(): Promise<void> {
    return this.#ended(() => this.#child.kill('SIGKILL'));
  }
}

/** A proxy that leads to one process, and at a word to another. */
const startProxy = async (first: Process) => {
  let target = first;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const onward = dial(target.port, '127.0.0.1');
    for (const one of [socket, onward]) {
      sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => sockets.delete(one));
    }
    socket.on('close', () => onward.destroy());
    onward.on('close', () => socket.destroy());
    socket.pipe(onward).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  open.push({
    [Symbol.asyncDispose]: async () => {
      cut();
      server.close();
    },
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/capillary`,
    lead: (to: Process): void => {
      target = to;
      cut();
    },
  };
};

const quick = { credentials: () => 'ada', baseDelayMs: 20, maxDelayMs: 100, transports: [webSocket] };

describe.each([
  ['SQLite', (): string => `sqlite:${join(folder, 'heart.db')}?synchronous=normal`, true],
  ['Redis', (): string => redisUrl, hasRedis],
] as const)('two processes with one Heart on %s', (_name, url, isThere) => {
  it.runIf(isThere)(
    'serve one session by turns, without loss or duplicates, and hand it over when they stop',
    async () => {
      const [one, two] = await Promise.all([Process.start(url()), Process.start(url())]);
      const proxy = await startProxy(one);
      const notes: string[] = [];
      const { client, got } = connect(proxy.url, {
        ...quick,
        onReset: () => notes.push('reset'),
        onGap: () => notes.push('gap'),
      });
      await client.send('hello');
      const { session } = client;
      const sent: Promise<void>[] = [];
      for (let number = 0; number < 60; number += 1) {
        (number % 2 === 0 ? one : two).publish(number);
        sent.push(client.send(number));
        if (number % 15 === 7) {
          proxy.lead(number % 30 === 7 ? two : one);
          // The next are published while the client is on its way, or there already.
          if (number % 30 === 7) await until(() => expect(client.state).toBe('open'));
        }
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      await Promise.all(sent);
      await until(() => expect(got.length).toBe(60));
      // The process that has the session goes away: the other has it already.
      proxy.lead(two);
      two.publish('last but one');
      await one.stop();
      two.publish('last');
      await until(() => expect(got.length).toBe(62));
      await client.send('bye');
      expect(got.toSorted()).toEqual(
        [...Array.from({ length: 60 }, (_, number) => number), 'last but one', 'last'].toSorted(),
      );
      expect([...one.heard, ...two.heard].toSorted()).toEqual(
        ['hello', ...Array.from({ length: 60 }, (_, number) => number), 'bye'].toSorted(),
      );
      expect([client.session, notes]).toEqual([session, []]);
    },
    30_000,
  );

  it.runIf(isThere)(
    'begin a session anew, and say so, when one was killed',
    async () => {
      const [one, two] = await Promise.all([Process.start(url()), Process.start(url())]);
      const proxy = await startProxy(one);
      const notes: string[] = [];
      const { client, got } = connect(proxy.url, { ...quick, onReset: () => notes.push('reset') });
      await client.send('hello');
      await one.kill();
      proxy.lead(two);
      await until(() => expect(notes).toEqual(['reset']));
      two.publish('news');
      await until(() => expect(got).toEqual(['news']));
    },
    30_000,
  );
});
