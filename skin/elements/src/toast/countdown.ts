/** Least time left after a pause, in milliseconds: whoever was just reading gets to the end of the sentence. */
const leastLeftMs = 1000;
/** A timer of more than this goes off at once. */
const longestMs = 2 ** 31;

/**
 * Timer that can stand still for several reasons at once, and goes on with what was left when the last one ends.
 * A duration of 0, or one that no timer of the platform can take (24 days), never ends.
 */
export class Countdown {
  readonly #done: () => void;
  readonly #holds = new Set<string>();
  #leftMs: number;
  #startedAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(durationMs: number, done: () => void) {
    this.#leftMs = durationMs > 0 && durationMs < longestMs ? durationMs : Number.POSITIVE_INFINITY;
    this.#done = done;
  }

  /** Starts, or goes on, unless something holds it. */
  run(): void {
    if (this.#holds.size > 0 || this.#timer !== undefined || !Number.isFinite(this.#leftMs)) return;
    this.#startedAt = performance.now();
    this.#timer = setTimeout(this.#done, this.#leftMs);
  }

  /** Stands still, for a reason. */
  hold(reason: string): void {
    this.#holds.add(reason);
    if (this.#timer === undefined) return;
    this.stop();
    this.#leftMs = Math.max(leastLeftMs, this.#leftMs - (performance.now() - this.#startedAt));
  }

  /** Ends a reason to stand still. */
  release(reason: string): void {
    if (this.#holds.delete(reason)) this.run();
  }

  /** Stops for good, or until it is run again. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
