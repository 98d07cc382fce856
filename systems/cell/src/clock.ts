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

class SystemTimeout implements Timer {
  #handle: ReturnType<typeof setTimeout> | undefined;
  #unreferenced = false;

  constructor(callback: () => void, delayMs: number) {
    this.#arm(callback, delayMs);
  }

  #arm(callback: () => void, delayMs: number): void {
    const step = Math.min(delayMs, longestDelayMs);
    this.#handle = setTimeout(() => (step < delayMs ? this.#arm(callback, delayMs - step) : callback()), step);
    if (this.#unreferenced) (this.#handle as HostTimer).unref?.();
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

class SystemInterval implements Timer {
  readonly #handle: ReturnType<typeof setInterval>;

  constructor(callback: () => void, periodMs: number) {
    this.#handle = setInterval(callback, Math.min(periodMs, longestDelayMs));
  }

  unref(): this {
    (this.#handle as HostTimer).unref?.();
    return this;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#handle);
  }
}

const checkDelay = (field: string, delayMs: number): number => {
  if (typeof delayMs !== 'number' || !(delayMs >= 0))
    throw new OptionError(field, 'a number of milliseconds >= 0', delayMs);
  return delayMs;
};

/** The host's own clock and timers: the default everywhere. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout: (callback, delayMs) => new SystemTimeout(callback, checkDelay('delayMs', delayMs)),
  setInterval: (callback, periodMs) => new SystemInterval(callback, checkDelay('periodMs', periodMs)),
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
