import { CancelledError, Context, sleep } from '@organism/cell';
import { type Decision, type Scope, Timeout, TimeoutError, type TimeoutOptions } from '@organism/homeostasis';
import { VirtualClock } from '@organism/testing';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const given = (options: Partial<TimeoutOptions> = {}) => {
  const clock = new VirtualClock();
  const timeout = new Timeout({ ms: 1000, clock, ...options });
  const decisions: Decision[] = [];
  timeout.observe((decision) => decisions.push(decision));
  return { clock, timeout, decisions };
};

const never = (): Promise<never> => new Promise(() => {});

describe.each(['aggressive', 'cooperative'] as const)('%s', (mode) => {
  test('hands results and errors on, and leaves no timer', async () => {
    const { clock, timeout, decisions } = given({ mode });
    expect(await timeout.execute(() => 1)).toBe(1);
    expect(await timeout.execute(async () => 2)).toBe(2);
    expect(await clock.runUntil(timeout.execute(() => sleep(clock, 999).then(() => 3)))).toBe(3);
    await expect(
      timeout.execute(() => {
        throw new Error('boom');
      }),
    ).rejects.toThrow('boom');
    await expect(timeout.execute(() => Promise.reject(new Error('boom')))).rejects.toThrow('boom');
    expect([clock.pending, decisions]).toEqual([0, []]);
  });

  test('aborts the signal with the error as its reason, to the millisecond', async () => {
    const { clock, timeout, decisions } = given({ mode });
    let seen: AbortSignal | undefined;
    const result = timeout.execute(({ signal }) => sleep(clock, 60_000, { signal: (seen = signal) }));
    const failure = expect(result).rejects.toMatchObject({ code: 'HOMEOSTASIS_TIMEOUT', status: 504, retryable: true });
    await clock.advance(999);
    expect(seen?.aborted).toBe(false);
    await clock.advance(1);
    await failure;
    expect(seen?.reason).toBeInstanceOf(TimeoutError);
    expect([clock.monotonic(), clock.pending]).toEqual([1000, 0]);
    expect(decisions).toMatchObject([{ policy: 'timeout', type: 'timeout', timeoutMs: 1000 }]);
  });

  test('a signal that is read late has already aborted', async () => {
    const { clock, timeout } = given({ mode });
    let aborted: boolean | undefined;
    const result = timeout.execute(async (scope) => {
      await sleep(clock, 2000);
      aborted = scope.signal.aborted;
      throw new Error('late');
    });
    await expect(clock.runUntil(result)).rejects.toThrow(TimeoutError);
    await clock.runAll();
    expect(aborted).toBe(true);
  });

  test('the signal follows the caller’s, and lets go of it at the end', async () => {
    const { clock, timeout } = given({ mode });
    const { signal, abort } = spied();
    const result = timeout.execute((scope) => sleep(clock, 500, { signal: scope.signal }), { signal });
    const failure = expect(result).rejects.toThrow(CancelledError);
    await clock.advance(10);
    abort();
    await failure;
    expect([clock.pending, signal.listeners]).toEqual([0, 0]);
    const other = spied();
    await clock.runUntil(timeout.execute((scope) => sleep(clock, 5, scope), { signal: other.signal }));
    expect(other.signal.listeners).toBe(0);
  });

  test('a call cancelled before it starts does not run', async () => {
    const { timeout, clock } = given({ mode });
    let ran = false;
    await expect(timeout.execute(() => (ran = true), { signal: AbortSignal.abort() })).rejects.toThrow(CancelledError);
    expect([ran, clock.pending]).toEqual([false, 0]);
  });
});

/** A signal that counts who listens. */
const spied = () => {
  const controller = new AbortController();
  const signal = controller.signal as AbortSignal & { listeners: number };
  signal.listeners = 0;
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
  const gone = new WeakSet<object>();
  signal.addEventListener = (type: string, listener: never) => {
    signal.listeners += 1;
    add(type, listener);
  };
  signal.removeEventListener = (type: string, listener: never) => {
    if (!gone.has(listener)) signal.listeners -= 1;
    gone.add(listener);
    remove(type, listener);
  };
  return { signal, abort: () => controller.abort() };
};

test('aggressive: the caller has the error while the work goes on', async () => {
  const { clock, timeout } = given();
  await expect(clock.runUntil(timeout.execute(never))).rejects.toThrow('Timeout "timeout": no result within 1000 ms.');
  expect(clock.monotonic()).toBe(1000);
});

test('aggressive: a cancelled call ends at once, whatever the work does', async () => {
  const { clock, timeout } = given();
  const controller = new AbortController();
  const result = timeout.execute(never, { signal: controller.signal });
  controller.abort('enough');
  await expect(result).rejects.toMatchObject({ code: 'CELL_CANCELLED', cause: 'enough' });
  await clock.settle();
  expect(clock.pending).toBe(0);
});

test('cooperative: waits for the work, whose late result counts', async () => {
  const { clock, timeout, decisions } = given({ mode: 'cooperative' });
  expect(await clock.runUntil(timeout.execute(() => sleep(clock, 1500).then(() => 'late')))).toBe('late');
  expect(decisions.map(({ type }) => type)).toEqual(['timeout']);
});

test('cooperative: a late error becomes the cause of the timeout’s', async () => {
  const { clock, timeout } = given({ mode: 'cooperative' });
  const work = (): Promise<never> => sleep(clock, 1500).then(() => Promise.reject(new Error('late')));
  await expect(clock.runUntil(timeout.execute(work))).rejects.toMatchObject({
    code: 'HOMEOSTASIS_TIMEOUT',
    cause: { message: 'late' },
  });
});

test('the deadline of the context comes first when it is earlier', async () => {
  const { clock, timeout } = given();
  using context = new Context({ clock, deadline: clock.now() + 300 });
  await expect(clock.runUntil(timeout.execute(never, { context }))).rejects.toMatchObject({
    code: 'CELL_DEADLINE_EXCEEDED',
  });
  expect(clock.monotonic()).toBe(300);
});

test('an inner timeout follows an outer one', async () => {
  const clock = new VirtualClock();
  const [outer, inner] = [new Timeout({ ms: 100, clock, mode: 'cooperative' }), new Timeout({ ms: 1000, clock })];
  await expect(clock.runUntil(outer.execute((scope) => inner.execute(never, scope)))).rejects.toThrow('within 100 ms');
  expect([clock.monotonic(), clock.pending]).toEqual([100, 0]);
});

test('refuses bad options by name', () => {
  expect(() => new Timeout({ ms: 0 })).toThrow('ms must be');
  expect(() => new Timeout({ ms: Infinity })).toThrow('ms must be');
  expect(() => new Timeout({ ms: 1, mode: 'lazy' as never })).toThrow('mode must be "aggressive" or "cooperative"');
});

describe('one timer for all', () => {
  test('a thousand calls set one timer, and none once they are over', async () => {
    const { clock, timeout } = given();
    const calls = Array.from({ length: 1000 }, (_, index) => {
      const ms = index % 2 === 0 ? 500 : 5000;
      return timeout.execute(({ signal }) => sleep(new VirtualClock(), ms, { signal })).catch(() => {});
    });
    await clock.settle();
    expect(clock.pending).toBe(1);
    await clock.advance(1000);
    await Promise.all(calls);
    expect(clock.pending).toBe(0);
  });

  test('a call that settles with the promise jobs at hand sets none', async () => {
    const { clock, timeout } = given();
    clock.setTimeout = () => {
      throw new Error('no timer was to be set');
    };
    for (let call = 0; call < 100; call += 1) await timeout.execute(async () => call);
    expect(clock.pending).toBe(0);
  });

  test('a timeout that another one starts as it runs out is not early either', async () => {
    const { clock, timeout } = given({ ms: 10 });
    const times: number[] = [];
    const inner = new Timeout({ ms: 0.5, clock });
    const work = ({ signal }: Scope): Promise<never> => {
      signal.addEventListener('abort', () => {
        inner.execute(never).catch(() => times.push(clock.monotonic()));
      });
      return never();
    };
    timeout.execute(work).catch(() => times.push(clock.monotonic()));
    await clock.runAll();
    expect(times).toEqual([10, 11]);
  });

  test('every call times out: never early, and late by no more than 1/64 or 1 ms', async () => {
    const start = fc.record({ at: fc.integer({ min: 0, max: 5000 }), ms: fc.integer({ min: 1, max: 20_000 }) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(start, fc.boolean()), { minLength: 1, maxLength: 60, size: 'max' }),
        async (plan) => {
          const clock = new VirtualClock();
          const late: number[] = [];
          for (const [{ at, ms }, ends] of plan) {
            clock.setTimeout(() => {
              const due = clock.monotonic() + ms;
              void new Timeout({ ms, clock })
                .execute(() => (ends ? sleep(clock, ms / 2) : never()))
                .catch(() => late.push((clock.monotonic() - due) / Math.max(1, ms / 64)));
            }, at);
          }
          await clock.runAll();
          expect(late.length).toBe(plan.filter(([, ends]) => !ends).length);
          for (const one of late) {
            expect(one).toBeGreaterThanOrEqual(0);
            expect(one).toBeLessThanOrEqual(1);
          }
          expect(clock.pending).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });
});
