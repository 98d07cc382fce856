import { checkConcurrency, runBounded } from './bounded.ts';
import type { AnyMuscle, CommonFaults, CommonInput, MuscleOutput } from './joins.ts';
import { type GroupOptions, MuscleGroup, sharedBone } from './muscle-group.ts';

/** What a {@link parallel} gives: each member's output, by its name in the group. */
export type ParallelOutput<Members> = { readonly [K in keyof Members]: MuscleOutput<Members[K]> };

/** Options of a {@link parallel}. */
export interface ParallelOptions<Members> extends GroupOptions<
  CommonInput<Members[keyof Members]>,
  ParallelOutput<Members>
> {
  /** All take the group's input. */
  readonly members: Members;
  /** How many may be at work at once. Default: all. */
  readonly concurrency?: number;
}

/**
 * Parallel: all members get the input, and the group gives their outputs by name. The first failure cancels the others,
 * and is thrown once they have ended.
 *
 * @throws {OptionError} that names the option.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Muscle, parallel } from '@organism/muscular';
 *
 * const length = new Muscle({ name: 'length', run: (text: string) => text.length });
 * const words = new Muscle({ name: 'words', run: (text: string) => text.split(' ') });
 * const study = parallel({ name: 'study', members: { length, words } });
 * assert.deepEqual(await study.execute('to be'), { length: 5, words: ['to', 'be'] });
 * ```
 */
export const parallel = <const Members extends Readonly<Record<string, AnyMuscle>>>(
  options: ParallelOptions<Members>,
): MuscleGroup<CommonInput<Members[keyof Members]>, ParallelOutput<Members>, CommonFaults<Members[keyof Members]>> => {
  const { members, concurrency = Infinity, ...rest } = options;
  checkConcurrency(concurrency);
  const names = Object.keys(members);
  const muscles: readonly AnyMuscle[] = Object.values(members);
  return new MuscleGroup(rest, {
    kind: 'parallel',
    members: muscles,
    input: sharedBone(muscles.map(({ input }) => input)),
    run: async (input, work) => {
      const outputs = await runBounded(
        muscles.length,
        concurrency,
        work,
        async (index, how) => await muscles[index]?.execute(input as never, how),
      );
      return Object.fromEntries(names.map((name, index) => [name, outputs[index]])) as ParallelOutput<Members>;
    },
  });
};
