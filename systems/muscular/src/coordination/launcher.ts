import type { Clock } from '@organism/cell';
import type { Journal } from '../durable/journal.ts';
import type { Workflow } from '../durable/workflow.ts';
import type { ScheduledWorkflow } from './schedule.ts';
import { Ticker } from './ticker.ts';

/** What launches runs. */
interface LaunchHost<Tx> {
  launch(workflow: Workflow<never, unknown, Tx>, input: never, options: { readonly id: string }): Promise<unknown>;
}

/** How many of a workflow's last runs are searched for the last scheduled one. */
const searched = 1000;

/** The time of the last run that a schedule has launched, by any engine. */
const lastOf = async <Tx>(
  journal: Journal<Tx>,
  { name, workflow }: ScheduledWorkflow<Tx>,
): Promise<number | undefined> => {
  const runs = await journal.list({ workflow: workflow.name, limit: searched });
  const times = runs
    .filter(({ id }) => id.startsWith(`${name}@`))
    .map(({ id }) => Date.parse(id.slice(name.length + 1)))
    .filter((time) => !Number.isNaN(time));
  return times.length === 0 ? undefined : Math.max(...times);
};

/** Launches the runs of a schedule until it is disposed. */
export const launchOnSchedule = async <Tx>(
  schedule: ScheduledWorkflow<Tx>,
  journal: Journal<Tx>,
  clock: Clock,
  host: LaunchHost<Tx>,
  trouble: (error: unknown) => void,
): Promise<Disposable> => {
  const { name, times, missed, graceMs, workflow, input } = schedule;
  const tick = (time: number): void => {
    const id = `${name}@${new Date(time).toISOString()}`;
    // Known already when another engine was faster.
    host.launch(workflow, input({ schedule: name, time }) as never, { id }).catch(trouble);
  };
  const from = (await lastOf(journal, schedule)) ?? clock.now();
  return new Ticker({ times, clock, missed, graceMs, tick }, from);
};
