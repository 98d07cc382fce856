import { Heart, HeartDriverError, type HeartOptions, QueueFullError } from '@organism/circulatory';
import { RabbitBroker, type RabbitBrokerOptions } from '@organism/circulatory/rabbitmq';
import { driverFromUrl } from '@organism/circulatory/url';
import { constant } from '@organism/homeostasis';
import { connect } from 'amqplib';
import { afterEach, describe, expect, it } from 'vitest';
import { deleteAll, isUp, newPrefix, PatientBroker, serverUrl } from './rabbit.harness.ts';

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

const partitions = 2;
const groups = ['default', 'one', 'two', 'late'];

/** Hearts of several processes, as it were: each has connections of its own. */
const body = (prefix = newPrefix()) => {
  cleanUps.push(() => deleteAll(prefix, ['jobs', 'other'], groups, partitions));
  return async (
    options: Omit<HeartOptions, 'driver'> = {},
    more: Partial<RabbitBrokerOptions> = {},
  ): Promise<Heart<{ jobs: number }>> => {
    const driver = new RabbitBroker({ url: serverUrl, prefix, partitions, ...more });
    const heart = await new Heart<{ jobs: number }>({ driver, ...options }).start();
    cleanUps.push(() => heart.stop());
    return heart;
  };
};

const until = (check: () => unknown, expected: unknown): Promise<void> =>
  expect.poll(check, { timeout: 8000, interval: 20 }).toEqual(expected);

describe('a RabbitBroker', () => {
  it('refuses bad options by name', () => {
    const url = serverUrl;
    for (const [bad, message] of [
      [{ url: 'http://x' }, /^url must be/],
      [{}, /^url must be/],
      [{ connect: 5 }, /^connect must be/],
      [{ url, prefix: 'a:b' }, /^prefix must be/],
      [{ url, prefix: 'amq.x' }, /^prefix must be/],
      [{ url, partitions: 0 }, /^partitions must be/],
      [{ url, prefetch: 70_000 }, /^prefetch must be/],
      [{ url, timeoutMs: 0 }, /^timeoutMs must be/],
      [{ url, openTimeoutMs: -1 }, /^openTimeoutMs must be/],
      [{ url, maxRedeliveries: 0 }, /^maxRedeliveries must be/],
    ] as const)
      expect(() => new RabbitBroker(bad as unknown as RabbitBrokerOptions)).toThrow(message);
  });

  it('tells nothing of the password in a URL that is none', () => {
    const options: RabbitBrokerOptions = { url: 'amqps//user:secret@host' };
    expect(() => new RabbitBroker(options)).toThrow(/^(?!.*secret)/);
  });

  it('fails to start, and says why, when the server is down', async () => {
    const driver = await driverFromUrl('amqp://127.0.0.1:1');
    expect([driver.name, driver.durability]).toEqual(['rabbitmq', 'fsync']);
    const error = (await new Heart({ driver }).start().catch((thrown: unknown) => thrown)) as {
      readonly errors: readonly unknown[];
    };
    expect(error.errors[0]).toBeInstanceOf(HeartDriverError);
    expect(error.errors[0]).toMatchObject({ code: 'CIRCULATORY_DRIVER', retryable: true });
    expect((driver as RabbitBroker).state).toBe('closed');
  });

  it('refuses a bad prefix in a URL', async () => {
    for (const prefix of ['a:b', ''])
      await expect(driverFromUrl(`amqp://127.0.0.1:1?prefix=${prefix}`)).rejects.toThrow(/^prefix must be/);
  });

  it('refuses what it lacks', async () => {
    const driver = new RabbitBroker({ url: serverUrl });
    expect(() => new Heart({ driver, defaults: { overflow: 'shed' } })).toThrow(/rabbitmq has no shedding/);
    expect(() => new Heart({ driver }).declare('jobs', { retentionMs: 5 })).toThrow(/rabbitmq has no retention/);
    expect(() => new Heart({ driver }).declare('jobs', { dedupWindowMs: 5 })).toThrow(/rabbitmq has no de-dup/);
  });
});

describe.runIf(isUp)('a Heart on a RabbitBroker', () => {
  it('keeps apart what URLs of different prefixes say', async () => {
    const prefixes = [newPrefix(), newPrefix()];
    for (const prefix of prefixes) cleanUps.push(() => deleteAll(prefix, ['jobs'], []));
    const [one, two] = await Promise.all(
      prefixes.map(async (prefix) => {
        const driver = await driverFromUrl(`${serverUrl}?prefix=${prefix}&heartbeat=5`);
        const heart = await new Heart<{ jobs: number }>({ driver }).start();
        cleanUps.push(() => heart.stop());
        return heart;
      }),
    );
    await one?.publish('jobs', 1);
    await until(async () => (await one?.inspect('jobs'))?.depth, 1);
    expect((await two?.inspect('jobs'))?.depth).toBe(0);
    const model = await connect(serverUrl);
    cleanUps.push(() => model.close());
    await (await model.createChannel()).checkExchange(`${prefixes[0]}:jobs`);
  });

  it('gives to each group what is published, and to the first also what came before', async () => {
    const start = body();
    const [sender, one, two] = [await start(), await start(), await start()];
    const seen: Record<string, number[]> = { one: [], two: [] };
    await sender.publish('jobs', 1);
    await sender.publish('jobs', 2, { key: 'k' });
    await one.subscribe('jobs', ({ data }) => void seen['one']?.push(data), { group: 'one' });
    await two.subscribe('jobs', ({ data }) => void seen['two']?.push(data), { group: 'two' });
    await sender.publishBatch('jobs', [{ value: 3 }, { value: 4, key: 'k' }]);
    await until(
      () => [seen['one']?.toSorted(), seen['two']?.toSorted()],
      [
        [1, 2, 3, 4],
        [3, 4],
      ],
    );
    await until(
      async () => (await sender.inspect('jobs')).groups.map(({ group, lag }) => [group, lag]).toSorted(),
      [
        ['one', 0],
        ['two', 0],
      ],
    );
  });

  it('leaves what waits to a group that stays, when the first is one that begins at the latest', async () => {
    const start = body();
    const heart = await start();
    const seen: number[] = [];
    await heart.publish('jobs', 1);
    await heart.subscribe('jobs', ({ data }) => void seen.push(data), { broadcast: true });
    await heart.publish('jobs', 2);
    await until(() => seen, [2]);
    const vein = await heart.vein('jobs', { group: 'late', from: 'latest' });
    await heart.publish('jobs', 3);
    const [message] = await vein.pull({ waitMs: 2000 });
    expect(message?.data).toBe(3);
    await message?.ack();
  });

  it('waits for messages again when its last group has left', async () => {
    const start = body();
    const heart = await start();
    const vein = await heart.vein('jobs', { group: 'one' });
    await heart.publish('jobs', 1);
    await vein.close();
    await heart.leave('jobs', 'one');
    await heart.leave('jobs', 'one');
    await heart.publish('jobs', 2);
    expect(await heart.inspect('jobs')).toMatchObject({ depth: 1, groups: [{ group: '', lag: 1 }] });
    const next = await heart.vein('jobs', { group: 'two' });
    expect((await next.pull({ waitMs: 2000 })).map(({ data }) => data)).toEqual([2]);
  });

  it('drops a group that is being consumed here', async () => {
    const heart = await body()();
    const seen: number[] = [];
    await heart.subscribe('jobs', ({ data }) => void seen.push(data));
    await heart.publish('jobs', 1);
    await until(() => seen, [1]);
    await heart.leave('jobs', 'default');
    await heart.publish('jobs', 2);
    await until(async () => (await heart.inspect('jobs')).groups.map(({ group }) => group), ['']);
    expect([await heart.health(), seen]).toEqual([{ status: 'pass' }, [1]]);
    await heart.subscribe('jobs', ({ data }) => void seen.push(data));
    await until(() => seen, [1, 2]);
  });

  it('tries again, and keeps what fails with its reason', async () => {
    const heart = await body()();
    const attempts: number[] = [];
    await heart.subscribe(
      'jobs',
      ({ attempt }) => {
        attempts.push(attempt);
        throw new Error('no luck');
      },
      { backoff: constant(20), maxAttempts: 3 },
    );
    await heart.publish('jobs', 7);
    await until(async () => (await heart.deadLetters('jobs')).length, 1);
    const [letter] = await heart.deadLetters('jobs');
    expect(attempts).toEqual([1, 2, 3]);
    expect(letter).toMatchObject({ reason: { code: 'max-attempts', detail: 'no luck' }, attempts: 3 });
    expect(letter?.envelope?.data).toBe(7);
    expect(await heart.replay('jobs')).toBe(1);
    await until(() => attempts.length, 6);
    await until(() => heart.discard('jobs'), 1);
    await until(async () => (await heart.inspect('jobs')).groups[0], {
      group: 'default',
      lag: 0,
      delayed: 0,
      inFlight: 0,
      dead: 0,
      oldestAgeMs: 0,
    });
  });

  it('puts off at the server what would take the room of others, with its attempts', async () => {
    const prefix = newPrefix();
    const heart = await body(prefix)({}, { prefetch: 3 });
    const failedAt = new Map<number, number>();
    const waits: number[] = [];
    await heart.subscribe(
      'jobs',
      ({ data, attempt }) => {
        if (attempt === 2) waits.push(performance.now() - (failedAt.get(data) ?? Infinity));
        if (attempt > 1) return;
        failedAt.set(data, performance.now());
        throw new Error('later');
      },
      { backoff: constant(700), concurrency: 3 },
    );
    await heart.publishBatch('jobs', [{ value: 1 }, { value: 2 }, { value: 3 }]);
    await until(async () => (await heart.inspect('jobs')).groups[0]?.delayed, 3);
    const model = await connect(serverUrl);
    expect((await (await model.createChannel()).checkQueue(`${prefix}:jobs:first:any:wait:500`)).messageCount).toBe(1);
    await model.close();
    await until(() => waits.length, 3);
    expect(Math.min(...waits)).toBeGreaterThan(690);
    await until(async () => (await heart.inspect('jobs')).depth, 0);
  });

  it('is bounded, and lets publishers wait for room', async () => {
    const heart = await body()({ defaults: { maxDepth: 5, overflow: 'wait', maxWaitMs: 200 } });
    const vein = await heart.vein('jobs');
    for (let n = 0; n < 5; n += 1) await heart.publish('jobs', n);
    await expect(heart.publish('jobs', 5)).rejects.toBeInstanceOf(QueueFullError);
    const late = heart.publish('jobs', 6);
    for (const message of await vein.pull({ max: 1, waitMs: 1000 })) await message.ack();
    await expect(late).resolves.toMatchObject({ duplicate: false });
  });

  it('keeps the order of each key, with consumers in several processes, over retries', async () => {
    const start = body();
    const handled = new Map<string, number[]>();
    const workers = [await start(), await start(), await start()];
    for (const worker of workers)
      await worker.subscribe(
        'jobs',
        ({ data, key = '', attempt }) => {
          if (data % 7 === 3 && attempt === 1) throw new Error('once more');
          handled.set(key, [...(handled.get(key) ?? []), data]);
        },
        { concurrency: 10, backoff: constant(10) },
      );
    const sender = await start();
    await Promise.all(Array.from({ length: 200 }, (_, n) => sender.publish('jobs', n, { key: `k${n % 5}` })));
    await until(() => [...handled.values()].flat().length, 200);
    for (const [key, numbers] of handled) expect(numbers, key).toEqual(numbers.toSorted((a, b) => a - b));
  });

  it('shares messages without keys among more than a hundred consumers', async () => {
    const start = body();
    const hearts = [await start(), await start(), await start()];
    const seen = new Map<number, number>();
    const busy = new Set<number>();
    await Promise.all(
      Array.from({ length: 120 }, (_, index) =>
        hearts[index % 3]?.subscribe(
          'jobs',
          ({ data }) => {
            busy.add(index);
            seen.set(data, (seen.get(data) ?? 0) + 1);
          },
          { prefetch: 2 },
        ),
      ),
    );
    await Promise.all(Array.from({ length: 1200 }, (_, n) => hearts[n % 3]?.publish('jobs', n)));
    await until(() => seen.size, 1200);
    expect([...seen.values()].every((times) => times === 1)).toBe(true);
    expect(busy.size).toBeGreaterThan(60);
    await until(async () => (await hearts[0]?.inspect('jobs'))?.depth, 0);
  });

  it('gives to others what nobody here asks for', async () => {
    const start = body();
    const [idle, eager] = [await start(), await start()];
    const vein = await idle.vein('jobs', { prefetch: 10 });
    await idle.publishBatch(
      'jobs',
      Array.from({ length: 20 }, (_, n) => ({ value: n, key: `k${n}` })),
    );
    await idle.publishBatch(
      'jobs',
      Array.from({ length: 20 }, (_, n) => ({ value: 100 + n })),
    );
    for (const message of await vein.pull({ max: 1, waitMs: 2000 })) await message.ack();
    await vein.close();
    const seen = new Set<number>();
    await eager.subscribe('jobs', ({ data }) => void seen.add(data));
    await until(() => seen.size, 39);
  });

  it('makes a dead letter of what came back too often from consumers that died, and of what it can not read', async () => {
    const prefix = newPrefix();
    const start = body(prefix);
    const heart = await start({}, { maxRedeliveries: 2 });
    const vein = await heart.vein('jobs');
    await heart.publish('jobs', 1);
    await vein.close();
    const model = await connect(serverUrl);
    const queue = `${prefix}:jobs:first:any`;
    await until(async () => (await heart.inspect('jobs')).depth, 1);
    await heart.stop();
    for (let round = 0; round < 3; round += 1) {
      const channel = await model.createChannel();
      await until(() => channel.get(queue), expect.objectContaining({ fields: expect.anything() as unknown }));
      await channel.close();
    }
    const channel = await model.createConfirmChannel();
    channel.sendToQueue(queue, Buffer.from('not ours'));
    await channel.waitForConfirms();
    await model.close();
    const again = await start({}, { maxRedeliveries: 2 });
    await again.subscribe('jobs', () => {});
    await until(
      async () => (await again.deadLetters('jobs')).map(({ reason }) => reason.code).toSorted(),
      ['corrupt', 'lease-expired'],
    );
  });

  it('makes again what was deleted under it', async () => {
    const prefix = newPrefix();
    const heart = await body(prefix)();
    const seen: number[] = [];
    await heart.subscribe('jobs', ({ data }) => void seen.push(data));
    const model = await connect(serverUrl);
    const channel = await model.createChannel();
    await heart.publish('jobs', 1);
    await channel.deleteExchange(`${prefix}:jobs`);
    await channel.deleteQueue(`${prefix}:jobs:first:any`);
    await model.close();
    await expect
      .poll(
        () =>
          heart.publish('jobs', 2).then(
            () => 'published',
            () => 'failed',
          ),
        { timeout: 5000 },
      )
      .toBe('published');
    await until(() => [...new Set(seen)].toSorted(), [1, 2]);
  });

  it('leaves no lock, channel or message behind when it stops, and goes on after a start', async () => {
    const prefix = newPrefix();
    const driver = new PatientBroker({ url: serverUrl, prefix, partitions });
    cleanUps.push(() => deleteAll(prefix, ['jobs'], groups, partitions));
    const first = await new Heart<{ jobs: number }>({ driver }).start();
    const vein = await first.vein('jobs');
    await first.publish('jobs', 1);
    expect((await vein.pull({ waitMs: 2000 })).length).toBe(1);
    expect(driver.state).toBe('connected');
    await first.stop();
    expect(driver.state).toBe('closed');
    const second = await new Heart<{ jobs: number }>({ driver }).start();
    const [message] = await (await second.vein('jobs')).pull({ waitMs: 3000 });
    expect(message?.data).toBe(1);
    await message?.ack();
    await second.stop();
  });
});
