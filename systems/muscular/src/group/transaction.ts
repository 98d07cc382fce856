import { type Context, OptionError } from '@organism/cell';
import { RollbackError } from '../errors.ts';
import { onward, refuseIfDone } from '../work.ts';
import type { AnyMuscle, CommonFaults, FirstInput, Joined, LastOutput, MuscleInput } from './joins.ts';
import { type GroupOptions, MuscleGroup } from './muscle-group.ts';
import { chainOf } from './sequence.ts';

/** Unit of work: begins, commits and rolls back transactions. A port: a database driver fills it. */
export interface UnitOfWork<Tx> {
  begin(scope: { readonly context: Context; readonly signal: AbortSignal }): Tx | Promise<Tx>;
  commit(tx: Tx): unknown;
  /** Called when a step or the commit has failed. */
  rollback(tx: Tx, error: unknown): unknown;
}

/** Options of a {@link transaction}. */
export interface TransactionOptions<Tx, Steps extends readonly unknown[]> extends GroupOptions<
  FirstInput<Steps>,
  LastOutput<Steps>
> {
  readonly unitOfWork: UnitOfWork<Tx>;
  /** In order: each takes what the one before gives. They get the transaction as their need `tx`. */
  readonly steps: Steps & Joined<Steps, MuscleInput<Steps[0]>>;
}

/**
 * Transaction: a sequence that takes effect as a whole or not at all. Its steps get the transaction as their need `tx`;
 * what they do without it is not undone.
 *
 * Rolled back when a step fails, or the caller gives up before the commit.
 *
 * @throws {OptionError} that names the option.
 * @throws {RollbackError} when it is run, and rolling back fails too.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Muscle, need, transaction } from '@organism/muscular';
 *
 * const log: string[] = [];
 * const write = new Muscle({
 *   name: 'write',
 *   needs: { tx: need<string[]>() },
 *   run: (line: string, { needs: { tx } }) => void tx.push(line),
 * });
 * const safely = transaction({
 *   name: 'write-safely',
 *   unitOfWork: { begin: (): string[] => [], commit: (tx) => log.push(...tx), rollback: () => {} },
 *   steps: [write],
 * });
 * await safely.execute('hello');
 * assert.deepEqual(log, ['hello']);
 * ```
 */
export const transaction = <Tx, const Steps extends readonly [AnyMuscle<{ tx: Tx }>, ...AnyMuscle<{ tx: Tx }>[]]>(
  options: TransactionOptions<Tx, Steps>,
): MuscleGroup<FirstInput<Steps>, LastOutput<Steps>, CommonFaults<Steps[number]>> => {
  const { steps: given, unitOfWork, ...rest } = options;
  for (const method of ['begin', 'commit', 'rollback'] as const)
    if (typeof unitOfWork?.[method] !== 'function')
      throw new OptionError('unitOfWork', 'able to begin, commit and rollback', unitOfWork);
  const steps: readonly AnyMuscle<{ tx: Tx }>[] = given;
  return new MuscleGroup(rest, {
    kind: 'transaction',
    members: steps,
    given: ['tx'],
    edges: chainOf(steps),
    input: steps[0]?.input,
    output: steps.at(-1)?.output,
    run: async (input, work) => {
      const { context, signal } = work;
      const how = onward(work);
      const tx = await unitOfWork.begin({ context, signal });
      try {
        let value: unknown = input;
        for (const step of steps)
          value = await ((step.unmet as readonly string[]).includes('tx')
            ? step.executeWith({ tx }, value as never, how)
            : (step as AnyMuscle).execute(value as never, how));
        refuseIfDone(context, undefined);
        await unitOfWork.commit(tx);
        return value as LastOutput<Steps>;
      } catch (error) {
        try {
          await unitOfWork.rollback(tx, error);
        } catch (failure) {
          throw new RollbackError(rest.name, error, failure);
        }
        throw error;
      }
    },
  });
};
