import type { Context } from '@organism/cell';
import type { Work } from '../work.ts';
import type { AnyMuscle, MuscleInput } from './joins.ts';

/** How a step is undone by an idempotent operation. */
export interface CompensatingMuscle<Before, State, M extends AnyMuscle> {
  readonly run: M;
  /** Its input, when the step was done. */
  readonly input: (state: State) => MuscleInput<M>;
  /**
   * Its input, when the step itself failed and may have had an effect all the same, as after a timeout; undefined when
   * there is nothing to undo. Default: a step that failed is not undone.
   */
  readonly whenFailed?: (state: Before, error: unknown) => MuscleInput<M> | undefined;
}

/** How a step is undone: by an operation with an input from the saga's state, or by a function. */
export type Compensation<Before, State, M extends AnyMuscle> =
  | CompensatingMuscle<Before, State, M>
  | ((state: State, work: Pick<Work, 'context' | 'signal'>) => unknown);

/** How a step takes part in its saga. */
export interface SagaStepOptions<State, Done, M extends AnyMuscle, C extends AnyMuscle> {
  /** The step's input, from the saga's input and what the steps before gave. */
  readonly input: (state: State) => MuscleInput<M>;
  /** Undoes the step. Retried, so it must be idempotent. Default: there is nothing to undo. */
  readonly compensate?: Compensation<State, Done, C>;
}

/** The saga's input, and what its steps gave, by their names. */
export type SagaState = Readonly<Record<string, unknown>>;

/** How a step is undone. */
export interface UndoOptions {
  readonly context: Context;
  /** Why the step failed; undefined when it was done. */
  readonly failure: { readonly error: unknown } | undefined;
}

/** A step as the saga runs it. */
export interface SagaStep {
  readonly name: string;
  readonly muscle: AnyMuscle;
  readonly input: (state: SagaState) => unknown;
  /** Undoes it once: when it was done, or when it failed with an error. */
  readonly undo: ((state: SagaState, how: UndoOptions) => unknown) | undefined;
  /** Whether it is undone when it has failed, too. */
  readonly undoesFailed: boolean;
}

/** Something that happened in a saga, for logs and meters. */
export interface SagaEvent {
  readonly type:
    | 'step-done'
    | 'step-failed'
    | 'compensated'
    | 'compensation-failed'
    | 'parked'
    | 'parking-failed'
    | 'completed'
    | 'rolled-back';
  readonly saga: string;
  /** The step it is about; undefined for the saga's end. */
  readonly step?: string;
  /** Which attempt of a compensation it was; 1 for the first. */
  readonly attempt?: number;
  readonly error?: unknown;
  readonly correlationId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Hears what happens in a saga. */
export type SagaListener = (event: SagaEvent) => void;
