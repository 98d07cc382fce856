/** How many of the last calls are remembered. */
const remembered = 128;
/** How many new ones it takes for the percentile to be computed anew: sorting on every call would cost more than it tells. */
const stale = 16;

/** The durations of the last 128 calls, and a percentile of them. */
export class Latencies {
  readonly #share: number;
  readonly #last: number[] = [];
  #added = 0;
  #percentile: number | undefined = undefined;

  /** @param share which percentile, as a share: 0.95 for p95. */
  constructor(share: number) {
    this.#share = share;
  }

  add(durationMs: number): void {
    this.#last[this.#added % remembered] = durationMs;
    this.#added += 1;
    if (this.#added % stale !== 0) return;
    const sorted = this.#last.toSorted((a, b) => a - b);
    this.#percentile = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * this.#share))];
  }

  /** The percentile in milliseconds; undefined until there are 16 durations. */
  get percentile(): number | undefined {
    return this.#percentile;
  }
}
