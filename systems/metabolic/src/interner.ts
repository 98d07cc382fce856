import { checkCount } from './check.ts';

/** Options of a {@link StringInterner}. */
export interface StringInternerOptions {
  /** Most texts kept. Default 10 000. */
  readonly max?: number;
  /** Longer texts are not kept: they seldom repeat. Default 128 characters. */
  readonly maxLength?: number;
}

/**
 * String interning: gives one text for all that are equal, so that repeated ones from parsers (keys, ids, names of
 * places) take memory once. Keeps at most `max` of them; those not used for long go first.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { StringInterner } from '@organism/metabolic';
 *
 * const places = new StringInterner();
 * const quakes = ['{"place":"Hualien"}', '{"place":"Hualien"}'].map(
 *   (line) => JSON.parse(line, (_key, value) => (typeof value === 'string' ? places.intern(value) : value)) as { place: string },
 * );
 * assert.deepEqual(quakes.map(({ place }) => place), ['Hualien', 'Hualien']);
 * assert.deepEqual([places.size, places.hits], [1, 1]);
 * ```
 */
export class StringInterner {
  readonly #half: number;
  readonly #maxLength: number;
  // Two generations: when the young one is full it becomes the old one, and what nobody has used since goes with the
  // one before. Cheaper than moving an entry of a list with every use.
  #young = new Map<string, string>();
  #old = new Map<string, string>();
  #hits = 0;

  /** @throws {OptionError} `CELL_BAD_OPTION` that names the option. */
  constructor(options: StringInternerOptions = {}) {
    this.#half = Math.ceil(checkCount('max', options.max ?? 10_000, 2) / 2);
    this.#maxLength = checkCount('maxLength', options.maxLength ?? 128);
  }

  /** How many texts it keeps. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** How many times it had the text already. */
  get hits(): number {
    return this.#hits;
  }

  /** The text that it keeps for all equal ones. */
  intern(text: string): string {
    const young = this.#young.get(text);
    if (young !== undefined) {
      this.#hits += 1;
      return young;
    }
    if (text.length > this.#maxLength) return text;
    const old = this.#old.get(text);
    if (old !== undefined) {
      this.#hits += 1;
      this.#old.delete(text);
    }
    if (this.#young.size >= this.#half) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    const kept = old ?? text;
    this.#young.set(kept, kept);
    return kept;
  }

  /** Forgets everything. */
  clear(): void {
    this.#young = new Map();
    this.#old = new Map();
  }
}
