import type { Context, Timer } from '@organism/cell';
import { originOf, type PendingTimer } from './pending-timer.ts';
import type { Queued, TimerQueue } from './timer-queue.ts';

/** What a virtual clock keeps in its queue, and counts for all its timers together. */
export interface Waiting {
  readonly queue: TimerQueue<VirtualTimer>;
  /** How many timers wait that would keep a process alive. */
  held: number;
  /** Where a timer stands among those due at the same instant. */
  readonly rank: () => number;
}

/** What one timer is to do, and when. */
export interface TimerPlan {
  readonly id: number;
  readonly at: number;
  readonly periodMs: number | undefined;
  readonly callback: () => void;
  /** Whose timer it is, when it can be dropped together with others. */
  readonly owner: object | undefined;
  /** The ambient context of the call that set it; a real timer keeps it too. */
  readonly context: Context | undefined;
  readonly trail: Error | undefined;
}

/** A timer of a virtual clock. */
export class VirtualTimer implements Timer, Queued {
  readonly id: number;
  at: number;
  rank: number;
  cancelled = false;
  readonly #plan: TimerPlan;
  readonly #waiting: Waiting;
  #waits = true;
  #referenced = true;

  constructor(plan: TimerPlan, waiting: Waiting) {
    this.id = plan.id;
    this.at = plan.at;
    this.rank = waiting.rank();
    this.#plan = plan;
    this.#waiting = waiting;
    waiting.queue.add(this);
    if (this.at !== Infinity) waiting.held++;
  }

  /** Does its work; the clock has just taken it out of the queue. */
  fire(): void {
    const { callback, context, periodMs } = this.#plan;
    if (periodMs === undefined) {
      this.#letGo();
      this.#waits = false;
    } else {
      this.at += periodMs;
      this.rank = this.#waiting.rank();
      this.#waiting.queue.add(this);
    }
    if (context === undefined) callback();
    else context.run(() => callback());
  }

  get owner(): object | undefined {
    return this.#plan.owner;
  }

  unref(): this {
    this.#letGo();
    this.#referenced = false;
    return this;
  }

  [Symbol.dispose](): void {
    if (!this.#waits) return;
    this.#letGo();
    this.#waits = false;
    this.#waiting.queue.cancel(this);
  }

  #letGo(): void {
    if (this.#waits && this.#referenced && this.at !== Infinity) this.#waiting.held--;
  }

  /** The timer as a test may see it. */
  describe(now: number): PendingTimer {
    const { id, periodMs, trail } = this.#plan;
    const origin = originOf(trail);
    return {
      id,
      inMs: this.at - now,
      ...(periodMs !== undefined && { periodMs }),
      referenced: this.#referenced,
      ...(origin !== undefined && { origin }),
    };
  }
}
