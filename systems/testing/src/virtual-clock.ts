import { type Clock, Context, type Entropy, OptionError, systemClock, type Timer } from '@organism/cell';
import { ChildClock } from './child-clock.ts';
import { ClockRunawayError, DeadlockError } from './errors.ts';
import type { PendingTimer } from './pending-timer.ts';
import { TimerQueue } from './timer-queue.ts';
import { turn } from './turn.ts';
import { VirtualTimer, type Waiting } from './virtual-timer.ts';

/** Options of a {@link VirtualClock}. */
export interface VirtualClockOptions {
  /** Wall-clock time at the start: milliseconds since the epoch, a Date, or an ISO text. Default 2026-01-01T00:00:00Z. */
  readonly start?: number | Date | string;
  /** Keep where each timer was set, for {@link PendingTimer.origin}; a few microseconds per timer. Default false. */
  readonly origins?: boolean;
  /**
   * Draws the order of timers that are due at the same instant: each takes a random rank when it is set, and the lowest
   * goes first. Default: they fire in the order in which they were set.
   */
  readonly shuffle?: Pick<Entropy, 'random'>;
}

/** Limit on how many timers one call may fire. */
export interface RunLimit {
  /** Default 100 000. */
  readonly maxTimers?: number;
}

/** Limit on how far one call may move the time. */
export interface DurationLimit {
  /** Milliseconds of virtual time. Default 86 400 000: a day. */
  readonly maxMs?: number;
}

/** The clock's epoch unless told otherwise: 2026-01-01T00:00:00Z, in milliseconds. */
export const defaultEpoch: number = Date.UTC(2026, 0, 1);

const defaultMaxTimers = 100_000;

/** How long to look out for work outside the clock, such as Web Crypto, before calling it a deadlock. */
const grace = { turns: 200, realMs: 50, mostTurns: 200_000 };

const inOrder = (): number => 0;

const checkMs = (field: string, value: number): number => {
  if (typeof value !== 'number' || !(value >= 0)) throw new OptionError(field, 'a number of milliseconds >= 0', value);
  return value;
};

/**
 * Virtual clock: time stands still until a test moves it. Timers that become due fire in order, and after each one
 * every promise job that can run does, so code that awaits sees the same order of events as under a real clock.
 *
 * Never waits in real time. Calls that move the time run one after another, even when they are not awaited.
 * Work that waits for something outside (a file, a socket, another thread) is not waited for, unless the clock is told
 * to {@link VirtualClock.hold}.
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
  readonly #waiting: Waiting;
  readonly #origins: boolean;
  #epoch: number;
  #elapsed = 0;
  #lastId = 0;
  #fired = 0;
  #tail: Promise<unknown> = Promise.resolve();

  /** @throws {OptionError} `CELL_BAD_OPTION` when `start` is not a time. */
  constructor(options: VirtualClockOptions = {}) {
    const { start = defaultEpoch, origins = false, shuffle } = options;
    const epoch = typeof start === 'number' ? start : new Date(start).getTime();
    if (!Number.isFinite(epoch)) throw new OptionError('start', 'a time', start);
    this.#epoch = epoch;
    this.#origins = origins;
    this.#waiting = {
      queue: new TimerQueue(),
      held: 0,
      rank: shuffle === undefined ? inOrder : () => shuffle.random(),
    };
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
    return this.#add(callback, checkMs('delayMs', delayMs), undefined, undefined);
  }

  /** Calls back every `periodMs` milliseconds of virtual time, at least 1. */
  setInterval(callback: () => void, periodMs: number): Timer {
    return this.#every(callback, periodMs, undefined);
  }

  #every(callback: () => void, periodMs: number, owner: object | undefined): Timer {
    const period = Math.max(1, checkMs('periodMs', periodMs));
    return this.#add(callback, period, period, owner);
  }

  /**
   * A clock for one process on this one: the same time, but timers of its own that can all be dropped, as when the
   * process is killed, and a wall clock that differs by `skewMs` milliseconds. Default 0.
   */
  child({ skewMs = 0 }: { readonly skewMs?: number } = {}): ChildClock {
    return new ChildClock(
      {
        now: () => this.now(),
        monotonic: () => this.#elapsed,
        setTimeout: (callback, delayMs, owner) => this.#add(callback, checkMs('delayMs', delayMs), undefined, owner),
        setInterval: (callback, periodMs, owner) => this.#every(callback, periodMs, owner),
        drop: (owner) => {
          const owned = this.#waiting.queue.list().filter((timer) => timer.owner === owner);
          for (const timer of owned) timer[Symbol.dispose]();
          return owned.length;
        },
      },
      skewMs,
    );
  }

  #add(callback: () => void, delayMs: number, periodMs: number | undefined, owner: object | undefined): Timer {
    const plan = {
      id: ++this.#lastId,
      at: this.#elapsed + delayMs,
      periodMs,
      callback,
      owner,
      context: Context.current(),
      trail: this.#origins ? new Error('origin') : undefined,
    };
    return new VirtualTimer(plan, this.#waiting);
  }

  /** How many timers wait. */
  get pending(): number {
    return this.#waiting.queue.size;
  }

  /** How many timers have fired since the clock was made. */
  get fired(): number {
    return this.#fired;
  }

  /** The timers that wait, the one due first in front. */
  timers(): PendingTimer[] {
    return this.#waiting.queue.list().map((timer) => timer.describe(this.#elapsed));
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
      let stuck = 0;
      for (await turn(); this.#dueBy(target); await turn()) {
        const before = this.#elapsed;
        this.#fire();
        stuck = this.#elapsed === before ? stuck + 1 : 0;
        if (stuck > defaultMaxTimers)
          throw new ClockRunawayError(`${defaultMaxTimers} timers fired at one instant`, this.timers());
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
  runAll({ maxTimers = defaultMaxTimers }: RunLimit = {}): Promise<number> {
    return this.#exclusive(async () => {
      let count = 0;
      for (await turn(); this.#dueBy(Number.MAX_VALUE) && this.#waiting.held > 0; await turn()) {
        if (count++ === maxTimers) throw new ClockRunawayError(`the limit of ${maxTimers} timers`, this.timers());
        this.#fire();
      }
      return count;
    });
  }

  /**
   * Moves the time as far as it takes for `work` to settle, timer by timer, and gives its outcome. The work may move
   * the clock itself in between.
   *
   * @throws {DeadlockError} `TESTING_DEADLOCK` when it has not settled and no timer is left that could change that.
   * @throws {ClockRunawayError} `TESTING_CLOCK_RUNAWAY` when it has not settled within the limits.
   */
  async runUntil<T>(work: PromiseLike<T>, limit: RunLimit & DurationLimit = {}): Promise<T> {
    const { maxTimers = defaultMaxTimers, maxMs = 24 * 60 * 60 * 1000 } = limit;
    const end = { timers: this.#fired + maxTimers, at: this.#elapsed + maxMs };
    const state = { settled: false };
    const settle = (): void => void (state.settled = true);
    work.then(settle, settle);
    const step = async (): Promise<boolean> => {
      await turn();
      if (state.settled || !this.#dueBy(Number.MAX_VALUE)) return false;
      if (this.#fired >= end.timers) throw new ClockRunawayError(`the limit of ${maxTimers} timers`, this.timers());
      if (!this.#dueBy(end.at)) throw new ClockRunawayError(`the limit of ${maxMs} ms`, this.timers());
      this.#fire();
      return true;
    };
    let idle = { turns: 0, since: 0 };
    while (!state.settled) {
      if (await this.#exclusive(step)) idle = { turns: 0, since: 0 };
      else if (++idle.turns === grace.turns) idle.since = systemClock.monotonic();
      const late = idle.turns > grace.turns && systemClock.monotonic() - idle.since > grace.realMs;
      if (late || idle.turns > grace.mostTurns) throw new DeadlockError(this.#elapsed);
    }
    return await work;
  }

  /**
   * Keeps the time still until `work` settles: for what happens outside the clock, such as reading a file, so that it
   * takes no virtual time and always comes in the same place. The work itself must not wait for this clock.
   */
  hold<T>(work: PromiseLike<T>): Promise<T> {
    return this.#exclusive(async () => await work);
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
    const first = this.#waiting.queue.peek();
    return first !== undefined && first.at <= target;
  }

  #fire(): void {
    const timer = this.#waiting.queue.take();
    if (timer === undefined) return;
    this.#elapsed = timer.at;
    this.#fired++;
    timer.fire();
  }
}
