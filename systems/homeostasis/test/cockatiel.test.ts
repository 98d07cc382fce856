// The same scenarios through cockatiel 4, an established library of the same policies, must come out the same.
// Known differences, each of them meant:
// - cockatiel's `maxAttempts` counts retries; our `attempts` counts the first try as well.
// - Its sampling breaker opens above its threshold, ours at it, so the thresholds here are none that a count can meet.
// - Its sampling window starts with the first call and moves by one step per call at most; ours moves with the clock.
//   The scenarios put calls on the steps, none of them left out, where both see the same window.
// - In half-open state it lets calls beyond the probes wait for the verdict; ours turns them away. Here calls come one
//   after the other.
// - A call of it that began before the breaker opened still counts afterwards; ours does not.
// - Its aggressive timeout rejects with TaskCancelledError, as a cancellation does; ours tells the two apart.
// - When the work ends at the very instant of the timeout, either may win.
// - When a waiting call is cancelled, cockatiel's bulkhead tells it when its turn comes; ours does at once.
import { sleep } from '@organism/cell';
import {
  Breaker,
  Bulkhead,
  consecutive,
  exponential,
  type Policy,
  ratio,
  regulate,
  Retry,
  Timeout,
} from '@organism/homeostasis';
import { VirtualClock } from '@organism/testing';
import * as cockatiel from 'cockatiel';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

interface Executes {
  execute(work: () => Promise<unknown>): Promise<unknown>;
}

/** One of the two worlds: a policy and the time it lives in. */
interface World {
  readonly policy: Executes;
  now(): number;
  advance(ms: number): Promise<unknown>;
  wait(ms: number): Promise<void>;
}

const ourWorld = (make: (clock: VirtualClock) => Policy): World => {
  const clock = new VirtualClock();
  return {
    policy: make(clock),
    now: () => clock.monotonic(),
    advance: (ms) => clock.advance(ms),
    wait: (ms) => sleep(clock, ms),
  };
};

const theirWorld = (make: () => Executes): World => {
  const start = Date.now();
  return {
    policy: make(),
    now: () => Date.now() - start,
    advance: (ms) => vi.advanceTimersByTimeAsync(ms),
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
};

const kindOf = (error: unknown): string => {
  const { message, name } = error as Error;
  if (/HOMEOSTASIS_BREAKER_OPEN/.test((error as { code?: string }).code ?? '')) return 'open';
  if (/HOMEOSTASIS_BULKHEAD_FULL/.test((error as { code?: string }).code ?? '')) return 'full';
  if (/HOMEOSTASIS_TIMEOUT/.test((error as { code?: string }).code ?? '')) return 'timed out';
  if (error instanceof cockatiel.BrokenCircuitError) return 'open';
  if (error instanceof cockatiel.BulkheadRejectedError) return 'full';
  if (error instanceof cockatiel.TaskCancelledError) return 'timed out';
  return `${name}: ${message}`;
};

/** Calls at their times, each of which takes so long and then fails or not; tells what became of each, and when. */
interface Call {
  readonly after: number;
  readonly takes: number;
  readonly failures: number;
}

const play = async (world: World, calls: readonly Call[]): Promise<string[]> => {
  const log: string[] = [];
  for (const [index, { after, takes, failures }] of calls.entries()) {
    if (after > 0) await world.advance(after);
    let attempts = 0;
    const work = async (): Promise<string> => {
      attempts += 1;
      log.push(`${index} attempt ${attempts} at ${world.now()}`);
      const fails = attempts <= failures;
      if (takes > 0) await world.wait(takes);
      if (fails) throw new Error('boom');
      return 'fine';
    };
    world.policy.execute(work).then(
      (value) => log.push(`${index} ${String(value)} at ${world.now()}`),
      (error: unknown) => log.push(`${index} ${kindOf(error)} at ${world.now()}`),
    );
    await world.advance(0);
  }
  await world.advance(100_000);
  // Several things at one instant may come in another order: what happened and when must be the same.
  return log.toSorted();
};

const agree = (
  ours: (clock: VirtualClock) => Policy,
  theirs: () => Executes,
  call: fc.Arbitrary<Call>,
  most = 40,
): Promise<void> =>
  fc.assert(
    fc.asyncProperty(fc.array(call, { maxLength: most, size: 'max' }), async (calls) => {
      expect(await play(ourWorld(ours), calls)).toEqual(await play(theirWorld(theirs), calls));
    }),
    { numRuns: 60 },
  );

/** cockatiel's `handleAll` retries an open breaker too, which ours does not by default, and knows no retry-after. */
const everything = { when: () => true, retryAfter: () => undefined };

const calls = (parts: { after?: number; takes?: number; failures?: number }): fc.Arbitrary<Call> =>
  fc.record({
    after: fc.integer({ min: 0, max: parts.after ?? 0 }),
    takes: fc.integer({ min: 0, max: parts.takes ?? 0 }),
    failures: fc.integer({ min: 0, max: parts.failures ?? 0 }),
  });

describe('agrees with cockatiel on', () => {
  test('the attempts of a retry with exponential backoff, and when they come', () =>
    agree(
      (clock) => new Retry({ attempts: 4, backoff: exponential({ baseMs: 100, maxMs: 300, jitter: 'none' }), clock }),
      () =>
        cockatiel.retry(cockatiel.handleAll, {
          maxAttempts: 3,
          backoff: new cockatiel.ExponentialBackoff({
            initialDelay: 100,
            maxDelay: 300,
            generator: cockatiel.noJitterGenerator,
          }),
        }),
      calls({ after: 500, takes: 50, failures: 6 }),
    ));

  test('an aggressive timeout', () =>
    agree(
      (clock) => new Timeout({ ms: 50, clock }),
      () => cockatiel.timeout(50, cockatiel.TimeoutStrategy.Aggressive),
      // One at a time: calls that overlap share a slot of our wheel, which may be 1 ms late.
      calls({ takes: 50, failures: 1 }).map((one) => ({ ...one, takes: one.takes * 2 + 1, after: 200 })),
    ));

  test('who gets into a bulkhead, when, and who is turned away', () =>
    agree(
      (clock) => new Bulkhead({ concurrency: 2, queue: 3, clock }),
      () => cockatiel.bulkhead(2, 3),
      calls({ after: 30, takes: 100, failures: 1 }),
    ));

  test('a breaker that counts failures in a row', () =>
    agree(
      (clock) => new Breaker({ trip: consecutive({ failures: 3 }), openMs: 1000, clock }),
      () =>
        cockatiel.circuitBreaker(cockatiel.handleAll, {
          halfOpenAfter: 1000,
          breaker: new cockatiel.ConsecutiveBreaker(3),
        }),
      calls({ after: 600, failures: 1 }),
    ));

  test('a breaker whose open time grows, and that takes several probes', () =>
    agree(
      (clock) =>
        new Breaker({
          trip: consecutive({ failures: 2 }),
          openMs: exponential({ baseMs: 500, maxMs: 4000, jitter: 'none' }),
          halfOpen: { probes: 4, successRate: 0.5 },
          clock,
        }),
      () =>
        cockatiel.circuitBreaker(cockatiel.handleAll, {
          halfOpenAfter: new cockatiel.ExponentialBackoff({
            initialDelay: 500,
            maxDelay: 4000,
            generator: cockatiel.noJitterGenerator,
          }),
          breaker: new cockatiel.ConsecutiveBreaker(2),
          halfOpenSampling: { calls: 4, threshold: 0.5 },
        }),
      calls({ after: 400, failures: 1 }),
    ));

  test('a breaker that samples the share of failures', () =>
    agree(
      (clock) =>
        new Breaker({
          trip: ratio({ threshold: 0.5123, windowMs: 5000, buckets: 5, minimum: 10 }),
          openMs: 3000,
          clock,
        }),
      () =>
        cockatiel.circuitBreaker(cockatiel.handleAll, {
          halfOpenAfter: 3000,
          breaker: new cockatiel.SamplingBreaker({ threshold: 0.5123, duration: 5000, minimumRps: 2 }),
        }),
      // Each step of the window has a call, from the first on.
      fc.record({ after: fc.constantFrom(0, 0, 0, 1000), takes: fc.constant(0), failures: fc.constantFrom(0, 1) }),
      120,
    ));

  test('retry, timeout, breaker and bulkhead together', () =>
    agree(
      (clock) =>
        regulate(
          new Retry({ attempts: 3, backoff: exponential({ baseMs: 100, jitter: 'none' }), ...everything, clock }),
          new Timeout({ ms: 64, clock }),
          new Breaker({ trip: consecutive({ failures: 3 }), openMs: 250, clock }),
          new Bulkhead({ concurrency: 2, queue: 2, clock }),
        ),
      () =>
        cockatiel.wrap(
          cockatiel.retry(cockatiel.handleAll, {
            maxAttempts: 2,
            backoff: new cockatiel.ExponentialBackoff({ initialDelay: 100, generator: cockatiel.noJitterGenerator }),
          }),
          cockatiel.timeout(64, cockatiel.TimeoutStrategy.Aggressive),
          cockatiel.circuitBreaker(cockatiel.handleAll, {
            halfOpenAfter: 250,
            breaker: new cockatiel.ConsecutiveBreaker(3),
          }),
          cockatiel.bulkhead(2, 2),
        ),
      // One after the other, as the two differ on calls that overlap a change of the breaker's state.
      calls({ takes: 63, failures: 5 }).map((one) => ({ ...one, after: 700 })),
      12,
    ));
});
