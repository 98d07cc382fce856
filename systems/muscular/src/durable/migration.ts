import { type Clock, systemClock, systemEntropy } from '@organism/cell';
import { DeterminismError } from './errors.ts';
import type { Journal, RunStatus, Story } from './journal.ts';
import { Run } from './run.ts';
import type { AnyWorkflow } from './workflow.ts';

/** Options of {@link checkMigration}. */
export interface MigrationOptions {
  /** Which runs of a journal to check. Default `running`: those that will go on with the new code. */
  readonly status?: RunStatus;
  /** At most so many, the newest first. Default 1000. */
  readonly limit?: number;
  /** Milliseconds that the code may take to go on between two calls of the flow. Default 1000. */
  readonly patienceMs?: number;
  readonly clock?: Clock;
}

/** Outcome of {@link checkMigration}. */
export interface MigrationReport {
  /** How many runs were replayed. */
  readonly checked: number;
  /** One for each run that goes another way with this code; it names the first step that diverges. */
  readonly divergences: readonly DeterminismError[];
}

/** Replays one run until it goes another way, or its journal is used up. Nothing is ever run live. */
const replay = <Tx>(
  workflow: AnyWorkflow<Tx>,
  story: Story,
  clock: Clock,
  patienceMs: number,
): Promise<DeterminismError | undefined> =>
  new Promise((resolve) => {
    const end = (error?: DeterminismError): void => {
      timer[Symbol.dispose]();
      run.halt(error);
      resolve(error);
    };
    const run: Run<Tx> = new Run(
      workflow,
      { ...story, signals: [] },
      {
        clock,
        entropy: systemEntropy,
        dirty: () => end(),
        began() {},
        ended() {},
        diverged: (_run, error) => end(error),
        live: () => {
          end();
          return false;
        },
      },
    );
    const timer = clock.setTimeout(() => {
      const { next } = run;
      if (next === undefined) return end();
      const silence = { kind: 'nothing', name: '' };
      return end(new DeterminismError(workflow.name, story.run.id, next.position, next, silence));
    }, patienceMs);
    run.begin();
  });

/**
 * Migration check: replays stored runs against new code, without effects, and names the first step of each that diverges.
 * Run it in CI or before a deploy, on a copy of the journal or on stories exported from it.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { sleep, systemClock } from '@organism/cell';
 * import { checkMigration, memoryJournal, MuscleCoordination, workflow } from '@organism/muscular';
 *
 * const store = memoryJournal();
 * const before = workflow({
 *   name: 'order',
 *   run: async (_input: void, flow) => {
 *     await flow.step('reserve', () => 1);
 *     await flow.waitFor('paid');
 *   },
 * });
 * await using engine = await new MuscleCoordination({ store, workflows: [before] }).start();
 * await engine.launch(before, undefined);
 * await sleep(systemClock, 20);
 *
 * const after = workflow({
 *   name: 'order',
 *   run: async (_input: void, flow) => {
 *     await flow.step('check', () => 1);
 *     await flow.waitFor('paid');
 *   },
 * });
 * const { divergences } = await checkMigration(store, after);
 * assert.match(divergences[0]?.message ?? '', /at position 1: expected step "reserve", got step "check"/);
 * assert.equal((await checkMigration(store, before)).divergences.length, 0);
 * ```
 */
export const checkMigration = async <Tx>(
  journals: Journal<Tx> | readonly Story[],
  workflow: AnyWorkflow<Tx>,
  options: MigrationOptions = {},
): Promise<MigrationReport> => {
  const { status = 'running', limit = 1000, patienceMs = 1000, clock = systemClock } = options;
  const stories: Story[] = [];
  if ('load' in journals)
    for (const { id } of await journals.list({ workflow: workflow.name, status, limit })) {
      const story = await journals.load(id);
      if (story?.run.version === workflow.version) stories.push(story);
    }
  else stories.push(...journals);
  const divergences: DeterminismError[] = [];
  for (const story of stories) {
    const error = await replay(workflow, story, clock, patienceMs);
    if (error !== undefined) divergences.push(error);
  }
  return { checked: stories.length, divergences };
};
