import type { Learning } from './learning.ts';
import type { Settings } from './options.ts';
import type { Pathway } from './pathway.ts';

/** How many times a probation doubles. */
const mostDoublings = 2;

/** Share of the targets that may be out at a time; one always may. More, and the rest could not carry the load. */
const mostOut = 1 / 3;

/**
 * Which pathways to take out, and for how long: those that stay weak, and those that come back from probation and fail
 * their first message.
 */
export class Pruning {
  readonly #below: number;
  readonly #afterMs: number;
  readonly #probationMs: number;

  constructor({ pruneBelow, pruneAfterMs, probationMs }: Omit<Settings<unknown>, 'nameOf'>) {
    this.#below = pruneBelow;
    this.#afterMs = pruneAfterMs;
    this.#probationMs = probationMs;
  }

  get isOn(): boolean {
    return this.#below > 0;
  }

  /** Live pathways that have been too weak for too long. The strongest never is. */
  overdue<T>(ways: readonly Pathway<T>[], learning: Learning, now: number): Pathway<T>[] {
    const strengths = ways.map((way) => learning.strengthOf(way, now));
    const bound = this.#below * Math.max(...strengths);
    return ways.filter((way, index) => {
      if ((strengths[index] ?? 0) >= bound) {
        way.weakSince = Infinity;
        way.outs = 0;
        return false;
      }
      if (way.weakSince === Infinity) way.weakSince = now;
      return now - way.weakSince >= this.#afterMs;
    });
  }

  /**
   * Whether a pathway that is out may come back. When targets are short, because another is weak, the first probation
   * is enough: one that has healed must not wait while the rest are overloaded.
   */
  mayReturn(way: Pathway<unknown>, short: boolean, now: number): boolean {
    return now >= way.outUntil || (short && now - way.outSince >= this.#probationMs);
  }

  /** Whether a failure ends a pathway's trial: it was out, and has not been strong since. */
  failsTrial(way: Pathway<unknown>): boolean {
    return way.outs > 0 && way.outUntil === 0;
  }

  /** Whether one more may go, when so many of all are live. */
  mayTakeOut(live: number, all: number): boolean {
    return live > 1 && all - live < Math.max(1, Math.floor(all * mostOut));
  }

  /** Starts a probation, each time longer. */
  takeOut(way: Pathway<unknown>, now: number): void {
    way.outSince = now;
    way.outUntil = now + this.#probationMs * 2 ** Math.min(way.outs, mostDoublings);
    way.outs += 1;
    way.weakSince = Infinity;
  }
}
