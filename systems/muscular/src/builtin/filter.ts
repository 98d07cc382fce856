import { Muscle } from '../muscle.ts';
import type { BuiltInOptions } from './compute.ts';
import { checkFunction, type Items, type ItemWork } from './items.ts';
import { staged } from './stream.ts';

/** Options of {@link filter}. */
export interface FilterOptions<T> extends BuiltInOptions<Items<T>, AsyncIterable<T>> {
  /** Whether an item is kept. */
  readonly keep: (item: T, index: number, work: ItemWork) => boolean | Promise<boolean>;
}

/**
 * Filter: keeps the items that pass a test. Streams: reads the items as the output is read.
 *
 * @throws {OptionError} that names the option.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { collect, filter } from '@organism/muscular';
 *
 * const strong = filter({ name: 'strong', keep: (magnitude: number) => magnitude >= 5 });
 * assert.deepEqual(await collect(await strong.execute([4.2, 6.1, 5])), [6.1, 5]);
 * ```
 */
export const filter = <T>(options: FilterOptions<T>): Muscle<Items<T>, AsyncIterable<T>> => {
  const { keep, ...rest } = options;
  checkFunction('keep', keep);
  return new Muscle<Items<T>, AsyncIterable<T>>({
    ...rest,
    run: (items, { context }) => {
      const work: ItemWork = { context, signal: context.signal };
      const judge = async (item: T, index: number): Promise<{ item: T; kept: boolean }> => ({
        item,
        kept: await keep(item, index, work),
      });
      return kept(staged(items, { of: judge, concurrency: 1 }, work));
    },
  });
};

async function* kept<T>(judged: AsyncIterable<{ readonly item: T; readonly kept: boolean }>): AsyncGenerator<T> {
  for await (const one of judged) if (one.kept) yield one.item;
}
