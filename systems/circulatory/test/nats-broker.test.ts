import { systemClock } from '@organism/cell';
import { DurabilityError, Heart, HeartDriverError, UnsupportedError } from '@organism/circulatory';
import { NatsBroker, type NatsBrokerOptions } from '@organism/circulatory/nats';
import { driverFromUrl } from '@organism/circulatory/url';
import { describe, expect, it } from 'vitest';
import { freePort, sharedNats } from './nats.harness.ts';

const { servers, connection, prefix } = await sharedNats('broker');
let made = 0;
const fresh = (other: Partial<NatsBrokerOptions> = {}): NatsBroker =>
  new NatsBroker({ servers, prefix: `${prefix}-${made++}`, ...other });

describe('a NatsBroker', () => {
  it.each<[string, Record<string, unknown>]>([
    ['servers', {}],
    ['servers', { servers: [] }],
    ['servers', { servers: [5] }],
    ['connection', { connection: {} }],
    ['prefix', { servers, prefix: 'a.b' }],
    ['prefix', { servers, prefix: '' }],
    ['partitions', { servers, partitions: 0 }],
    ['partitions', { servers, partitions: 257 }],
    ['replicas', { servers, replicas: 6 }],
    ['storage', { servers, storage: 'tape' }],
    ['timeoutMs', { servers, timeoutMs: 0 }],
    ['pollMs', { servers, pollMs: -1 }],
  ])('refuses bad options by name: %s', (name, options) => {
    expect(() => new NatsBroker(options as NatsBrokerOptions)).toThrow(new RegExp(`^${name} must be`));
  });

  it('fails to start, and says why, when there is no server', async () => {
    const driver = new NatsBroker({ servers: `127.0.0.1:${await freePort()}` });
    const error = (await new Heart({ driver }).start().catch((thrown: unknown) => thrown)) as AggregateError;
    expect(error.errors[0]).toBeInstanceOf(HeartDriverError);
    expect(error.errors[0]).toMatchObject({ code: 'CIRCULATORY_DRIVER', status: 503, retryable: true });
  });

  it('refuses to be used before it is open', async () => {
    await expect(new NatsBroker({ servers }).inspect('jobs')).rejects.toMatchObject({ code: 'CIRCULATORY_DRIVER' });
  });
});

describe.runIf(connection !== undefined)('a NatsBroker on a server', () => {
  it.each([
    ['file', 'page-cache'],
    ['memory', 'memory'],
  ] as const)('reads what it may promise from its streams: %s is %s', async (storage, durability) => {
    const own = fresh({ storage });
    await using heart = await new Heart({ driver: own, durability }).start();
    expect(heart.durability).toBe(durability);
    const strict = await new Heart({ driver: fresh({ storage }), durability: 'fsync' })
      .start()
      .catch((thrown: unknown) => thrown);
    expect((strict as AggregateError).errors[0]).toBeInstanceOf(DurabilityError);
  });

  it('promises what a stream that was there has, whatever its own options say', async () => {
    const name = `${prefix}-${made++}`;
    await using first = await new Heart({
      driver: new NatsBroker({ servers, prefix: name, storage: 'memory' }),
    }).start();
    await using second = await new Heart({
      driver: new NatsBroker({ servers, prefix: name, storage: 'file' }),
    }).start();
    expect([first.durability, second.durability]).toEqual(['memory', 'memory']);
  });

  it('refuses what the server can not do', async () => {
    await using heart = await new Heart<{ jobs: number }>({ driver: fresh() }).start();
    await expect(heart.publish('jobs', 1, { priority: 9 })).rejects.toBeInstanceOf(UnsupportedError);
    expect(() => heart.declare('jobs', { retentionMs: 1000 })).toThrow(UnsupportedError);
  });

  it.each(['quake.seen', 'a b/c*>d', '_.__', 'häuser 地震 🌋', 'x'.repeat(200), '地'.repeat(200)])(
    'takes any name of a topic and of a group: %s',
    async (name) => {
      await using heart = await new Heart({ driver: fresh({ partitions: 2 }) }).start();
      const got = Promise.withResolvers<unknown>();
      await heart.subscribe(name, ({ data, key }) => got.resolve([key, data]), { group: name });
      await heart.publish(name, 1, { key: name });
      expect(await got.promise).toEqual([name, 1]);
      await expect
        .poll(async () => (await heart.inspect(name)).groups.map(({ group, lag }) => [group, lag]))
        .toEqual([[name, 0]]);
    },
  );

  it('keeps the lanes of a topic when another process is told of another number', async () => {
    const name = `${prefix}-${made++}`;
    await using few = await new Heart<{ jobs: number }>({
      driver: new NatsBroker({ servers, prefix: name, partitions: 2 }),
    }).start();
    await few.publish('jobs', 0, { key: 'k0' });
    await using many = await new Heart<{ jobs: number }>({
      driver: new NatsBroker({ servers, prefix: name, partitions: 32 }),
    }).start();
    for (let n = 1; n < 50; n += 1) await many.publish('jobs', n, { key: `k${n}` });
    const seen = new Set<number>();
    await few.subscribe('jobs', ({ data }) => void seen.add(data), { concurrency: 10 });
    await expect.poll(() => seen.size).toBe(50);
  });

  it('refuses a message that is too long, and does not ask for another try', async () => {
    await using heart = await new Heart<{ texts: string }>({ driver: fresh() }).start();
    await heart.publish('texts', 'x'.repeat(1_000_000));
    await expect(heart.publish('texts', '地'.repeat(400_000))).rejects.toMatchObject({
      code: 'CIRCULATORY_DRIVER',
      retryable: false,
    });
    // One that just fits can still become a dead letter, whatever is said of it.
    await using vein = await heart.vein('texts');
    const [message] = await vein.pull({ waitMs: 5000 });
    await message?.reject('too-much', 'x'.repeat(100_000));
    const [letter] = await heart.deadLetters('texts');
    expect([letter?.reason.code, String(letter?.envelope?.data).length]).toEqual(['too-much', 1_000_000]);
  });

  it('leaves a connection open that was handed in, and takes no more from it', async () => {
    const driver = fresh({ servers: undefined, ...(connection !== undefined && { connection }) } as never);
    const heart = await new Heart<{ jobs: number }>({ driver }).start();
    await heart.publish('jobs', 1);
    await heart.stop();
    expect(connection?.isClosed()).toBe(false);
    await expect(Promise.resolve(driver.inspect('jobs'))).rejects.toMatchObject({ code: 'CIRCULATORY_DRIVER' });
  });

  it('gives back at once what a consumer that stops has not begun', async () => {
    const name = `${prefix}-${made++}`;
    const open = (): Promise<Heart<{ jobs: number }>> =>
      new Heart<{ jobs: number }>({ driver: new NatsBroker({ servers, prefix: name }) }).start();
    const first = await open();
    const begun = Promise.withResolvers<void>();
    await first.subscribe('jobs', () => begun.resolve(), { prefetch: 50, ackTimeoutMs: 60_000, concurrency: 1 });
    await using second = await open();
    const stopped = begun.promise.then(() => first.stop());
    await second.publishBatch(
      'jobs',
      Array.from({ length: 40 }, (_, n) => ({ value: n })),
    );
    await stopped;
    const attempts: number[] = [];
    await second.subscribe('jobs', ({ attempt }) => void attempts.push(attempt), { concurrency: 10 });
    await expect.poll(async () => (await second.inspect('jobs')).depth).toBe(0);
    expect(attempts.every((attempt) => attempt === 1)).toBe(true);
  });

  it('moves delayed messages when they are due, though the process that published them is gone', async () => {
    const name = `${prefix}-${made++}`;
    const open = (): Promise<Heart<{ jobs: string }>> =>
      new Heart<{ jobs: string }>({ driver: new NatsBroker({ servers, prefix: name, pollMs: 100 }) }).start();
    const first = await open();
    const begun = systemClock.now();
    await first.publish('jobs', 'late', { delayMs: 600, key: 'k' });
    await first.publish('jobs', 'now', { key: 'k' });
    expect((await first.inspect('jobs')).depth).toBe(2);
    await first.stop();
    await using second = await open();
    const seen: { readonly data: string; readonly afterMs: number }[] = [];
    await second.subscribe('jobs', ({ data }) => void seen.push({ data, afterMs: systemClock.now() - begun }));
    await expect.poll(() => seen.map(({ data }) => data)).toEqual(['now', 'late']);
    expect(seen[1]?.afterMs).toBeGreaterThanOrEqual(600);
    await expect.poll(async () => (await second.inspect('jobs')).depth).toBe(0);
  });

  it('makes one message of what is published twice with a delay', async () => {
    await using heart = await new Heart<{ jobs: string }>({ driver: fresh() }).start();
    const options = { id: 'x', delayMs: 200 };
    const published = [await heart.publish('jobs', 'a', options), await heart.publish('jobs', 'a', options)];
    expect(published.map(({ duplicate }) => duplicate)).toEqual([false, true]);
    await using vein = await heart.vein('jobs');
    const messages = await vein.pull({ max: 2, waitMs: 5000 });
    expect(messages.map(({ data }) => data)).toEqual(['a']);
    await messages[0]?.ack();
    expect((await heart.inspect('jobs')).depth).toBe(0);
  });

  it('gives a group that joins later what others have not handled, and what is new to one that wants only that', async () => {
    await using heart = await new Heart<{ jobs: number }>({ driver: fresh() }).start();
    await using one = await heart.vein('jobs', { group: 'one' });
    await heart.publish('jobs', 1, { key: 'k' });
    await heart.publish('jobs', 2);
    await using all = await heart.vein('jobs', { group: 'all' });
    await using late = await heart.vein('jobs', { group: 'late', from: 'latest' });
    await heart.publish('jobs', 3);
    const dataOf = async (vein: typeof one): Promise<number[]> => {
      const seen: number[] = [];
      for (let pulls = 0; pulls < 3; pulls += 1)
        for (const message of await vein.pull({ max: 3, waitMs: 200 })) {
          seen.push(message.data);
          await message.ack();
        }
      return seen.toSorted();
    };
    expect(await Promise.all([one, all, late].map(dataOf))).toEqual([[1, 2, 3], [1, 2, 3], [3]]);
    expect((await heart.inspect('jobs')).depth).toBe(0);
  });

  it('replays a dead letter for its own group only', async () => {
    await using heart = await new Heart<{ jobs: number }>({ driver: fresh() }).start();
    await using one = await heart.vein('jobs', { group: 'one' });
    await using other = await heart.vein('jobs', { group: 'other' });
    await heart.publish('jobs', 1, { key: 'k' });
    await (await other.pull({ waitMs: 5000 }))[0]?.ack();
    await (await one.pull({ waitMs: 5000 }))[0]?.reject('bad');
    expect(await heart.replay('jobs', { group: 'one' })).toBe(1);
    const [again] = await one.pull({ waitMs: 5000 });
    expect([again?.data, again?.key, again?.attempt]).toEqual([1, 'k', 1]);
    await again?.ack();
    expect(await other.pull({ waitMs: 300 })).toEqual([]);
    await expect.poll(async () => (await heart.inspect('jobs')).depth).toBe(0);
  });

  it('is made by a URL', async () => {
    const driver = await driverFromUrl(`nats://${servers}?prefix=${prefix}-${made++}&storage=memory`);
    await using heart = await new Heart({ driver }).start();
    expect([driver.name, heart.durability]).toEqual(['nats', 'memory']);
    await expect(driverFromUrl(`nats://${servers}?storage=tape`)).rejects.toMatchObject({ code: 'CELL_BAD_OPTION' });
    await expect(driverFromUrl(`nats://${servers}?replicas=x`)).rejects.toMatchObject({ code: 'CELL_BAD_OPTION' });
  });
});
