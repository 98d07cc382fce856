import { Muscle } from '../muscle.ts';
import type { BuiltInOptions } from './compute.ts';
import { checkFunction, forEach, type Items } from './items.ts';
import { offloading, type RunOn } from './pool.ts';

/** Options of {@link reduce}. */
export interface ReduceOptions<T, Sum, Out> extends BuiltInOptions<Items<T>, Out> {
  /** What there is before the first item; made anew for each execution. */
  readonly initial: () => Sum;
  /** Adds an item; may change and give back what it was given. */
  readonly add: (sum: Sum, item: T) => Sum;
  /** What comes out in the end. Default: the sum. */
  readonly result?: (sum: Sum) => Out;
  /** Works in a pool of threads when the input is big; only for inputs that can be cloned. Default: always here. */
  readonly runOn?: RunOn<Items<T>>;
}

/**
 * Reduce: all items become one value. Streams: holds one item at a time.
 *
 * @throws {OptionError} that names the option.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { reduce } from '@organism/muscular';
 *
 * const sum = reduce({ name: 'sum', initial: () => 0, add: (sum, n: number) => sum + n });
 * assert.equal(await sum.execute([1, 2, 3]), 6);
 * ```
 */
export const reduce = <T, Sum, Out = Sum>(options: ReduceOptions<T, Sum, Out>): Muscle<Items<T>, Out> => {
  const { initial, add, result, runOn, ...rest } = options;
  checkFunction('initial', initial);
  checkFunction('add', add);
  if (result !== undefined) checkFunction('result', result);
  const placeOf = offloading(runOn);
  return new Muscle<Items<T>, Out>({
    ...rest,
    run: async (items, work) => {
      const place = placeOf(items);
      if (place !== undefined)
        return (await place.pool.run(place.task, items as never, { signal: work.signal })) as Out;
      let sum = initial();
      await forEach(items, work, (item) => {
        sum = add(sum, item);
      });
      return result === undefined ? (sum as unknown as Out) : result(sum);
    },
  });
};
