import { CancelledError, sleep } from '@organism/cell';
import { AdaptiveConcurrency, type Decision, gradient, LimitExceededError } from '@organism/homeostasis';
import { VirtualClock } from '@organism/testing';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

describe('the gradient', () => {
  const windows = (count: number, latencyMs: number, algorithm = gradient({ initial: 50 })): number => {
    for (let window = 0; window < count; window += 1) algorithm.update(latencyMs, algorithm.limit);
    return algorithm.limit;
  };

  test('grows while latency is as usual, up to its maximum', () => {
    expect(windows(10, 20)).toBeGreaterThan(50);
    expect(windows(1000, 20)).toBe(200);
  });

  test('falls when calls take longer, not below its minimum, and recovers', () => {
    const algorithm = gradient({ initial: 50 });
    windows(100, 20, algorithm);
    const calm = algorithm.limit;
    windows(10, 200, algorithm);
    expect(algorithm.limit).toBeLessThan(calm / 2);
    windows(50, 20, algorithm);
    expect(algorithm.limit).toBeGreaterThan(calm / 2);
  });

  test('stays when the limit was not used', () => {
    const algorithm = gradient({ initial: 50 });
    for (let window = 0; window < 100; window += 1) algorithm.update(20, 24);
    expect(algorithm.limit).toBe(50);
  });

  test('stays within its bounds, whatever it hears', () => {
    const window = fc.tuple(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.integer({ min: 0, max: 500 }));
    fc.assert(
      fc.property(fc.array(window, { maxLength: 200, size: 'max' }), (heard) => {
        const algorithm = gradient({ initial: 10, min: 5, max: 60 });
        for (const [latencyMs, running] of heard) {
          algorithm.update(latencyMs, running);
          expect(algorithm.limit).toBeGreaterThanOrEqual(5);
          expect(algorithm.limit).toBeLessThanOrEqual(60);
        }
      }),
    );
  });
});

test('finds the capacity of a callee that slows down beyond it', async () => {
  const clock = new VirtualClock();
  const adaptive = new AdaptiveConcurrency({ algorithm: gradient({ initial: 5, min: 1 }), clock });
  const limits: number[] = [];
  adaptive.observe((one) => {
    if (one.policy === 'adaptive-concurrency' && one.type === 'limit') limits.push(one.limit);
  });
  const capacity = 30;
  // One call beyond the capacity slows all that run.
  const work = (): Promise<void> => sleep(clock, 50 * Math.max(1, (adaptive.running / capacity) ** 2));
  const started = clock.monotonic();
  while (clock.monotonic() - started < 40_000) {
    for (let call = 0; call < 40; call += 1) adaptive.execute(work).catch(() => {});
    await clock.advance(25);
  }
  expect(limits.length).toBeGreaterThan(20);
  expect(adaptive.limit).toBeGreaterThan(15);
  expect(adaptive.limit).toBeLessThan(90);
  await clock.runAll();
  expect([adaptive.running, clock.pending]).toEqual([0, 0]);
});

test('turns further calls away; failures free their place', async () => {
  const clock = new VirtualClock();
  const adaptive = new AdaptiveConcurrency({ algorithm: gradient({ initial: 2, min: 1 }), clock });
  const decisions: Decision[] = [];
  adaptive.observe((decision) => decisions.push(decision));
  const calls = [1, 2].map(() =>
    adaptive.execute(() => sleep(clock, 10).then(() => Promise.reject(new Error('boom')))),
  );
  const failures = Promise.allSettled(calls);
  await expect(adaptive.execute(() => 1)).rejects.toThrow(LimitExceededError);
  expect(decisions).toMatchObject([{ policy: 'adaptive-concurrency', type: 'reject', limit: 2, running: 2 }]);
  await clock.runUntil(failures);
  expect([adaptive.running, await adaptive.execute(() => 1)]).toEqual([0, 1]);
  await expect(adaptive.execute(() => 1, { signal: AbortSignal.abort() })).rejects.toThrow(CancelledError);
});

test('refuses bad options by name', () => {
  expect(() => new AdaptiveConcurrency({ windowMs: 0 })).toThrow('windowMs must be');
  expect(() => new AdaptiveConcurrency({ minimum: 0 })).toThrow('minimum must be');
  expect(() => gradient({ min: 0 })).toThrow('min must be');
  expect(() => gradient({ min: 10, max: 5 })).toThrow('max must be');
  expect(() => gradient({ tolerance: 0.5 })).toThrow('tolerance must be');
  expect(() => gradient({ smoothing: 0 })).toThrow('smoothing must be');
  expect(() => gradient({ headroom: 0 })).toThrow('headroom must be');
  expect(() => gradient({ longWindow: 0 })).toThrow('longWindow must be');
  expect(() => gradient({ initial: 0 })).toThrow('initial must be');
});
