import { type Entropy, OptionError } from '@organism/cell';

/**
 * Random choices from an entropy source: with a seeded one, the same choices every time.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Chance, SeededEntropy } from '@organism/testing';
 *
 * const chance = new Chance(new SeededEntropy('dice'));
 * const roll = chance.integer(1, 6);
 * assert.ok(roll >= 1 && roll <= 6);
 * assert.deepEqual(chance.shuffle(['a', 'b', 'c']).toSorted(), ['a', 'b', 'c']);
 * ```
 */
export class Chance {
  readonly #entropy: Entropy;

  constructor(entropy: Entropy) {
    this.#entropy = entropy;
  }

  /**
   * A number from `min` up to, not including, `max`; `min` where they are equal.
   *
   * @throws {OptionError} `CELL_BAD_OPTION` when a bound, or the span between them, is not finite, or max < min.
   */
  number(min: number, max: number): number {
    if (!(Number.isFinite(max - min) && min <= max)) throw new OptionError('max', 'a finite number >= min', max);
    const number = min + this.#entropy.random() * (max - min);
    // Where few numbers lie between the bounds, half of a step is rounded to `max`, and half of one to `min`.
    return number < max ? number : min;
  }

  /**
   * A whole number from `min` to `max`, both included.
   *
   * @throws {OptionError} `CELL_BAD_OPTION` when a bound, or the span between them, is no safe integer, or max < min.
   */
  integer(min: number, max: number): number {
    if (!(Number.isSafeInteger(min) && Number.isSafeInteger(max) && min <= max))
      throw new OptionError('min and max', 'safe integers, min <= max', min <= max ? min : max);
    // A number has 53 random bits: over a wider span, half of the values would never come.
    if (!Number.isSafeInteger(max - min)) throw new OptionError('max - min', 'a safe integer', max - min);
    return min + Math.floor(this.#entropy.random() * (max - min + 1));
  }

  /** True with the given probability. Default one half. */
  boolean(probability = 0.5): boolean {
    return this.#entropy.random() < probability;
  }

  /** One of the list. @throws {OptionError} `CELL_BAD_OPTION` when it is empty. */
  pick<T>(list: readonly T[]): T {
    const picked = list
      .slice(this.integer(0, Math.max(0, list.length - 1)))
      .values()
      .next();
    if (picked.done === true) throw new OptionError('list', 'a list with something in it', list);
    return picked.value;
  }

  /** The same items in random order (Fisher–Yates); the list itself stays as it is. */
  shuffle<T>(list: readonly T[]): T[] {
    const left = [...list];
    return list.flatMap(() => left.splice(this.integer(0, left.length - 1), 1));
  }
}
