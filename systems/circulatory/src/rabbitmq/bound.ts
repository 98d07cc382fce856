import type { Clock } from '@organism/cell';

/** A depth that was measured longer ago counts no more: other processes publish too. */
const freshMs = 1000;

interface Estimate {
  depth: number;
  measuredAt: number;
  /** Messages that this process has published since. */
  added: number;
  /** Of all, those whose publish is under way. */
  pending: number;
  measuring: Promise<void> | undefined;
}

/**
 * Bound of topics: the server has none over several queues, so the depth is measured when it may have been reached, and once
 * a second. What other processes publish in that second may go beyond it.
 */
export class Bound {
  readonly #clock: Clock;
  readonly #measure: (topic: string) => Promise<number>;
  readonly #topics = new Map<string, Estimate>();

  constructor(clock: Clock, measure: (topic: string) => Promise<number>) {
    this.#clock = clock;
    this.#measure = measure;
  }

  #of(topic: string): Estimate {
    const found = this.#topics.get(topic);
    if (found !== undefined) return found;
    const made: Estimate = { depth: 0, measuredAt: -Infinity, added: 0, pending: 0, measuring: undefined };
    this.#topics.set(topic, made);
    return made;
  }

  /** Whether so many more fit by what is known, without a look; undefined when a look is needed. */
  #fits(estimate: Estimate, count: number, maxDepth: number): boolean {
    return (
      this.#clock.monotonic() - estimate.measuredAt < freshMs && estimate.depth + estimate.added + count <= maxDepth
    );
  }

  /** Takes room for so many; false when there is none. `release` follows when they are published. */
  take(topic: string, count: number, maxDepth: number): boolean | Promise<boolean> {
    const estimate = this.#of(topic);
    if (!this.#fits(estimate, count, maxDepth)) return this.#look(topic, estimate, count, maxDepth);
    estimate.added += count;
    estimate.pending += count;
    return true;
  }

  async #look(topic: string, estimate: Estimate, count: number, maxDepth: number): Promise<boolean> {
    estimate.measuring ??= this.#remeasure(topic, estimate).finally(() => (estimate.measuring = undefined));
    await estimate.measuring;
    if (!this.#fits(estimate, count, maxDepth)) return false;
    estimate.added += count;
    estimate.pending += count;
    return true;
  }

  async #remeasure(topic: string, estimate: Estimate): Promise<void> {
    const before = estimate.added - estimate.pending;
    const depth = await this.#measure(topic);
    // What was done before is in the measure; what was under way may be.
    estimate.added -= before;
    estimate.depth = depth;
    estimate.measuredAt = this.#clock.monotonic();
  }

  /** Says that a publish is over. */
  release(topic: string, count: number): void {
    this.#of(topic).pending -= count;
  }
}
