import { whole } from '../heart/check.ts';
import { StreamOverflowError } from './errors.ts';
import { type BufferOptions, checkBounds, checkFunction } from './options.ts';
import { checkSource, type Operator } from './source.ts';
import { Branch, Splitter } from './splitter.ts';
import { loops, type StageOptions } from './stage.ts';
import type { StreamBranch } from './tee.ts';

/** The values of one key. */
export interface StreamGroup<T, K> extends StreamBranch<T> {
  readonly key: K;
}

/** Options of {@link groupBy}. */
export interface GroupOptions extends BufferOptions {
  /** Most groups at a time; one more ends all with a {@link StreamOverflowError}. Default 1000. */
  readonly maxGroups?: number;
}

class Group<T, K> extends Branch<T> implements StreamGroup<T, K> {
  readonly key: K;

  constructor(key: K, ...rest: ConstructorParameters<typeof Branch<T>>) {
    super(...rest);
    this.key = key;
  }
}

/**
 * A stream for each key, given when its first value comes. Each has a buffer, and with `overflow: 'wait'` (default) a full one
 * holds all up: read the groups at the same time. A group that its reader has left ends; a later value of its key
 * begins a new one.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { collect, groupBy, map, pipe } from '@organism/circulatory/streams';
 *
 * const words = pipe(
 *   ['ant', 'bee', 'asp', 'bat'],
 *   groupBy((word) => word[0]),
 *   map(async (group) => [group.key, await collect(group)] as const, { concurrency: 10 }),
 * );
 * assert.deepEqual(await collect(words), [['a', ['ant', 'asp']], ['b', ['bee', 'bat']]]);
 * ```
 */
export const groupBy = <T, K>(keyOf: (value: T) => K, options: GroupOptions = {}): Operator<T, StreamGroup<T, K>> => {
  checkFunction('keyOf', keyOf);
  const bounds = checkBounds(options);
  const maxGroups = whole('maxGroups', options.maxGroups ?? 1000, 1);
  const stage: StageOptions = options.signal === undefined ? {} : { signal: options.signal };
  return (source) => {
    checkSource(source);
    return loops(() => {
      const groups = new Map<K, Group<T, K>>();
      const ask = {
        ask: (): void => splitter.ask(),
        left: (): Promise<void> | undefined => {
          for (const [key, group] of groups) if (!group.isOpen) groups.delete(key);
          return splitter.left();
        },
      };
      const outer = new Branch<Group<T, K>>(ask, { capacity: 1, overflow: 'wait' }, 'The groups', stage);
      const groupOf = (key: K): Group<T, K> | undefined => {
        const found = groups.get(key);
        if (found?.isOpen === true) return found;
        if (!outer.isOpen) return undefined;
        if (groups.size >= maxGroups) throw new StreamOverflowError('The stream of groups', maxGroups);
        const made = new Group<T, K>(key, ask, bounds, 'The group', stage);
        groups.set(key, made);
        outer.give(made);
        return made;
      };
      const splitter: Splitter<T> = new Splitter<T>(source, {
        route: (value) => groupOf(keyOf(value))?.give(value),
        branches: () => [outer, ...groups.values()],
        isEager: false,
      });
      return outer;
    });
  };
};
