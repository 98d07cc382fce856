import { Context, OptionError } from '@organism/cell';
import type { Policy } from '@organism/homeostasis';
import type { Bone, Immutable } from '@organism/skeletal';
import type { FaultMap, NoFaults } from '../fault.ts';
import { Muscle } from '../muscle.ts';
import type { AnyMuscle, MuscleFaults, MuscleOutput } from './joins.ts';
import { type GroupOptions, MuscleGroup } from './muscle-group.ts';
import { type ParkedCompensation, type Parking, ParkingList } from './parking.ts';
import { type SagaPlan, SagaRun } from './saga-run.ts';
import type { Compensation, SagaListener, SagaState, SagaStep, SagaStepOptions } from './saga-steps.ts';
import { chainOf } from './sequence.ts';

/** Options of a {@link saga}. */
export interface SagaOptions<In, Parsed = In> extends Omit<GroupOptions<In, unknown>, 'memory' | 'deterministic'> {
  /** Shape of what goes in; checked before the first step. */
  readonly input?: Bone<Parsed, In>;
  /** How compensations are retried. Default: 5 attempts at growing intervals from 100 ms to 10 s, whatever the error. */
  readonly retry?: Policy;
  /** Where compensations are put that failed for good. Default: a {@link ParkingList}. */
  readonly parking?: Parking;
}

/** A saga that is being put together; each call gives a new one. */
export class SagaBuilder<In, State, Faults extends FaultMap> {
  readonly #options: SagaOptions<In, unknown>;
  readonly #steps: readonly SagaStep[];

  /** @internal Use {@link saga}. */
  constructor(options: SagaOptions<In, unknown>, steps: readonly SagaStep[]) {
    this.#options = options;
    this.#steps = steps;
  }

  /**
   * Adds a step, and how it is undone. What it gives is in the state of later steps under its name.
   *
   * @throws {OptionError} when the name is taken, or the compensation is not idempotent.
   */
  step<const Name extends string, M extends AnyMuscle, C extends AnyMuscle = never>(
    name: Name,
    muscle: M,
    options: SagaStepOptions<State, State & { readonly [K in Name]: MuscleOutput<M> }, M, C>,
  ): SagaBuilder<In, State & { readonly [K in Name]: MuscleOutput<M> }, Faults & MuscleFaults<M>> {
    if (typeof name !== 'string' || name === '' || name === 'input' || this.#steps.some((step) => step.name === name))
      throw new OptionError('step', 'a name of its own, other than "input"', name);
    const { input, compensate } = options;
    if (typeof input !== 'function') throw new OptionError(`${name}.input`, 'a function', input);
    const step: SagaStep = {
      name,
      muscle,
      input: input as unknown as SagaStep['input'],
      ...undoOf(name, compensate as unknown as AnyCompensation | undefined),
    };
    return new SagaBuilder(this.#options, [...this.#steps, step]);
  }

  /** The saga, which gives what `output` makes of its state. */
  output<Out>(output: (state: State) => Out | Promise<Out>): Saga<In, Out, Faults> {
    return new Saga(this.#options, this.#steps, output as unknown as (state: SagaState) => unknown);
  }
}

type AnyCompensation = Compensation<SagaState, SagaState, AnyMuscle>;

const undoOf = (step: string, compensation: AnyCompensation | undefined): Pick<SagaStep, 'undo' | 'undoesFailed'> => {
  if (compensation === undefined) return { undo: undefined, undoesFailed: false };
  if (typeof compensation === 'function')
    return {
      undo: (state, { context }) => compensation(state, { context, signal: context.signal }),
      undoesFailed: false,
    };
  const { run, input, whenFailed } = compensation;
  if (!(run instanceof Muscle) || typeof input !== 'function')
    throw new OptionError(`${step}.compensate`, 'a function, or an operation and its input', compensation);
  if (!run.idempotent) throw new OptionError(`${step}.compensate`, 'idempotent, as it may be retried', run);
  return {
    undo: async (state, { context, failure }) => {
      if (failure === undefined) return await run.execute(input(state), { context });
      const after = whenFailed?.(state, failure.error);
      return after === undefined ? undefined : await run.execute(after, { context });
    },
    undoesFailed: whenFailed !== undefined,
  };
};

/**
 * Saga: steps that each take effect at once, and are undone in reverse when a later one fails, or the caller gives up
 * in the middle. Made by {@link saga}.
 */
export class Saga<in In = void, out Out = void, Faults extends FaultMap = FaultMap> extends MuscleGroup<
  In,
  Out,
  Faults
> {
  /** Where compensations are that failed for good. */
  readonly parking: Parking;
  readonly #plan: SagaPlan;
  readonly #listeners: Set<SagaListener>;

  /** @internal Use {@link saga}. */
  constructor(options: SagaOptions<In, unknown>, steps: readonly SagaStep[], output: (state: SagaState) => unknown) {
    const { input: bone, retry, parking = new ParkingList(), ...rest } = options;
    const listeners = new Set<SagaListener>();
    const plan: SagaPlan = {
      name: options.name,
      steps,
      output,
      retry,
      parking,
      tell: (event) => {
        for (const listener of listeners) {
          try {
            listener(event);
          } catch {
            // An observer's failure is not the saga's.
          }
        }
      },
    };
    super(rest as GroupOptions<In, Out>, {
      kind: 'saga',
      members: steps.map(({ muscle }) => muscle),
      edges: chainOf(steps.map(({ muscle }) => muscle)),
      input: bone as Bone<unknown, unknown> | undefined,
      run: async (input, work) => {
        const state: SagaState = { input: bone === undefined ? input : bone.parse(input) };
        return (await new SagaRun(plan, work.context, state).run(work)) as Out;
      },
    });
    this.parking = parking;
    this.#plan = plan;
    this.#listeners = listeners;
  }

  /** Calls back at every step, compensation and end, at once and in order. Dispose what it returns to stop. */
  observe(listener: SagaListener): Disposable {
    const own: SagaListener = (event) => listener(event);
    this.#listeners.add(own);
    return { [Symbol.dispose]: () => void this.#listeners.delete(own) };
  }

  /**
   * Tries a parked compensation again, and releases it when it has come through.
   *
   * @throws {OptionError} when it is not of this saga; else what the compensation throws.
   */
  async undoParked(entry: ParkedCompensation, options: { readonly context?: Context } = {}): Promise<void> {
    const step = this.#plan.steps.find(({ name }) => name === entry.step);
    if (step === undefined || entry.saga !== this.name) throw new OptionError('entry', `of saga "${this.name}"`, entry);
    const context = options.context ?? new Context({ correlationId: entry.correlationId });
    const failure = entry.stepError === undefined ? undefined : { error: entry.stepError };
    await new SagaRun(this.#plan, context, entry.state).undo(step, failure);
    await this.parking.release(entry.id);
  }
}

/**
 * Begins a saga: name the steps one by one, each with how it is undone, and end with the output. Types flow: each step
 * sees the input and what the steps before it gave.
 *
 * Compensations run whether or not the caller still waits, and are retried. One that fails for good is told to
 * observers, parked, and named in the {@link CompensationError} that the caller gets; the others run all the same. When
 * all come through, the caller gets the error that made the saga fail. The step that failed is not undone unless
 * its compensation says so with `whenFailed`.
 *
 * A saga lives in memory: for one that outlives the process see {@link workflow}.
 *
 * @see Garcia-Molina and Salem, Sagas, SIGMOD 1987
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Muscle, saga } from '@organism/muscular';
 *
 * const rooms = new Set<string>();
 * const book = new Muscle({ name: 'book', run: (city: string) => (rooms.add(city), { city }) });
 * const cancel = new Muscle({ name: 'cancel', idempotent: true, run: (city: string) => rooms.delete(city) });
 * const pay = new Muscle({ name: 'pay', run: (cents: number) => assert.ok(cents < 100, 'card declined') });
 *
 * const trip = saga<{ city: string; cents: number }>({ name: 'trip' })
 *   .step('room', book, {
 *     input: ({ input }) => input.city,
 *     compensate: { run: cancel, input: ({ room }) => room.city },
 *   })
 *   .step('payment', pay, { input: ({ input }) => input.cents })
 *   .output(({ room }) => `a room in ${room.city}`);
 *
 * assert.equal(await trip.execute({ city: 'Lisbon', cents: 50 }), 'a room in Lisbon');
 * await assert.rejects(trip.execute({ city: 'Porto', cents: 500 }), /card declined/);
 * assert.deepEqual([...rooms], ['Lisbon']);
 * ```
 */
export function saga<In, Parsed>(
  options: SagaOptions<In, Parsed> & { readonly input: Bone<Parsed, In> },
): SagaBuilder<In, { readonly input: Immutable<Parsed> }, NoFaults>;
export function saga<In>(
  options: SagaOptions<In> & { readonly input?: undefined },
): SagaBuilder<In, { readonly input: Immutable<In> }, NoFaults>;
export function saga(options: object): unknown {
  return new SagaBuilder(options as SagaOptions<unknown, unknown>, []);
}
