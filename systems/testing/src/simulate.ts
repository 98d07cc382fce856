import { Cell, type Health } from '@organism/cell';
import { SimulationError } from './errors.ts';
import type { FaultKind, FaultPlan } from './fault-plan.ts';
import { literal } from './literal.ts';
import { SimulatedWorld } from './simulated-world.ts';
import type { TraceEntry } from './trace.ts';
import { defaultEpoch, type DurationLimit, type RunLimit, type VirtualClockOptions } from './virtual-clock.ts';
import type { World } from './world.ts';

/** What happens in a simulation: plain code, with time and chance taken from the world. */
export type Scenario<T> = (world: World) => T | PromiseLike<T>;

/** Options of {@link simulate}. Origins of timers are kept unless told otherwise. */
export interface SimulateOptions extends RunLimit, DurationLimit, Pick<VirtualClockOptions, 'start' | 'origins'> {
  /** How long a body given instead of a scenario runs: milliseconds of virtual time. Default 60 000. */
  readonly forMs?: number;
  /** How long a body may take to stop at the end: milliseconds of virtual time. Default 10 000. */
  readonly stopTimeoutMs?: number;
  /** What timers mean that are still set at the end. Default `fail`. */
  readonly leaks?: 'fail' | 'ignore';
  /** Fire timers that are due at the same instant in an order drawn from the seed. Default false: as they were set. */
  readonly shuffle?: boolean;
  /**
   * Faults for every port that the scenario wraps, where its own plan says nothing else; a crash rate is for the ports of
   * processes. Default none.
   */
  readonly faults?: FaultPlan;
}

/** Outcome of a simulation that went well. */
export interface Simulation<T> {
  readonly seed: string;
  /** What the scenario returned. */
  readonly value: T;
  /** What was logged, and the life of the bodies that were started. */
  readonly trace: readonly TraceEntry[];
  /** Sixteen hexadecimal digits: the same when trace, timers and draws of randomness are the same. */
  readonly digest: string;
  /** Virtual milliseconds from the start to the end. */
  readonly elapsedMs: number;
  readonly timersFired: number;
  /** How many faults of each kind were injected: a scenario without any tests nothing of them. */
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
}

const lifeOf =
  (body: Cell, forMs: number): Scenario<Health> =>
  async ({ start, sleep }) => {
    await start(body);
    await sleep(forMs);
    return await body.health();
  };

/**
 * Deterministic simulation: runs a scenario, or a whole body, under a virtual clock and seeded entropy. The clock moves
 * by itself as far as the scenario needs, so hours pass in milliseconds, and the same seed goes the same way.
 *
 * Bodies that the scenario started and left running are stopped at the end. Work outside the clock (files, sockets,
 * other threads) is not part of the simulation: put a stand-in in its place, or `hold` the clock for it.
 *
 * @throws {SimulationError} `TESTING_SIMULATION_FAILED`, with one line that replays it, when the scenario throws; when
 *   it can never settle (cause: DeadlockError) or does not within the limits (ClockRunawayError); when a body does not
 *   stop cleanly (StopError); when timers are left (TimersLeakedError); when a cell runs on another clock
 *   (ForeignClockError).
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { simulate } from '@organism/testing';
 *
 * const { value, elapsedMs } = await simulate('seed-1', async ({ sleep, chance, log }) => {
 *   for (let attempt = 1; ; attempt++) {
 *     await sleep(60_000);
 *     log('tried', { attempt });
 *     if (chance.boolean(0.2)) return attempt;
 *   }
 * });
 * assert.equal(elapsedMs, value * 60_000);
 * ```
 */
export function simulate<T>(
  seed: string | number,
  scenario: Scenario<T>,
  options?: SimulateOptions,
): Promise<Simulation<T>>;
export function simulate(seed: string | number, body: Cell, options?: SimulateOptions): Promise<Simulation<Health>>;
export function simulate<T>(
  seed: string | number,
  subject: Scenario<T> | Cell,
  options: SimulateOptions = {},
): Promise<Simulation<T | Health>> {
  return subject instanceof Cell
    ? run(seed, lifeOf(subject, options.forMs ?? 60_000), options)
    : run(seed, subject, options);
}

/** The options that change how a run goes, as they are written in code. */
const replayOf = (options: SimulateOptions): string | undefined => {
  const text = literal({ ...options, origins: undefined });
  return text === '{}' ? undefined : text;
};

const run = async <T>(
  seed: string | number,
  scenario: Scenario<T>,
  options: SimulateOptions,
): Promise<Simulation<T>> => {
  const { stopTimeoutMs = 10_000, leaks = 'fail', maxTimers, maxMs } = options;
  const { start = defaultEpoch, origins = true, shuffle = false, faults = {} } = options;
  const simulated = new SimulatedWorld(seed, { start, origins, shuffle, faults });
  const { actors, clock, trace, weather, world } = simulated;
  const errors: unknown[] = [];
  let outcome: { readonly value: T } | undefined;
  try {
    const work = world.context.run(async () => await scenario(world));
    const limit = { ...(maxTimers !== undefined && { maxTimers }), ...(maxMs !== undefined && { maxMs }) };
    outcome = { value: await clock.runUntil(actors.join(work), limit) };
  } catch (error) {
    errors.push(error);
  }
  const elapsedMs = clock.monotonic();
  errors.push(...(await simulated.stopBodies(stopTimeoutMs)));
  const leak = await simulated.close();
  if (errors.length === 0 && leak !== undefined && leaks === 'fail') errors.push(leak);
  const digest = simulated.digest();
  if (outcome === undefined || errors.length > 0) {
    const replay = replayOf(options);
    const given = replay === undefined ? {} : { options: replay };
    throw new SimulationError({ seed: world.seed, elapsedMs, digest, trace, errors, ...given });
  }
  const { counts } = weather;
  return { seed: world.seed, ...outcome, trace, digest, elapsedMs, timersFired: clock.fired, faults: counts };
};
