import { Context, OptionError, sleep, type Timer } from '@organism/cell';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ClockRunawayError, DeadlockError, defaultEpoch, VirtualClock } from '@organism/testing';

describe('time', () => {
  test('starts at a fixed moment and stands still', async () => {
    const clock = new VirtualClock();
    await new Promise((resolve) => setImmediate(resolve));
    expect(clock.now()).toBe(defaultEpoch);
    expect(new Date(clock.now()).toISOString()).toBe('2026-01-01T00:00:00.000Z');
    expect(clock.monotonic()).toBe(0);
  });

  test.each([
    ['milliseconds', 1000],
    ['a Date', new Date(1000)],
    ['a text', '1970-01-01T00:00:01Z'],
  ])('starts when told, by %s', (_, start) => {
    expect(new VirtualClock({ start }).now()).toBe(1000);
  });

  test('refuses a start that is no time', () => {
    expect(() => new VirtualClock({ start: 'tomorrow' })).toThrow(OptionError);
    expect(() => new VirtualClock({ start: Number.NaN })).toThrow('start must be a time; got NaN.');
  });

  test('a jump of the wall clock moves neither timers nor the monotonic time', async () => {
    const clock = new VirtualClock();
    let fired = 0;
    clock.setTimeout(() => fired++, 100);
    clock.setNow(0);
    expect([clock.now(), clock.monotonic()]).toEqual([0, 0]);
    await clock.advance(99);
    expect([fired, clock.now()]).toEqual([0, 99]);
    await clock.advance(1);
    expect([fired, clock.now(), clock.monotonic()]).toEqual([1, 100, 100]);
  });
});

describe('advance', () => {
  test('fires what is due in order of time, then of setting', async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    for (const [name, ms] of [
      ['c', 20],
      ['a', 10],
      ['d', 20],
      ['b', 10],
      ['later', 21],
    ] as const)
      clock.setTimeout(() => seen.push(`${name}@${clock.monotonic()}`), ms);
    await clock.advance(20);
    expect(seen).toEqual(['a@10', 'b@10', 'c@20', 'd@20']);
    expect(clock.pending).toBe(1);
  });

  test('lets a chain of promise jobs settle between two timers', async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    clock.setTimeout(async () => {
      for (let step = 0; step < 200; step++) await Promise.resolve();
      seen.push('jobs of the first');
    }, 10);
    clock.setTimeout(() => seen.push('second'), 10);
    await clock.advance(10);
    expect(seen).toEqual(['jobs of the first', 'second']);
  });

  test('follows sleeps set one after another, at their own times', async () => {
    const clock = new VirtualClock();
    const seen: number[] = [];
    const work = (async () => {
      for (const ms of [5, 10, 100]) {
        await sleep(clock, ms);
        seen.push(clock.monotonic());
      }
    })();
    await clock.advance(114);
    expect(seen).toEqual([5, 15]);
    await clock.advance(1);
    await work;
    expect(seen).toEqual([5, 15, 115]);
  });

  test('timers set with 0 fire at the same instant, after the one that set them', async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    clock.setTimeout(() => {
      seen.push('first');
      clock.setTimeout(() => seen.push(`nested@${clock.monotonic()}`), 0);
    }, 10);
    clock.setTimeout(() => seen.push('second'), 10);
    await clock.advance(10);
    expect(seen).toEqual(['first', 'second', 'nested@10']);
  });

  test('settle fires what is due now and does not move the time', async () => {
    const clock = new VirtualClock();
    const seen: number[] = [];
    clock.setTimeout(() => seen.push(0), 0);
    clock.setTimeout(() => seen.push(1), 1);
    await clock.settle();
    expect([seen, clock.monotonic()]).toEqual([[0], 0]);
  });

  test('advanceTo goes to a moment of the wall clock, and never back', async () => {
    const clock = new VirtualClock({ start: 1000 });
    await clock.advanceTo(1500);
    expect(clock.monotonic()).toBe(500);
    await clock.advanceTo(10);
    expect(clock.monotonic()).toBe(500);
  });

  test('calls that are not awaited run one after another, each to its own target', async () => {
    const clock = new VirtualClock();
    const seen: number[] = [];
    clock.setTimeout(() => seen.push(clock.monotonic()), 15);
    await Promise.all([clock.advance(10), clock.advance(20), clock.advance(5)]);
    expect([seen, clock.monotonic()]).toEqual([[15], 20]);
  });

  test('a callback may advance the clock itself without a standstill', async () => {
    const clock = new VirtualClock();
    clock.setTimeout(async () => await clock.advance(5), 10);
    await clock.advance(10);
    await clock.settle();
    expect(clock.monotonic()).toBe(15);
  });

  test('rejects with what a callback throws, then goes on from there', async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    clock.setTimeout(() => {
      throw new Error('boom');
    }, 10);
    clock.setTimeout(() => seen.push('next'), 10);
    await expect(clock.advance(50)).rejects.toThrow('boom');
    expect([clock.monotonic(), seen]).toEqual([10, []]);
    await clock.advance(50);
    expect([clock.monotonic(), seen]).toEqual([60, ['next']]);
  });

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses to advance by %s', async (ms) => {
    const clock = new VirtualClock();
    await expect(async () => await clock.advance(ms)).rejects.toThrow(OptionError);
  });
});

describe('intervals', () => {
  test('fire at every period until disposed', async () => {
    const clock = new VirtualClock();
    const seen: number[] = [];
    const timer = clock.setInterval(() => seen.push(clock.monotonic()), 10);
    await clock.advance(35);
    timer[Symbol.dispose]();
    timer[Symbol.dispose]();
    await clock.advance(100);
    expect(seen).toEqual([10, 20, 30]);
    expect(clock.pending).toBe(0);
  });

  test('may be disposed by their own callback', async () => {
    const clock = new VirtualClock();
    let count = 0;
    const timer: Timer = clock.setInterval(() => {
      if (++count === 3) timer[Symbol.dispose]();
    }, 10);
    expect(await clock.runAll()).toBe(3);
    expect(clock.monotonic()).toBe(30);
  });

  test('with a period of 0 fire every millisecond', async () => {
    const clock = new VirtualClock();
    let count = 0;
    clock.setInterval(() => count++, 0);
    await clock.advance(5);
    expect(count).toBe(5);
  });
});

describe('runAll and next', () => {
  test('runAll fires until nothing is left', async () => {
    const clock = new VirtualClock();
    const work = sleep(clock, 1000).then(() => sleep(clock, 1000));
    expect(await clock.runAll()).toBe(2);
    await work;
    expect([clock.monotonic(), clock.pending]).toEqual([2000, 0]);
  });

  test('runAll stops, as a process would, when only unreferenced timers are left', async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    clock.setTimeout(() => seen.push('early'), 10).unref();
    clock.setTimeout(() => seen.push('held'), 20);
    clock.setInterval(() => seen.push('heartbeat'), 15).unref();
    await clock.runAll();
    expect(seen).toEqual(['early', 'heartbeat', 'held']);
    expect(clock.timers()).toMatchObject([{ inMs: 10, periodMs: 15, referenced: false }]);
  });

  test('runAll gives up on timers that never end, and names them', async () => {
    const clock = new VirtualClock();
    clock.setInterval(() => {}, 250);
    const error = await clock.runAll({ maxTimers: 10 }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ClockRunawayError);
    expect(error).toMatchObject({ code: 'TESTING_CLOCK_RUNAWAY', message: expect.stringContaining('#1 every 250 ms') });
    expect(clock.fired).toBe(10);
  });

  test('next fires one timer and tells whether there was one', async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    clock.setTimeout(() => seen.push('a'), 10);
    clock.setTimeout(() => seen.push('b'), 10);
    expect([await clock.next(), seen, clock.monotonic()]).toEqual([true, ['a'], 10]);
    expect([await clock.next(), await clock.next(), seen]).toEqual([true, false, ['a', 'b']]);
  });

  test('a timer at infinity waits for ever and holds nothing up', async () => {
    const clock = new VirtualClock();
    clock.setTimeout(() => expect.unreachable(), Number.POSITIVE_INFINITY);
    expect([await clock.next(), await clock.runAll(), clock.pending]).toEqual([false, 0, 1]);
  });
});

describe('timers', () => {
  test('refuse a delay that is none, as the system clock does', () => {
    const clock = new VirtualClock();
    for (const delay of [-1, Number.NaN]) {
      expect(() => clock.setTimeout(() => {}, delay)).toThrow(OptionError);
      expect(() => clock.setInterval(() => {}, delay)).toThrow(OptionError);
    }
  });

  test('take delays beyond what a host timer can', async () => {
    const clock = new VirtualClock();
    let fired = false;
    clock.setTimeout(() => (fired = true), 2 ** 40);
    await clock.advance(2 ** 40 - 1);
    expect(fired).toBe(false);
    await clock.advance(1);
    expect(fired).toBe(true);
  });

  test('keep the ambient context of the call that set them', async () => {
    const clock = new VirtualClock();
    const tenants: unknown[] = [];
    const note = (): unknown => tenants.push(Context.current()?.tenant);
    new Context({ tenant: 'lisbon' }).run(() => clock.setTimeout(note, 1));
    clock.setTimeout(note, 1);
    new Context({ tenant: 'faro' }).run(() => clock.setInterval(note, 2));
    await clock.advance(2);
    expect(tenants).toEqual(['lisbon', undefined, 'faro']);
  });

  test('tell where they were set, when asked to', () => {
    const clock = new VirtualClock({ origins: true });
    clock.setTimeout(() => {}, 5);
    void sleep(clock, 6);
    const origins = clock.timers().map((timer) => timer.origin);
    expect(origins).toHaveLength(2);
    for (const origin of origins) expect(origin).toContain('virtual-clock.test.ts');
  });
});

type Command =
  | { readonly do: 'set'; readonly delay: number }
  | { readonly do: 'every'; readonly delay: number }
  | { readonly do: 'cancel' | 'unref'; readonly which: number }
  | { readonly do: 'advance'; readonly ms: number };

interface ModelTimer {
  at: number;
  readonly period: number | undefined;
  live: boolean;
}

/** What a clock should do, in the plainest way: look at every timer at every step. */
const model = (commands: readonly Command[]): { readonly log: string[]; readonly pending: number } => {
  const timers: ModelTimer[] = [];
  const log: string[] = [];
  let now = 0;
  for (const command of commands) {
    if (command.do === 'set') timers.push({ at: now + command.delay, period: undefined, live: true });
    else if (command.do === 'every') {
      const period = Math.max(1, command.delay);
      timers.push({ at: now + period, period, live: true });
    } else if (command.do === 'advance') {
      const target = now + command.ms;
      for (;;) {
        const due = timers
          .map((timer, index) => ({ timer, index }))
          .filter(({ timer }) => timer.live && timer.at <= target)
          .sort((a, b) => a.timer.at - b.timer.at || a.index - b.index)[0];
        if (due === undefined) break;
        now = due.timer.at;
        log.push(`${due.index}@${now}`);
        if (due.timer.period === undefined) due.timer.live = false;
        else due.timer.at += due.timer.period;
      }
      now = target;
    } else if (command.do === 'cancel') {
      const timer = timers[command.which];
      if (timer !== undefined) timer.live = false;
    }
  }
  return { log, pending: timers.filter((timer) => timer.live).length };
};

const commands = fc.array(
  fc.oneof<fc.Arbitrary<Command>[]>(
    fc.record({ do: fc.constant('set'), delay: fc.nat(50) }),
    fc.record({ do: fc.constant('every'), delay: fc.nat(20) }),
    fc.record({ do: fc.constantFrom('cancel', 'unref'), which: fc.nat(40) }),
    fc.record({ do: fc.constant('advance'), ms: fc.nat(60) }),
  ),
  { maxLength: 60 },
);

test('any sequence of setting, cancelling and advancing does what a plain model does', async () => {
  await fc.assert(
    fc.asyncProperty(commands, async (sequence) => {
      const clock = new VirtualClock();
      const timers: Timer[] = [];
      const log: string[] = [];
      for (const command of sequence) {
        const id = timers.length;
        const note = (): void => void log.push(`${id}@${clock.monotonic()}`);
        if (command.do === 'set') timers.push(clock.setTimeout(note, command.delay));
        else if (command.do === 'every') timers.push(clock.setInterval(note, command.delay));
        else if (command.do === 'advance') await clock.advance(command.ms);
        else if (command.do === 'cancel') timers[command.which]?.[Symbol.dispose]();
        else timers[command.which]?.unref();
      }
      expect({ log, pending: clock.pending }).toEqual(model(sequence));
      expect(clock.timers()).toHaveLength(clock.pending);
      for (const timer of timers) timer[Symbol.dispose]();
      expect([await clock.runAll(), clock.pending]).toEqual([0, 0]);
    }),
    { numRuns: 200 },
  );
});

test('cancelling most of many timers keeps the rest in order', async () => {
  const clock = new VirtualClock();
  const seen: number[] = [];
  const timers = Array.from({ length: 2000 }, (_, index) => {
    const delay = (index * 7919) % 2003;
    return clock.setTimeout(() => seen.push(delay), delay);
  });
  timers.forEach((timer, index) => {
    if (index % 10 !== 0) timer[Symbol.dispose]();
  });
  expect(clock.pending).toBe(200);
  await clock.runAll();
  expect(seen).toHaveLength(200);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
});

describe('runUntil', () => {
  test('moves the time as far as the work needs, and gives its value', async () => {
    const clock = new VirtualClock();
    const work = (async () => {
      for (let step = 0; step < 100; step++) await sleep(clock, 1000);
      return 'done';
    })();
    expect(await clock.runUntil(work)).toBe('done');
    expect(clock.monotonic()).toBe(100_000);
  });

  test('does not fire what is due after the work has settled', async () => {
    const clock = new VirtualClock();
    clock.setTimeout(() => expect.unreachable(), 11);
    await clock.runUntil(sleep(clock, 10));
    expect([clock.monotonic(), clock.pending]).toEqual([10, 1]);
  });

  test('passes on what the work throws, or a timer of its', async () => {
    const clock = new VirtualClock();
    await expect(clock.runUntil(Promise.reject(new Error('boom')))).rejects.toThrow('boom');
    clock.setTimeout(() => {
      throw new Error('late boom');
    }, 10);
    await expect(clock.runUntil(sleep(clock, 20))).rejects.toThrow('late boom');
  });

  test('lets the work move the clock itself', async () => {
    const clock = new VirtualClock();
    const seen: number[] = [];
    clock.setInterval(() => seen.push(clock.monotonic()), 10).unref();
    await clock.runUntil(clock.advance(25).then(() => clock.advance(10)));
    expect([seen, clock.monotonic()]).toEqual([[10, 20, 30], 35]);
  });

  test('finds a deadlock: nothing pending and not settled', async () => {
    const clock = new VirtualClock();
    const stuck = sleep(clock, 10).then(() => new Promise(() => {}));
    await expect(clock.runUntil(stuck)).rejects.toThrow(DeadlockError);
    expect(clock.monotonic()).toBe(10);
  });

  test('gives up on work that only keeps timers going', async () => {
    const clock = new VirtualClock();
    clock.setInterval(() => {}, 1000);
    const stuck = new Promise(() => {});
    await expect(clock.runUntil(stuck, { maxTimers: 5 })).rejects.toThrow('the limit of 5 timers');
    await expect(clock.runUntil(stuck, { maxMs: 5000 })).rejects.toThrow('the limit of 5000 ms');
    expect(clock.monotonic()).toBe(10_000);
  });

  test('waits a moment for work on other threads before it speaks of a deadlock', async () => {
    const clock = new VirtualClock();
    const digest = await clock.runUntil(crypto.subtle.digest('SHA-256', new Uint8Array(10)));
    expect(digest.byteLength).toBe(32);
  });
});

test('hold keeps the time still while something outside happens', async () => {
  const clock = new VirtualClock();
  const seen: string[] = [];
  clock.setTimeout(() => seen.push('timer'), 1);
  const work = (async () => {
    await clock.hold(crypto.subtle.digest('SHA-256', new Uint8Array(100_000)));
    seen.push('digest');
    await sleep(clock, 5);
  })();
  await clock.runUntil(work);
  expect(seen).toEqual(['digest', 'timer']);
});

test('timers that set each other without end at one instant are an error, not a hang', async () => {
  const clock = new VirtualClock();
  const again = (): unknown => clock.setTimeout(again, 0);
  again();
  await expect(clock.advance(1)).rejects.toThrow('100000 timers fired at one instant');
});
