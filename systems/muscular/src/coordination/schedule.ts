import { type Anatomy, Cell, type CellOptions, OptionError, type StartScope, type StopScope } from '@organism/cell';
import type { Operation } from '../durable/flow.ts';
import type { Workflow } from '../durable/workflow.ts';
import { type CronTimes, cronTimes } from './cron.ts';
import { checkMissed, type MissedPolicy, Ticker } from './ticker.ts';

/** When something is to be done. */
export interface ScheduleTimes {
  readonly name: string;
  /** Cron expression: minute, hour, day, month, weekday; with six fields, seconds in front. */
  readonly cron: string;
  /** IANA time zone, such as `Europe/Lisbon`. Default: the host's. */
  readonly timeZone?: string;
  /** What is done about times that passed while nothing ran. Default `skip`. */
  readonly missed?: MissedPolicy;
  /** Milliseconds by which a time may be late and not count as missed. Default 30 000. */
  readonly graceMs?: number;
}

/** One scheduled time. */
export interface Tick {
  readonly schedule: string;
  /** The time it was scheduled for, in milliseconds since the epoch. */
  readonly time: number;
}

/** Options of a {@link Schedule}. */
export interface ScheduleOptions<In> extends ScheduleTimes, Pick<CellOptions, 'needs' | 'clock'> {
  readonly run: Operation<In, unknown> | ((tick: Tick) => unknown);
  /** Input of the operation. Default: the tick. */
  readonly input?: (tick: Tick) => In;
  /** Whether a run may begin while the one before is under way. Default false: its time is left out. */
  readonly overlap?: boolean;
  /** Told what a run threw. Default: the schedule fails, and its body heals it. */
  readonly onError?: (error: unknown, tick: Tick) => void;
}

const checkGrace = (graceMs: number): number => {
  if (typeof graceMs !== 'number' || !(graceMs >= 0)) throw new OptionError('graceMs', 'milliseconds >= 0', graceMs);
  return graceMs;
};

/**
 * Cron schedule: runs an operation at the times of a cron expression while it is started. For runs that must survive the
 * process, give the schedule to a `MuscleCoordination` with {@link scheduled} instead.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Schedule } from '@organism/muscular';
 * import { simulate } from '@organism/testing';
 *
 * const times: string[] = [];
 * await simulate('a night', async ({ start, sleep }) => {
 *   await start(
 *     new Schedule({
 *       name: 'nightly',
 *       cron: '0 3 * * *',
 *       timeZone: 'Europe/Lisbon',
 *       run: ({ time }) => times.push(new Date(time).toISOString()),
 *     }),
 *   );
 *   await sleep(5 * 3_600_000);
 * });
 * assert.deepEqual(times, ['2026-01-01T03:00:00.000Z']);
 * ```
 */
export class Schedule<In = Tick> extends Cell {
  readonly #options: ScheduleOptions<In>;
  readonly #times: CronTimes;
  readonly #underWay = new Set<Promise<void>>();
  #abort = new AbortController();
  readonly #counters = { runs: 0, failures: 0, overlapped: 0 };
  /** Since when times are due; kept over a stop, so that a start after it knows what it missed. */
  #from: number | undefined;

  /** @throws {OptionError} `CELL_BAD_OPTION` for an expression, zone or policy that there is none of. */
  constructor(options: ScheduleOptions<In>) {
    super(options);
    this.#options = options;
    this.#times = cronTimes(options.cron, options.timeZone);
    checkMissed(options.missed ?? 'skip');
    checkGrace(options.graceMs ?? 0);
  }

  protected override onStart({ defer }: StartScope): void {
    const { missed = 'skip', graceMs = 30_000 } = this.#options;
    const { clock } = this;
    this.#abort = new AbortController();
    this.#from ??= clock.now();
    const tick = (time: number): void => {
      this.#from = time;
      const run = this.#run({ schedule: this.name, time }).finally(() => this.#underWay.delete(run));
      this.#underWay.add(run);
    };
    const ticker = new Ticker({ times: this.#times, clock, missed, graceMs, tick }, this.#from);
    defer(() => ticker[Symbol.dispose]());
  }

  /** Waits for the run that is under way; when time runs out, its signal aborts. */
  protected override async onStop({ signal }: StopScope): Promise<void> {
    const abort = this.#abort;
    signal.addEventListener('abort', () => abort.abort(signal.reason), { once: true });
    await Promise.all(this.#underWay);
  }

  async #run(tick: Tick): Promise<void> {
    const { run, input, overlap = false, onError } = this.#options;
    if (!overlap && this.#underWay.size > 0) {
      this.#counters.overlapped += 1;
      return;
    }
    this.#counters.runs += 1;
    try {
      const { signal } = this.#abort;
      if (typeof run === 'function') await run(tick);
      else await run.execute(input === undefined ? (tick as In) : input(tick), { signal });
    } catch (error) {
      this.#counters.failures += 1;
      if (onError === undefined) this.fail(error);
      else onError(error, tick);
    }
  }

  protected override onDescribe(): Partial<Anatomy> {
    const { run } = this.#options;
    const edges = typeof run === 'function' ? [] : [{ from: this.name, to: run.name, label: this.#options.cron }];
    return { edges, counters: { ...this.#counters } };
  }
}

/** A workflow that is launched on schedule, as made by {@link scheduled}. */
export interface ScheduledWorkflow<Tx> {
  readonly name: string;
  readonly times: CronTimes;
  readonly missed: MissedPolicy;
  readonly graceMs: number;
  readonly workflow: Workflow<never, unknown, Tx>;
  readonly input: (tick: Tick) => unknown;
}

/** Options of {@link scheduled}. */
export interface ScheduledOptions<In, Tx> extends ScheduleTimes {
  readonly workflow: Workflow<In, unknown, Tx>;
  /** Input of the run. Default: the tick. */
  readonly input?: (tick: Tick) => In;
}

/**
 * A workflow on schedule, for the `schedules` of a `MuscleCoordination`: each time is one run, `name@time`, however many
 * engines share the store; and an engine that starts knows from the store which times nobody ran.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for an expression, zone or policy that there is none of.
 */
export const scheduled = <In, Tx>(options: ScheduledOptions<In, Tx>): ScheduledWorkflow<Tx> => {
  const { name, cron, timeZone, missed = 'skip', graceMs = 30_000, workflow, input = (tick) => tick } = options;
  if (typeof name !== 'string' || name === '') throw new OptionError('name', 'a non-empty text', name);
  return {
    name,
    times: cronTimes(cron, timeZone),
    missed: checkMissed(missed),
    graceMs: checkGrace(graceMs),
    workflow: workflow as Workflow<never, unknown, Tx>,
    input,
  };
};
