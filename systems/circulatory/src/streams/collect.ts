import { count } from '../heart/check.ts';
import { StreamOverflowError } from './errors.ts';
import { checkFunction } from './options.ts';
import { checkSource, type Source } from './source.ts';
import { abortable } from './transform.ts';

/** Options of what reads a stream to its end. */
export interface ReadOptions {
  /** Ends it with a `CancelledError`. */
  readonly signal?: AbortSignal;
}

const reading = <T>(source: Source<T>, { signal }: ReadOptions): Source<T> =>
  signal === undefined ? checkSource(source) : abortable<T>(signal)(source);

/** Reads a stream to its end and folds it into one value. */
export const reduce = async <T, S>(
  source: Source<T>,
  step: (state: S, value: T, index: number) => S | PromiseLike<S>,
  initial: S,
  options: ReadOptions = {},
): Promise<S> => {
  checkFunction('step', step);
  let state = initial;
  let index = 0;
  for await (const value of reading(source, options)) state = await step(state, value, index++);
  return state;
};

/**
 * Reads a stream to its end into an array.
 *
 * @param options.max Most values; with more it closes the source and throws. Default 1 000 000.
 * @throws {StreamOverflowError} `CIRCULATORY_STREAM_OVERFLOW` when there are more.
 */
export const collect = async <T>(
  source: Source<T>,
  options: ReadOptions & { readonly max?: number } = {},
): Promise<T[]> => {
  const max = count('max', options.max ?? 1_000_000, 0);
  const values: T[] = [];
  for await (const value of reading(source, options)) {
    if (values.length === max) throw new StreamOverflowError('The array', max);
    values.push(value);
  }
  return values;
};
