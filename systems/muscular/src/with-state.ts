import { OptionError } from '@organism/cell';
import { type StateStore, VersionConflictError } from '@organism/nervous';
import type { Immutable } from '@organism/skeletal';
import type { FaultMap } from './fault.ts';
import type { AnyMuscle } from './group/joins.ts';
import { type GroupOptions, MuscleGroup } from './group/muscle-group.ts';
import type { Muscle } from './muscle.ts';
import { onward } from './work.ts';

/** What a transition takes: the present state, undefined when there is none, and the input. */
export interface Transition<State, Input> {
  readonly state: State | undefined;
  readonly input: Input;
}

/** What a transition gives: the next state, and the output. */
export interface Transitioned<State, Output> {
  readonly state: State;
  readonly output: Output;
}

/** Options of {@link withState}. */
export interface WithStateOptions<State, Input, Output, Faults extends FaultMap> extends GroupOptions<Input, Output> {
  /** Makes the next state of the present one; idempotent, as it is run again when somebody else was faster. */
  readonly muscle: Muscle<Transition<State, Input>, Transitioned<State, Output>, never, unknown, Faults>;
  /** Where the state is: an Astrocyte, or any other state store. */
  readonly store: StateStore & { readonly name?: string };
  /** Under which key. */
  readonly key: string | ((input: Input) => string);
  /** How often it is tried when others write the state meanwhile. Default 16. */
  readonly attempts?: number;
}

/**
 * Joins an operation to a state store: it gets the state with its input, and what it makes of it is written, unless
 * somebody else has written meanwhile: then it gets the new state and tries again (optimistic concurrency).
 *
 * @throws {OptionError} that names the option.
 * @throws {VersionConflictError} when it is run, and others were faster each time.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Muscle, type Transition, withState } from '@organism/muscular';
 * import { Astrocyte } from '@organism/nervous';
 *
 * const add = new Muscle({
 *   name: 'add',
 *   deterministic: true,
 *   run: ({ state = 0, input }: Transition<number, number>) => ({ state: state + input, output: state + input }),
 * });
 * const count = withState({ name: 'count', muscle: add, store: new Astrocyte(), key: 'total' });
 * await count.execute(3);
 * assert.equal(await count.execute(4), 7);
 * ```
 */
export const withState = <State, Input, Output, Faults extends FaultMap>(
  options: WithStateOptions<State, Input, Output, Faults>,
): MuscleGroup<Input, Output, Faults> => {
  const { muscle, store, key, attempts = 16, ...rest } = options;
  if (!Number.isSafeInteger(attempts) || attempts < 1)
    throw new OptionError('attempts', 'a whole number of 1 or more', attempts);
  if (muscle?.idempotent !== true)
    throw new OptionError('muscle', 'idempotent, as it may be run again on a newer state', muscle);
  const keyOf = typeof key === 'string' ? () => key : key;
  if (typeof keyOf !== 'function') throw new OptionError('key', 'a text or a function', key);
  return new MuscleGroup<Input, Output, Faults>(
    { idempotent: false, deterministic: false, ...rest },
    {
      kind: 'state',
      members: [muscle as AnyMuscle],
      edges: store.name === undefined ? [] : [{ from: rest.name, to: store.name, label: 'state' }],
      run: async (input, work) => {
        const at = keyOf(input);
        const how = onward(work);
        for (let attempt = 1; ; attempt += 1) {
          const stored = await store.get(at);
          const state = stored?.value as State | undefined;
          const next = (await muscle.execute({ state, input }, how)) as Transitioned<State, Immutable<Output>>;
          try {
            await store.set(at, next.state, { ifVersion: stored?.version ?? 0 });
            return next.output as Output;
          } catch (error) {
            if (!(error instanceof VersionConflictError) || attempt >= attempts) throw error;
          }
        }
      },
    },
  );
};
