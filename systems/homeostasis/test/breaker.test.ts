import { CancelledError, OrganismError, sleep } from '@organism/cell';
import {
  Breaker,
  BreakerOpenError,
  type BreakerOptions,
  BulkheadFullError,
  consecutive,
  type Decision,
  exponential,
  ratio,
} from '@organism/homeostasis';
import { VirtualClock } from '@organism/testing';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const given = (options: BreakerOptions = {}) => {
  const clock = new VirtualClock();
  const breaker = new Breaker({ trip: consecutive({ failures: 2 }), openMs: 1000, clock, ...options });
  const decisions: Decision[] = [];
  breaker.observe((decision) => decisions.push(decision));
  const outcome = async (work: () => unknown): Promise<unknown> => {
    try {
      return await breaker.execute(work);
    } catch (thrown) {
      return thrown;
    }
  };
  const fail = (error: unknown = new Error('boom')): Promise<unknown> =>
    outcome(() => {
      throw error;
    });
  const succeed = (): Promise<unknown> => outcome(() => 'fine');
  return { clock, breaker, decisions, fail, succeed, types: () => decisions.map(({ type }) => type) };
};

describe('consecutive failures', () => {
  test('open it; it turns calls away, and says until when', async () => {
    const { clock, breaker, fail, succeed, types } = given();
    await fail();
    await succeed();
    await fail();
    expect(breaker.state).toBe('closed');
    await fail();
    expect(breaker.state).toBe('open');
    await clock.advance(400);
    const refused = await succeed();
    expect(refused).toBeInstanceOf(BreakerOpenError);
    expect(refused).toMatchObject({
      code: 'HOMEOSTASIS_BREAKER_OPEN',
      status: 503,
      retryable: true,
      retryAfterMs: 600,
    });
    expect([types(), clock.pending]).toEqual([['open', 'reject'], 0]);
  });

  test('one good probe closes it', async () => {
    const { clock, breaker, fail, succeed, types } = given();
    await fail();
    await fail();
    await clock.advance(1000);
    expect([await succeed(), breaker.state]).toEqual(['fine', 'closed']);
    expect(types()).toEqual(['open', 'half-open', 'close']);
    await fail();
    expect(breaker.state).toBe('closed');
  });

  test('a bad probe opens it again, for longer with a backoff', async () => {
    const { clock, breaker, fail, decisions } = given({ openMs: exponential({ baseMs: 1000, jitter: 'none' }) });
    await fail();
    for (const wait of [0, 1000, 2000, 4000]) {
      await clock.advance(wait);
      await fail();
    }
    expect(breaker.state).toBe('open');
    const opened = decisions.flatMap((one) => (one.policy === 'breaker' && one.type === 'open' ? [one.openMs] : []));
    expect(opened).toEqual([1000, 2000, 4000, 8000]);
  });
});

describe('half-open', () => {
  test('lets as many probes through as said, and closes by their success rate', async () => {
    const { clock, breaker, fail, succeed } = given({ halfOpen: { probes: 4, successRate: 0.5 } });
    await fail();
    await fail();
    await clock.advance(1000);
    const probes = [1, 2, 3, 4].map((index) =>
      breaker.execute(() => sleep(clock, index)).then(() => (index < 3 ? undefined : Promise.reject(new Error('no')))),
    );
    expect([breaker.state, await succeed()]).toMatchObject(['half-open', { code: 'HOMEOSTASIS_BREAKER_OPEN' }]);
    await clock.runUntil(Promise.allSettled(probes));
    expect(breaker.state).toBe('closed');
  });

  test('opens as soon as the rate is out of reach', async () => {
    const { clock, breaker, fail, succeed } = given({ halfOpen: { probes: 10, successRate: 0.7 } });
    await fail();
    await fail();
    await clock.advance(1000);
    for (const outcome of [fail, succeed, fail, fail]) await outcome();
    expect(breaker.state).toBe('half-open');
    await fail();
    expect(breaker.state).toBe('open');
  });

  test('a cancelled probe gives its place back', async () => {
    const { clock, breaker, fail, succeed } = given();
    await fail();
    await fail();
    await clock.advance(1000);
    await fail(new CancelledError());
    expect(breaker.state).toBe('half-open');
    await succeed();
    expect(breaker.state).toBe('closed');
  });

  test('a probe that never ends does not keep it half-open for ever', async () => {
    const { clock, breaker, fail, succeed } = given({ halfOpen: { maxMs: 5000 } });
    await fail();
    await fail();
    await clock.advance(1000);
    void breaker.execute(() => new Promise(() => {}));
    expect(await succeed()).toMatchObject({ retryAfterMs: 5000 });
    await clock.advance(5000);
    expect([await succeed(), breaker.state]).toEqual(['fine', 'closed']);
  });

  test('what began before the change of state no longer counts', async () => {
    const { clock, breaker, fail } = given();
    const slow = breaker.execute(() => sleep(clock, 1500).then(() => Promise.reject(new Error('old')))).catch(() => {});
    await fail();
    await fail();
    await clock.advance(1000);
    const probe = breaker.execute(() => sleep(clock, 1000));
    await clock.runUntil(slow);
    expect(breaker.state).toBe('half-open');
    await clock.runUntil(probe);
    expect(breaker.state).toBe('closed');
  });
});

describe('ratio of failures', () => {
  const trip = ratio({ threshold: 0.5, windowMs: 1000, buckets: 10, minimum: 4 });

  test('opens at the threshold, not below the minimum', async () => {
    const { breaker, fail, succeed } = given({ trip });
    for (const outcome of [fail, succeed, fail]) await outcome();
    expect(breaker.state).toBe('closed');
    await succeed();
    expect(breaker.state).toBe('closed');
    await fail();
    expect(breaker.state).toBe('open');
  });

  test('forgets what has left the window', async () => {
    const { clock, breaker, fail } = given({ trip });
    for (let call = 0; call < 3; call += 1) await fail();
    await clock.advance(1000);
    for (let call = 0; call < 3; call += 1) await fail();
    expect(breaker.state).toBe('closed');
    await fail();
    expect(breaker.state).toBe('open');
  });

  test('slow calls count as failures', async () => {
    const { clock, breaker } = given({ slowMs: 100 });
    for (let call = 0; call < 2; call += 1) await clock.runUntil(breaker.execute(() => sleep(clock, 101)));
    expect(breaker.state).toBe('open');
  });
});

describe('what counts', () => {
  test.each([
    ['an error', new Error('boom'), 'open'],
    ['a timeout', new OrganismError('T', 'Late.', { status: 504, retryable: true }), 'open'],
    ['an error of the server', new OrganismError('S', 'Broken.', { status: 500 }), 'open'],
    ['an error of the caller', new OrganismError('C', 'No such thing.', { status: 404 }), 'closed'],
    ['a call that did not reach the callee', new BulkheadFullError('b', 1, 0), 'closed'],
    ['a cancellation', new CancelledError(), 'closed'],
    ['an AbortError', new DOMException('aborted', 'AbortError'), 'closed'],
  ] as const)('%s', async (_, error, state) => {
    const { breaker, fail } = given();
    for (let call = 0; call < 2; call += 1) expect(await fail(error)).toBe(error);
    expect(breaker.state).toBe(state);
  });

  test('not what failed because its caller had gone', async () => {
    const { breaker } = given();
    for (let call = 0; call < 3; call += 1) {
      const controller = new AbortController();
      const work = async (): Promise<never> => {
        controller.abort();
        throw new Error('half done');
      };
      await expect(breaker.execute(work, { signal: controller.signal })).rejects.toThrow('half done');
    }
    expect(breaker.state).toBe('closed');
  });

  test('a predicate of your own decides', async () => {
    const { breaker, fail } = given({ when: (error) => error !== 'fine' });
    for (let call = 0; call < 3; call += 1) await fail('fine');
    expect(breaker.state).toBe('closed');
    for (let call = 0; call < 2; call += 1) await fail('bad');
    expect(breaker.state).toBe('open');
  });
});

describe('by hand', () => {
  test('isolated, it stays open until closed', async () => {
    const { clock, breaker, succeed, types } = given();
    breaker.isolate();
    breaker.isolate();
    await clock.advance(1_000_000);
    expect([breaker.state, await succeed()]).toMatchObject(['isolated', { retryAfterMs: undefined }]);
    breaker.close();
    expect([await succeed(), types()]).toEqual(['fine', ['isolate', 'reject', 'close']]);
  });

  test('a snapshot carries on elsewhere', async () => {
    const { clock, breaker, fail } = given();
    await fail();
    await fail();
    await clock.advance(300);
    const snapshot = JSON.parse(JSON.stringify(breaker.snapshot())) as ReturnType<Breaker['snapshot']>;
    const other = given();
    await other.clock.advance(500);
    other.breaker.hydrate(snapshot);
    expect(await other.succeed()).toMatchObject({ retryAfterMs: 500 });
    await other.clock.advance(500);
    expect([await other.succeed(), other.breaker.state]).toEqual(['fine', 'closed']);
  });

  test('a snapshot carries what the closed breaker has counted, and isolation', async () => {
    const { breaker, fail } = given();
    await fail();
    const other = given();
    other.breaker.hydrate(breaker.snapshot());
    await other.fail();
    expect(other.breaker.state).toBe('open');
    breaker.isolate();
    other.breaker.hydrate(breaker.snapshot());
    expect(other.breaker.state).toBe('isolated');
  });

  test('refuses what is no snapshot, and bad options, by name', () => {
    const { breaker } = given();
    const snapshot = breaker.snapshot();
    expect(() => breaker.hydrate({ ...snapshot, state: 'ajar' as never })).toThrow('snapshot.state must be');
    expect(() => breaker.hydrate({ ...snapshot, openUntil: Number.NaN })).toThrow('snapshot.openUntil must be');
    expect(() => breaker.hydrate({ ...snapshot, opens: -1 })).toThrow('snapshot.opens must be');
    expect(() => breaker.hydrate({ ...snapshot, trip: { total: -1, failures: 0 } })).toThrow('snapshot.trip');
    expect(() => new Breaker({ openMs: 0 })).toThrow('openMs must be');
    expect(() => new Breaker({ slowMs: -1 })).toThrow('slowMs must be');
    expect(() => new Breaker({ halfOpen: { probes: 0 } })).toThrow('halfOpen.probes must be');
    expect(() => new Breaker({ halfOpen: { successRate: 2 } })).toThrow('halfOpen.successRate must be');
    expect(() => new Breaker({ halfOpen: { maxMs: 0 } })).toThrow('halfOpen.maxMs must be');
    expect(() => consecutive({ failures: 0 })).toThrow('failures must be');
    expect(() => ratio({ threshold: 0 })).toThrow('threshold must be');
    expect(() => ratio({ minimum: 0 })).toThrow('minimum must be');
    expect(() => ratio({ windowMs: 0 })).toThrow('windowMs must be');
    expect(() => ratio({ buckets: 0 })).toThrow('buckets must be');
  });
});

test('goes through the same states as a naive model, whatever happens', async () => {
  type Step = readonly ['wait', number] | readonly ['succeed' | 'fail' | 'cancel' | 'isolate' | 'close'];
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.tuple(fc.constant('wait' as const), fc.integer({ min: 0, max: 1500 })),
    fc.tuple(
      fc.constantFrom('succeed' as const, 'fail' as const, 'cancel' as const, 'isolate' as const, 'close' as const),
    ),
    fc.tuple(fc.constantFrom('succeed' as const, 'fail' as const)),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom(0.25, 0.5, 0.75, 1),
      fc.array(step, { maxLength: 80, size: 'max' }),
      async (failures, probes, successRate, steps) => {
        const { clock, breaker, fail, succeed } = given({
          trip: consecutive({ failures }),
          halfOpen: { probes, successRate },
        });
        const model = { state: 'closed', row: 0, until: 0, good: 0, bad: 0 };
        const open = (): void => void Object.assign(model, { state: 'open', until: clock.monotonic() + 1000 });
        const shut = (): void => void Object.assign(model, { state: 'closed', row: 0 });
        for (const [what, ms] of steps) {
          if (what === 'wait') await clock.advance(ms);
          else if (what === 'isolate') {
            breaker.isolate();
            model.state = 'isolated';
          } else if (what === 'close') {
            breaker.close();
            shut();
          } else {
            if (model.state === 'open' && clock.monotonic() >= model.until)
              Object.assign(model, { state: 'half-open', good: 0, bad: 0 });
            const refused = model.state === 'open' || model.state === 'isolated';
            const outcome = await (what === 'succeed'
              ? succeed()
              : fail(what === 'fail' ? undefined : new CancelledError()));
            expect(outcome instanceof BreakerOpenError).toBe(refused);
            if (!refused && model.state === 'half-open' && what !== 'cancel') {
              model[what === 'succeed' ? 'good' : 'bad'] += 1;
              if ((probes - model.bad) / probes < successRate) open();
              else if (model.good + model.bad === probes) shut();
            } else if (model.state === 'closed' && what === 'fail' && (model.row += 1) >= failures) open();
            else if (model.state === 'closed' && what === 'succeed') model.row = 0;
          }
          expect(breaker.state).toBe(model.state);
        }
        expect(clock.pending).toBe(0);
      },
    ),
    { numRuns: 200 },
  );
});

test('opens by ratio exactly when a log of all calls, cut into the window’s steps, says so', async () => {
  const call = fc.record({ wait: fc.constantFrom(0, 0, 30, 100, 170, 450, 1200), fails: fc.boolean() });
  const calls = fc.array(call, { minLength: 20, maxLength: 120, size: 'max' });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 12 }), fc.constantFrom(0.3, 0.5, 0.8), calls, async (...plan) => {
      const [minimum, threshold, steps] = plan;
      const trip = ratio({ threshold, minimum, windowMs: 1000, buckets: 10 });
      const { clock, breaker, fail, succeed } = given({ trip });
      const log: { readonly step: number; readonly fails: boolean }[] = [];
      for (const { wait, fails } of steps) {
        await clock.advance(wait);
        const now = Math.floor(clock.monotonic() / 100);
        await (fails ? fail() : succeed());
        log.push({ step: now, fails });
        const recent = log.filter(({ step }) => step > now - 10);
        const failures = recent.filter((one) => one.fails).length;
        const opens = fails && recent.length >= minimum && failures >= threshold * recent.length;
        expect(breaker.state).toBe(opens ? 'open' : 'closed');
        if (!opens) continue;
        breaker.close();
        log.length = 0;
      }
    }),
    { numRuns: 100 },
  );
});
