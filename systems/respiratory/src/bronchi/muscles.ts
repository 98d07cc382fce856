import { type Context, OptionError } from '@organism/cell';
import type { Muscle } from '@organism/muscular';

/** Any operation that lacks nothing; its Bones check what comes. */
export type AnyMuscle = Pick<Muscle<never, unknown>, 'name' | 'description' | 'input' | 'output' | 'execute' | 'unmet'>;

/** Executes an operation for a caller from outside; what it gives is in its JSON form. */
export const callMuscle = async (muscle: AnyMuscle, input: unknown, context: Context): Promise<unknown> => {
  // Its own Bone checks the input.
  const output = await (muscle as Muscle<unknown, unknown>).execute(input, { context });
  return muscle.output === undefined ? output : muscle.output.encode(output);
};

/** Operations by name. @throws {OptionError} `CELL_BAD_OPTION` when two have the same. */
export const byName = (muscles: readonly AnyMuscle[]): ReadonlyMap<string, AnyMuscle> => {
  const named = new Map<string, AnyMuscle>();
  for (const muscle of muscles) {
    if (named.has(muscle.name))
      throw new OptionError('muscles', `of different names: "${muscle.name}" is twice`, muscle);
    named.set(muscle.name, muscle);
  }
  return named;
};

/** A sequence of values that others may listen to: a topic of an event bus, say. */
export interface Feed {
  /** Shape of what is asked. Default: nothing. */
  readonly input?: AnyMuscle['input'];
  /** Shape of each value. */
  readonly output?: AnyMuscle['output'];
  readonly description?: string;
  /** The values; ended when the listener leaves. */
  readonly open: (input: never, scope: { readonly context: Context }) => AsyncIterable<unknown>;
}

/** The values of a feed for a listener from outside, in their JSON form. @throws {ValidationError} for a bad input. */
export const openFeed = async function* (
  { input, output, open }: Feed,
  given: unknown,
  context: Context,
): AsyncGenerator<unknown> {
  const parsed = input === undefined ? given : input.parse(given);
  for await (const value of open(parsed as never, { context }))
    yield output === undefined ? value : output.encode(value);
};
