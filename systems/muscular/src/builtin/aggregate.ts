import type { Muscle } from '../muscle.ts';
import { checkFunction, type Items } from './items.ts';
import { reduce, type ReduceOptions } from './reduce.ts';

/** Options of {@link aggregate}. */
export interface AggregateOptions<T, K, Sum, Out> extends Omit<
  ReduceOptions<T, Map<K, Sum>, ReadonlyMap<K, Out>>,
  'initial' | 'add' | 'result'
> {
  /** Which group an item belongs to. */
  readonly by: (item: T) => K;
  /** What a group has before its first item. */
  readonly initial: () => Sum;
  /** Adds an item to its group; may change and give back what it was given. */
  readonly add: (sum: Sum, item: T) => Sum;
  /** What comes of a group in the end. Default: its sum. */
  readonly result?: (sum: Sum, key: K) => Out;
}

/**
 * Aggregate: items become one value per group. Streams: holds one item at a time, and one value per group.
 *
 * @throws {OptionError} that names the option.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { aggregate } from '@organism/muscular';
 *
 * const perRegion = aggregate({
 *   name: 'strongest-per-region',
 *   by: (quake: { region: string; magnitude: number }) => quake.region,
 *   initial: () => 0,
 *   add: (strongest, { magnitude }) => Math.max(strongest, magnitude),
 * });
 * const quakes = [{ region: 'east', magnitude: 4 }, { region: 'west', magnitude: 5 }, { region: 'east', magnitude: 6 }];
 * assert.deepEqual([...(await perRegion.execute(quakes))], [['east', 6], ['west', 5]]);
 * ```
 */
export const aggregate = <T, K, Sum, Out = Sum>(
  options: AggregateOptions<T, K, Sum, Out>,
): Muscle<Items<T>, ReadonlyMap<K, Out>> => {
  const { by, initial, add, result, ...rest } = options;
  checkFunction('by', by);
  checkFunction('initial', initial);
  checkFunction('add', add);
  if (result !== undefined) checkFunction('result', result);
  return reduce<T, Map<K, Sum>, ReadonlyMap<K, Out>>({
    ...rest,
    initial: () => new Map<K, Sum>(),
    add: (groups, item) => {
      const key = by(item);
      // A group may hold undefined.
      groups.set(key, add(groups.has(key) ? (groups.get(key) as Sum) : initial(), item));
      return groups;
    },
    result: (groups) => {
      if (result === undefined) return groups as unknown as ReadonlyMap<K, Out>;
      const out = new Map<K, Out>();
      for (const [key, sum] of groups) out.set(key, result(sum, key));
      return out;
    },
  });
};
