import type { Context } from '@organism/cell';
import { exponential, type Policy, Retry } from '@organism/homeostasis';
import { CompensationError } from '../errors.ts';
import { detach, type ExecuteOptions, onward, refuseIfDone, type Work } from '../work.ts';
import type { ParkedCompensation, Parking } from './parking.ts';
import type { SagaEvent, SagaState, SagaStep, UndoOptions } from './saga-steps.ts';

/** What a run needs of its saga. */
export interface SagaPlan {
  readonly name: string;
  readonly steps: readonly SagaStep[];
  readonly output: (state: SagaState) => unknown;
  readonly retry: Policy | undefined;
  readonly parking: Parking;
  readonly tell: (event: SagaEvent) => void;
}

/** A step that may have had an effect. */
interface Undoable {
  readonly step: SagaStep;
  readonly failure: UndoOptions['failure'];
}

/** One run of a saga. */
export class SagaRun {
  readonly #plan: SagaPlan;
  readonly #context: Context;
  /** What is to be undone: the steps that were done, and one that failed but may have had an effect. */
  readonly #done: Undoable[] = [];
  #state: SagaState;

  constructor(plan: SagaPlan, context: Context, state: SagaState) {
    this.#plan = plan;
    this.#context = context;
    this.#state = state;
  }

  /** Runs the steps; when one fails, or the caller gives up, undoes those that were done and throws why. */
  async run(work: Work): Promise<unknown> {
    const how = onward(work);
    try {
      for (const step of this.#plan.steps) {
        refuseIfDone(work.context, undefined);
        await this.#do(step, how);
      }
      const output = await this.#plan.output(this.#state);
      this.#tell('completed');
      return output;
    } catch (error) {
      await this.#undoAll(error);
      throw error;
    }
  }

  async #do(step: SagaStep, how: ExecuteOptions): Promise<void> {
    const { name, muscle } = step;
    const input = step.input(this.#state);
    try {
      const result = await muscle.execute(input as never, how);
      this.#state = { ...this.#state, [name]: result };
    } catch (error) {
      this.#tell('step-failed', { step: name, error });
      if (step.undoesFailed) this.#done.push({ step, failure: { error } });
      throw error;
    }
    this.#done.push({ step, failure: undefined });
    this.#tell('step-done', { step: name });
  }

  /** Undoes in reverse what was done. One that fails for good is parked, and does not keep the others from being undone. */
  async #undoAll(cause: unknown): Promise<void> {
    const parked: ParkedCompensation[] = [];
    const lost: unknown[] = [];
    for (const { step, failure: stepFailure } of this.#done.toReversed()) {
      try {
        await this.undo(step, stepFailure);
      } catch (error) {
        const entry = this.#entryOf(step, stepFailure, { error, cause });
        parked.push(entry);
        try {
          await this.#plan.parking.park(entry);
          this.#tell('parked', { step: step.name, error });
        } catch (failure) {
          lost.push(failure);
          this.#tell('parking-failed', { step: step.name, error: failure });
        }
      }
    }
    this.#tell('rolled-back', { error: cause });
    if (parked.length > 0) throw new CompensationError(this.#plan.name, cause, parked, lost);
  }

  /** Undoes one step, trying as often as the policy says, whether or not the saga's caller still waits. */
  async undo(step: SagaStep, failure: UndoOptions['failure']): Promise<void> {
    const { undo } = step;
    if (undo === undefined) return;
    const base = detach(this.#context);
    const { clock, entropy } = base;
    const backoff = exponential({ baseMs: 100, maxMs: 10_000, jitter: 'full' });
    const retry = this.#plan.retry ?? new Retry({ attempts: 5, backoff, when: () => true, clock, entropy });
    let attempt = 0;
    await retry.execute(
      async ({ signal }) => {
        attempt += 1;
        const context = detach(base, signal);
        try {
          await context.run(() => undo(this.#state, { context, failure }));
        } catch (error) {
          this.#tell('compensation-failed', { step: step.name, attempt, error });
          throw error;
        }
        this.#tell('compensated', { step: step.name, attempt });
      },
      { context: base },
    );
  }

  #entryOf(
    step: SagaStep,
    failure: UndoOptions['failure'],
    why: Pick<ParkedCompensation, 'error' | 'cause'>,
  ): ParkedCompensation {
    const { clock, correlationId, entropy } = this.#context;
    return {
      id: entropy.uuid(),
      saga: this.#plan.name,
      step: step.name,
      state: this.#state,
      ...(failure !== undefined && { stepError: failure.error }),
      ...why,
      at: clock.now(),
      correlationId,
    };
  }

  #tell(type: SagaEvent['type'], about: Pick<SagaEvent, 'step' | 'attempt' | 'error'> = {}): void {
    const { clock, correlationId } = this.#context;
    this.#plan.tell({ type, saga: this.#plan.name, ...about, correlationId, at: clock.now() });
  }
}
