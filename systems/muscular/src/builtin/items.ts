import { OptionError } from '@organism/cell';
import { refuseIfDone, type Work } from '../work.ts';

/** What streams of items come as. */
export type Items<T> = Iterable<T> | AsyncIterable<T>;

/** What a function of an item may use. */
export type ItemWork = Pick<Work, 'context' | 'signal'>;

/** @throws {OptionError} when something can't be iterated over. */
export const checkItems = (items: Items<unknown>): void => {
  const source = items as Partial<AsyncIterable<unknown> & Iterable<unknown>> | null | undefined;
  const iterable = source?.[Symbol.asyncIterator] ?? source?.[Symbol.iterator];
  // A text is iterable, but nobody means its letters.
  if (typeof items === 'string' || typeof iterable !== 'function')
    throw new OptionError('input', 'iterable, or asynchronously so', items);
};

/** The iterator of some items. @throws {OptionError} when there is none. */
export const iteratorOf = <T>(items: Items<T>): Iterator<T> | AsyncIterator<T> => {
  checkItems(items);
  return Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
};

/** Calls `use` with each item, without a promise for those that are there already; ends with the caller's patience. */
export const forEach = async <T>(items: Items<T>, work: ItemWork, use: (item: T) => void): Promise<void> => {
  const { context } = work;
  if (Array.isArray(items)) {
    // The usual case, three times as fast as an iterator.
    for (const item of items as readonly T[]) use(item);
    return;
  }
  checkItems(items);
  for await (const item of items) {
    refuseIfDone(context, undefined);
    use(item);
  }
};

/**
 * All items of a stream, as a list.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { collect, map } from '@organism/muscular';
 *
 * const squares = map({ name: 'squares', each: (n: number) => n * n });
 * assert.deepEqual(await collect(await squares.execute([1, 2, 3])), [1, 4, 9]);
 * ```
 */
export const collect = async <T>(items: Items<T>): Promise<T[]> => {
  checkItems(items);
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
};

/** Checks that an option is a function. @throws {OptionError} */
export const checkFunction = (field: string, value: unknown): void => {
  if (typeof value !== 'function') throw new OptionError(field, 'a function', value);
};
