import { CancelledError, Context, sleep } from '@organism/cell';
import {
  Breaker,
  BreakerOpenError,
  Bulkhead,
  constant,
  consecutive,
  type Decision,
  Fallback,
  type Policy,
  RateLimit,
  regulate,
  Retry,
  slidingWindow,
  Timeout,
} from '@organism/homeostasis';
import { simulate, VirtualClock } from '@organism/testing';
import { describe, expect, expectTypeOf, test, vi } from 'vitest';

const boom = (): never => {
  throw new Error('boom');
};

const given = () => {
  const clock = new VirtualClock();
  const breaker = new Breaker({ trip: consecutive({ failures: 3 }), openMs: 1000, clock });
  const bulkhead = new Bulkhead({ concurrency: 2, clock });
  const policy = regulate(
    new Retry({ attempts: 3, backoff: constant(100), clock }),
    new Timeout({ ms: 500, clock }),
    breaker,
    bulkhead,
  );
  const decisions: Decision[] = [];
  policy.observe((decision) => decisions.push(decision));
  return { clock, policy, breaker, bulkhead, told: () => decisions.map(({ policy: of, type }) => `${of}: ${type}`) };
};

describe('the declared order', () => {
  test('runs from the outermost to the innermost', async () => {
    const log: string[] = [];
    const named = (name: string): Policy => ({
      execute: async (work, options) => {
        log.push(`> ${name}`);
        try {
          return await regulate().execute(work, options);
        } finally {
          log.push(`< ${name}`);
        }
      },
    });
    expect(await regulate(named('a'), named('b'), named('c')).execute(() => log.push('work'))).toBe(4);
    expect(log).toEqual(['> a', '> b', '> c', 'work', '< c', '< b', '< a']);
  });

  test('each attempt is timed, counted and let in; every decision is told', async () => {
    const { clock, policy, breaker, bulkhead, told } = given();
    const work = ({ attempt, signal }: { readonly attempt: number; readonly signal: AbortSignal }): unknown =>
      attempt === 1 ? sleep(clock, 10_000, { signal }) : attempt === 2 ? boom() : 'fine';
    expect(await clock.runUntil(policy.execute(work))).toBe('fine');
    expect([clock.monotonic(), clock.pending, bulkhead.running, breaker.state]).toEqual([700, 0, 0, 'closed']);
    expect(told()).toEqual(['timeout: timeout', 'retry: retry', 'retry: retry']);
  });

  test('a breaker inside a retry opens in the middle of a call, and later calls fail at once', async () => {
    const { clock, policy, breaker, told } = given();
    await expect(clock.runUntil(policy.execute(boom))).rejects.toThrow('boom');
    expect([breaker.state, clock.monotonic()]).toEqual(['open', 200]);
    await expect(policy.execute(() => 'fine')).rejects.toThrow(BreakerOpenError);
    expect([clock.monotonic(), clock.pending]).toEqual([200, 0]);
    await clock.advance(1000);
    expect(await policy.execute(() => 'fine')).toBe('fine');
    expect(told().slice(-4)).toEqual(['breaker: reject', 'retry: give-up', 'breaker: half-open', 'breaker: close']);
  });

  test('policies nest, and none at all runs the work', async () => {
    const { clock } = given();
    const inner = regulate(new Bulkhead({ clock }), new Timeout({ ms: 10, clock }));
    const outer = regulate(new Retry({ attempts: 2, backoff: constant(1), clock }), inner);
    expect([outer.name, await outer.execute(({ attempt }) => attempt)]).toEqual(['retry > bulkhead > timeout', 1]);
    await expect(regulate().execute(boom)).rejects.toThrow('boom');
    expect(await regulate().execute(({ key }) => key, { key: 'k' })).toBe('k');
  });
});

describe('the scope', () => {
  test('hands key, context and attempt through to the work', async () => {
    const { clock, policy } = given();
    using context = new Context({ clock, tenant: 'lisbon' });
    const seen = await policy.execute(({ key, attempt, context: own }) => [key, attempt, own?.tenant], {
      key: 'k',
      context,
    });
    expect(seen).toEqual(['k', 1, 'lisbon']);
  });

  test('cancels from the caller’s signal or the context’s, whichever comes first', async () => {
    for (const which of [0, 1]) {
      const { clock, policy, breaker } = given();
      const controllers = [new AbortController(), new AbortController()];
      const [own, other] = controllers.map(({ signal }) => signal);
      using context = new Context({ clock, ...(other !== undefined && { signal: other }) });
      const result = policy.execute(({ signal }) => sleep(clock, 100, { signal }), { signal: own, context });
      const failure = expect(result).rejects.toThrow(CancelledError);
      await clock.advance(10);
      controllers[which]?.abort();
      await failure;
      await clock.settle();
      expect([clock.pending, breaker.snapshot().trip.failures]).toEqual([0, 0]);
    }
  });

  test('gives one signal per attempt, the same however often it is read', async () => {
    const { clock, policy } = given();
    const signals: AbortSignal[] = [];
    await clock.runUntil(
      policy.execute((scope) => {
        signals.push(scope.signal, scope.signal);
        return scope.attempt === 1 ? boom() : undefined;
      }),
    );
    expect([signals[0] === signals[1], signals[1] === signals[2]]).toEqual([true, false]);
  });
});

describe('fallback', () => {
  test('answers for what fails, but not for the caller who has gone', async () => {
    const { clock } = given();
    const fallback = new Fallback({ answer: (error) => `instead of ${(error as Error).message}`, clock });
    const policy = regulate(fallback, new RateLimit({ strategy: slidingWindow({ limit: 1, windowMs: 1000 }), clock }));
    const decisions: Decision[] = [];
    policy.observe((decision) => decisions.push(decision));
    expect(await policy.execute(boom)).toBe('instead of boom');
    expect(await policy.execute(() => 1)).toMatch(/^instead of Rate limit/);
    await expect(policy.execute(() => 1, { signal: AbortSignal.abort() })).rejects.toThrow(CancelledError);
    await expect(fallback.execute(() => Promise.reject(new CancelledError()))).rejects.toThrow(CancelledError);
    expect(decisions.map(({ type }) => type)).toEqual(['fallback', 'reject', 'fallback']);
  });

  test('only for the errors it is meant for, and may fail itself', async () => {
    const picky = new Fallback({ answer: () => 1, when: (error) => error instanceof BreakerOpenError });
    await expect(picky.execute(boom)).rejects.toThrow('boom');
    const failing = new Fallback({ answer: () => Promise.reject(new Error('worse')) });
    await expect(failing.execute(boom)).rejects.toThrow('worse');
  });

  test('its answer is part of the composed type', () => {
    const policy = regulate(new Fallback({ answer: () => 'none' }), new Retry());
    expectTypeOf(policy.execute(() => 1)).resolves.toEqualTypeOf<number | string>();
    expectTypeOf(regulate(new Retry(), new Breaker()).execute(() => 1)).resolves.toEqualTypeOf<number>();
  });
});

describe('observers', () => {
  test('may leave, and may fail without disturbing the call or the others', async () => {
    const clock = new VirtualClock();
    const retry = new Retry({ attempts: 2, backoff: constant(1), name: 'mine', clock });
    const report = vi.spyOn(console, 'error').mockImplementation(() => {});
    const seen: Decision[] = [];
    retry.observe(boom);
    const listening = retry.observe((decision) => seen.push(decision));
    await expect(clock.runUntil(retry.execute(boom))).rejects.toThrow('boom');
    expect(seen).toMatchObject([
      { policy: 'retry', name: 'mine', type: 'retry', at: clock.now() - 1 },
      { type: 'give-up', reason: 'attempts', at: clock.now() },
    ]);
    listening[Symbol.dispose]();
    await expect(clock.runUntil(retry.execute(boom))).rejects.toThrow('boom');
    expect([seen.length, report.mock.calls.length]).toEqual([2, 4]);
    report.mockRestore();
  });

  test('stop hearing of all policies at once', async () => {
    const { policy } = given();
    const seen: Decision[] = [];
    policy.observe((decision) => seen.push(decision))[Symbol.dispose]();
    await expect(policy.execute(() => Promise.reject(new TypeError('bug')))).rejects.toThrow('bug');
    expect(seen).toEqual([]);
  });
});

test('refuses what is no policy, by its place', () => {
  expect(() => regulate(new Retry(), {} as never)).toThrow('policies[1] must be a policy, with a method execute');
  expect(() => regulate(undefined as never)).toThrow('policies[0]');
});

test('a storm of calls replays exactly and leaves nothing behind', async () => {
  const storm = (seed: string) =>
    simulate(seed, async ({ clock, entropy, chance, log, sleep: wait }) => {
      const policy = regulate(
        new Retry({ attempts: 4, clock, entropy }),
        new Timeout({ ms: 300, clock }),
        new Breaker({ trip: consecutive({ failures: 4 }), openMs: 500, clock, entropy }),
        new Bulkhead({ concurrency: 3, queue: 5, clock }),
      );
      policy.observe(({ policy: of, type }) => log(`${of} ${type}`));
      const calls: Promise<unknown>[] = [];
      for (let call = 0; call < 60; call += 1) {
        await wait(chance.integer(0, 60));
        const takes = chance.integer(0, 500);
        const fails = chance.integer(0, 2) === 0;
        const work = async ({ signal }: { readonly signal: AbortSignal }): Promise<void> => {
          await sleep(clock, takes, { signal });
          if (fails) throw new Error('boom');
        };
        calls.push(policy.execute(work).catch((error: Error) => log(error.message)));
      }
      await Promise.all(calls);
    });
  const [one, other] = [await storm('storm'), await storm('storm')];
  expect(one.trace.length).toBeGreaterThan(50);
  expect(one.trace).toEqual(other.trace);
});
