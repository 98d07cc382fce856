import { CancelledError, Context, DeadlineError, sleep } from '@organism/cell';
import {
  constant,
  Fallback,
  Hedge,
  RateLimit,
  regulate,
  Retry,
  slidingWindow,
  Timeout,
  TimeoutError,
} from '@organism/homeostasis';
import { BadOutputError, Muscle } from '@organism/muscular';
import { Bone } from '@organism/skeletal';
import { VirtualClock } from '@organism/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const quick = (clock = new VirtualClock()) => new Retry({ attempts: 3, backoff: constant(0), clock });

describe('policies of an operation', () => {
  it('run it again, and tell it which attempt it is', async () => {
    const attempts: number[] = [];
    const muscle = new Muscle({
      name: 'flaky',
      idempotent: true,
      policies: [quick()],
      run: (_input: void, { attempt }) => {
        attempts.push(attempt);
        if (attempt < 3) throw new Error('connection reset');
        return 'done';
      },
    });
    expect(await muscle.execute()).toBe('done');
    expect(attempts).toEqual([1, 2, 3]);
    expect(muscle.counters).toEqual({ executions: 1, failures: 0, underWay: 0 });
  });

  it('are refused when they would repeat what must not be repeated, also inside a composed one', () => {
    const make = (policy: Retry | Hedge | ReturnType<typeof regulate>) => () =>
      new Muscle({ name: 'pay', policies: [policy], run: () => {} });
    expect(make(new Retry())).toThrow('policies must be without Retry and Hedge unless the operation is idempotent');
    expect(make(new Hedge({ delayMs: 10 }))).toThrow('policies must be');
    expect(make(regulate(new Timeout({ ms: 10 }), new Retry()))).toThrow('policies must be');
    expect(make(regulate(new Timeout({ ms: 10 })))).not.toThrow();
    expect(() => new Muscle({ name: 'x', policies: [{} as Retry], run: () => {} })).toThrow('policies[0] must be');
  });

  it('reach what the operation calls: a timeout aborts the signal, and the ambient context', async () => {
    const clock = new VirtualClock();
    const seen: unknown[] = [];
    const inner = new Muscle({
      name: 'inner',
      run: (_input: void, { signal }) => sleep(clock, 60_000, { signal }).catch((error: unknown) => seen.push(error)),
    });
    const outer = new Muscle({
      name: 'outer',
      policies: [new Timeout({ ms: 100, clock })],
      run: () => inner.execute(),
    });
    const outcome = outer.execute().catch((error: unknown) => error);
    await clock.advance(200);
    expect(await outcome).toBeInstanceOf(TimeoutError);
    expect(seen).toEqual([expect.any(CancelledError)]);
    expect(clock.timers()).toEqual([]);
  });

  it('are bounded by the caller: neither signal nor deadline is waited past', async () => {
    const clock = new VirtualClock();
    const muscle = new Muscle({
      name: 'slow',
      idempotent: true,
      policies: [new Retry({ attempts: 100, backoff: constant(1000), clock })],
      run: () => {
        throw new Error('down');
      },
    });
    const context = new Context({ clock, deadline: clock.now() + 2500 });
    const late = muscle.execute(undefined, { context }).catch((error: unknown) => error);
    const controller = new AbortController();
    const cancelled = muscle.execute(undefined, { signal: controller.signal }).catch((error: unknown) => error);
    await clock.advance(500);
    controller.abort();
    expect(await cancelled).toBeInstanceOf(CancelledError);
    await clock.advance(10_000);
    expect(await late).toMatchObject({ message: 'down' });
    await expect(muscle.execute(undefined, { context })).rejects.toBeInstanceOf(DeadlineError);
  });

  it('answer in its place only with what its output allows', async () => {
    const run = (): { total: number } => {
      throw new Error('down');
    };
    const output = new Bone('total', z.object({ total: z.number() }));
    const fine = new Muscle({ name: 'a', output, policies: [new Fallback({ answer: () => ({ total: 0 }) })], run });
    expect(await fine.execute()).toEqual({ total: 0 });
    const policies = [new Fallback({ answer: () => ({ total: 'none' }) })];
    // @ts-expect-error: the alternative is no total
    const broken = new Muscle({ name: 'b', output, policies, run });
    await expect(broken.execute()).rejects.toBeInstanceOf(BadOutputError);
  });

  it('are told what the call is about', async () => {
    const clock = new VirtualClock();
    const muscle = new Muscle({
      name: 'limited',
      policies: [new RateLimit({ strategy: slidingWindow({ limit: 1, windowMs: 1000 }), clock })],
      policyKey: (user) => user,
      run: (user: string) => user,
    });
    expect(await muscle.execute('ada')).toBe('ada');
    expect(await muscle.execute('bob')).toBe('bob');
    await expect(muscle.execute('ada')).rejects.toMatchObject({ code: 'HOMEOSTASIS_RATE_LIMITED' });
  });
});
