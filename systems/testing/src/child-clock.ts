import { type Clock, OptionError, type Timer } from '@organism/cell';

/** What a child clock asks of the clock that moves the time. */
export interface ParentClock {
  now(): number;
  monotonic(): number;
  setTimeout(callback: () => void, delayMs: number, owner: object): Timer;
  setInterval(callback: () => void, periodMs: number, owner: object): Timer;
  /** Cancels every timer of the owner, and tells how many there were. */
  drop(owner: object): number;
}

const inert: Timer = { unref: () => inert, [Symbol.dispose]: () => {} };

/**
 * Clock of one process on a shared virtual clock: the same time, timers of its own that can all be dropped at once, and
 * a wall clock that may be wrong. Made by {@link VirtualClock.child}.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { VirtualClock } from '@organism/testing';
 *
 * const clock = new VirtualClock();
 * const seen: string[] = [];
 * const [one, two] = [clock.child(), clock.child({ skewMs: -250 })];
 * one.setTimeout(() => seen.push('one'), 10);
 * two.setTimeout(() => seen.push('two'), 10);
 * assert.equal(one.drop(), 1);
 * await clock.advance(10);
 * assert.deepEqual(seen, ['two']);
 * assert.equal(two.now(), clock.now() - 250);
 * ```
 */
export class ChildClock implements Clock {
  readonly #parent: ParentClock;
  #skewMs: number;
  #dropped = false;

  constructor(parent: ParentClock, skewMs: number) {
    if (!Number.isFinite(skewMs)) throw new OptionError('skewMs', 'a finite number of milliseconds', skewMs);
    this.#parent = parent;
    this.#skewMs = skewMs;
  }

  /** Wall-clock time in milliseconds since the epoch, as this process believes it to be. */
  now(): number {
    return this.#parent.now() + this.#skewMs;
  }

  /** Milliseconds of virtual time since the shared clock was made. */
  monotonic(): number {
    return this.#parent.monotonic();
  }

  /** Calls back once, unless the timers are dropped before. */
  setTimeout(callback: () => void, delayMs: number): Timer {
    return this.#dropped ? inert : this.#parent.setTimeout(callback, delayMs, this);
  }

  /** Calls back every `periodMs` milliseconds, at least 1, until the timers are dropped. */
  setInterval(callback: () => void, periodMs: number): Timer {
    return this.#dropped ? inert : this.#parent.setInterval(callback, periodMs, this);
  }

  /** Sets this process's wall clock: its `now()` jumps, timers and other clocks don't notice. */
  setNow(time: number): void {
    if (!Number.isFinite(time)) throw new OptionError('time', 'milliseconds since the epoch', time);
    this.#skewMs = time - this.#parent.now();
  }

  /** Drops every timer set on this clock, for good: those set later never fire either. Tells how many waited. */
  drop(): number {
    this.#dropped = true;
    return this.#parent.drop(this);
  }
}
