import { CancelledError, OptionError } from './errors.ts';

/** A pending timer. Disposing it cancels it; disposing it again does nothing. */
export interface Timer extends Disposable {
  /** Lets the process exit while this timer is pending (no effect in browsers). Returns the timer itself. */
  unref(): this;
}

/**
 * Time source. Everything in Organism that waits or reads the time takes it from one of these, so that a whole body
 * runs under a virtual clock in tests.
 */
export interface Clock {
  /** Wall-clock time in milliseconds since the Unix epoch; may jump. */
  now(): number;
  /** Milliseconds since an arbitrary start; never goes backwards. For measuring durations. */
  monotonic(): number;
  /** Calls back once after `delayMs` milliseconds. */
  setTimeout(callback: () => void, delayMs: number): Timer;
  /** Calls back every `periodMs` milliseconds until disposed. */
  setInterval(callback: () => void, periodMs: number): Timer;
}

/** Longest delay a host timer takes in one go; a longer one would fire at once. @see HTML Standard, timers */
const longestDelayMs = 2 ** 31 - 1;

interface HostTimer {
  unref?: () => void;
}

class SystemTimer implements Timer {
  #handle: ReturnType<typeof setTimeout> | undefined;
  #unreferenced = false;

  constructor(callback: () => void, delayMs: number, periodMs?: number) {
    if (periodMs !== undefined && periodMs <= longestDelayMs) this.#handle = setInterval(callback, periodMs);
    else this.#arm(callback, delayMs, periodMs);
  }

  #arm(callback: () => void, delayMs: number, periodMs: number | undefined): void {
    const step = Math.min(delayMs, longestDelayMs);
    this.#handle = setTimeout(() => {
      if (step < delayMs) this.#arm(callback, delayMs - step, periodMs);
      else {
        if (periodMs !== undefined) this.#arm(callback, periodMs, periodMs);
        callback();
      }
    }, step);
    if (this.#unreferenced) this.unref();
  }

  unref(): this {
    this.#unreferenced = true;
    (this.#handle as HostTimer).unref?.();
    return this;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#handle);
  }
}

const checkDelay = (field: string, delayMs: number): number => {
  if (typeof delayMs !== 'number' || !(delayMs >= 0))
    throw new OptionError(field, 'a number of milliseconds >= 0', delayMs);
  return delayMs;
};

/**
 * The host's own clock and timers: the default everywhere. Takes delays and periods of any length.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { systemClock } from '@organism/cell';
 *
 * const timer = systemClock.setTimeout(() => console.log('a minute later'), 60_000).unref();
 * timer[Symbol.dispose]();
 * assert.ok(systemClock.now() > Date.UTC(2026, 0, 1));
 * ```
 */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout: (callback, delayMs) => new SystemTimer(callback, checkDelay('delayMs', delayMs)),
  setInterval: (callback, periodMs) => new SystemTimer(callback, checkDelay('periodMs', periodMs), periodMs),
};

/**
 * Waits `delayMs` milliseconds on a clock.
 *
 * @throws {CancelledError} when the signal aborts first; its cause is the signal's reason.
 * @example
 * ```ts
 * import { sleep, systemClock } from '@organism/cell';
 *
 * await sleep(systemClock, 5, { signal: AbortSignal.timeout(1000) });
 * ```
 */
export const sleep = (clock: Clock, delayMs: number, options: { readonly signal?: AbortSignal } = {}): Promise<void> =>
  new Promise((resolve, reject) => {
    const { signal } = options;
    const cancel = (): void => {
      timer[Symbol.dispose]();
      reject(new CancelledError('The wait was cancelled.', { cause: signal?.reason }));
    };
    const timer = clock.setTimeout(() => {
      signal?.removeEventListener('abort', cancel);
      resolve();
    }, delayMs);
    if (signal?.aborted) cancel();
    else signal?.addEventListener('abort', cancel, { once: true });
  });
