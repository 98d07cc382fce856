import { checkConcurrency } from '../group/bounded.ts';
import { Muscle } from '../muscle.ts';
import type { BuiltInOptions } from './compute.ts';
import { checkFunction, type Items, type ItemWork } from './items.ts';
import { staged } from './stream.ts';

/** Options of {@link map}. */
export interface MapOptions<T, U> extends BuiltInOptions<Items<T>, AsyncIterable<U>> {
  /** What comes of an item: a function, or an operation. */
  readonly each: ((item: T, index: number, work: ItemWork) => U | Promise<U>) | Muscle<T, U>;
  /** How many items may be worked on at once. Default 1. */
  readonly concurrency?: number;
}

/**
 * Map: each item becomes another. Streams: reads the items as the output is read, at most `concurrency` ahead, and keeps
 * their order.
 *
 * @throws {OptionError} that names the option.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { collect, map } from '@organism/muscular';
 *
 * const squares = map({ name: 'squares', each: async (n: number) => n * n, concurrency: 4 });
 * assert.deepEqual(await collect(await squares.execute([1, 2, 3])), [1, 4, 9]);
 * ```
 */
export const map = <T, U>(options: MapOptions<T, U>): Muscle<Items<T>, AsyncIterable<U>> => {
  const { each, concurrency = 1, ...rest } = options;
  if (!(each instanceof Muscle)) checkFunction('each', each);
  checkConcurrency(concurrency);
  return new Muscle<Items<T>, AsyncIterable<U>>({
    ...rest,
    run: (items, { context }) => {
      const work: ItemWork = { context, signal: context.signal };
      const of =
        each instanceof Muscle
          ? async (item: T) => (await each.execute(item, { context })) as U
          : (item: T, index: number) => each(item, index, work);
      return staged(items, { of, concurrency }, work);
    },
  });
};
