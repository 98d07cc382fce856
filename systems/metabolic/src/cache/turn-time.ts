import type { Clock } from '@organism/cell';

/** Reads closer together than this belong to one burst. */
const burstMs = 0.05;
/** So many reads in a row before a burst is taken for one. */
const streak = 8;
/** So many reads share one reading, at most. */
const shared = 255;

/**
 * Monotonic time, read once for a burst of reads in one turn of the event loop.
 *
 * Reading the clock takes longer than the look-up it serves (57 ns against 40 ns, benchmark metabolic.cache), so in a
 * burst up to 256 reads share one reading; it is dropped as soon as the synchronous run ends. Reads that don't come in
 * bursts read the clock each time.
 */
export class TurnTime {
  readonly #clock: () => Clock;
  #time = -1;
  #streak = 0;
  #left = 0;
  #dropping = false;

  constructor(clock: () => Clock) {
    this.#clock = clock;
  }

  /** Milliseconds on the monotonic clock. */
  now(): number {
    if (this.#left > 0) {
      this.#left -= 1;
      return this.#time;
    }
    return this.#read();
  }

  #read(): number {
    const time = this.#clock().monotonic();
    if (time - this.#time >= burstMs) this.#streak = 0;
    else if ((this.#streak += 1) >= streak) this.#share();
    this.#time = time;
    return time;
  }

  #share(): void {
    this.#left = shared;
    if (this.#dropping) return;
    this.#dropping = true;
    queueMicrotask(this.#drop);
  }

  readonly #drop = (): void => {
    // Nobody shared the reading: this is no burst, so don't pay for another microtask soon.
    if (this.#left === shared) this.#streak = 0;
    this.#left = 0;
    this.#dropping = false;
  };
}
