import { OptionError } from '@organism/cell';
import { NotDeterministicError, SimulationError } from './errors.ts';
import { type FaultKind, faultKinds } from './fault-plan.ts';
import { type Scenario, simulate, type SimulateOptions, type Simulation } from './simulate.ts';
import { formatTrace } from './trace.ts';

/** Options of {@link forAllSeeds}. */
export interface SeedOptions extends SimulateOptions {
  /** What the seeds begin with; they end in `-1`, `-2` and so on. Default `seed`. */
  readonly prefix?: string;
  /** Run every seed twice, and fail when the two runs differ. Default false. */
  readonly checkReplay?: boolean;
}

/** What {@link forAllSeeds} did. */
export interface SeedReport {
  readonly count: number;
  /** Virtual milliseconds of all runs together. */
  readonly elapsedMs: number;
  readonly timersFired: number;
  /** How many faults of each kind were injected, in all runs together. */
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
}

type Outcome<T> = Simulation<T> | SimulationError;

const outcomeOf = async <T>(seed: string, scenario: Scenario<T>, options: SimulateOptions): Promise<Outcome<T>> => {
  try {
    return await simulate(seed, scenario, options);
  } catch (error) {
    if (error instanceof SimulationError) return error;
    throw error;
  }
};

const difference = <T>(one: Outcome<T>, two: Outcome<T>): string | undefined => {
  if (one === two) return undefined;
  const failed = one instanceof SimulationError;
  if (failed !== two instanceof SimulationError) return failed ? 'only the first failed' : 'only the second failed';
  const index = one.trace.findIndex((entry, at) => formatTrace([entry]) !== formatTrace(two.trace.slice(at, at + 1)));
  if (index !== -1 || two.trace.length !== one.trace.length)
    return `their traces differ from entry ${(index === -1 ? one.trace.length : index) + 1} on`;
  return one.digest === two.digest ? undefined : 'they set other timers or drew other random numbers';
};

/**
 * Property-based simulation: runs a scenario under many seeds, one after another, and stops at the first that fails.
 * That one runs once more, so that the error can say whether its replay can be trusted.
 *
 * @throws {SimulationError} `TESTING_SIMULATION_FAILED` of the first seed that fails, with one line that replays it.
 * @throws {NotDeterministicError} `TESTING_NOT_DETERMINISTIC` when replays are checked and one differs.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { forAllSeeds } from '@organism/testing';
 *
 * const report = await forAllSeeds(100, async ({ chance, clock, sleep }) => {
 *   const ms = chance.integer(1, 1000);
 *   await sleep(ms);
 *   assert.equal(clock.monotonic(), ms);
 * });
 * assert.equal(report.count, 100);
 * ```
 */
export const forAllSeeds = async (
  count: number,
  scenario: Scenario<unknown>,
  options: SeedOptions = {},
): Promise<SeedReport> => {
  if (!Number.isSafeInteger(count) || count < 1) throw new OptionError('count', 'a whole number of 1 or more', count);
  const { prefix = 'seed', checkReplay = false, ...rest } = options;
  let [elapsedMs, timersFired] = [0, 0];
  const faults: Partial<Record<FaultKind, number>> = {};
  for (let index = 1; index <= count; index++) {
    const seed = `${prefix}-${index}`;
    const outcome = await outcomeOf(seed, scenario, { origins: false, ...rest });
    const failed = outcome instanceof SimulationError;
    const replay = failed || checkReplay ? await outcomeOf(seed, scenario, { origins: failed, ...rest }) : outcome;
    const differs = difference(outcome, replay);
    if (failed) {
      const trust = differs === undefined ? '' : ` Its replay went differently: ${differs}.`;
      // The replay kept the origins of timers, so its messages say more.
      const told = differs === undefined && replay instanceof SimulationError ? replay : outcome;
      throw new SimulationError({ ...told.failure, note: `It was seed ${index} of ${count}.${trust}` });
    }
    if (differs !== undefined) throw new NotDeterministicError(seed, differs);
    elapsedMs += outcome.elapsedMs;
    timersFired += outcome.timersFired;
    for (const kind of faultKinds) {
      const injected = outcome.faults[kind];
      if (injected !== undefined) faults[kind] = (faults[kind] ?? 0) + injected;
    }
  }
  return { count, elapsedMs, timersFired, faults };
};
