import type { Clock, Timer } from '@organism/cell';

/** One timer for many wishes: rings at the earliest moment that was asked for. */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #timer: Timer | undefined;
  #at = Infinity;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Rings in so many milliseconds, unless it rings before. */
  in(ms: number): void {
    const at = this.#clock.monotonic() + ms;
    if (this.#timer !== undefined && this.#at <= at) return;
    this.#timer?.[Symbol.dispose]();
    this.#at = at;
    this.#timer = this.#clock.setTimeout(() => {
      this.#timer = undefined;
      this.#ring();
    }, ms);
  }

  /** Does not ring. */
  off(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }
}
