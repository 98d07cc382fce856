import { Context } from '@organism/cell';
import { constant } from '@organism/homeostasis';
import { Bone } from '@organism/skeletal';
import { VirtualClock } from '@organism/testing';
import { z } from 'zod';
import { afterEach, describe, expect, it } from 'vitest';
import {
  Heart,
  type HeartFailure,
  type HeartOptions,
  LeaseLostError,
  MemoryBroker,
  type Message,
  RejectError,
} from '@organism/circulatory';

interface Events {
  jobs: number;
  texts: string;
}

const hearts: [Heart<Events>, VirtualClock][] = [];
afterEach(async () => {
  for (const [heart, clock] of hearts.splice(0)) await clock.runUntil(heart.stop());
});

const make = async (
  options: HeartOptions = {},
): Promise<{ heart: Heart<Events>; clock: VirtualClock; failures: HeartFailure[] }> => {
  const clock = new VirtualClock();
  const failures: HeartFailure[] = [];
  const heart = await new Heart<Events>({ clock, onError: (failure) => failures.push(failure), ...options }).start();
  hearts.push([heart, clock]);
  return { heart, clock, failures };
};

describe('a Heart', () => {
  it('delivers what is published, also before anybody subscribed', async () => {
    const { heart, clock } = await make();
    const before = await heart.publish('jobs', 1);
    const seen: Message<number>[] = [];
    await heart.subscribe('jobs', (message) => seen.push(message));
    await heart.publish('jobs', 2);
    await clock.settle();
    expect(seen.map(({ data, attempt, type, source }) => [data, attempt, type, source])).toEqual([
      [1, 1, 'jobs', 'heart'],
      [2, 1, 'jobs', 'heart'],
    ]);
    expect(before).toEqual({ id: seen[0]?.id, duplicate: false });
    expect(await heart.inspect('jobs')).toMatchObject({ depth: 0, groups: [{ group: 'default', lag: 0 }] });
  });

  it('gives each group all messages, and each message to one consumer of it', async () => {
    const { heart, clock } = await make();
    const seen: Record<string, number[]> = { a1: [], a2: [], b: [] };
    for (const [name, group] of [
      ['a1', 'a'],
      ['a2', 'a'],
      ['b', 'b'],
    ] as const)
      await heart.subscribe('jobs', ({ data }) => void seen[name]?.push(data), { group, prefetch: 2 });
    await heart.publishBatch(
      'jobs',
      Array.from({ length: 10 }, (_, value) => ({ value })),
    );
    await clock.settle();
    expect(seen['b']).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect([...(seen['a1'] ?? []), ...(seen['a2'] ?? [])].toSorted()).toEqual(seen['b']);
    expect(seen['a1']?.length).toBeGreaterThan(0);
    expect(seen['a2']?.length).toBeGreaterThan(0);
  });

  it('retries with backoff, then puts the message among the dead letters, from which it can be replayed', async () => {
    const { heart, clock, failures } = await make();
    const attempts: number[] = [];
    let isBroken = true;
    await heart.subscribe(
      'jobs',
      ({ attempt }) => {
        attempts.push(attempt, clock.monotonic());
        if (isBroken) throw new Error('no connection');
      },
      { maxAttempts: 3, backoff: constant(1000) },
    );
    await heart.publish('jobs', 7);
    await clock.advance(10_000);
    expect(attempts).toEqual([1, 0, 2, 1000, 3, 2000]);
    expect(failures.map(({ error }) => (error as Error).message)).toEqual(Array(3).fill('no connection'));
    const [letter, ...others] = await heart.deadLetters('jobs');
    expect(others).toEqual([]);
    expect(letter).toMatchObject({
      reason: { code: 'max-attempts', detail: 'no connection' },
      attempts: 3,
      envelope: { data: 7 },
    });
    expect(await heart.inspect('jobs')).toMatchObject({ depth: 0, groups: [{ lag: 0, dead: 1 }] });
    isBroken = false;
    expect(await heart.replay('jobs')).toBe(1);
    await clock.settle();
    expect(attempts.slice(6)).toEqual([1, 10_000]);
    expect(await heart.deadLetters('jobs')).toEqual([]);
  });

  it('does not retry what a handler rejects, nor what retryIf refuses', async () => {
    const { heart, clock } = await make();
    await heart.subscribe(
      'jobs',
      ({ data }) => {
        throw data === 1 ? new RejectError('no such account', { reason: 'unknown-account' }) : new TypeError('bad');
      },
      { retryIf: (error) => !(error instanceof TypeError) },
    );
    await heart.publish('jobs', 1);
    await heart.publish('jobs', 2);
    await clock.settle();
    expect((await heart.deadLetters('jobs')).map(({ reason }) => reason.code)).toEqual(['unknown-account', 'rejected']);
    expect(await heart.discard('jobs', { limit: 1 })).toBe(1);
    expect((await heart.deadLetters('jobs')).map(({ reason }) => reason.code)).toEqual(['rejected']);
  });

  it('puts off what is delayed or scheduled, and drops what has expired', async () => {
    const { heart, clock } = await make();
    const seen: [number, number][] = [];
    await heart.publish('jobs', 1, { delayMs: 5000 });
    await heart.publish('jobs', 2, { at: new Date(clock.now() + 2000) });
    await heart.publish('jobs', 3, { ttlMs: 1000 });
    await clock.advance(1000);
    await heart.subscribe('jobs', ({ data }) => void seen.push([data, clock.monotonic()]));
    await heart.publish('jobs', 4, { ttlMs: 1000 });
    await clock.advance(10_000);
    expect(seen).toEqual([
      [4, 1000],
      [2, 2000],
      [1, 5000],
    ]);
  });

  it('handles a higher priority first', async () => {
    const { heart, clock } = await make();
    const seen: number[] = [];
    for (const priority of [4, 0, 9, 4, 9]) await heart.publish('jobs', priority, { priority });
    await heart.subscribe('jobs', ({ data }) => void seen.push(data));
    await clock.settle();
    expect(seen).toEqual([9, 9, 4, 4, 0]);
  });

  it('keeps the order of a key, over failures too, while other keys go on', async () => {
    const { heart, clock } = await make();
    const seen: string[] = [];
    await heart.subscribe(
      'texts',
      ({ data, attempt }) => {
        seen.push(`${data}:${attempt}`);
        if (data === 'a1' && attempt === 1) throw new Error('not yet');
      },
      { concurrency: 10, backoff: constant(1000) },
    );
    for (const value of ['a1', 'a2', 'b1', 'b2']) await heart.publish('texts', value, { key: value.slice(0, 1) });
    await clock.advance(500);
    expect(seen).toEqual(['a1:1', 'b1:1', 'b2:1']);
    await clock.advance(500);
    expect(seen.slice(3)).toEqual(['a1:2', 'a2:1']);
  });

  it('takes a message of an id once within the window', async () => {
    const { heart, clock } = await make({ defaults: { dedupWindowMs: 1000 } });
    expect(await heart.publish('jobs', 1, { id: 'x' })).toEqual({ id: 'x', duplicate: false });
    expect(await heart.publish('jobs', 1, { id: 'x' })).toEqual({ id: 'x', duplicate: true });
    expect(await heart.publish('texts', 'other topic', { id: 'x' })).toEqual({ id: 'x', duplicate: false });
    await clock.advance(1000);
    expect(await heart.publish('jobs', 1, { id: 'x' })).toEqual({ id: 'x', duplicate: false });
    const batch = await heart.publishBatch('jobs', [
      { value: 1, id: 'y' },
      { value: 1, id: 'y' },
      { value: 2, id: 'x' },
    ]);
    expect(batch.map(({ duplicate }) => duplicate)).toEqual([false, true, true]);
    expect(await heart.inspect('jobs')).toMatchObject({ depth: 3 });
  });

  it('gives a message whose consumer stalls to another, and lets the first do nothing more', async () => {
    const { heart, clock, failures } = await make();
    const release = Promise.withResolvers<void>();
    const seen: Message<number>[] = [];
    await heart.subscribe(
      'jobs',
      async (message) => {
        seen.push(message);
        void message.signal;
        if (message.attempt === 1) await release.promise;
      },
      { concurrency: 2, ackTimeoutMs: 1000 },
    );
    await heart.publish('jobs', 1);
    await clock.advance(999);
    expect(seen.length).toBe(1);
    await clock.advance(1);
    const [first, second] = seen;
    expect(seen.map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(first?.signal.reason).toBeInstanceOf(LeaseLostError);
    expect(second?.fence).toBeGreaterThan(first?.fence ?? Infinity);
    await expect(first?.ack()).rejects.toBeInstanceOf(LeaseLostError);
    release.resolve();
    await clock.settle();
    expect(failures).toEqual([]);
    expect(heart.describe().counters).toMatchObject({ delivered: 2, acked: 1, lost: 1 });
    expect(await heart.inspect('jobs')).toMatchObject({ depth: 0 });
  });

  it('keeps the leases of messages that wait for a handler', async () => {
    const { heart, clock } = await make();
    const seen: number[] = [];
    await heart.subscribe(
      'jobs',
      async ({ data }) => {
        await new Promise<void>((resolve) => void clock.setTimeout(resolve, 800));
        seen.push(data);
      },
      { ackTimeoutMs: 1000 },
    );
    await heart.publishBatch(
      'jobs',
      [1, 2, 3, 4, 5].map((value) => ({ value })),
    );
    await clock.advance(4000);
    expect(seen).toEqual([1, 2, 3, 4, 5]);
    expect(heart.describe().counters).toMatchObject({ delivered: 5, acked: 5, lost: 0 });
  });

  it('pauses, resumes and drains', async () => {
    const { heart, clock } = await make();
    const seen: number[] = [];
    const gate = Promise.withResolvers<void>();
    const subscription = await heart.subscribe('jobs', async ({ data }) => {
      seen.push(data);
      await gate.promise;
    });
    await heart.publishBatch('jobs', [{ value: 1 }, { value: 2 }]);
    await clock.settle();
    const drained = subscription.drain();
    expect(await heart.inspect('jobs')).toMatchObject({ groups: [{ lag: 2, inFlight: 1 }] });
    gate.resolve();
    await drained;
    await clock.advance(100_000);
    expect(seen).toEqual([1]);
    subscription.resume();
    await clock.settle();
    expect(seen).toEqual([1, 2]);
  });

  it('carries trace and correlation, with the message as cause', async () => {
    const { heart, clock } = await make();
    const seen: (Context | undefined)[] = [];
    await heart.subscribe('jobs', () => void seen.push(Context.current()));
    const context = new Context({ clock, correlationId: 'order-7', tenant: 'lisbon' });
    const { id } = await heart.publish('jobs', 1, { context });
    await context.run(() => heart.publish('jobs', 2));
    await heart.publish('jobs', 3);
    await clock.settle();
    expect(seen.map((found) => found?.trace.traceId === context.trace.traceId)).toEqual([true, true, false]);
    expect(seen.map((found) => found?.correlationId === 'order-7')).toEqual([true, true, false]);
    expect([seen[0]?.causationId, seen[0]?.tenant]).toEqual([id, undefined]);
  });

  it('broadcasts to every consumer what is published from then on', async () => {
    const { heart, clock } = await make();
    const seen: string[] = [];
    await heart.publish('texts', 'before');
    const one = await heart.subscribe('texts', ({ data }) => void seen.push(`1 ${data}`), { broadcast: true });
    await heart.subscribe('texts', ({ data }) => void seen.push(`2 ${data}`), { broadcast: true });
    await heart.publish('texts', 'now');
    await clock.settle();
    await one.close();
    await heart.publish('texts', 'later');
    await clock.settle();
    expect(seen.toSorted()).toEqual(['1 now', '2 later', '2 now']);
    expect((await heart.inspect('texts')).groups.length).toBe(1);
  });
});

describe('a broadcast', () => {
  it('keeps its group while it is paused, and ends it when it stops', async () => {
    const driver = new MemoryBroker();
    const { heart, clock } = await make({ driver });
    const other = await new Heart<Events>({ name: 'other', clock, driver }).start();
    await other.subscribe('jobs', () => {}, { broadcast: true, paused: true });
    const seen: number[] = [];
    const subscription = await heart.subscribe('jobs', ({ data }) => void seen.push(data), { broadcast: true });
    expect((await heart.inspect('jobs')).groups.length).toBe(2);
    subscription.pause();
    await heart.publish('jobs', 1);
    await clock.advance(600_000);
    subscription.resume();
    await clock.settle();
    expect(seen).toEqual([1]);
    await clock.runUntil(other.stop());
    expect((await heart.inspect('jobs')).groups.length).toBe(1);
  });
});

describe('Bones', () => {
  const Job = new Bone('work.job', z.object({ id: z.number(), tags: z.array(z.string()).default([]) }));

  it('are checked at publish and at consume', async () => {
    const clock = new VirtualClock();
    await using heart = await new Heart({ clock }).start();
    const seen: readonly string[][] = [];
    await heart.subscribe(Job, ({ data }) => void (seen as string[][]).push([...data.tags]));
    await heart.publish(Job, { id: 1 });
    await expect(heart.publish('work.job', { id: 'one' })).rejects.toMatchObject({ code: 'SKELETAL_INVALID' });
    heart.declare('work.job', { validate: 'none' });
    await heart.publish('work.job', { id: 'one' });
    await clock.settle();
    expect(seen).toEqual([[]]);
    expect(await heart.deadLetters(Job)).toMatchObject([{ reason: { code: 'invalid' }, attempts: 1 }]);
  });

  it('read older versions, and set unknown newer ones aside', async () => {
    const clock = new VirtualClock();
    const Newer = Job.evolve(z.object({ id: z.string() }), { upcast: ({ id }) => ({ id: `n${id}` }) });
    await using heart = await new Heart({ clock }).start();
    const driver = new MemoryBroker();
    await using older = await new Heart({ name: 'older', clock, driver }).start();
    await using newer = await new Heart({ name: 'newer', clock, driver }).start();
    await older.publish(Job, { id: 1 });
    await newer.publish(Newer, { id: 'two' });
    const [ids, tags]: [string[], number[]] = [[], []];
    await newer.subscribe(Newer, ({ data }) => void ids.push(data.id), { group: 'new' });
    await older.subscribe(Job, ({ data }) => void tags.push(data.id), { group: 'old' });
    await newer.publish(Newer, { id: 'three' });
    await clock.settle();
    expect([ids, tags]).toEqual([['n1', 'two', 'three'], []]);
    expect(await older.deadLetters(Job, { group: 'old' })).toMatchObject([{ reason: { code: 'unknown-version' } }]);
    expect(heart.state).toBe('running');
  });
});
