import { whole } from '../heart/check.ts';
import { type BufferOptions, checkBounds, checkFunction } from './options.ts';
import { checkSource, type Operator, type Source } from './source.ts';
import { Branch, type Split, Splitter } from './splitter.ts';
import { loops, type StageOptions } from './stage.ts';

/** A stream that is read once, and that its reader can end. */
export type StreamBranch<T> = AsyncIterableIterator<T, undefined> & AsyncDisposable;

const split = <T, B>(
  source: Source<T>,
  make: (branch: (what: string) => Branch<B>) => readonly Branch<B>[],
  route: (branches: readonly Branch<B>[]) => (value: T) => void,
  options: BufferOptions,
  isEager = false,
): readonly Branch<B>[] => {
  checkSource(source);
  const bounds = checkBounds(options);
  const stage: StageOptions = options.signal === undefined ? {} : { signal: options.signal };
  const ask = { ask: (): void => splitter.ask(), left: (): Promise<void> | undefined => splitter.left() };
  const branches = make((what) => new Branch<B>(ask, bounds, what, stage));
  const plan: Split<T> = { route: route(branches), branches: () => branches, isEager };
  const splitter = new Splitter(source, plan);
  return branches;
};

/**
 * Several readers of one stream, each of which gets all values. With `overflow: 'wait'` (default) the slowest reader slows the
 * others down once it is `capacity` values behind: then read them at the same time, not one after the other. With a drop policy
 * the fastest reader sets the pace, and slow ones lose values. A reader that leaves holds nobody up; when all have left the
 * source is closed.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { collect, reduce, tee } from '@organism/circulatory/streams';
 *
 * const [all, sum] = tee([1, 2, 3], 2);
 * assert.deepEqual(await Promise.all([collect(all), reduce(sum, (total, n) => total + n, 0)]), [[1, 2, 3], 6]);
 * ```
 */
export function tee<T>(
  source: Source<T>,
  readers: 2,
  options?: BufferOptions,
): readonly [StreamBranch<T>, StreamBranch<T>];
export function tee<T>(source: Source<T>, readers: number, options?: BufferOptions): readonly StreamBranch<T>[];
export function tee<T>(source: Source<T>, readers: number, options: BufferOptions = {}): readonly StreamBranch<T>[] {
  whole('readers', readers, 1);
  return split<T, T>(
    source,
    (branch) => Array.from({ length: readers }, (_, index) => branch(`Reader ${index}`)),
    (branches) => (value) => {
      for (const branch of branches) if (branch.isOpen) branch.give(value);
    },
    options,
  );
}

/**
 * Two streams of one: the values that a test is true for, and the others. Each has a buffer; with `overflow: 'wait'` (default) a
 * full one holds both up, so read them at the same time. What comes for a reader that has left is dropped.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { collect, partition } from '@organism/circulatory/streams';
 *
 * const [even, odd] = partition([1, 2, 3, 4, 5], (n) => n % 2 === 0);
 * assert.deepEqual(await Promise.all([collect(even), collect(odd)]), [[2, 4], [1, 3, 5]]);
 * ```
 */
export function partition<T, Kept extends T>(
  source: Source<T>,
  test: (value: T) => value is Kept,
  options?: BufferOptions,
): readonly [StreamBranch<Kept>, StreamBranch<Exclude<T, Kept>>];
export function partition<T>(
  source: Source<T>,
  test: (value: T) => boolean,
  options?: BufferOptions,
): readonly [StreamBranch<T>, StreamBranch<T>];
export function partition<T>(
  source: Source<T>,
  test: (value: T) => boolean,
  options: BufferOptions = {},
): readonly [StreamBranch<T>, StreamBranch<T>] {
  checkFunction('test', test);
  const branches = split<T, T>(
    source,
    (branch) => [branch('The first part'), branch('The second part')],
    ([yes, no]) =>
      (value) => {
        const branch = test(value) ? yes : no;
        if (branch?.isOpen === true) branch.give(value);
      },
    options,
  );
  return [branches[0] as Branch<T>, branches[1] as Branch<T>];
}

/**
 * Reads ahead of its reader, from its first value on, up to `capacity` values; what a full buffer does is the policy's.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 */
export const buffer = <T>(options: BufferOptions = {}): Operator<T, T> => {
  checkBounds(options);
  return (source) => {
    checkSource(source);
    return loops(() => {
      const [branch] = split<T, T>(
        source,
        (make) => [make('The buffer')],
        ([only]) =>
          (value) =>
            only?.give(value),
        options,
        true,
      );
      return branch as Branch<T>;
    });
  };
};
