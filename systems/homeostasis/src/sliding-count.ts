import { duration, whole } from './check.ts';

/** Counts events over a sliding window, some of them marked: failures among calls, retries among requests. */
export class SlidingCount {
  readonly #bucketMs: number;
  readonly #totals: number[];
  readonly #marks: number[];
  #tick = -Infinity;
  #total = 0;
  #marked = 0;

  /** The window moves in steps of `windowMs / buckets`. */
  constructor(windowMs: number, buckets: number) {
    this.#bucketMs = duration('windowMs', windowMs) / whole('buckets', buckets, 1);
    this.#totals = Array.from({ length: buckets }, () => 0);
    this.#marks = Array.from({ length: buckets }, () => 0);
  }

  /** Events in the window, as of the last `add` or `advance`. */
  get total(): number {
    return this.#total;
  }

  /** Marked ones among them. */
  get marked(): number {
    return this.#marked;
  }

  /** Counts events at a time in milliseconds that never goes backwards. */
  add(at: number, total: number, marked: number): void {
    this.advance(at);
    const index = this.#tick % this.#totals.length;
    this.#totals[index] = (this.#totals[index] ?? 0) + total;
    this.#marks[index] = (this.#marks[index] ?? 0) + marked;
    this.#total += total;
    this.#marked += marked;
  }

  /** Forgets what has left the window. */
  advance(at: number): void {
    const tick = Math.floor(at / this.#bucketMs);
    if (tick === this.#tick) return;
    if (tick - this.#tick >= this.#totals.length) this.reset();
    else
      for (let step = this.#tick + 1; step <= tick; step += 1) {
        const index = step % this.#totals.length;
        this.#total -= this.#totals[index] ?? 0;
        this.#marked -= this.#marks[index] ?? 0;
        this.#totals[index] = this.#marks[index] = 0;
      }
    this.#tick = tick;
  }

  reset(): void {
    this.#totals.fill(0);
    this.#marks.fill(0);
    this.#total = this.#marked = 0;
  }
}
