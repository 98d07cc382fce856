import type { Work } from '../benchmark.ts';

/** A graph of nodes, as one library builds it. */
export interface Graph {
  /** Sends that many values, waits until they have arrived, and gives the sum so far. */
  readonly work: Work;
  /** Sends one value; a promise where it arrives later than the call returns. */
  readonly send: (value: number) => unknown;
}

/** Builds a graph, started and with a sum of 0. */
export type MakeGraph = () => Graph | Promise<Graph>;

/** What all graphs add to: an object's field, so that no contender pays for a number that is allocated anew. */
export interface Sum {
  value: number;
}

/** Adds, and stays within 32 bits: a sum that outgrows them turns into a float in the middle of a measurement. */
export const add = (sum: Sum, value: number): void => {
  sum.value = (sum.value + value) | 0;
};

/** The value sent at an index. */
export const valueAt = (index: number): number => index & 1023;

/** Fan-out has so many sinks, and fan-in so many sources; each multiplies by its place, 1 to 10. */
export const places: readonly number[] = Array.from({ length: 10 }, (_, index) => index + 1);

/** How many of the first values pass the chain, whose second node lets through what divides by three. */
export const passing = (times: number): number =>
  // 342 of the 1024 values that repeat.
  Math.floor(times / 1024) * 342 + Math.ceil((times % 1024) / 3);

/** For graphs that carry values later: waits until so many have arrived. */
export class Arrivals {
  #left = 0;
  #all = Promise.withResolvers<void>();

  expect(count: number): Promise<void> {
    this.#left = count;
    this.#all = Promise.withResolvers();
    if (count === 0) this.#all.resolve();
    return this.#all.promise;
  }

  count(): void {
    this.#left -= 1;
    if (this.#left === 0) this.#all.resolve();
  }
}
