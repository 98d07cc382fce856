import { CancelledError, OptionError, sleep, systemClock, type Timer } from '@organism/cell';
import { VirtualClock } from '@organism/testing';
import { afterEach, describe, expect, test, vi } from 'vitest';

const thrownBy = async (work: Promise<unknown>): Promise<unknown> =>
  await work.then(
    () => expect.unreachable('it should have failed'),
    (error: unknown) => error,
  );

describe('the system clock', () => {
  afterEach(() => void vi.useRealTimers());

  test('tells the host’s time', () => {
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1000);
    const before = systemClock.monotonic();
    expect(systemClock.monotonic()).toBeGreaterThanOrEqual(before);
  });

  test('calls back, once or again and again', async () => {
    await new Promise<void>((resolve) => void systemClock.setTimeout(resolve, 1));
    let count = 0;
    await new Promise<void>((resolve) => {
      const timer: Timer = systemClock.setInterval(() => {
        if (++count < 3) return;
        timer[Symbol.dispose]();
        resolve();
      }, 1);
    });
    expect(count).toBe(3);
  });

  test('does not call back after a timer is disposed, twice or before unref included', () => {
    vi.useFakeTimers();
    for (const set of [systemClock.setTimeout, systemClock.setInterval]) {
      const timer = set(() => expect.unreachable(), 10);
      timer[Symbol.dispose]();
      timer[Symbol.dispose]();
      expect(timer.unref()).toBe(timer);
    }
    vi.advanceTimersByTime(100);
    expect(vi.getTimerCount()).toBe(0);
  });

  // A host timer takes at most 2^31-1 ms: a longer delay would fire at once.
  test.each([2 ** 31 - 1, 2 ** 31, 2 ** 32 + 5, 1e11])('keeps a delay of %d ms', (delay) => {
    vi.useFakeTimers();
    let fired = 0;
    systemClock.setTimeout(() => fired++, delay);
    vi.advanceTimersByTime(delay - 1);
    expect(fired).toBe(0);
    vi.advanceTimersByTime(1);
    expect(fired).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('keeps a period beyond what a host timer takes', () => {
    vi.useFakeTimers();
    let fired = 0;
    const period = 2 ** 31 + 1000;
    const timer = systemClock.setInterval(() => fired++, period);
    vi.advanceTimersByTime(period - 1);
    expect(fired).toBe(0);
    vi.advanceTimersByTime(1 + period);
    expect(fired).toBe(2);
    timer[Symbol.dispose]();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('cancels a long delay in any of its parts, and never fires one at infinity', () => {
    vi.useFakeTimers();
    const long = systemClock.setTimeout(() => expect.unreachable(), 2 ** 33);
    const endless = systemClock.setTimeout(() => expect.unreachable(), Number.POSITIVE_INFINITY);
    vi.advanceTimersByTime(2 ** 32);
    long[Symbol.dispose]();
    vi.advanceTimersByTime(2 ** 34);
    endless[Symbol.dispose]();
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([-1, Number.NaN, '10', undefined])('refuses a delay of %o', (delay) => {
    const options: { delay: number } = Object.assign({ delay: 0 }, { delay });
    expect(() => systemClock.setTimeout(() => {}, options.delay)).toThrow(OptionError);
    expect(() => systemClock.setInterval(() => {}, options.delay)).toThrow('a number of milliseconds >= 0');
  });
});

describe('sleep', () => {
  test('waits on the clock given', async () => {
    const clock = new VirtualClock();
    let awake = false;
    const work = sleep(clock, 1000).then(() => (awake = true));
    await clock.advance(999);
    expect(awake).toBe(false);
    await clock.advance(1);
    await work;
  });

  test('ends with the signal’s reason when it aborts first, and leaves no timer', async () => {
    const clock = new VirtualClock();
    const abort = new AbortController();
    const work = thrownBy(sleep(clock, 1000, { signal: abort.signal }));
    const reason = new Error('enough');
    abort.abort(reason);
    const error = await work;
    expect(error).toBeInstanceOf(CancelledError);
    expect(error).toMatchObject({ cause: reason });
    expect(clock.pending).toBe(0);
  });

  test('does not begin under a signal that has aborted', async () => {
    const clock = new VirtualClock();
    expect(await thrownBy(sleep(clock, 1000, { signal: AbortSignal.abort() }))).toBeInstanceOf(CancelledError);
    expect(clock.pending).toBe(0);
  });

  test('takes its listener off the signal when it is over', async () => {
    const clock = new VirtualClock();
    const { signal } = new AbortController();
    const remove = vi.spyOn(signal, 'removeEventListener');
    const work = sleep(clock, 10, { signal });
    await clock.advance(10);
    await work;
    expect(remove).toHaveBeenCalledTimes(1);
  });

  test('rejects for a delay that is none', async () => {
    expect(await thrownBy(sleep(new VirtualClock(), Number.NaN))).toBeInstanceOf(OptionError);
  });
});
