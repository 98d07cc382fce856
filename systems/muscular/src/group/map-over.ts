import type { FaultMap } from '../fault.ts';
import type { Muscle } from '../muscle.ts';
import { checkConcurrency, runBounded } from './bounded.ts';
import type { AnyMuscle } from './joins.ts';
import { type GroupOptions, MuscleGroup } from './muscle-group.ts';

/** Options of a {@link mapOver}. */
export interface MapOverOptions<In, Out, Faults extends FaultMap> extends GroupOptions<readonly In[], readonly Out[]> {
  /** Runs for each item. */
  readonly muscle: Muscle<In, Out, never, unknown, Faults>;
  /** How many may be at work at once. Default 16. */
  readonly concurrency?: number;
}

/**
 * Map over: runs an operation for each item of a list, and gives the outputs in the order of the items. The first
 * failure cancels those under way. For streams, see {@link map}.
 *
 * @throws {OptionError} that names the option.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { mapOver, Muscle } from '@organism/muscular';
 *
 * const square = new Muscle({ name: 'square', run: async (n: number) => n * n });
 * const squares = mapOver({ name: 'squares', muscle: square, concurrency: 2 });
 * assert.deepEqual(await squares.execute([1, 2, 3]), [1, 4, 9]);
 * ```
 */
export const mapOver = <In, Out, Faults extends FaultMap>(
  options: MapOverOptions<In, Out, Faults>,
): MuscleGroup<readonly In[], readonly Out[], Faults> => {
  const { muscle, concurrency = 16, ...rest } = options;
  checkConcurrency(concurrency);
  const member = muscle as AnyMuscle;
  return new MuscleGroup<readonly In[], readonly Out[], Faults>(rest, {
    kind: 'map',
    members: [member],
    input: member?.input?.array(),
    output: member?.output?.array(),
    run: async (items, work) =>
      (await runBounded(
        items.length,
        concurrency,
        work,
        async (index, how) => await member.execute(items[index] as never, how),
      )) as readonly Out[],
  });
};
