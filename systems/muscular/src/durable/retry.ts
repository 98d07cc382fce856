import { OptionError } from '@organism/cell';
import { RunStateError } from './errors.ts';
import type { Entry, Story } from './journal.ts';

/** A step that journals its begin is run again from there. */
const beginOf = (entries: readonly Entry[], step: Entry): Entry =>
  entries.find(
    ({ kind, name, position }) => kind === 'intent' && name === step.name && position === step.position - 1,
  ) ?? step;

/**
 * How much of a run's journal stays when it is retried: all before a step; without one, all before the step that failed
 * last, or everything when the run is parked or blocked.
 *
 * @throws {RunStateError} when the run can't be retried.
 * @throws {OptionError} when there is no such step in it.
 */
export const lengthToKeep = ({ run, entries }: Story, from: string | undefined): number => {
  const { id, status } = run;
  if (status === 'running' || status === 'completed') throw new RunStateError(id, status, 'retried');
  if (status === 'cancelled') throw new RunStateError(id, status, 'retried', 'launch a new one');
  if (from === undefined && status !== 'failed') return entries.length;
  if (entries.some(({ kind }) => kind === 'unwind'))
    throw new RunStateError(id, status, 'retried', 'its steps were undone; launch a new one');
  const step = entries.findLast(({ name, failed }) => (from === undefined ? failed : name === from));
  if (step !== undefined) return beginOf(entries, step).ordinal - 1;
  if (from !== undefined) throw new OptionError('from', 'the name of a step of the run', from);
  return entries.length;
};
