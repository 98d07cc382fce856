import { OptionError } from '@organism/cell';
import { RaceError } from '../errors.ts';
import { asCancellation, type Work } from '../work.ts';
import { fork } from './bounded.ts';
import type { AnyMuscle, CommonFaults, CommonInput, MuscleOutput } from './joins.ts';
import { type GroupOptions, MuscleGroup, sharedBone } from './muscle-group.ts';

/** Options of a {@link race}. */
export interface RaceOptions<Members extends readonly unknown[]> extends GroupOptions<
  CommonInput<Members[number]>,
  MuscleOutput<Members[number]>
> {
  /** All take the group's input. */
  readonly members: Members;
  /** What ends the race: the first success (default), or whatever ends first, failures too. */
  readonly wins?: 'success' | 'first';
}

/** The first to succeed, or the first to end. */
const decide = (runs: readonly Promise<unknown>[], wins: 'success' | 'first', group: string): Promise<unknown> =>
  wins === 'first'
    ? Promise.race(runs)
    : Promise.any(runs).catch((error: unknown) => {
        throw error instanceof AggregateError ? new RaceError(group, error.errors as readonly unknown[]) : error;
      });

/**
 * Race: all members get the input; the first that succeeds gives the group's output, and the others are cancelled.
 *
 * @throws {OptionError} that names the option.
 * @throws {RaceError} when it is run, and all members fail.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { sleep, systemClock } from '@organism/cell';
 * import { Muscle, race } from '@organism/muscular';
 *
 * const answer = (name: string, ms: number) =>
 *   new Muscle({ name, run: async (_question: string, { signal }) => (await sleep(systemClock, ms, { signal }), name) });
 * const fastest = race({ name: 'fastest', members: [answer('near', 1), answer('far', 60_000)] });
 * assert.equal(await fastest.execute('where?'), 'near');
 * ```
 */
export const race = <const Members extends readonly [AnyMuscle, ...AnyMuscle[]]>(
  options: RaceOptions<Members>,
): MuscleGroup<CommonInput<Members[number]>, MuscleOutput<Members[number]>, CommonFaults<Members[number]>> => {
  const { members: given, wins = 'success', ...rest } = options;
  if (wins !== 'success' && wins !== 'first') throw new OptionError('wins', '"success" or "first"', wins);
  const members: readonly AnyMuscle[] = given;
  return new MuscleGroup(rest, {
    kind: 'race',
    members,
    input: sharedBone(members.map(({ input }) => input)),
    output: sharedBone(members.map(({ output }) => output)),
    run: async (input, work: Work) => {
      const { how, cancel } = fork(work);
      const runs = members.map((member) => member.execute(input as never, how));
      try {
        return (await decide(runs, wins, rest.name)) as MuscleOutput<Members[number]>;
      } catch (error) {
        // All failed because the caller gave up: say that.
        throw error instanceof RaceError && work.signal.aborted
          ? asCancellation(error.errors[0], work.context, undefined)
          : error;
      } finally {
        cancel('Another member of the race has won.');
      }
    },
  });
};
