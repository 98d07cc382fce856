import type { Lane } from './lane.ts';

/** Messages of a keyed lane fetched ahead: one that is handled or put off holds back those behind it, up to so many. */
const keyedPrefetch = 100;

/** The lanes of a group. One whose queue does not answer, as it has no leader for a while, leaves the others be. */
export class Lanes implements Iterable<Lane> {
  readonly #lanes: readonly Lane[];
  readonly #onTrouble: () => void;
  /** What the last attempt to open one again came to, until {@link Lanes.open} tells it. */
  #trouble: unknown;

  constructor(lanes: readonly Lane[], onTrouble: () => void) {
    this.#lanes = lanes;
    this.#onTrouble = onTrouble;
  }

  [Symbol.iterator](): Iterator<Lane> {
    return this.#lanes[Symbol.iterator]();
  }

  /** Their queues. */
  get queues(): readonly string[] {
    return this.#lanes.map(({ queue }) => queue);
  }

  /** Whether all consume that can. */
  get areConsuming(): boolean {
    return this.#lanes.every(({ isConsuming, isBad }) => isConsuming || isBad);
  }

  /**
   * Opens all. Those that did not open before are tried again when it is time to, and not waited for.
   *
   * @throws {HeartDriverError} for what went wrong, once: doing it again goes on without those that did not open.
   */
  async open(prefetch: number): Promise<void> {
    const well = this.#lanes.filter(({ isBad }) => !isBad);
    this.retry(prefetch);
    const opening = await Promise.allSettled(well.map((lane) => this.#open(lane, prefetch)));
    const failed = opening.find((one) => one.status === 'rejected');
    const trouble: unknown = failed?.reason ?? this.#trouble;
    this.#trouble = undefined;
    if (trouble !== undefined) throw trouble;
  }

  #open(lane: Lane, prefetch: number): Promise<void> {
    return lane.open(lane.isKeyed ? keyedPrefetch : prefetch);
  }

  /** Tries again those that did not open, each after its backoff. */
  retry(prefetch: number): void {
    for (const lane of this.#lanes) if (lane.isBad && lane.isDue) void this.#retry(lane, prefetch);
  }

  async #retry(lane: Lane, prefetch: number): Promise<void> {
    try {
      await this.#open(lane, prefetch);
    } catch (error) {
      this.#trouble = error;
      this.#onTrouble();
    }
  }

  /** How many messages each queue has that wait, see {@link Lane.waiting}. */
  waiting(): Promise<readonly (number | undefined)[]> {
    return Promise.all(this.#lanes.map((lane) => lane.waiting()));
  }

  /** Closes all. */
  async close(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.close()));
  }
}

/** Lanes that are lost before the server has the acknowledgements of these messages. */
export const unsynced = async (
  done: readonly { readonly lane: Lane; readonly tag: number }[],
): Promise<ReadonlySet<Lane>> => {
  const last = new Map<Lane, number>();
  for (const { lane, tag } of done) if (tag > (last.get(lane) ?? 0)) last.set(lane, tag);
  const lost = new Set<Lane>();
  await Promise.all(
    [...last].map(async ([lane, tag]) => {
      try {
        await lane.synced(tag);
      } catch {
        lost.add(lane);
      }
    }),
  );
  return lost;
};
