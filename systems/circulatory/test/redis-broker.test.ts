import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sleep, systemClock } from '@organism/cell';
import { constant } from '@organism/homeostasis';
import { DurabilityError, Heart, HeartDriverError, MemoryBroker, type NewMessage } from '@organism/circulatory';
import { RedisBroker, type RedisClient } from '@organism/circulatory/redis';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { freePort, patient, RedisServer } from './proof.harness.ts';

const folder = mkdtempSync(join(tmpdir(), 'heart-redis-'));
const cleanUps: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const serve = async (appendfsync: string): Promise<{ server: RedisServer; client: Redis }> => {
  const server = new RedisServer(await freePort(), folder, appendfsync);
  await server.start();
  const client = patient(server.port);
  cleanUps.push(
    () => server.kill(),
    () => client.disconnect(),
  );
  return { server, client };
};

describe('a RedisBroker', () => {
  it('refuses bad options by name', () => {
    const client: RedisClient = { call: () => Promise.resolve() };
    expect(() => new RedisBroker({ client: {} as RedisClient })).toThrow(/^client must be/);
    expect(() => new RedisBroker({ client, prefix: 'a{b}' })).toThrow(/^prefix must be/);
    expect(() => new RedisBroker({ client, pollMs: -1 })).toThrow(/^pollMs must be/);
  });

  it('fails to start, and says why, when the server is down', async () => {
    const client: RedisClient = { call: () => Promise.reject(new Error('connect ECONNREFUSED')) };
    const error = (await new Heart({ driver: new RedisBroker({ client }) })
      .start()
      .catch((thrown: unknown) => thrown)) as {
      readonly errors: readonly unknown[];
    };
    expect(error.errors[0]).toBeInstanceOf(HeartDriverError);
    expect(error.errors[0]).toMatchObject({ code: 'CIRCULATORY_DRIVER', retryable: true });
  });

  it('goes on after a client that throws instead of rejecting', async () => {
    let isBroken = true;
    const client: RedisClient = {
      call: (command) => {
        if (isBroken && command.startsWith('eval')) throw new Error('Connection is closed.');
        return Promise.resolve(1);
      },
    };
    const driver = new RedisBroker({ client });
    const order = { now: 1, maxDepth: 9, shed: false, retentionMs: 0 };
    const times = { publishedAt: 1, dueAt: 1, expiresAt: Infinity, uniqueUntil: 0 };
    const message: NewMessage = { id: '1', key: undefined, priority: 4, body: '1', ...times };
    await expect(driver.publish('t', [message], order)).rejects.toThrow(HeartDriverError);
    isBroken = false;
    expect(await driver.publish('t', [message], order)).toEqual(['stored']);
  });

  it('keeps all keys of a topic in one slot', async () => {
    const slots = new Set<string>();
    const client: RedisClient = {
      call: (command, ...args) => {
        if (command.startsWith('eval')) slots.add(/\{(.*?)\}/.exec(String(args[2]))?.[1] ?? '');
        return Promise.resolve(command === 'INFO' ? '' : []);
      },
    };
    const driver = new RedisBroker({ client });
    const order = { now: 0, max: 1, leaseMs: 1, maxAttempts: 1 };
    await driver.reserve('a}b', 'g', order);
    await driver.settle('a}b', 'g', [{ ref: 1, token: 1, kind: 'ack' }], 0);
    expect([...slots]).toEqual(['a%7Db']);
  });
});

// Tests that start a server of their own run where there is one to start.
describe.runIf(spawnSync('redis-server', ['--version']).status === 0)('a RedisBroker on a server', () => {
  it.each([
    ['', 'memory'],
    ['everysec', 'page-cache'],
    ['always', 'fsync'],
  ] as const)(
    'reads what it may promise from the server: appendfsync "%s" is "%s"',
    async (appendfsync, durability) => {
      const { client } = await serve(appendfsync);
      const heart = await new Heart({ driver: new RedisBroker({ client }), durability }).start();
      expect(heart.durability).toBe(durability);
      await heart.stop();
      const strict = await new Heart({ driver: new RedisBroker({ client }), durability: 'replicated' })
        .start()
        .catch((thrown: unknown) => thrown);
      expect((strict as { errors: unknown[] }).errors[0]).toBeInstanceOf(DurabilityError);
    },
  );

  it('takes publishes that come side by side in few calls, each for itself', async () => {
    const { client } = await serve('');
    const calls: string[] = [];
    const counting: RedisClient = {
      call: (command, ...args) => {
        calls.push(command);
        return client.call(command, ...args);
      },
    };
    const driver = new RedisBroker({ client: counting });
    const order = { now: 1000, maxDepth: 90, shed: false, retentionMs: 0 };
    const message = (n: number, more: Partial<NewMessage> = {}): NewMessage => ({
      id: `${n}`,
      key: undefined,
      priority: 4,
      publishedAt: 1000,
      dueAt: 1000,
      expiresAt: Infinity,
      uniqueUntil: 2000,
      body: `${n}`,
      ...more,
    });
    await driver.join('t', 'g', { from: 'earliest', idleMs: Infinity, now: 1000 });
    calls.length = 0;
    // Ids come twice; batches of three go in between; the bound is met on the way.
    const publishes = Array.from({ length: 60 }, (_, n) =>
      n % 6 === 5
        ? [message(1000 + n, { key: 'k' }), message(2000 + n, { priority: 9 }), message(n)]
        : [message(n % 2 === 0 ? n : n - 1)],
    );
    const outcomes = await Promise.all(publishes.map((messages) => driver.publish('t', messages, order)));
    expect(calls.length).toBeLessThan(8);
    // As a broker in memory has it, one by one.
    const memory = new MemoryBroker();
    memory.join('t', 'g', { from: 'earliest', idleMs: Infinity, now: 1000 });
    expect(outcomes).toEqual(publishes.map((messages) => memory.publish('t', messages, order)));
    const reserve = { now: 1000, max: 200, leaseMs: 1000, maxAttempts: 1 };
    const leases = await driver.reserve('t', 'g', reserve);
    expect(leases.map(({ body }) => body)).toEqual(memory.reserve('t', 'g', reserve).map(({ body }) => body));
    calls.length = 0;
    const acks = leases.map(({ ref, token }) => driver.settle('t', 'g', [{ ref, token, kind: 'ack' }], 1000));
    expect((await Promise.all(acks)).flat()).toEqual(leases.map(() => true));
    expect(calls.length).toBeLessThan(8);
  });

  it('learns from a look that finds nothing when the next one is due', async () => {
    const { client } = await serve('');
    let calls = 0;
    const counting: RedisClient = {
      call: (command, ...args) => {
        calls += 1;
        return client.call(command, ...args);
      },
    };
    const driver = new RedisBroker({ client: counting });
    const message = (id: string, dueAt: number): NewMessage => {
      const times = { publishedAt: 1000, dueAt, expiresAt: Infinity, uniqueUntil: 0 };
      return { id, key: undefined, priority: 4, body: id, ...times };
    };
    const publish = (id: string, dueAt: number): Promise<unknown> =>
      driver.publish('t', [message(id, dueAt)], { now: 1000, maxDepth: Infinity, shed: false, retentionMs: 0 });
    await driver.join('t', 'g', { from: 'earliest', idleMs: Infinity, now: 1000 });
    await publish('later', 3000);
    const reserve = { now: 1000, max: 1, leaseMs: 1000, maxAttempts: 1 };
    expect(await driver.reserve('t', 'g', reserve)).toEqual([]);
    const before = calls;
    expect(await driver.nextDue('t', 'g', 1000)).toBe(3000);
    expect(calls).toBe(before);
    // What it has learned holds for that moment only, and for that group.
    await driver.reserve('t', 'g', reserve);
    expect(await driver.nextDue('other', 'g', 1000)).toBeUndefined();
    await driver.reserve('t', 'g', reserve);
    await publish('sooner', 2000);
    expect(await driver.nextDue('t', 'g', 1000)).toBe(2000);
  });

  it('keeps to the bounds of each publish when several Hearts share it', async () => {
    const { client } = await serve('');
    const driver = new RedisBroker({ client });
    const publish = (n: number, maxDepth: number, retentionMs = 0): Promise<unknown> => {
      const times = { publishedAt: 1, dueAt: 1, expiresAt: Infinity, uniqueUntil: 0 };
      const message: NewMessage = { id: `${n}`, key: undefined, priority: 4, body: `${n}`, ...times };
      return driver.publish('t', [message], { now: 1, maxDepth, shed: false, retentionMs });
    };
    // Side by side, so that what is alike goes together.
    const outcomes = await Promise.all([
      publish(0, 2),
      publish(1, Infinity),
      publish(2, 2),
      publish(3, 2),
      publish(4, Infinity, 1000),
      publish(5, 4),
    ]);
    expect(outcomes).toEqual([['stored'], ['stored'], 'full', 'full', ['stored'], ['stored']]);
    await driver.join('t', 'g', { from: 'earliest', idleMs: Infinity, now: 1 });
    const leases = await driver.reserve('t', 'g', { now: 1, max: 9, leaseMs: 1000, maxAttempts: 1 });
    expect(leases.map(({ body }) => body)).toEqual(['0', '1', '4', '5']);
  });

  it('keeps the order of a key among thousands that are due at one time', async () => {
    const { client } = await serve('');
    const driver = new RedisBroker({ client });
    await driver.join('t', 'g', { from: 'earliest', idleMs: Infinity, now: 0 });
    const times = { publishedAt: 0, dueAt: 1000, expiresAt: Infinity, uniqueUntil: 0 };
    const messages = Array.from({ length: 2500 }, (_, n): NewMessage => ({
      id: `${n}`,
      key: `k${n % 3}`,
      priority: 4,
      body: `${n}`,
      ...times,
    }));
    await driver.publish('t', messages, { now: 0, maxDepth: Infinity, shed: false, retentionMs: 0 });
    const order = { now: 1000, max: 10, leaseMs: 1000, maxAttempts: 1 };
    const seen: number[] = [];
    for (let leases = await driver.reserve('t', 'g', order); leases.length > 0;) {
      seen.push(...leases.map(({ body }) => Number(body)));
      await driver.settle(
        't',
        'g',
        leases.map(({ ref, token }) => ({ ref, token, kind: 'ack' })),
        1000,
      );
      leases = await driver.reserve('t', 'g', order);
    }
    expect(seen).toEqual(messages.map((_message, n) => n));
  });

  it('loses nothing that was acknowledged when the server is killed and comes back', async () => {
    const { server, client } = await serve('always');
    const driver = new RedisBroker({ client, pollMs: 10 });
    const heart = await new Heart<{ numbers: number }>({ driver }).start();
    const seen = new Map<number, number>();
    const lastOfKey = new Map<string, number>();
    const outOfOrder: number[] = [];
    await heart.subscribe(
      'numbers',
      ({ data, key = '' }) => {
        seen.set(data, (seen.get(data) ?? 0) + 1);
        if (data < (lastOfKey.get(key) ?? -1)) outOfOrder.push(data);
        lastOfKey.set(key, data);
      },
      { ackTimeoutMs: 500, backoff: constant(10), concurrency: 10, maxAttempts: 100 },
    );
    const acknowledged: number[] = [];
    const restarts: Promise<void>[] = [];
    const publish = async (): Promise<void> => {
      for (let n = 0; n < 300; n += 1) {
        for (;;) {
          try {
            await heart.publish('numbers', n, { id: `n${n}`, key: `k${n % 5}` });
            acknowledged.push(n);
            break;
          } catch (error) {
            expect(error).toBeInstanceOf(HeartDriverError);
            await sleep(systemClock, 20);
          }
        }
        // Not waited for: what is published next meets a server that dies, is dead, or comes back.
        if (n % 100 === 50) restarts.push(server.kill().then(() => server.start()));
      }
    };
    await publish();
    await Promise.all(restarts);
    await expect.poll(async () => (await heart.inspect('numbers')).depth, { timeout: 15_000 }).toBe(0);
    expect(restarts.length).toBe(3);
    expect(acknowledged.filter((n) => !seen.has(n))).toEqual([]);
    expect(outOfOrder).toEqual([]);
    expect(await heart.deadLetters('numbers')).toEqual([]);
    expect(await heart.health()).toEqual({ status: 'pass' });
    await heart.stop();
  }, 40_000);
});
