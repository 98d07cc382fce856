import { simulate } from '@organism/testing';
import { MuscleCoordination } from '../coordination/muscle-coordination.ts';
import type { RunStatus } from '../durable/journal.ts';
import { type MemoryJournal, memoryJournal, type MemoryTransaction } from '../durable/memory-journal.ts';
import type { RunHandle, RunReport } from '../durable/run-handle.ts';
import type { Workflow } from '../durable/workflow.ts';

/** A workflow and the world around it, made anew for each crash. */
export interface CrashSubject<In, Out> {
  readonly workflow: Workflow<In, Out, MemoryTransaction>;
  readonly input: In;
  /** Sends what the workflow waits for. Called in each life, so give signals an id. */
  readonly drive?: (run: RunHandle<Out>) => Promise<void>;
  /** Throws when the world is not as it must be now that the run has ended. */
  readonly check: (outcome: CrashOutcome) => void | Promise<void>;
}

/** How a run ended after a crash. */
export interface CrashOutcome extends RunReport {
  /** What transactions have written. */
  readonly data: MemoryTransaction;
  /** Where the process was killed. Undefined: not at all. */
  readonly crashed: CrashPoint | undefined;
}

/** A place at which a process is killed: a step before it takes effect, or after that but before its journal has it. */
export interface CrashPoint {
  /** The n-th group of writes to the journal, from 1. */
  readonly commit: number;
  /** Before it: what was done since the last one is not journalled. After it: it is, and nobody was told. */
  readonly when: 'before' | 'after';
}

/** Outcome of {@link crashAtEveryStep}. */
export interface CrashReport {
  /** At how many places the process was killed. */
  readonly points: number;
  /** How many runs ended in each way. */
  readonly statuses: Readonly<Partial<Record<RunStatus, number>>>;
}

const runId = 'crash-test';

/** The same journal; kills at one point of it. */
const fragile = (
  journal: MemoryJournal,
  point: CrashPoint | undefined,
  kill: () => void,
): [MemoryJournal, () => number] => {
  let commits = 0;
  const proxy = new Proxy(journal, {
    get: (target, key) => {
      const member: unknown = Reflect.get(target, key, target);
      if (typeof member !== 'function') return member;
      if (key !== 'commit') return member.bind(target);
      return (...args: Parameters<MemoryJournal['commit']>): ReadonlySet<string> | Promise<never> => {
        commits += 1;
        const here = commits === point?.commit;
        if (here && point.when === 'before') {
          kill();
          return new Promise<never>(() => {});
        }
        const refused = target.commit(...args);
        if (!here) return refused;
        kill();
        return new Promise<never>(() => {});
      };
    },
  });
  return [proxy, () => commits];
};

/** Runs it once, killed at one point and started again. @returns how many groups of writes the first life made. */
const attempt = async <In, Out>(
  make: () => CrashSubject<In, Out>,
  point: CrashPoint | undefined,
  report: (status: RunStatus) => void,
): Promise<number> => {
  const seed = point === undefined ? 'no crash' : `crash ${point.when} commit ${point.commit}`;
  const { value } = await simulate(seed, async ({ process }) => {
    const { workflow, input, drive, check } = make();
    const store = memoryJournal();
    let commits = 0;
    for (const name of ['first', 'second']) {
      const life = process(name);
      const [journal, made] = fragile(store, name === 'first' ? point : undefined, () => life.crash());
      const engine = new MuscleCoordination({ store: journal, workflows: [workflow], exclusive: true });
      const work = life.run(async () => {
        await life.start(engine);
        const run = await engine.launch(workflow, input, { id: runId });
        await drive?.(run);
        await run.result().catch(() => {});
        const outcome = await run.inspect();
        if (!['completed', 'failed', 'cancelled'].includes(outcome.status))
          throw new Error(`The run is ${outcome.status}: ${outcome.failure?.message ?? ''}`);
        await check({ ...outcome, data: store.data, crashed: point });
        report(outcome.status);
        await engine.stop();
      });
      const died = await work.then(
        () => false,
        (error: unknown) => {
          if (!life.crashed) throw error;
          return true;
        },
      );
      if (name === 'first') commits = made();
      if (!died) break;
    }
    return commits;
  });
  return value;
};

/**
 * Crash test of a workflow or saga: runs it in a simulation once for each place where its process could end (before and
 * after each group of writes to its journal, and so before and after each step), kills it there, starts it again, and
 * checks that it ends, completed or undone, with the world as it must be.
 *
 * @throws {SimulationError} for the first crash that leaves the world wrong; its seed says where the process was killed.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Muscle, workflow } from '@organism/muscular';
 * import { crashAtEveryStep } from '@organism/muscular/testing';
 *
 * const { points, statuses } = await crashAtEveryStep(() => {
 *   const booked = new Set<string>();
 *   const book = new Muscle<string, void>({ name: 'book', idempotent: true, run: (what) => void booked.add(what) });
 *   const cancel = new Muscle<string, void>({ name: 'cancel', idempotent: true, run: (what) => void booked.delete(what) });
 *   const trip = workflow({
 *     name: 'trip',
 *     run: async (_input: void, flow) => {
 *       for (const what of ['hotel', 'flight']) {
 *         flow.compensate(`cancel ${what}`, cancel, what);
 *         await flow.step(what, book, what);
 *       }
 *       await flow.step('pay', () => Promise.reject(new Error('no money')));
 *     },
 *   });
 *   return { workflow: trip, input: undefined, check: () => assert.equal(booked.size, 0) };
 * });
 * assert.ok(points > 10);
 * assert.deepEqual(statuses, { failed: points + 1 });
 * ```
 */
export const crashAtEveryStep = async <In, Out>(make: () => CrashSubject<In, Out>): Promise<CrashReport> => {
  const statuses: Partial<Record<RunStatus, number>> = {};
  const report = (status: RunStatus): void => {
    statuses[status] = (statuses[status] ?? 0) + 1;
  };
  const commits = await attempt(make, undefined, report);
  for (let commit = 1; commit <= commits; commit += 1)
    for (const when of ['before', 'after'] as const) await attempt(make, { commit, when }, report);
  return { points: commits * 2, statuses };
};
