import { type Clock, Context, OptionError, type Timer } from '@organism/cell';
import { ClockRunawayError } from './errors.ts';
import { describeTimers, originOf, type PendingTimer } from './pending-timer.ts';
import { type Queued, TimerQueue } from './timer-queue.ts';
import { turn } from './turn.ts';

/** Options of a {@link VirtualClock}. */
export interface VirtualClockOptions {
  /** Wall-clock time at the start: milliseconds since the epoch, a Date, or an ISO text. Default 2026-01-01T00:00:00Z. */
  readonly start?: number | Date | string;
  /** Keep where each timer was set, for {@link PendingTimer.origin}; a few microseconds per timer. Default false. */
  readonly origins?: boolean;
}

/** Limit on how many timers one call may fire. */
export interface RunLimit {
  /** Default 100 000. */
  readonly maxTimers?: number;
}

interface Entry extends Queued {
  readonly callback: () => void;
  readonly context: Context | undefined;
  readonly periodMs: number | undefined;
  readonly trail: Error | undefined;
  referenced: boolean;
  waiting: boolean;
}

/** The clock's epoch unless told otherwise: 2026-01-01T00:00:00Z, in milliseconds. */
export const defaultEpoch: number = Date.UTC(2026, 0, 1);

const checkMs = (field: string, value: number): number => {
  if (typeof value !== 'number' || !(value >= 0)) throw new OptionError(field, 'a number of milliseconds >= 0', value);
  return value;
};

/**
 * Virtual clock: time stands still until a test moves it. Timers that become due fire in order, and after each one
 * every promise job that can run does, so code that awaits sees the same order of events as under a real clock.
 *
 * Never waits in real time. Calls that move the time run one after another, even when they are not awaited.
 * Work that waits for something outside (a file, a socket, another thread) is not waited for.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { sleep } from '@organism/cell';
 * import { VirtualClock } from '@organism/testing';
 *
 * const clock = new VirtualClock();
 * const seen: number[] = [];
 * const work = (async () => {
 *   await sleep(clock, 60_000);
 *   seen.push(clock.monotonic());
 *   await sleep(clock, 60_000);
 *   seen.push(clock.monotonic());
 * })();
 * await clock.advance(120_000);
 * await work;
 * assert.deepEqual(seen, [60_000, 120_000]);
 * ```
 */
export class VirtualClock implements Clock {
  readonly #queue = new TimerQueue<Entry>();
  readonly #origins: boolean;
  #epoch: number;
  #elapsed = 0;
  #lastId = 0;
  #fired = 0;
  /** How many timers wait that would keep a process alive. */
  #held = 0;
  #tail: Promise<unknown> = Promise.resolve();

  /** @throws {OptionError} `CELL_BAD_OPTION` when `start` is not a time. */
  constructor(options: VirtualClockOptions = {}) {
    const { start = defaultEpoch, origins = false } = options;
    const epoch = typeof start === 'number' ? start : new Date(start).getTime();
    if (!Number.isFinite(epoch)) throw new OptionError('start', 'a time', start);
    this.#epoch = epoch;
    this.#origins = origins;
  }

  /** Wall-clock time in milliseconds since the epoch. */
  now(): number {
    return this.#epoch + this.#elapsed;
  }

  /** Milliseconds of virtual time since the clock was made. */
  monotonic(): number {
    return this.#elapsed;
  }

  /**
   * Calls back once, `delayMs` milliseconds of virtual time from now; with 0, at this instant but not before the time is
   * moved or {@link VirtualClock.settle} is called.
   */
  setTimeout(callback: () => void, delayMs: number): Timer {
    return this.#add(callback, checkMs('delayMs', delayMs), undefined);
  }

  /** Calls back every `periodMs` milliseconds of virtual time, at least 1. */
  setInterval(callback: () => void, periodMs: number): Timer {
    const period = Math.max(1, checkMs('periodMs', periodMs));
    return this.#add(callback, period, period);
  }

  #add(callback: () => void, delayMs: number, periodMs: number | undefined): Timer {
    const entry: Entry = {
      id: ++this.#lastId,
      at: this.#elapsed + delayMs,
      cancelled: false,
      callback,
      // A real timer keeps the ambient context of the call that set it.
      context: Context.current(),
      periodMs,
      trail: this.#origins ? new Error('origin') : undefined,
      referenced: true,
      waiting: true,
    };
    this.#queue.add(entry);
    const release = (): void => {
      if (entry.waiting && entry.referenced && entry.at !== Infinity) this.#held--;
    };
    if (entry.at !== Infinity) this.#held++;
    const timer: Timer = {
      unref: () => {
        release();
        entry.referenced = false;
        return timer;
      },
      [Symbol.dispose]: () => {
        release();
        if (entry.waiting) this.#queue.cancel(entry);
        entry.waiting = false;
      },
    };
    return timer;
  }

  /** How many timers wait. */
  get pending(): number {
    return this.#queue.size;
  }

  /** How many timers have fired since the clock was made. */
  get fired(): number {
    return this.#fired;
  }

  /** The timers that wait, the one due first in front. */
  timers(): PendingTimer[] {
    return this.#queue.list().map((entry) => {
      const origin = originOf(entry.trail);
      return {
        id: entry.id,
        inMs: entry.at - this.#elapsed,
        ...(entry.periodMs !== undefined && { periodMs: entry.periodMs }),
        referenced: entry.referenced,
        ...(origin !== undefined && { origin }),
      };
    });
  }

  /**
   * Moves the time by `ms` milliseconds, firing what becomes due, in order. Resolves when promise jobs have settled;
   * rejects with what a timer's callback throws, at the time of that timer.
   */
  advance(ms: number): Promise<void> {
    return this.#advanceTo(this.#elapsed + checkMs('ms', ms));
  }

  /** Moves the time to a moment of the wall clock, in milliseconds since the epoch; a past moment moves nothing. */
  advanceTo(time: number): Promise<void> {
    return this.#advanceTo(time - this.#epoch);
  }

  /** Fires what is due now, and lets promise jobs settle, without moving the time. */
  settle(): Promise<void> {
    return this.#advanceTo(this.#elapsed);
  }

  #advanceTo(target: number): Promise<void> {
    if (!Number.isFinite(target)) throw new OptionError('time', 'a finite number of milliseconds', target);
    return this.#exclusive(async () => {
      await turn();
      while (this.#dueBy(target)) {
        this.#fire();
        await turn();
      }
      this.#elapsed = Math.max(this.#elapsed, target);
    });
  }

  /** Moves the time to the timer that is due first, and fires that one. Resolves with false when none waits. */
  next(): Promise<boolean> {
    return this.#exclusive(async () => {
      await turn();
      if (!this.#dueBy(Number.MAX_VALUE)) return false;
      this.#fire();
      await turn();
      return true;
    });
  }

  /**
   * Moves the time until no timer waits that would keep a process alive; `unref`ed ones fire along the way.
   *
   * @returns how many timers fired.
   * @throws {ClockRunawayError} `TESTING_CLOCK_RUNAWAY` when more than `maxTimers` fire, as with an interval.
   */
  runAll({ maxTimers = 100_000 }: RunLimit = {}): Promise<number> {
    return this.#exclusive(async () => {
      await turn();
      let count = 0;
      while (this.#dueBy(Number.MAX_VALUE) && this.#held > 0) {
        if (count++ === maxTimers) throw new ClockRunawayError(maxTimers, describeTimers(this.timers()));
        this.#fire();
        await turn();
      }
      return count;
    });
  }

  /** Sets the wall clock, as an operator or NTP would: `now()` jumps, timers and `monotonic()` don't notice. */
  setNow(time: number): void {
    if (!Number.isFinite(time)) throw new OptionError('time', 'milliseconds since the epoch', time);
    this.#epoch = time - this.#elapsed;
  }

  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work);
    this.#tail = result.catch(() => {});
    return result;
  }

  #dueBy(target: number): boolean {
    const first = this.#queue.peek();
    return first !== undefined && first.at <= target;
  }

  #fire(): void {
    const entry = this.#queue.take();
    if (entry === undefined) return;
    this.#elapsed = Math.max(this.#elapsed, entry.at);
    this.#fired++;
    if (entry.periodMs === undefined) {
      entry.waiting = false;
      if (entry.referenced) this.#held--;
    } else {
      entry.at += entry.periodMs;
      this.#queue.add(entry);
    }
    if (entry.context === undefined) entry.callback();
    else entry.context.run(() => entry.callback());
  }
}
