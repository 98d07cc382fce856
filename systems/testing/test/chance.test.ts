import { OptionError } from '@organism/cell';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Chance, SeededEntropy } from '@organism/testing';

const chanceOf = (seed: string | number): Chance => new Chance(new SeededEntropy(seed));

test('the same seed makes the same choices', () => {
  const choices = (chance: Chance): unknown[] => [
    chance.integer(0, 1000),
    chance.number(-1, 1),
    chance.boolean(),
    chance.pick(['a', 'b', 'c']),
    chance.shuffle([1, 2, 3, 4, 5]),
  ];
  expect(choices(chanceOf('x'))).toEqual(choices(chanceOf('x')));
});

describe('numbers', () => {
  test('stay within their bounds', () => {
    fc.assert(
      fc.property(fc.integer(), fc.maxSafeInteger(), fc.maxSafeNat(), (seed, min, span) => {
        const max = Math.min(Number.MAX_SAFE_INTEGER, min + span);
        const whole = chanceOf(seed).integer(min, max);
        expect(Number.isInteger(whole) && whole >= min && whole <= max).toBe(true);
        const any = chanceOf(seed).number(min, max);
        expect(any >= min && (any < max || min === max)).toBe(true);
      }),
    );
  });

  test('a number is never its upper bound, also where few numbers lie below it, and each of them comes as often', () => {
    const min = 2 ** 53 - 4;
    const seen = new Map<number, number>();
    const chance = chanceOf('few');
    for (let draw = 0; draw < 4000; draw++) {
      const offset = chance.number(min, min + 4) - min;
      seen.set(offset, (seen.get(offset) ?? 0) + 1);
    }
    expect([...seen.keys()].toSorted()).toEqual([0, 1, 2, 3]);
    for (const count of seen.values()) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });

  test('a die shows every face about as often', () => {
    const chance = chanceOf('die');
    const faces = [0, 0, 0, 0, 0, 0];
    for (let roll = 0; roll < 6000; roll++) {
      const face = chance.integer(1, 6) - 1;
      faces[face] = (faces[face] ?? 0) + 1;
    }
    for (const count of faces) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });

  test.each([
    [2, 1],
    [0.5, 2],
    [0, Number.POSITIVE_INFINITY],
    [Number.NaN, 1],
    [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  ])('integer refuses the bounds %s and %s', (min, max) => {
    expect(() => chanceOf(1).integer(min, max)).toThrow(OptionError);
  });

  test('number refuses bounds that are not finite or out of order', () => {
    expect(() => chanceOf(1).number(2, 1)).toThrow(OptionError);
    expect(() => chanceOf(1).number(0, Number.POSITIVE_INFINITY)).toThrow(OptionError);
  });
});

describe('choices', () => {
  test('boolean follows its probability, and is sure at 0 and 1', () => {
    const chance = chanceOf('coin');
    const heads = Array.from({ length: 10_000 }, () => chance.boolean(0.25)).filter(Boolean).length;
    expect(Math.abs(heads - 2500)).toBeLessThan(150);
    expect(Array.from({ length: 100 }, () => chance.boolean(0))).not.toContain(true);
    expect(Array.from({ length: 100 }, () => chance.boolean(1))).not.toContain(false);
  });

  test('pick gives one of the list, undefined included, and refuses an empty one', () => {
    const chance = chanceOf('pick');
    expect(new Set(Array.from({ length: 200 }, () => chance.pick(['a', 'b', undefined])))).toEqual(
      new Set(['a', 'b', undefined]),
    );
    expect(() => chance.pick([])).toThrow('list must be a list with something in it; got array.');
  });

  test('shuffle keeps every item and leaves the list alone', () => {
    fc.assert(
      fc.property(fc.array(fc.anything()), fc.string(), (list, seed) => {
        const copy = [...list];
        const shuffled = chanceOf(seed).shuffle(list);
        expect(list).toEqual(copy);
        expect(shuffled).toHaveLength(list.length);
        expect(new Set(shuffled)).toEqual(new Set(list));
      }),
    );
  });

  test('every order is possible', () => {
    const orders = new Set(Array.from({ length: 500 }, (_, seed) => chanceOf(seed).shuffle([1, 2, 3, 4]).join('')));
    expect(orders.size).toBe(24);
  });
});
