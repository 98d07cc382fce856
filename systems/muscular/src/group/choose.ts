import { OptionError } from '@organism/cell';
import type { Immutable } from '@organism/skeletal';
import type { FaultMap } from '../fault.ts';
import type { Muscle } from '../muscle.ts';
import { onward, type Work } from '../work.ts';
import type { AnyMuscle, CommonFaults, CommonInput, MuscleOutput } from './joins.ts';
import { type GroupOptions, MuscleGroup, sharedBone } from './muscle-group.ts';

/** Options of a {@link choose}. */
export interface ChooseOptions<Cases> extends GroupOptions<
  CommonInput<Cases[keyof Cases]>,
  MuscleOutput<Cases[keyof Cases]>
> {
  /** Which case it is. */
  readonly by: (
    input: CommonInput<Cases[keyof Cases]>,
    work: Work,
  ) => (keyof Cases & string) | Promise<keyof Cases & string>;
  readonly cases: Cases;
}

/**
 * Choice: runs the one of several operations that the input calls for.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { choose, Muscle } from '@organism/muscular';
 *
 * const card = new Muscle({ name: 'card', run: (cents: number) => `card ${cents}` });
 * const cash = new Muscle({ name: 'cash', run: (cents: number) => `cash ${cents}` });
 * const pay = choose({ name: 'pay', by: (cents) => (cents > 1000 ? 'card' : 'cash'), cases: { card, cash } });
 * assert.equal(await pay.execute(5000), 'card 5000');
 * ```
 */
export const choose = <const Cases extends Readonly<Record<string, AnyMuscle>>>(
  options: ChooseOptions<Cases>,
): MuscleGroup<CommonInput<Cases[keyof Cases]>, MuscleOutput<Cases[keyof Cases]>, CommonFaults<Cases[keyof Cases]>> => {
  const { by, cases, ...rest } = options;
  if (typeof by !== 'function') throw new OptionError('by', 'a function', by);
  const muscles: readonly AnyMuscle[] = Object.values(cases);
  return new MuscleGroup(rest, {
    kind: 'choice',
    members: muscles,
    input: sharedBone(muscles.map(({ input }) => input)),
    output: sharedBone(muscles.map(({ output }) => output)),
    run: async (input, work) => {
      const name = await by(input, work);
      const chosen: AnyMuscle | undefined = Object.hasOwn(cases, name) ? cases[name] : undefined;
      if (chosen === undefined)
        throw new OptionError('by', `a function that gives ${Object.keys(cases).join(', ')}`, name);
      return (await chosen.execute(input as never, onward(work))) as MuscleOutput<Cases[keyof Cases]>;
    },
  });
};

/** Options of a {@link when} without `otherwise`. */
export interface WhenOptions<In, Out, Faults extends FaultMap> extends GroupOptions<In, Out | Immutable<In>> {
  readonly test: (input: In, work: Work) => boolean | Promise<boolean>;
  /** Runs when the test holds. */
  readonly run: Muscle<In, Out, never, unknown, Faults>;
  readonly otherwise?: undefined;
}

/** Options of a {@link when} with `otherwise`. */
export interface WhenElseOptions<In, Out, Other, Faults extends FaultMap, Others extends FaultMap> extends GroupOptions<
  In,
  Out | Other
> {
  readonly test: (input: In, work: Work) => boolean | Promise<boolean>;
  /** Runs when the test holds. */
  readonly run: Muscle<In, Out, never, unknown, Faults>;
  /** Runs when it does not. */
  readonly otherwise: Muscle<In, Other, never, unknown, Others>;
}

/**
 * Condition: runs an operation when a test holds; otherwise another one, or none: then it gives its input.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Muscle, when } from '@organism/muscular';
 *
 * const round = new Muscle({ name: 'round', run: (n: number) => Math.round(n) });
 * const whole = when({ name: 'whole', test: (n) => !Number.isInteger(n), run: round });
 * assert.deepEqual([await whole.execute(1.6), await whole.execute(3)], [2, 3]);
 * ```
 */
export function when<In, Out, Other, Faults extends FaultMap, Others extends FaultMap>(
  options: WhenElseOptions<In, Out, Other, Faults, Others>,
): MuscleGroup<In, Out | Other, Faults & Others>;
export function when<In, Out, Faults extends FaultMap>(
  options: WhenOptions<In, Out, Faults>,
): MuscleGroup<In, Out | Immutable<In>, Faults>;
export function when(
  options: WhenOptions<never, unknown, FaultMap> | WhenElseOptions<never, unknown, unknown, FaultMap, FaultMap>,
): unknown {
  const { test, run, otherwise, ...rest } = options;
  if (typeof test !== 'function') throw new OptionError('test', 'a function', test);
  const members: readonly AnyMuscle[] = otherwise === undefined ? [run] : [run, otherwise];
  return new MuscleGroup<unknown, unknown>(rest as GroupOptions<unknown, unknown>, {
    kind: 'choice',
    members,
    input: sharedBone(members.map(({ input }) => input)),
    output: otherwise === undefined ? undefined : sharedBone(members.map(({ output }) => output)),
    run: async (input, work) => {
      const chosen = (await test(input as never, work)) ? run : otherwise;
      return chosen === undefined ? input : await chosen.execute(input as never, onward(work));
    },
  });
}
