import type { Clock, Timer } from '@organism/cell';

/** One timer for many things that fall due: rings at the soonest. Does not keep the process alive. */
export class Alarm {
  readonly #clock: () => Clock;
  readonly #ring: (now: number) => number | undefined;
  #timer: Timer | undefined;
  #due = Infinity;

  /** @param ring Does what is due; returns when to ring next. Times are milliseconds on the monotonic clock. */
  constructor(clock: () => Clock, ring: (now: number) => number | undefined) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Makes it ring at a time at the latest. */
  set(due: number | undefined): void {
    if (due === undefined || due >= this.#due) return;
    const clock = this.#clock();
    this.off();
    this.#due = due;
    const ring = (): void => {
      this.off();
      this.set(this.#ring(clock.monotonic()));
    };
    this.#timer = clock.setTimeout(ring, Math.max(0, due - clock.monotonic())).unref();
  }

  off(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#due = Infinity;
  }
}
