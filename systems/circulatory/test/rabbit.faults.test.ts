import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { sleep, systemClock } from '@organism/cell';
import { Heart } from '@organism/circulatory';
import { RabbitBroker } from '@organism/circulatory/rabbitmq';
import { VirtualClock } from '@organism/testing';
import { type ChannelModel, connect } from 'amqplib';
import { afterEach, describe, expect, it } from 'vitest';
import { Names } from '../src/rabbitmq/names.ts';
import { deleteAll, isUp, newPrefix, serverUrl } from './rabbit.harness.ts';
import { consume, Ledger, publish, settled } from './rabbit.ledger.ts';
import { type Fault, Proxy } from './rabbit.proxy.ts';

/** So many faults; 100 take a minute. */
const rounds = Number(process.env['PROOF_ROUNDS'] ?? 12);

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

interface Line {
  readonly ready?: boolean;
  readonly handled?: number;
  readonly published?: number;
  readonly key?: string;
  readonly at?: number;
}

const child = async (ledger: Ledger, ...args: readonly string[]): Promise<ChildProcess> => {
  const path = fileURLToPath(new URL('./rabbit.child.ts', import.meta.url));
  const process_ = spawn(process.execPath, ['--conditions=@organism/source', path, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ready = Promise.withResolvers<void>();
  createInterface({ input: process_.stdout }).on('line', (text) => {
    const { ready: isReady, handled, published, key = '', at = 0 } = JSON.parse(text) as Line;
    if (isReady === true) ready.resolve();
    if (handled !== undefined) ledger.handle(key, handled, at);
    if (published !== undefined) ledger.publish(key, published);
  });
  process_.once('exit', () => ready.reject(new Error('The child has ended.')));
  cleanUps.push(() => kill(process_));
  await ready.promise;
  return process_;
};

const kill = async (process_: ChildProcess): Promise<void> => {
  if (process_.exitCode !== null || process_.signalCode !== null) return;
  process_.kill('SIGKILL');
  await once(process_, 'close');
};

/** Connects to a server some of whose queues do not answer who consumes them. */
class Stubborn {
  readonly refuses = new Set<string>();
  readonly #url: string;
  connections = 0;
  refused = 0;

  constructor(url: string) {
    this.#url = url;
  }

  async connect(): Promise<ChannelModel> {
    const model = await connect(this.#url);
    this.connections += 1;
    const createChannel = model.createChannel.bind(model);
    model.createChannel = async () => {
      const channel = await createChannel();
      const begin = channel.consume.bind(channel);
      channel.consume = (queue, ...rest) => {
        if (!this.refuses.has(queue)) return begin(queue, ...rest);
        this.refused += 1;
        return new Promise(() => {});
      };
      return channel;
    };
    return model;
  }
}

describe.runIf(isUp)('a RabbitBroker on a bad network', () => {
  it(`loses nothing, and keeps the order of keys, over ${rounds} faults`, async () => {
    const prefix = newPrefix();
    cleanUps.push(() => deleteAll(prefix, ['jobs'], ['default'], 2));
    const proxy = await new Proxy(5672).open();
    cleanUps.push(() => proxy[Symbol.asyncDispose]());
    const url = `amqp://guest:guest@127.0.0.1:${proxy.port}?heartbeat=1`;
    const driver = new RabbitBroker({ url, prefix, partitions: 2, timeoutMs: 300 });
    const heart = await new Heart<{ jobs: number }>({ driver }).start();
    cleanUps.push(() => heart.stop());
    const ledger = new Ledger();
    await consume(heart, ledger);
    let isOver = false;
    const publishing = ['a', 'b', 'c'].map((key, index) =>
      publish(heart, ledger, key, index * 1_000_000, () => isOver),
    );
    const states = new Set<string>();
    const faults: readonly Fault[] = ['drop', 'stall', 'half-close'];
    for (let round = 0; round < rounds; round += 1) {
      const fault = faults[round % 3] ?? 'drop';
      await expect.poll(() => driver.state, { interval: 5 }).toBe('connected');
      await sleep(systemClock, 40 + (round % 5) * 20);
      proxy.isDown = round % 2 === 0;
      proxy.inflict(fault);
      await expect.poll(() => driver.state, { interval: 5 }).toBe('reconnecting');
      states.add(driver.state);
      proxy.isDown = false;
    }
    isOver = true;
    const failures = await Promise.all(publishing);
    await settled(heart, ledger);
    expect(failures.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
    expect([...states]).toEqual(['reconnecting']);
    await expect.poll(() => heart.health()).toEqual({ status: 'pass' });
    await heart.stop();
    await expect.poll(() => proxy.size).toBe(0);
  }, 300_000);

  it('goes on with all other queues while one does not answer, as it has no leader, and then with that one', async () => {
    const prefix = newPrefix();
    cleanUps.push(() => deleteAll(prefix, ['jobs', 'other'], ['default'], 2));
    const server = new Stubborn(serverUrl);
    const names = new Names(prefix, 2);
    const [goodKey = '', badKey = ''] = ['0', '1'].map((lane) =>
      ['a', 'b', 'c', 'd', 'e'].find((key) => names.laneOf(key) === lane),
    );
    server.refuses.add(names.first('jobs', '1'));
    const failures: unknown[] = [];
    const driver = new RabbitBroker({ connect: () => server.connect(), prefix, partitions: 2, timeoutMs: 300 });
    const heart = new Heart<{ jobs: number; other: number }>({ driver, onError: ({ error }) => failures.push(error) });
    await heart.start();
    cleanUps.push(() => heart.stop());
    const seen: number[] = [];
    await heart.subscribe('jobs', ({ data }) => void seen.push(data));
    await heart.subscribe('other', ({ data }) => void seen.push(data));
    // It has tried again, and goes on all the same.
    await expect.poll(() => server.refused, { timeout: 20_000 }).toBeGreaterThan(1);
    await heart.publish('jobs', 1, { key: badKey });
    await heart.publish('jobs', 2, { key: goodKey });
    await heart.publish('jobs', 3);
    await heart.publish('other', 4);
    await expect.poll(() => seen.toSorted()).toEqual([2, 3, 4]);
    await expect.poll(() => failures.length).toBeGreaterThan(1);
    expect(failures[0]).toMatchObject({ code: 'CIRCULATORY_DRIVER', retryable: true });
    expect(server.connections).toBe(2);
    server.refuses.clear();
    await expect.poll(() => seen.toSorted(), { timeout: 20_000 }).toEqual([1, 2, 3, 4]);
    expect([server.connections, driver.state]).toEqual([2, 'connected']);
  }, 60_000);

  it('cuts a connection that comes too late', async () => {
    const proxy = await new Proxy(5672).open();
    cleanUps.push(() => proxy[Symbol.asyncDispose]());
    const clock = new VirtualClock();
    const made = Promise.withResolvers<ChannelModel>();
    const driver = new RabbitBroker({ connect: () => made.promise, timeoutMs: 300, clock });
    const opening = driver.open();
    opening.catch(() => {});
    await clock.advance(300);
    await expect(opening).rejects.toMatchObject({ code: 'CIRCULATORY_DRIVER', retryable: true });
    made.resolve(await connect(`amqp://guest:guest@127.0.0.1:${proxy.port}`));
    await expect.poll(() => proxy.size).toBe(0);
  });

  it('says so while the server is gone, and refuses at once', async () => {
    const prefix = newPrefix();
    cleanUps.push(() => deleteAll(prefix, ['jobs'], ['default'], 2));
    const proxy = await new Proxy(5672).open();
    cleanUps.push(() => proxy[Symbol.asyncDispose]());
    const url = `amqp://guest:guest@127.0.0.1:${proxy.port}`;
    const driver = new RabbitBroker({ url, prefix, partitions: 2 });
    const heart = await new Heart<{ jobs: number }>({ driver }).start();
    cleanUps.push(() => heart.stop());
    const seen: number[] = [];
    await heart.subscribe('jobs', ({ data }) => void seen.push(data));
    proxy.isDown = true;
    proxy.inflict('drop');
    await expect.poll(() => driver.state).toBe('reconnecting');
    await expect(heart.publish('jobs', 1)).rejects.toMatchObject({ code: 'CIRCULATORY_DRIVER', retryable: true });
    await expect.poll(async () => (await heart.health()).status).toBe('fail');
    proxy.isDown = false;
    await expect.poll(() => driver.state).toBe('connected');
    await heart.publish('jobs', 2);
    await expect.poll(() => seen).toEqual([2]);
    await expect.poll(async () => (await heart.health()).status).toBe('pass');
  });
});

describe.runIf(isUp)('processes that share a RabbitBroker', () => {
  it('lose nothing, and keep the order of keys, when they are killed', async () => {
    const prefix = newPrefix();
    cleanUps.push(() => deleteAll(prefix, ['jobs'], ['default'], 2));
    const driver = new RabbitBroker({ url: serverUrl, prefix, partitions: 2 });
    const heart = await new Heart<{ jobs: number }>({ driver }).start();
    cleanUps.push(() => heart.stop());
    const ledger = new Ledger();
    // The first one to consume has all keys, until it dies.
    let consumer = await child(ledger, 'consume', serverUrl, prefix);
    const kills = Math.max(2, Math.floor(rounds / 6));
    for (let round = 0; round < kills; round += 1) {
      const publisher = await child(ledger, 'publish', serverUrl, prefix, `${round * 1_000_000}`);
      const next = await child(ledger, 'consume', serverUrl, prefix);
      await kill(consumer);
      consumer = next;
      await sleep(systemClock, 100);
      await kill(publisher);
    }
    await settled(heart, ledger);
    expect([...ledger.published.values()].flat().length).toBeGreaterThan(100);
  }, 300_000);
});
