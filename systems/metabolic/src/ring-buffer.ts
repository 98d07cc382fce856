import { OptionError } from '@organism/cell';
import { checkCount } from './check.ts';

/** Options of a {@link RingBuffer}. */
export interface RingBufferOptions {
  /** Places at the start; rounded up to a power of two. Default 16. */
  readonly capacity?: number;
  /** Most values; further ones are handled as `overflow` says. Default: no bound. */
  readonly limit?: number;
  /** What `push` does at the limit: refuse the new value, or drop the oldest. Default `refuse`. */
  readonly overflow?: 'refuse' | 'drop-oldest';
}

const powerOfTwo = (least: number): number => 2 ** Math.ceil(Math.log2(least));

/**
 * Ring buffer: a queue with both ends open, in one array that doubles when it is full. All operations take constant
 * time, amortised; values that were taken are let go.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { RingBuffer } from '@organism/metabolic';
 *
 * const last = new RingBuffer<number>({ limit: 3, overflow: 'drop-oldest' });
 * for (const magnitude of [4.1, 5.2, 4.8, 6.3]) last.push(magnitude);
 * assert.deepEqual([...last], [5.2, 4.8, 6.3]);
 * assert.equal(last.shift(), 5.2);
 * assert.equal(last.at(-1), 6.3);
 * ```
 */
export class RingBuffer<T> implements Iterable<T> {
  #places: (T | undefined)[];
  #mask: number;
  #head = 0;
  #size = 0;
  readonly #limit: number;
  readonly #dropsOldest: boolean;

  /** @throws {OptionError} `CELL_BAD_OPTION` that names the option. */
  constructor(options: RingBufferOptions = {}) {
    const { capacity = 16, limit, overflow = 'refuse' } = options;
    if (overflow !== 'refuse' && overflow !== 'drop-oldest')
      throw new OptionError('overflow', '"refuse" or "drop-oldest"', overflow);
    this.#limit = limit === undefined ? Infinity : checkCount('limit', limit);
    this.#places = Array.from({ length: powerOfTwo(Math.min(checkCount('capacity', capacity), this.#limit)) });
    this.#mask = this.#places.length - 1;
    this.#dropsOldest = overflow === 'drop-oldest';
  }

  /** How many values it holds. */
  get size(): number {
    return this.#size;
  }

  /** How many it could hold without growing. */
  get capacity(): number {
    return this.#places.length;
  }

  /** Adds at the end; false when it is full and refuses. */
  push(value: T): boolean {
    if (this.#size >= this.#limit) {
      if (!this.#dropsOldest) return false;
      this.shift();
    }
    if (this.#size === this.#places.length) this.#grow();
    this.#places[(this.#head + this.#size) & this.#mask] = value;
    this.#size += 1;
    return true;
  }

  /** Adds at the front; false at the limit, whatever `overflow` says. */
  unshift(value: T): boolean {
    if (this.#size >= this.#limit) return false;
    if (this.#size === this.#places.length) this.#grow();
    this.#head = (this.#head - 1) & this.#mask;
    this.#places[this.#head] = value;
    this.#size += 1;
    return true;
  }

  /** Takes the first value; undefined when it is empty. */
  shift(): T | undefined {
    if (this.#size === 0) return undefined;
    const value = this.#places[this.#head];
    this.#places[this.#head] = undefined;
    this.#head = (this.#head + 1) & this.#mask;
    this.#size -= 1;
    return value;
  }

  /** Takes the last value; undefined when it is empty. */
  pop(): T | undefined {
    if (this.#size === 0) return undefined;
    this.#size -= 1;
    const place = (this.#head + this.#size) & this.#mask;
    const value = this.#places[place];
    this.#places[place] = undefined;
    return value;
  }

  /** The value at an index, from the end when it is negative; undefined when there is none. */
  at(index: number): T | undefined {
    const from = index < 0 ? index + this.#size : index;
    return from >= 0 && from < this.#size ? this.#places[(this.#head + from) & this.#mask] : undefined;
  }

  /** Drops everything; the capacity stays. */
  clear(): void {
    this.#places.fill(undefined);
    this.#head = this.#size = 0;
  }

  #grow(): void {
    const { length } = this.#places;
    const places: (T | undefined)[] = Array.from({ length: 2 * length });
    for (let index = 0; index < this.#size; index += 1) places[index] = this.#places[(this.#head + index) & this.#mask];
    this.#places = places;
    this.#mask = places.length - 1;
    this.#head = 0;
  }

  /** The values from first to last; not to be changed meanwhile. */
  *[Symbol.iterator](): Generator<T> {
    for (let index = 0; index < this.#size; index += 1) yield this.#places[(this.#head + index) & this.#mask] as T;
  }
}
