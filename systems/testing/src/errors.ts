import { messageOf, OrganismError } from '@organism/cell';
import { literal } from './literal.ts';
import { describeTimers, type PendingTimer } from './pending-timer.ts';
import { formatTrace, type TraceEntry } from './trace.ts';

/**
 * Runaway clock: timers keep arming new ones, and the limit on how many may fire was reached.
 *
 * Code `TESTING_CLOCK_RUNAWAY`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { ClockRunawayError, VirtualClock } from '@organism/testing';
 *
 * const clock = new VirtualClock();
 * clock.setInterval(() => {}, 1000);
 * await assert.rejects(clock.runAll({ maxTimers: 100 }), ClockRunawayError);
 * ```
 */
export class ClockRunawayError extends OrganismError {
  constructor(limit: string, pending: readonly PendingTimer[]) {
    super(
      'TESTING_CLOCK_RUNAWAY',
      `Expected the timers to come to an end, but ${limit} was reached and more are pending: ` +
        `${describeTimers(pending) || 'none'}. Stop what repeats, or raise the limit.`,
      { details: { limit } },
    );
  }
}

/**
 * Deadlock: something is awaited that no timer and no promise job will ever bring about. Code `TESTING_DEADLOCK`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { DeadlockError, VirtualClock } from '@organism/testing';
 *
 * const clock = new VirtualClock();
 * await assert.rejects(clock.runUntil(new Promise(() => {})), DeadlockError);
 * ```
 */
export class DeadlockError extends OrganismError {
  constructor(elapsedMs: number) {
    super(
      'TESTING_DEADLOCK',
      `Expected the work to settle, but ${elapsedMs} ms into virtual time it still waits and no timer is pending. ` +
        'Look for a promise that nobody settles, or for work outside the clock (files, sockets, other threads).',
      { details: { elapsedMs } },
    );
  }
}

/**
 * Leaked timers: a simulation is over, its bodies are stopped, and timers are still set.
 *
 * Code `TESTING_TIMERS_LEAKED`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { simulate, TimersLeakedError } from '@organism/testing';
 *
 * const leaky = simulate('seed-1', ({ clock }) => void clock.setTimeout(() => {}, 5000));
 * await assert.rejects(leaky, ({ cause }) => cause instanceof TimersLeakedError && cause.timers.length === 1);
 * ```
 */
export class TimersLeakedError extends OrganismError {
  /** The timers left. */
  readonly timers: readonly PendingTimer[];
  constructor(timers: readonly PendingTimer[]) {
    super(
      'TESTING_TIMERS_LEAKED',
      `Expected no timer after the end, but ${timers.length} are set: ${describeTimers(timers)}. ` +
        'Dispose them when the work is done, or unref() those that may outlive it.',
      { details: { count: timers.length } },
    );
    this.timers = timers;
  }
}

/**
 * Foreign clock: a cell in a simulation has a clock of its own, so its time is not the simulation's.
 *
 * Code `TESTING_FOREIGN_CLOCK`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Cell, systemClock } from '@organism/cell';
 * import { ForeignClockError, simulate } from '@organism/testing';
 *
 * const run = simulate('seed-1', new Cell({ name: 'db', clock: systemClock }));
 * await assert.rejects(run, ({ cause }) => cause instanceof ForeignClockError);
 * ```
 */
export class ForeignClockError extends OrganismError {
  constructor(cell: string) {
    super(
      'TESTING_FOREIGN_CLOCK',
      `Expected cell "${cell}" to run on the simulation's clock, but it was given another. ` +
        "Leave out its clock, or pass the scenario's, or that of its process.",
      { details: { cell } },
    );
  }
}

/**
 * Injected fault: a simulation made this call fail. Its effect may have taken place when `kind` is `lostReply`.
 *
 * Code `TESTING_INJECTED_FAULT`; retryable, as the passing faults of networks and disks are.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { InjectedFault, simulate } from '@organism/testing';
 *
 * await simulate('seed-1', async ({ faults }) => {
 *   const save = faults.wrap(async (id: string) => id, { name: 'save', failRate: 1 });
 *   await assert.rejects(save('a'), (error) => error instanceof InjectedFault && error.call === 'save');
 * });
 * ```
 */
export class InjectedFault extends OrganismError {
  /** The call that failed: the name of the function, or of the port and its method. */
  readonly call: string;
  /** Whether it failed before it had any effect, or after. */
  readonly kind: 'fail' | 'lostReply';
  constructor(call: string, kind: 'fail' | 'lostReply') {
    super('TESTING_INJECTED_FAULT', `Call "${call}" was made to fail${kind === 'fail' ? '' : ' after its effect'}.`, {
      status: 503,
      retryable: true,
      details: { call, kind },
    });
    this.call = call;
    this.kind = kind;
  }
}

/**
 * Crashed process: what it was asked to do will never be done, because a simulation killed it.
 *
 * Code `TESTING_PROCESS_CRASHED`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { ProcessCrashedError, simulate } from '@organism/testing';
 *
 * await simulate('seed-1', async ({ process }) => {
 *   const writer = process('writer');
 *   const work = writer.run(() => writer.sleep(1000));
 *   writer.crash();
 *   await assert.rejects(work, ProcessCrashedError);
 * });
 * ```
 */
export class ProcessCrashedError extends OrganismError {
  constructor(process: string) {
    super('TESTING_PROCESS_CRASHED', `Process "${process}" was killed.`, { details: { process } });
  }
}

/** What is known of a simulation that failed. */
export interface SimulationFailure {
  readonly seed: string;
  readonly elapsedMs: number;
  readonly digest: string;
  readonly trace: readonly TraceEntry[];
  /** What went wrong, in order; the first is the reason. */
  readonly errors: readonly unknown[];
  /** The options that a replay needs, as they are written in code. */
  readonly options?: string;
  /** A remark for the message, e.g. which of many seeds it was. */
  readonly note?: string;
}

const shown = 12;

/**
 * Failed simulation: says how to replay it, and shows the end of its trace. Code `TESTING_SIMULATION_FAILED`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { simulate, SimulationError } from '@organism/testing';
 *
 * const run = simulate('seed-1', async ({ sleep }) => {
 *   await sleep(250);
 *   throw new Error('out of stock');
 * });
 * await assert.rejects(run, (error) => error instanceof SimulationError && error.seed === 'seed-1');
 * await assert.rejects(run, /Seed 'seed-1' failed 250 ms into virtual time: out of stock/);
 * ```
 */
export class SimulationError extends OrganismError {
  /** All that is known of it. */
  readonly failure: SimulationFailure;

  constructor(failure: SimulationFailure) {
    const { seed, elapsedMs, digest, trace, errors, options, note } = failure;
    super(
      'TESTING_SIMULATION_FAILED',
      [
        `Seed ${literal(seed)} failed ${elapsedMs} ms into virtual time: ${errors.map((error) => messageOf(error)).join('; ')}`,
        `Replay: simulate(${[literal(seed), 'scenario', ...(options === undefined ? [] : [options])].join(', ')})`,
        ...(note === undefined ? [] : [note]),
        ...(trace.length === 0 ? [] : [`End of the trace, ${trace.length} long:\n${formatTrace(trace.slice(-shown))}`]),
      ]
        .join('\n')
        .trimEnd(),
      { cause: errors[0], details: { seed, elapsedMs, digest } },
    );
    this.failure = failure;
  }

  /** The seed that failed: pass it to `simulate` with the same scenario to see it fail again. */
  get seed(): string {
    return this.failure.seed;
  }

  /** What happened before it failed. */
  get trace(): readonly TraceEntry[] {
    return this.failure.trace;
  }

  /** What went wrong, in order; the first is also the cause. */
  get errors(): readonly unknown[] {
    return this.failure.errors;
  }

  /** Sixteen hexadecimal digits that are the same for two runs only when they went the same way. */
  get digest(): string {
    return this.failure.digest;
  }
}

/**
 * Run that differs from its replay: something takes time or chance from outside.
 *
 * Code `TESTING_NOT_DETERMINISTIC`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { forAllSeeds, NotDeterministicError } from '@organism/testing';
 *
 * let runs = 0;
 * const drifting = forAllSeeds(10, ({ log }) => log('run', ++runs), { checkReplay: true });
 * await assert.rejects(drifting, NotDeterministicError);
 * ```
 */
export class NotDeterministicError extends OrganismError {
  constructor(seed: string, difference: string) {
    super(
      'TESTING_NOT_DETERMINISTIC',
      `Expected two runs of seed ${literal(seed)} to be the same, but ${difference}. ` +
        'Look for time, chance, state or input that comes from outside the scenario.',
      { details: { seed } },
    );
  }
}

/**
 * Schema beyond the builders: values for it can't be made. Code `TESTING_SCHEMA_UNSUPPORTED`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { UnsupportedSchemaError, valuesOf } from '@organism/testing';
 *
 * const Twice = { name: 'twice', toJSONSchema: () => ({ type: 'string', pattern: '^(a|b)\\1$' }) };
 * assert.throws(() => valuesOf(Twice), UnsupportedSchemaError);
 * ```
 */
export class UnsupportedSchemaError extends OrganismError {
  constructor(shape: string, path: string, what: string) {
    super(
      'TESTING_SCHEMA_UNSUPPORTED',
      `Expected a JSON Schema that values can be built from, but ${shape} has at ${path} ${what}. ` +
        "Where it is a rule of your own, pass an arbitrary for that path in 'overrides'.",
      { details: { shape, path } },
    );
  }
}
