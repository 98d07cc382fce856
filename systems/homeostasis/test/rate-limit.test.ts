import { CancelledError } from '@organism/cell';
import {
  type Decision,
  gcra,
  MemoryRateStore,
  RateLimit,
  RateLimitedError,
  type RateLimitOptions,
  type RateStore,
  type RateStrategy,
  slidingWindow,
  tokenBucket,
} from '@organism/homeostasis';
import { VirtualClock } from '@organism/testing';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const given = (options: Partial<RateLimitOptions> = {}) => {
  const clock = new VirtualClock();
  const limit = new RateLimit({ strategy: slidingWindow({ limit: 2, windowMs: 1000 }), clock, ...options });
  const decisions: Decision[] = [];
  limit.observe((decision) => decisions.push(decision));
  const log: string[] = [];
  const run = (name: string, key = 'k', signal?: AbortSignal): Promise<unknown> =>
    limit
      .execute(() => void log.push(`${name}@${clock.monotonic()}`), { key, signal })
      .then(
        () => 'done',
        (error: unknown) => error,
      );
  return { clock, limit, decisions, log, run };
};

/** Which of these times a strategy allows. */
const allowedBy = (strategy: RateStrategy, times: readonly number[]): number[] => {
  const store = new MemoryRateStore();
  return times.filter((at) => store.take('k', strategy, at).allowed);
};

const times = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 80, size: 'max' }).map((gaps) =>
  gaps.map(
    (
      (sum) => (gap: number) =>
        (sum += gap)
    )(0),
  ),
);

describe('strategies never exceed their bound', () => {
  test('sliding window: in no window, and as a log of all calls would decide', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 900 }), times, (limit, windowMs, calls) => {
        const kept: number[] = [];
        for (const at of calls) {
          if (kept.filter((time) => time > at - windowMs).length < limit) kept.push(at);
        }
        expect(allowedBy(slidingWindow({ limit, windowMs }), calls)).toEqual(kept);
        for (const start of kept)
          expect(kept.filter((at) => at >= start && at < start + windowMs).length).toBeLessThanOrEqual(limit);
      }),
    );
  });

  test('token bucket: capacity and refill, over every stretch of time', () => {
    const perSecond = fc.integer({ min: 1, max: 20 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), perSecond, times, (capacity, refillPerSecond, calls) => {
        const kept = allowedBy(tokenBucket({ capacity, refillPerSecond }), calls);
        for (const [first, from] of kept.entries())
          for (const [last, to] of kept.entries())
            if (last >= first)
              expect(last - first + 1).toBeLessThanOrEqual(capacity + ((to - from) * refillPerSecond) / 1000 + 1e-3);
      }),
    );
  });

  test('gcra decides as a token bucket of the same rate and burst', () => {
    // Intervals that binary fractions hold exactly, so that both compute without rounding.
    const interval = fc.constantFrom(1, 2, 4, 8, 125, 250, 500);
    fc.assert(
      fc.property(interval, fc.integer({ min: 1, max: 6 }), times, (periodMs, burst, calls) => {
        const bucket = tokenBucket({ capacity: burst, refillPerSecond: 1000 / periodMs });
        expect(allowedBy(gcra({ limit: 1, periodMs, burst }), calls)).toEqual(allowedBy(bucket, calls));
      }),
    );
  });

  test.each([
    ['token bucket', tokenBucket({ capacity: 3, refillPerSecond: 7 })],
    ['sliding window', slidingWindow({ limit: 3, windowMs: 430 })],
    ['gcra', gcra({ limit: 7, periodMs: 1000, burst: 3 })],
  ])('%s: says exactly when the next call is allowed, and how many are left', (_, strategy) => {
    fc.assert(
      fc.property(times, (calls) => {
        const store = new MemoryRateStore();
        for (const at of calls) {
          const { allowed, remaining, retryAfterMs, state } = strategy.decide(undefined, at);
          expect([allowed, remaining, retryAfterMs, state.length > 0]).toEqual([true, 2, 0, true]);
          const answer = store.take('k', strategy, at);
          if (answer.remaining > 0 || answer.allowed) continue;
          const soon = at + answer.retryAfterMs;
          const probe = (time: number): boolean => {
            const copy = new MemoryRateStore();
            for (const earlier of calls.filter((one) => one <= at)) copy.take('k', strategy, earlier);
            return copy.take('k', strategy, time).allowed;
          };
          if (calls.filter((one) => one === at).length > 1) continue;
          expect([probe(soon - 0.01), probe(soon + 0.001)]).toEqual([false, true]);
        }
      }),
      { numRuns: 40 },
    );
  });
});

test('token bucket: refusals, however many, neither lose nor gain tokens', () => {
  const store = new MemoryRateStore();
  const strategy = tokenBucket({ capacity: 1, refillPerSecond: 0.1 });
  const allowed: number[] = [];
  for (let at = 0; at < 20_001; at += 0.125) if (store.take('k', strategy, at).allowed) allowed.push(at);
  expect(allowed).toEqual([0, 10_000, 20_000]);
});

describe('turning away', () => {
  test('says when to come back, and to whom it applies', async () => {
    const { clock, run, log, decisions } = given();
    await run('a');
    await clock.advance(300);
    await run('b');
    expect(await run('c')).toMatchObject({ code: 'HOMEOSTASIS_RATE_LIMITED', status: 429, retryAfterMs: 700 });
    expect(await run('d', 'other')).toBe('done');
    await clock.advance(700);
    expect(await run('e')).toBe('done');
    expect(log).toEqual(['a@0', 'b@300', 'd@300', 'e@1000']);
    expect(decisions).toMatchObject([{ policy: 'rate-limit', type: 'reject', key: 'k', retryAfterMs: 700 }]);
  });
});

describe('waiting in line', () => {
  test('gives everybody a turn, in order, and leaves no timer', async () => {
    const { clock, run, log, decisions } = given({ maxWaitMs: 2000 });
    const calls = ['a', 'b', 'c', 'd', 'e'].map((name) => run(name));
    expect(await clock.runUntil(Promise.all(calls))).toEqual(['done', 'done', 'done', 'done', 'done']);
    expect(log).toEqual(['a@0', 'b@0', 'c@1000', 'd@1000', 'e@2000']);
    expect([clock.pending, decisions.map(({ type }) => type)]).toEqual([0, ['wait', 'wait', 'wait']]);
  });

  test('turns away whose turn would come too late', async () => {
    const { clock, run, log } = given({ maxWaitMs: 1500 });
    const calls = ['a', 'b', 'c', 'd', 'e'].map((name) => run(name));
    const outcomes = await clock.runUntil(Promise.all(calls));
    expect(outcomes.at(-1)).toBeInstanceOf(RateLimitedError);
    expect([clock.monotonic(), log.length]).toEqual([1000, 4]);
  });

  test('turns away at once when the line is full', async () => {
    const { run, clock } = given({ maxWaitMs: 5000, queue: 1 });
    const calls = ['a', 'b', 'c'].map((name) => run(name));
    expect(await run('d')).toBeInstanceOf(RateLimitedError);
    await clock.runUntil(Promise.all(calls));
  });

  test('who is cancelled leaves the line, and its timer when the last has left', async () => {
    const { clock, run, log } = given({ maxWaitMs: 5000 });
    const controllers = [new AbortController(), new AbortController()];
    await Promise.all([run('a'), run('b')]);
    const waiting = controllers.map(({ signal }, index) => run(`w${index}`, 'k', signal));
    await clock.advance(100);
    for (const controller of controllers) controller.abort();
    expect(await Promise.all(waiting)).toMatchObject([{ code: 'CELL_CANCELLED' }, { code: 'CELL_CANCELLED' }]);
    expect([clock.pending, log.length]).toEqual([0, 2]);
    expect(await run('late', 'k', AbortSignal.abort())).toBeInstanceOf(CancelledError);
  });

  test('never starts more than allowed, and answers all, whatever comes', async () => {
    const step = fc.record({ wait: fc.integer({ min: 0, max: 300 }), key: fc.constantFrom('x', 'y') });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 40, size: 'max' }),
        fc.integer({ min: 1, max: 1500 }),
        async (steps, maxWaitMs) => {
          const { clock, run, log } = given({ maxWaitMs });
          const calls: Promise<unknown>[] = [];
          for (const { wait, key } of steps) {
            await clock.advance(wait);
            calls.push(run(key, key));
          }
          await clock.runUntil(Promise.all(calls));
          for (const key of ['x', 'y']) {
            const starts = log.filter((line) => line.startsWith(key)).map((line) => Number(line.slice(2)));
            for (const from of starts)
              expect(starts.filter((at) => at >= from && at < from + 1000).length).toBeLessThanOrEqual(2);
          }
          expect(clock.pending).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('stores', () => {
  test('may be far away', async () => {
    const near = new MemoryRateStore();
    const store: RateStore = { take: async (key, strategy, at) => near.take(key, strategy, at) };
    const { clock, run, log } = given({ store, maxWaitMs: 1000 });
    const calls = ['a', 'b', 'c', 'd'].map((name) => run(name));
    await clock.runUntil(Promise.all(calls));
    expect([log, clock.pending]).toEqual([['a@0', 'b@0', 'c@1000', 'd@1000'], 0]);
  });

  test('a call that is cancelled while the store decides does not run', async () => {
    const controller = new AbortController();
    const take: RateStore['take'] = async () => {
      controller.abort();
      return { allowed: true, retryAfterMs: 0, remaining: 0 };
    };
    const { run, log } = given({ store: { take } });
    expect([await run('a', 'k', controller.signal), log]).toMatchObject([{ code: 'CELL_CANCELLED' }, []]);
  });

  test.each([
    [
      'throws',
      () => {
        throw new Error('store down');
      },
    ],
    ['rejects', () => Promise.reject(new Error('store down'))],
  ])('one that %s fails the call', async (_, take) => {
    const { run } = given({ store: { take } });
    expect(await run('a')).toMatchObject({ message: 'store down' });
  });

  test('one that fails later fails those in line', async () => {
    const near = new MemoryRateStore();
    let calls = 0;
    const take: RateStore['take'] = (key, strategy, at) => {
      calls += 1;
      if (calls > 3) throw new Error('store down');
      return near.take(key, strategy, at);
    };
    const { clock, run } = given({ store: { take }, maxWaitMs: 5000 });
    const all = ['a', 'b', 'c', 'd'].map((name) => run(name));
    const outcomes = await clock.runUntil(Promise.all(all));
    expect(outcomes).toMatchObject(['done', 'done', { message: 'store down' }, { message: 'store down' }]);
    expect(clock.pending).toBe(0);
  });

  test('the one in memory keeps a bounded number of keys, and lets those go that say nothing', () => {
    const store = new MemoryRateStore({ maxKeys: 3 });
    const strategy = slidingWindow({ limit: 1, windowMs: 1000 });
    for (let key = 0; key < 10; key += 1) store.take(`key ${key}`, strategy, 0);
    expect(store.size).toBe(3);
    expect(store.take('key 9', strategy, 0).allowed).toBe(false);
    expect(store.take('key 0', strategy, 0).allowed).toBe(true);
    for (let at = 2000; at < 2004; at += 1) store.take('new', strategy, at);
    expect(store.size).toBe(1);
  });
});

test('refuses bad options by name', () => {
  const strategy = slidingWindow({ limit: 1, windowMs: 1 });
  expect(() => slidingWindow({ limit: 0, windowMs: 1 })).toThrow('limit must be');
  expect(() => slidingWindow({ limit: 1, windowMs: 0 })).toThrow('windowMs must be');
  expect(() => tokenBucket({ capacity: 0, refillPerSecond: 1 })).toThrow('capacity must be');
  expect(() => tokenBucket({ capacity: 1, refillPerSecond: 0 })).toThrow('refillPerSecond must be');
  expect(() => gcra({ limit: 1, periodMs: 0 })).toThrow('periodMs must be');
  expect(() => gcra({ limit: 1, periodMs: 1, burst: 0.5 })).toThrow('burst must be');
  expect(() => new RateLimit({ strategy, maxWaitMs: -1 })).toThrow('maxWaitMs must be');
  expect(() => new RateLimit({ strategy, queue: 0 })).toThrow('queue must be');
  expect(() => new MemoryRateStore({ maxKeys: 0 })).toThrow('maxKeys must be');
});
