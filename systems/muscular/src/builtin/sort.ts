import { OptionError } from '@organism/cell';
import { Muscle } from '../muscle.ts';
import type { BuiltInOptions } from './compute.ts';
import { checkFunction, forEach, type Items } from './items.ts';
import { offloading, type RunOn } from './pool.ts';

/** Options of {@link sort}. */
export interface SortOptions<T> extends BuiltInOptions<Items<T>, readonly T[]> {
  /** Below 0 when `a` comes first, above 0 when `b` does. Equal items keep their order. */
  readonly compare: (a: T, b: T) => number;
  /** How many of the first to keep; with it, no more than twice as many are ever held. Default: all. */
  readonly limit?: number;
  /** Works in a pool of threads when the input is big; only for inputs that can be cloned. Default: always here. */
  readonly runOn?: RunOn<Items<T>>;
}

/**
 * Sort: all items, or the first so many, in order. The input is not changed.
 *
 * @throws {OptionError} that names the option.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { sort } from '@organism/muscular';
 *
 * const top = sort({ name: 'top', compare: (a: number, b: number) => b - a, limit: 2 });
 * assert.deepEqual(await top.execute([3, 9, 4, 7]), [9, 7]);
 * ```
 */
export const sort = <T>(options: SortOptions<T>): Muscle<Items<T>, readonly T[]> => {
  const { compare, limit = Infinity, runOn, ...rest } = options;
  checkFunction('compare', compare);
  if (limit !== Infinity && !(Number.isSafeInteger(limit) && limit >= 1))
    throw new OptionError('limit', 'a whole number of 1 or more', limit);
  const placeOf = offloading(runOn);
  return new Muscle<Items<T>, readonly T[]>({
    ...rest,
    run: async (items, work) => {
      const place = placeOf(items);
      if (place !== undefined)
        return (await place.pool.run(place.task, items as never, { signal: work.signal })) as readonly T[];
      const held: T[] = [];
      // Sorting when twice as many are there costs less per item than keeping them sorted, and stays stable.
      const trim = (): void => {
        held.sort(compare);
        if (held.length > limit) held.length = limit;
      };
      await forEach(items, work, (item) => {
        held.push(item);
        if (held.length >= 2 * limit) trim();
      });
      trim();
      return held;
    },
  });
};
