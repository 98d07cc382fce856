import { onward } from '../work.ts';
import type { AnyMuscle, CommonFaults, FirstInput, Joined, LastOutput, MuscleInput } from './joins.ts';
import { type GroupOptions, MuscleGroup } from './muscle-group.ts';

/** The edges of steps that follow each other. */
export const chainOf = (steps: readonly AnyMuscle<never>[]): { readonly from: string; readonly to: string }[] =>
  steps.slice(1).map(({ name }, index) => ({ from: steps[index]?.name ?? '', to: name }));

/** Options of a {@link sequence}. */
export interface SequenceOptions<Steps extends readonly unknown[]> extends GroupOptions<
  FirstInput<Steps>,
  LastOutput<Steps>
> {
  /** In order: each takes what the one before gives. */
  readonly steps: Steps & Joined<Steps, MuscleInput<Steps[0]>>;
}

/**
 * Sequence: each operation takes what the one before gives; the first failure ends it.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Muscle, sequence } from '@organism/muscular';
 *
 * const parse = new Muscle({ name: 'parse', run: (text: string) => Number(text) });
 * const double = new Muscle({ name: 'double', run: (n: number) => 2 * n });
 * assert.equal(await sequence({ name: 'parse-and-double', steps: [parse, double] }).execute('21'), 42);
 * ```
 */
export const sequence = <const Steps extends readonly [AnyMuscle, ...AnyMuscle[]]>(
  options: SequenceOptions<Steps>,
): MuscleGroup<FirstInput<Steps>, LastOutput<Steps>, CommonFaults<Steps[number]>> => {
  const { steps: given, ...rest } = options;
  const steps: readonly AnyMuscle[] = given;
  return new MuscleGroup(rest, {
    kind: 'sequence',
    members: steps,
    edges: Array.isArray(steps) ? chainOf(steps) : [],
    input: steps[0]?.input,
    output: steps.at(-1)?.output,
    run: async (input, work) => {
      const how = onward(work);
      let value: unknown = input;
      for (const step of steps) value = await step.execute(value as never, how);
      return value as LastOutput<Steps>;
    },
  });
};
