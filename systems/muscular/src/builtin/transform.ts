import { Muscle } from '../muscle.ts';
import type { BuiltInOptions } from './compute.ts';
import { checkFunction, checkItems, type Items, type ItemWork } from './items.ts';
import { staged } from './stream.ts';

/** Options of {@link transform}. */
export interface TransformOptions<T, U> extends BuiltInOptions<Items<T>, AsyncIterable<U>> {
  /** What comes of an item: none, one or many. */
  readonly each: (item: T, index: number, work: ItemWork) => Items<U> | Promise<Items<U>>;
  /** What comes after the last item. Default: nothing. */
  readonly end?: (work: ItemWork) => Items<U> | Promise<Items<U>>;
}

/**
 * Transform: each item becomes none, one or many others (flat map). Streams: reads the items as the output is read.
 *
 * @throws {OptionError} that names the option.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { collect, transform } from '@organism/muscular';
 *
 * const words = transform({ name: 'words', each: (line: string) => line.split(' '), end: () => ['.'] });
 * assert.deepEqual(await collect(await words.execute(['to be', 'or not'])), ['to', 'be', 'or', 'not', '.']);
 * ```
 */
export const transform = <T, U>(options: TransformOptions<T, U>): Muscle<Items<T>, AsyncIterable<U>> => {
  const { each, end, ...rest } = options;
  checkFunction('each', each);
  if (end !== undefined) checkFunction('end', end);
  return new Muscle<Items<T>, AsyncIterable<U>>({
    ...rest,
    run: (items, { context }) => {
      const work: ItemWork = { context, signal: context.signal };
      const many = staged(items, { of: (item: T, index) => each(item, index, work), concurrency: 1 }, work);
      return flattened(many, end === undefined ? undefined : () => end(work));
    },
  });
};

async function* flattened<U>(
  many: AsyncIterable<Items<U>>,
  end: (() => Items<U> | Promise<Items<U>>) | undefined,
): AsyncGenerator<U> {
  for await (const some of many) {
    checkItems(some);
    yield* some;
  }
  if (end !== undefined) yield* await end();
}
