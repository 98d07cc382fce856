import { checkSource, type Operator, type Source } from './source.ts';

/**
 * Puts operators behind a source. Nothing is read before somebody loops over the result, and then no more than is asked for.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` when the source is no iterable.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { batch, collect, filter, map, pipe } from '@organism/circulatory/streams';
 *
 * const pages = pipe(
 *   [1, 2, 3, 4, 5, 6, 7],
 *   filter((n) => n % 2 === 1),
 *   map(async (n) => `page ${n}`, { concurrency: 4 }),
 *   batch({ size: 3 }),
 * );
 * assert.deepEqual(await collect(pages), [['page 1', 'page 3', 'page 5'], ['page 7']]);
 * ```
 */
export function pipe<A, B>(source: Source<A>, a: Operator<A, B>): AsyncIterable<B>;
export function pipe<A, B, C>(source: Source<A>, a: Operator<A, B>, b: Operator<B, C>): AsyncIterable<C>;
export function pipe<A, B, C, D>(
  source: Source<A>,
  a: Operator<A, B>,
  b: Operator<B, C>,
  c: Operator<C, D>,
): AsyncIterable<D>;
export function pipe<A, B, C, D, E>(
  source: Source<A>,
  a: Operator<A, B>,
  b: Operator<B, C>,
  c: Operator<C, D>,
  d: Operator<D, E>,
): AsyncIterable<E>;
export function pipe<A, B, C, D, E, F>(
  source: Source<A>,
  a: Operator<A, B>,
  b: Operator<B, C>,
  c: Operator<C, D>,
  d: Operator<D, E>,
  e: Operator<E, F>,
): AsyncIterable<F>;
export function pipe<A, B, C, D, E, F, G>(
  source: Source<A>,
  a: Operator<A, B>,
  b: Operator<B, C>,
  c: Operator<C, D>,
  d: Operator<D, E>,
  e: Operator<E, F>,
  f: Operator<F, G>,
): AsyncIterable<G>;
export function pipe<A, B, C, D, E, F, G, H>(
  source: Source<A>,
  a: Operator<A, B>,
  b: Operator<B, C>,
  c: Operator<C, D>,
  d: Operator<D, E>,
  e: Operator<E, F>,
  f: Operator<F, G>,
  g: Operator<G, H>,
): AsyncIterable<H>;
export function pipe(source: Source<unknown>, ...operators: readonly Operator<unknown, unknown>[]): Source<unknown> {
  return operators.reduce<Source<unknown>>((read, operator) => operator(read), checkSource(source));
}
