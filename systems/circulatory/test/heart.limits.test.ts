import { Context, type Health } from '@organism/cell';
import { gcra, RateLimit } from '@organism/homeostasis';
import { Bone } from '@organism/skeletal';
import { VirtualClock } from '@organism/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  ClosedError,
  type DriverFeature,
  Heart,
  type HeartDriver,
  type HeartOptions,
  MemoryBroker,
  QueueFullError,
  SettledError,
  type TopicOptions,
  UnknownTopicError,
  UnsupportedError,
} from '@organism/circulatory';

const start = async (options: HeartOptions = {}): Promise<{ heart: Heart<{ jobs: number }>; clock: VirtualClock }> => {
  const clock = new VirtualClock();
  return { heart: await new Heart<{ jobs: number }>({ clock, ...options }).start(), clock };
};

describe('a full topic', () => {
  it('refuses what is published, by default', async () => {
    const { heart } = await start({ defaults: { maxDepth: 2 } });
    await heart.publish('jobs', 1);
    await heart.publish('jobs', 2);
    await expect(heart.publish('jobs', 3)).rejects.toThrow(new QueueFullError('jobs', 2));
    await expect(heart.publishBatch('jobs', [{ value: 3 }])).rejects.toMatchObject({
      code: 'CIRCULATORY_QUEUE_FULL',
      retryable: true,
    });
    expect(heart.describe().counters).toMatchObject({ published: 2, refused: 2 });
  });

  it('lets publishers wait for room, in the order in which they came', async () => {
    const { heart, clock } = await start({
      defaults: { maxDepth: 1, overflow: 'wait', maxWaitMs: 1000, maxWaiting: 3 },
    });
    await heart.publish('jobs', 1);
    const published: number[] = [];
    const waiting = [2, 3].map((n) => heart.publish('jobs', n).then(() => published.push(n)));
    const aborted = new AbortController();
    const context = new Context({ clock, signal: aborted.signal });
    const cancelled = expect(heart.publish('jobs', 9, { context })).rejects.toMatchObject({ code: 'CELL_CANCELLED' });
    await expect(heart.publish('jobs', 4)).rejects.toBeInstanceOf(QueueFullError);
    aborted.abort();
    await cancelled;
    expect([published, heart.describe().counters['waiting']]).toEqual([[], 3]);
    const seen: number[] = [];
    await heart.subscribe('jobs', ({ data }) => void seen.push(data));
    await clock.settle();
    await Promise.all(waiting);
    expect([published, seen]).toEqual([
      [2, 3],
      [1, 2, 3],
    ]);
  });

  it('lets nobody wait for longer than they may', async () => {
    const { heart, clock } = await start({ defaults: { maxDepth: 1, overflow: 'wait', maxWaitMs: 1000 } });
    await heart.publish('jobs', 1);
    const late = expect(heart.publish('jobs', 2)).rejects.toBeInstanceOf(QueueFullError);
    await clock.advance(1000);
    await late;
    expect((await heart.inspect('jobs')).depth).toBe(1);
  });

  it('sends publishers that wait away when its Heart stops', async () => {
    const { heart, clock } = await start({ defaults: { maxDepth: 1, overflow: 'wait' } });
    await heart.publish('jobs', 0);
    const context = new Context({ clock });
    const waiting = Promise.allSettled([
      heart.publish('jobs', 1),
      heart.publish('jobs', 2, { context }),
      heart.publishBatch('jobs', [{ value: 3 }]),
    ]);
    await clock.settle();
    await clock.runUntil(heart.stop());
    const ends = await waiting;
    expect(ends.map((end) => end.status === 'rejected' && (end.reason as ClosedError).code)).toEqual(
      Array(3).fill('CIRCULATORY_CLOSED'),
    );
    expect(clock.pending).toBe(0);
    context[Symbol.dispose]();
  });

  it('drops lower priorities for higher ones where it may', async () => {
    const { heart, clock } = await start();
    heart.declare('jobs', { maxDepth: 2, overflow: 'shed' });
    for (const priority of [2, 3, 8]) await heart.publish('jobs', priority, { priority });
    await expect(heart.publish('jobs', 1, { priority: 1 })).rejects.toBeInstanceOf(QueueFullError);
    const seen: number[] = [];
    await heart.subscribe('jobs', ({ data }) => void seen.push(data));
    await clock.settle();
    expect(seen).toEqual([8, 3]);
  });

  it('stays within its bound while far more is offered than handled, and forgets what it dropped', async () => {
    const { heart, clock } = await start({ defaults: { maxDepth: 100, overflow: 'shed' } });
    for (let n = 0; n < 20_000; n += 1)
      await heart.publish('jobs', n, { priority: n % 10, key: `k${n % 5}`, ttlMs: 60_000 }).catch(() => {});
    expect((await heart.inspect('jobs')).depth).toBe(100);
    await clock.advance(60_000);
    expect((await heart.inspect('jobs')).depth).toBe(0);
  });
});

describe('a Heart', () => {
  it('names the option that is bad', async () => {
    const { heart } = await start();
    const bad: [TopicOptions, string][] = [
      [{ maxDepth: 0 }, 'maxDepth'],
      [{ overflow: 'drop' as 'shed' }, 'overflow'],
      [{ maxWaitMs: -1 }, 'maxWaitMs'],
      [{ maxWaiting: 0.5 }, 'maxWaiting'],
      [{ dedupWindowMs: Number.NaN }, 'dedupWindowMs'],
      [{ retentionMs: -1 }, 'retentionMs'],
      [{ validate: 'maybe' as 'both' }, 'validate'],
    ];
    for (const [options, field] of bad)
      expect(() => heart.declare('jobs', options)).toThrow(new RegExp(`^${field} must be`));
    expect(() => new Heart({ sweepMs: 0 })).toThrow(/^sweepMs must be/);
    expect(() => new Heart({ durability: 'always' as 'fsync' })).toThrow(/^durability must be/);
    // As when somebody forgets to await it.
    expect(() => new Heart({ driver: Promise.resolve(new MemoryBroker()) as never })).toThrow(/^driver must be/);
    expect(() => new Heart({ codec: JSON as never })).toThrow(/^codec must be/);
    expect(() => new Heart({ onError: 'log' as never })).toThrow(/^onError must be/);
    expect(() => heart.declare(null as never)).toThrow(/^topic must be/);
    expect(() => heart.declare('jobs', null as never)).toThrow(/^options must be/);
    for (const [options, field] of [
      [{ priority: 10 }, 'priority'],
      [{ delayMs: -1 }, 'delayMs'],
      [{ delayMs: 1, at: 5 }, 'delayMs'],
      [{ delayMs: Infinity }, 'delayMs'],
      [{ at: new Date(Number.NaN) }, 'at'],
      [{ at: '2030-01-01' as never }, 'at'],
      [{ ttlMs: -1 }, 'ttlMs'],
      [{ id: '' }, 'id'],
      [{ key: '' }, 'key'],
      [{ headers: { 'X-Upper': '1' } }, 'headers'],
      [{ headers: 'x-one: 1' as never }, 'headers'],
    ] as const)
      await expect(heart.publish('jobs', 1, options)).rejects.toThrow(new RegExp(`^${field} must be`));
    for (const [options, field] of [
      [{ concurrency: 0 }, 'concurrency'],
      [{ prefetch: 0 }, 'prefetch'],
      [{ ackTimeoutMs: 0 }, 'ackTimeoutMs'],
      [{ maxAttempts: 0 }, 'maxAttempts'],
      [{ group: '' }, 'group'],
      [{ group: 'g', broadcast: true }, 'group'],
      [{ from: 'now' as 'latest' }, 'from'],
      [{ backoff: 5 as never }, 'backoff'],
      [{ retryIf: 5 as never }, 'retryIf'],
      [{ policy: {} as never }, 'policy'],
    ] as const)
      await expect(heart.subscribe('jobs', () => {}, options)).rejects.toThrow(new RegExp(`^${field} must be`));
    await expect(heart.subscribe('jobs', 5 as never)).rejects.toThrow(/^handler must be/);
    await expect(heart.publishBatch('jobs', { value: 1 } as never)).rejects.toThrow(/^entries must be/);
    await expect(heart.replay('jobs', { refs: 1 as never })).rejects.toThrow(/^refs must be/);
    await expect(heart.publish(null as never, 1 as never)).rejects.toThrow(/^topic must be/);
    expect(() => new MemoryBroker({ maxDeadLetters: 0 })).toThrow(/^maxDeadLetters must be/);
  });

  it.each([
    ['retryIf throws', { retryIf: () => JSON.parse('no JSON') as boolean }],
    ['backoff throws', { backoff: () => JSON.parse('no JSON') as number }],
    ['backoff returns no number', { backoff: () => undefined as unknown as number }],
  ])('tries no more often than it may when %s, and tells of it', async (_what, options) => {
    const failures: unknown[] = [];
    const { heart, clock } = await start({ onError: ({ error }) => failures.push(error) });
    let attempts = 0;
    const fail = (): never => {
      attempts += 1;
      throw new Error('no connection');
    };
    await heart.subscribe('jobs', fail, { maxAttempts: 3, ...options });
    await heart.publish('jobs', 1);
    await clock.advance(60_000);
    expect(attempts).toBe(3);
    expect(await heart.deadLetters('jobs')).toMatchObject([
      { reason: { code: 'max-attempts', detail: 'no connection' } },
    ]);
    expect(failures.length).toBeGreaterThan(3);
    await clock.runUntil(heart.stop());
  });

  it('keeps the Bone of a topic whose options are set by its name later', async () => {
    const { heart } = await start();
    const Job = new Bone('jobs', z.number());
    heart.declare(Job).declare('jobs', { maxDepth: 5 });
    await expect(heart.publish('jobs', 'one' as never)).rejects.toMatchObject({ code: 'SKELETAL_INVALID' });
    expect(heart.topics).toMatchObject([{ name: 'jobs', shape: Job, options: { maxDepth: 5 } }]);
  });

  it('takes declared topics only, when strict', async () => {
    const { heart } = await start({ strict: true });
    await expect(heart.publish('jobs', 1)).rejects.toBeInstanceOf(UnknownTopicError);
    await expect(heart.subscribe('jobs', () => {})).rejects.toBeInstanceOf(UnknownTopicError);
    heart.declare('jobs');
    expect(await heart.publish('jobs', 1)).toMatchObject({ duplicate: false });
  });

  it('does nothing before its start and after its stop', async () => {
    const heart = new Heart<{ jobs: number }>();
    await expect(heart.publish('jobs', 1)).rejects.toBeInstanceOf(ClosedError);
    await heart.start();
    await heart.stop();
    await expect(heart.subscribe('jobs', () => {})).rejects.toBeInstanceOf(ClosedError);
    await expect(heart.inspect('jobs')).rejects.toBeInstanceOf(ClosedError);
  });

  it('lets handlers end when it stops, and gives back what they had not begun', async () => {
    const driver = new MemoryBroker();
    const { heart, clock } = await start({ driver });
    const gate = Promise.withResolvers<void>();
    const seen: number[] = [];
    await heart.subscribe('jobs', async ({ data }) => {
      seen.push(data);
      await gate.promise;
    });
    for (const n of [1, 2, 3]) await heart.publish('jobs', n);
    await clock.settle();
    const stopped = heart.stop();
    gate.resolve();
    await stopped;
    const again = await new Heart<{ jobs: number }>({ clock, driver }).start();
    const rest: [number, number][] = [];
    await again.subscribe('jobs', ({ data, attempt }) => void rest.push([data, attempt]));
    await clock.settle();
    expect([seen, rest]).toEqual([
      [1],
      [
        [2, 1],
        [3, 1],
      ],
    ]);
  });

  it('stops in time also when a handler does not end', async () => {
    const { heart, clock } = await start();
    await heart.subscribe('jobs', () => new Promise(() => {}));
    await heart.publish('jobs', 1);
    await clock.settle();
    await expect(clock.runUntil(heart.stop({ timeoutMs: 500 }))).rejects.toMatchObject({ code: 'CELL_STOP_FAILED' });
    expect(clock.monotonic()).toBe(500);
  });

  it('runs handlers under a policy', async () => {
    const { heart, clock } = await start();
    const at: number[] = [];
    const policy = new RateLimit({ strategy: gcra({ limit: 1, periodMs: 100 }), maxWaitMs: Infinity, clock });
    await heart.subscribe('jobs', () => void at.push(clock.monotonic()), { policy, concurrency: 4 });
    for (const n of [1, 2, 3]) await heart.publish('jobs', n);
    await clock.advance(1000);
    expect(at).toEqual([0, 100, 200]);
  });

  it('says when its store fails, and goes on when that is back', async () => {
    const memory = new MemoryBroker();
    let isDown = true;
    const driver: HeartDriver = Object.assign(Object.create(memory) as HeartDriver, {
      ...Object.fromEntries(
        (['publish', 'join', 'settle', 'nextDue', 'sweep', 'watch', 'inspect'] as const).map((name) => [
          name,
          (...call: never[]) => (memory[name] as (...all: never[]) => unknown).apply(memory, call),
        ]),
      ),
      reserve: (...call: Parameters<HeartDriver['reserve']>) => {
        if (isDown) throw new Error('connection refused');
        return memory.reserve(...call);
      },
    });
    const errors: unknown[] = [];
    const { heart, clock } = await start({ driver, onError: ({ error }) => errors.push(error) });
    const seen: number[] = [];
    await heart.publish('jobs', 1);
    await heart.subscribe('jobs', ({ data }) => void seen.push(data));
    await clock.advance(1000);
    expect(await heart.health()).toEqual({ status: 'fail', output: 'connection refused' } satisfies Health);
    expect(errors.length).toBeGreaterThan(2);
    isDown = false;
    await clock.advance(5000);
    expect([await heart.health(), seen]).toEqual([{ status: 'pass' }, [1]]);
  });

  it('says that a store has no transactions', async () => {
    const errors: unknown[] = [];
    const { heart, clock } = await start({ onError: ({ error }) => errors.push(error) });
    await heart.subscribe('jobs', (_message, { transaction }) => transaction(() => {}), { maxAttempts: 1 });
    await heart.publish('jobs', 1);
    await clock.settle();
    expect(errors[0]).toBeInstanceOf(UnsupportedError);
  });

  it('describes itself', async () => {
    const { heart } = await start();
    heart.declare('jobs');
    await heart.publish('jobs', 1);
    expect(heart.describe()).toMatchObject({
      name: 'heart',
      kind: 'Heart',
      ports: [{ name: 'jobs', protocol: 'message' }],
      counters: { published: 1, consumers: 0 },
    });
    await heart.subscribe('jobs', () => {}, { paused: true });
    expect(heart.describe().counters['consumers']).toBe(1);
    await heart.leave('jobs', 'default');
    expect(await heart.inspect('jobs')).toMatchObject({ depth: 0, groups: [] });
  });
});

describe('a message', () => {
  it('is settled once', async () => {
    const { heart } = await start();
    const vein = await heart.vein('jobs');
    await heart.publish('jobs', 1);
    const [message] = await vein.pull();
    await message?.extend(5000);
    await message?.ack();
    expect(message?.settled).toBe('ack');
    for (const again of [message?.ack(), message?.nack(), message?.reject('x'), message?.release(), message?.extend()])
      await expect(again).rejects.toBeInstanceOf(SettledError);
  });
});

describe('a driver that lacks something', () => {
  const lacking = (lacks: readonly DriverFeature[]): HeartOptions => ({
    driver: Object.assign(new MemoryBroker(), { lacks }),
  });

  it('has what needs it refused, by name', async () => {
    const { heart } = await start(
      lacking(['priority', 'delay', 'expiry', 'shed', 'retention', 'deduplication', 'bound']),
    );
    await expect(heart.publish('jobs', 1, { priority: 9 })).rejects.toThrow(
      new UnsupportedError('memory', 'priorities'),
    );
    await expect(heart.publish('jobs', 1, { delayMs: 5 })).rejects.toThrow(/delayed messages/);
    await expect(heart.publish('jobs', 1, { ttlMs: 5 })).rejects.toThrow(/ttlMs/);
    expect(() => heart.declare('jobs', { overflow: 'shed' })).toThrow(/overflow/);
    expect(() => heart.declare('jobs', { retentionMs: 5 })).toThrow(/retentionMs/);
    expect(() => heart.declare('jobs', { dedupWindowMs: 5 })).toThrow(/dedupWindowMs/);
    expect(() => heart.declare('jobs', { maxDepth: 5 })).toThrow(/maxDepth/);
    expect(() => new Heart({ ...lacking(['bound']), defaults: { maxDepth: 5 } })).toThrow(UnsupportedError);
  });

  it('does the rest', async () => {
    const { heart } = await start(lacking(['priority', 'delay']));
    await heart.publish('jobs', 1, { ttlMs: 1000, key: 'a' });
    expect((await heart.inspect('jobs')).depth).toBe(1);
  });
});
