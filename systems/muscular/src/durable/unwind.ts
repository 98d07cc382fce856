import { Context } from '@organism/cell';
import { failureOf, StepError } from './errors.ts';
import type { Failure } from './errors.ts';
import type { Operation } from './flow.ts';
import { asJson, toText } from './json.ts';
import type { Run } from './run.ts';

/** What undoes a step. */
export interface Compensation {
  readonly name: string;
  readonly muscle: Operation<never, unknown>;
  readonly input: unknown;
}

/** Runs one compensation until it is journalled as done; throws what it threw last when all attempts failed. */
const undo = async <Tx>(run: Run<Tx>, { name, muscle, input }: Compensation): Promise<void> => {
  const { attempts, delayMs } = run.workflow.compensation;
  const { clock, entropy } = run.host;
  const context = new Context({ clock, entropy, correlationId: run.id, causationId: run.id });
  const failed = Promise.withResolvers<never>();
  const done = run.call('compensation', name, (call) => {
    const attempt = async (number: number): Promise<void> => {
      try {
        // In a context of its own: what must be undone is undone, also when the run was cancelled.
        await muscle.execute(input as never, { context });
        run.complete(call, null, undefined);
      } catch (error) {
        if (number === attempts) failed.reject(error);
        else run.timer(() => void run.during(() => attempt(number + 1)), delayMs * 2 ** (number - 1));
      }
    };
    void run.during(() => attempt(1));
  });
  await Promise.race([done, failed.promise]);
};

/** Undoes what a run did, the last first, and ends it. A compensation that fails for good parks it, for help. */
export const unwind = async <Tx>(
  run: Run<Tx>,
  status: 'failed' | 'cancelled',
  failure: Failure,
  journalled: boolean,
): Promise<void> => {
  const outcome = toText(asJson(failure, 'a failure'));
  if (run.compensations.length > 0 || journalled) {
    // From here on the run is being undone, whatever its code would do after a restart.
    await run.call('unwind', status, (call) => run.complete(call, outcome, undefined));
    for (const compensation of run.compensations.toReversed()) {
      try {
        await undo(run, compensation);
      } catch (error) {
        const parked = failureOf(new StepError(compensation.name, failureOf(error)));
        run.finish('parked', toText(asJson(parked, 'a failure')));
        return;
      }
    }
  }
  run.finish(status, outcome);
};
