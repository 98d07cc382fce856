import { type Clock, OptionError, type Timer } from '@organism/cell';
import type { CronTimes } from './cron.ts';

/** What is done about times that passed unnoticed: nothing, one run for all of them, or one for each. */
export type MissedPolicy = 'skip' | 'once' | 'all';

/** Longest wait in one go, in milliseconds: the wall clock may be set, or the machine sleep. */
const longestWaitMs = 3_600_000;

/** Most runs to catch up on in one go; of more, the earliest are left out. */
const mostMissed = 1000;

/** Options of a {@link Ticker}. */
interface TickerOptions {
  readonly times: CronTimes;
  readonly clock: Clock;
  readonly missed: MissedPolicy;
  /** Milliseconds by which a time may be late and not count as missed. */
  readonly graceMs: number;
  readonly tick: (time: number) => void;
}

/** @throws {OptionError} for what is no policy. */
export const checkMissed = (missed: MissedPolicy): MissedPolicy => {
  if (!['skip', 'once', 'all'].includes(missed)) throw new OptionError('missed', '"skip", "once" or "all"', missed);
  return missed;
};

/** Calls at the times of a cron expression, on a clock. */
export class Ticker implements Disposable {
  readonly #options: TickerOptions;
  #last: number;
  #timer: Timer | undefined;

  /** @param from Times after this one are due, in milliseconds since the epoch. */
  constructor(options: TickerOptions, from: number) {
    this.#options = options;
    this.#last = from;
    this.#check();
  }

  #check(): void {
    const { times, clock, tick } = this.#options;
    const now = clock.now();
    // A clock that was set back must not let times happen again.
    const due = this.#due(now);
    const next = times.after(Math.max(this.#last, now));
    this.#timer =
      next === undefined
        ? undefined
        : clock.setTimeout(() => this.#check(), Math.min(longestWaitMs, Math.max(0, next - now))).unref();
    for (const time of due) tick(time);
  }

  /** The times to run for now, the earliest first. */
  #due(now: number): readonly number[] {
    const { times, missed, graceMs } = this.#options;
    let due: number[] = [];
    for (let time = times.after(this.#last); time !== undefined && time <= now; time = times.after(time)) {
      this.#last = time;
      due.push(time);
      if (due.length === mostMissed * 2) due = due.slice(mostMissed);
    }
    if (missed === 'all') return due.slice(-mostMissed);
    const onTime = due.filter((time) => now - time <= graceMs);
    return missed === 'once' && onTime.length === 0 ? due.slice(-1) : onTime;
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
  }
}
