import { CancelledError, Context, OptionError, OrganismError } from '@organism/cell';
import {
  BreakerOpenError,
  BulkheadFullError,
  type Decision,
  constant,
  exponential,
  isRetryable,
  Retry,
  RetryBudget,
  type RetryOptions,
} from '@organism/homeostasis';
import { SeededEntropy, VirtualClock } from '@organism/testing';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const boom = (): never => {
  throw new Error('boom');
};

const given = (options: RetryOptions = {}) => {
  const clock = new VirtualClock();
  const retry = new Retry({ backoff: constant(100), clock, entropy: new SeededEntropy('retry'), ...options });
  const decisions: Decision[] = [];
  retry.observe((decision) => decisions.push(decision));
  return { clock, retry, decisions };
};

/** Fails so many times, then answers. */
const flaky = (failures: number) => {
  const attempts: number[] = [];
  const work = ({ attempt }: { readonly attempt: number }): string => {
    attempts.push(attempt);
    return attempt <= failures ? boom() : 'done';
  };
  return { work, attempts };
};

describe('attempts', () => {
  test('a success is handed on at once, and is the only attempt', async () => {
    const { clock, retry, decisions } = given();
    const { work, attempts } = flaky(0);
    expect(await retry.execute(work)).toBe('done');
    expect([attempts, clock.monotonic(), decisions]).toEqual([[1], 0, []]);
  });

  test('runs again after each wait until one succeeds', async () => {
    const { clock, retry, decisions } = given();
    const { work, attempts } = flaky(2);
    expect(await clock.runUntil(retry.execute(work))).toBe('done');
    expect([attempts, clock.monotonic(), clock.pending]).toEqual([[1, 2, 3], 200, 0]);
    expect(decisions.map(({ type }) => type)).toEqual(['retry', 'retry']);
    expect(decisions[0]).toMatchObject({ policy: 'retry', name: 'retry', attempt: 1, delayMs: 100 });
  });

  test('gives up with the last error as it is', async () => {
    const { clock, retry, decisions } = given();
    let last: unknown;
    const work = (): never => {
      throw (last = new Error('boom'));
    };
    const failure: unknown = await clock.runUntil(retry.execute(work).catch((error: unknown) => error));
    expect(failure).toBe(last);
    expect(decisions.at(-1)).toMatchObject({ type: 'give-up', attempt: 3, reason: 'attempts' });
  });

  test('counts from 1 also inside another retry', async () => {
    const clock = new VirtualClock();
    const [outer, inner] = [1, 2].map(() => new Retry({ attempts: 2, backoff: constant(0), clock }));
    const seen: number[] = [];
    await expect(
      outer?.execute((scope) =>
        inner?.execute(({ attempt }) => {
          seen.push(attempt);
          return boom();
        }, scope),
      ),
    ).rejects.toThrow('boom');
    expect(seen).toEqual([1, 2, 1, 2]);
  });
});

describe('what is retried', () => {
  const problem = (retryable: boolean): Error => new OrganismError('SHOP_SHUT', 'Shut.', { retryable });
  test.each([
    ['an error', new Error('reset'), true],
    ['an OrganismError that is retryable', problem(true), true],
    ['an OrganismError that is not', problem(false), false],
    ['a cancellation', new CancelledError(), false],
    ['a full bulkhead', new BulkheadFullError('b', 1, 0), true],
    ['an open breaker', new BreakerOpenError('b', 1000), false],
    ['an AbortError', new DOMException('aborted', 'AbortError'), false],
    ['the host’s timeout', new DOMException('timed out', 'TimeoutError'), true],
    ['a TypeError', new TypeError('x is not a function'), false],
    ['a RangeError', new RangeError('invalid array length'), false],
    ['fetch’s TypeError in Node', new TypeError('fetch failed', { cause: new Error('ECONNREFUSED') }), true],
    ['fetch’s TypeError in browsers', new TypeError('Failed to fetch'), true],
    ['a string', 'boom', false],
    ['nothing', undefined, false],
  ])('%s', (_, error, expected) => {
    expect(isRetryable(error)).toBe(expected);
  });

  test('a predicate of your own decides, and sees the attempt', async () => {
    const { retry, decisions } = given({ when: (_error, attempt) => attempt < 1 });
    await expect(retry.execute(boom)).rejects.toThrow('boom');
    expect(decisions).toMatchObject([{ type: 'give-up', reason: 'not-retryable', attempt: 1 }]);
  });
});

describe('waits', () => {
  test('as long as the callee asks, when that is longer', async () => {
    const { clock, retry } = given();
    const busy = new OrganismError('BUSY', 'Busy.', { retryable: true, extensions: { retryAfterMs: 1500 } });
    await clock.runUntil(retry.execute(({ attempt }) => (attempt === 1 ? Promise.reject(busy) : attempt)));
    expect(clock.monotonic()).toBe(1500);
  });

  test('gives up when it asks for too long', async () => {
    const { clock, retry, decisions } = given({ maxRetryAfterMs: 1000, retryAfter: () => 1001 });
    await expect(retry.execute(boom)).rejects.toThrow('boom');
    expect([clock.pending, decisions]).toMatchObject([0, [{ reason: 'retry-after' }]]);
  });

  test('never past the deadline of the context', async () => {
    const { clock, retry, decisions } = given();
    using context = new Context({ clock, deadline: clock.now() + 150 });
    await expect(clock.runUntil(retry.execute(boom, { context }))).rejects.toThrow('boom');
    expect([clock.monotonic(), decisions.at(-1)]).toMatchObject([
      100,
      { type: 'give-up', reason: 'deadline', attempt: 2 },
    ]);
  });

  test('ends at once when the call is cancelled', async () => {
    const { clock, retry, decisions } = given();
    const controller = new AbortController();
    const result = retry.execute(boom, { signal: controller.signal });
    await clock.advance(50);
    controller.abort('enough');
    await expect(result).rejects.toMatchObject({ code: 'CELL_CANCELLED', cause: 'enough' });
    expect([clock.monotonic(), clock.pending, decisions.length]).toEqual([50, 0, 1]);
  });

  test('a call cancelled before it starts does not run', async () => {
    const { retry } = given();
    const { work, attempts } = flaky(0);
    await expect(retry.execute(work, { signal: AbortSignal.abort() })).rejects.toThrow(CancelledError);
    expect(attempts).toEqual([]);
  });

  test('a failure of work that was cancelled is not retried', async () => {
    const { clock, retry, decisions } = given();
    const controller = new AbortController();
    const work = async (): Promise<never> => {
      controller.abort();
      throw new Error('half done');
    };
    await expect(retry.execute(work, { signal: controller.signal })).rejects.toThrow(CancelledError);
    expect([clock.pending, decisions]).toMatchObject([0, [{ type: 'give-up', reason: 'cancelled' }]]);
  });
});

describe('backoff', () => {
  test('full jitter stays between 0 and the exponential wait, decorrelated between base and thrice the last', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 1, max: 40 }),
        (seed, baseMs, steps) => {
          const entropy = new SeededEntropy(seed);
          const full = exponential({ baseMs, maxMs: 5000 });
          const decorrelated = exponential({ baseMs, maxMs: 5000, jitter: 'decorrelated' });
          let previous = 0;
          for (let failed = 1; failed <= steps; failed += 1) {
            const one = full(failed, 0, entropy);
            expect(one).toBeGreaterThanOrEqual(0);
            expect(one).toBeLessThanOrEqual(Math.min(5000, baseMs * 2 ** (failed - 1)));
            const other = decorrelated(failed, previous, entropy);
            expect(other).toBeGreaterThanOrEqual(baseMs);
            expect(other).toBeLessThanOrEqual(Math.min(5000, Math.max(baseMs, previous * 3)));
            previous = other;
          }
        },
      ),
    );
  });

  test('refuses bad options by name', () => {
    expect(() => exponential({ baseMs: 0 })).toThrow('baseMs must be');
    expect(() => exponential({ baseMs: 10, maxMs: 5 })).toThrow('maxMs must be');
    expect(() => exponential({ baseMs: 10, factor: 0.5 })).toThrow('factor must be');
    expect(() => constant(-1)).toThrow(OptionError);
    expect(() => new Retry({ attempts: 0 })).toThrow('attempts must be a whole number >= 1');
    expect(() => new Retry({ maxRetryAfterMs: Number.NaN })).toThrow('maxRetryAfterMs must be');
  });
});

describe('budget', () => {
  test('is shared: together, callers retry no more than their share', async () => {
    const clock = new VirtualClock();
    const budget = new RetryBudget({ ratio: 0.5, minimumPerSecond: 0, clock });
    const policies = [1, 2].map(() => new Retry({ attempts: 2, backoff: constant(0), budget, clock }));
    let runs = 0;
    for (let call = 0; call < 20; call += 1) {
      await policies[call % 2]
        ?.execute(() => {
          runs += 1;
          return boom();
        })
        .catch(() => {});
    }
    expect(runs).toBe(30);
  });

  test('gives up when it is spent, and refills with time', async () => {
    const clock = new VirtualClock();
    const budget = new RetryBudget({ ratio: 0, minimumPerSecond: 0.1, clock });
    const retry = new Retry({ attempts: 2, backoff: constant(0), budget, clock });
    const reasons: string[] = [];
    retry.observe(
      (decision) => decision.policy === 'retry' && decision.type === 'give-up' && reasons.push(decision.reason),
    );
    for (let call = 0; call < 2; call += 1) await retry.execute(boom).catch(() => {});
    await clock.advance(10_000);
    await retry.execute(boom).catch(() => {});
    expect(reasons).toEqual(['attempts', 'budget', 'attempts']);
  });

  test('never allows more than ratio and minimum over any window, whatever the calls', () => {
    const step = fc.record({ wait: fc.integer({ min: 0, max: 400 }), calls: fc.integer({ min: 0, max: 5 }) });
    return fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
        const clock = new VirtualClock();
        const budget = new RetryBudget({ ratio: 0.25, minimumPerSecond: 2, windowMs: 1000, clock });
        const log: { readonly at: number; readonly retry: boolean }[] = [];
        for (const { wait, calls } of steps) {
          await clock.advance(wait);
          for (let call = 0; call < calls; call += 1) {
            budget.deposit();
            log.push({ at: clock.monotonic(), retry: false });
            if (!budget.withdraw()) continue;
            const now = clock.monotonic();
            log.push({ at: now, retry: true });
            // The window moves in tenths: what it counts lies within the last second, and holds the last 900 ms.
            const retries = log.filter(({ at, retry }) => retry && at > now - 900).length;
            const earning = log.filter(({ at, retry }) => !retry && at > now - 1000).length;
            expect(retries).toBeLessThanOrEqual(2 + 0.25 * earning);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  test('refuses bad options by name', () => {
    expect(() => new RetryBudget({ ratio: -1 })).toThrow('ratio must be');
    expect(() => new RetryBudget({ windowMs: 0 })).toThrow('windowMs must be');
    expect(() => new RetryBudget({ minimumPerSecond: Number.NaN })).toThrow('minimumPerSecond must be');
  });
});
