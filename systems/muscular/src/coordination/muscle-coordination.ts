import {
  type Anatomy,
  Cell,
  type CellOptions,
  type Health,
  OptionError,
  type StartScope,
  type StopScope,
} from '@organism/cell';
import { type Failure, RunError, RunStateError, UnknownRunError, UnknownWorkflowError } from '../durable/errors.ts';
import type { Journal, RunFilter, RunStatus, SignalRecord } from '../durable/journal.ts';
import { lengthToKeep } from '../durable/retry.ts';
import { asJson, fromText, toText } from '../durable/json.ts';
import { reportOf, summaryOf } from '../durable/report.ts';
import type { RunHandle, RunReport, RunSummary, SignalOptions } from '../durable/run-handle.ts';
import { cancelSignal } from '../durable/signals.ts';
import { launchOnSchedule } from './launcher.ts';
import type { ScheduledWorkflow } from './schedule.ts';
import { Worker } from '../durable/worker.ts';
import type { AnyWorkflow, Workflow } from '../durable/workflow.ts';

/** Options of a {@link MuscleCoordination}. */
export interface CoordinationOptions<Tx> extends Pick<CellOptions, 'needs' | 'clock' | 'entropy'> {
  /** Default `coordination`. */
  readonly name?: string;
  /** Where runs are journalled: `memoryJournal()`, `sqliteJournal(path)`, `postgresJournal(pool)`. */
  readonly store: Journal<Tx>;
  /** The code of the workflows; old versions too, as long as runs of them may be unfinished. */
  readonly workflows: readonly AnyWorkflow<Tx>[];
  /** Workflows that are launched on schedule, as made by `scheduled()`. */
  readonly schedules?: readonly ScheduledWorkflow<Tx>[];
  /** Milliseconds after which the runs of an engine that has died are taken over. Default 15 000. */
  readonly leaseMs?: number;
  /** Milliseconds between looks for runs and signals from other processes. Default 500. */
  readonly pollMs?: number;
  /** Most runs in memory at once; more wait in the journal. Default 10 000. */
  readonly maxRuns?: number;
  /** This is the only engine of its store: take everything over at the start, without waiting for leases. Default false. */
  readonly exclusive?: boolean;
  /** Told of what went wrong and is tried again, such as a store that can't be reached. Default: only counted. */
  readonly onTrouble?: (error: unknown) => void;
}

/** How a run is launched. */
export interface LaunchOptions {
  /** Id of the run: launched again, it is the same run. Default: a random UUID. */
  readonly id?: string;
}

interface Waiter {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

const checkNumber = (field: string, value: number): number => {
  if (typeof value !== 'number' || !(value > 0 && value < Infinity))
    throw new OptionError(field, 'a number > 0', value);
  return value;
};

/**
 * Durable workflow engine. Every step's result is in the journal before the next step begins, so a workflow goes on
 * where it was when its process ends in any way: here when it starts again, or in another process on the same store.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { memoryJournal, Muscle, MuscleCoordination, workflow } from '@organism/muscular';
 *
 * const charge = new Muscle<number, string>({ name: 'charge', run: (amount) => `charged ${amount}` });
 * const order = workflow({
 *   name: 'order',
 *   run: async (amount: number, flow) => {
 *     const receipt = await flow.step('charge', charge, amount);
 *     await flow.sleep(10);
 *     return receipt;
 *   },
 * });
 * await using engine = await new MuscleCoordination({ store: memoryJournal(), workflows: [order] }).start();
 * const run = await engine.launch(order, 5, { id: 'order-1' });
 * assert.equal(await run.result(), 'charged 5');
 * assert.equal((await run.inspect()).events[0]?.name, 'charge');
 * ```
 */
export class MuscleCoordination<Tx = unknown> extends Cell {
  readonly #store: Journal<Tx>;
  readonly #workflows = new Map<string, AnyWorkflow<Tx>>();
  readonly #options: CoordinationOptions<Tx>;
  readonly #waiters = new Map<string, Waiter[]>();
  readonly #creations = new Map<string, Waiter[]>();
  readonly #counters = { launched: 0, completed: 0, failed: 0, cancelled: 0, parked: 0, blocked: 0, troubles: 0 };
  #worker: Worker<Tx> | undefined;

  /** @throws {OptionError} `CELL_BAD_OPTION` when a time or bound is no number > 0, or a workflow is given twice. */
  constructor(options: CoordinationOptions<Tx>) {
    super({ name: 'coordination', ...options });
    this.#store = options.store;
    this.#options = options;
    for (const field of ['leaseMs', 'pollMs', 'maxRuns'] as const)
      if (options[field] !== undefined) checkNumber(field, options[field]);
    for (const one of options.workflows) {
      const key = `${one.name}@${one.version}`;
      if (this.#workflows.has(key))
        throw new OptionError('workflows', 'different in name or version', options.workflows);
      this.#workflows.set(key, one);
    }
  }

  protected override async onStart({ defer }: StartScope): Promise<void> {
    const { leaseMs = 15_000, pollMs = 500, maxRuns = 10_000, exclusive = false } = this.#options;
    const worker = new Worker<Tx>({
      journal: this.#store,
      clock: this.clock,
      entropy: this.entropy,
      find: (name, version) => this.#workflows.get(`${name}@${version}`),
      leaseMs,
      pollMs,
      maxRuns,
      exclusive,
      ended: (run, status, outcome) => this.#ended(run.id, run.workflow.name, status, outcome),
      settled: (id, workflow, status, outcome) => this.#settle(id, workflow, status, outcome),
      created: (id, error) => this.#created(id, error),
      polled: () => this.#lookUp(),
      trouble: (error) => this.#trouble(error),
    });
    worker.workflows = [...this.#workflows.values()].map(({ name, version }) => ({ name, version }));
    this.#worker = worker;
    try {
      await worker.start();
      for (const schedule of this.#options.schedules ?? []) {
        const trouble = (error: unknown): void => this.#trouble(error);
        const launching = await launchOnSchedule(schedule, this.#store, this.clock, this, trouble);
        defer(() => launching[Symbol.dispose]());
      }
    } catch (error) {
      await worker.stop(AbortSignal.abort(error)).catch(() => {});
      throw error;
    }
  }

  protected override async onStop({ signal }: StopScope): Promise<void> {
    await this.#worker?.stop(signal);
    this.#worker = undefined;
    const gone = new RunStateError('', 'still running', 'awaited', 'the engine has stopped');
    for (const waiters of [...this.#waiters.values(), ...this.#creations.values()])
      for (const { reject } of waiters) reject(gone);
    this.#waiters.clear();
    this.#creations.clear();
  }

  #trouble(error: unknown): void {
    this.#counters.troubles += 1;
    this.#options.onTrouble?.(error);
  }

  #running(): Worker<Tx> {
    if (this.#worker === undefined) throw new RunStateError('', 'to be launched', 'begun', 'the engine does not run');
    return this.#worker;
  }

  /**
   * Begins a run. It is in the journal when this resolves, and will be finished whatever happens.
   *
   * @throws {UnknownWorkflowError} `MUSCULAR_UNKNOWN_WORKFLOW` when the workflow is not one of the engine's.
   * @throws {ValidationError} when the input does not fit the workflow's Bone.
   */
  async launch<In, Out>(
    workflow: Workflow<In, Out, Tx>,
    input: In,
    options: LaunchOptions = {},
  ): Promise<RunHandle<Out>> {
    const worker = this.#running();
    const { name, version } = workflow;
    const code = this.#workflows.get(`${name}@${version}`);
    if (code === undefined) throw new UnknownWorkflowError(name, version, [...this.#workflows.keys()]);
    const { id = this.entropy.uuid() } = options;
    if (typeof id !== 'string' || id === '') throw new OptionError('id', 'a non-empty text', id);
    const text = toText(workflow.accept(input));
    const created = new Promise<unknown>((resolve, reject) => this.#add(this.#creations, id, { resolve, reject }));
    const now = this.clock.now();
    const record = { id, workflow: name, version, status: 'running', input: text, outcome: null } as const;
    if (!worker.runs.has(id)) {
      this.#counters.launched += 1;
      worker.launch(code, { ...record, createdAt: now, updatedAt: now });
    } else if ((this.#creations.get(id)?.length ?? 0) === 1) this.#created(id, undefined);
    await created;
    return this.run(id);
  }

  /** A run by its id. */
  run<Out = unknown>(id: string): RunHandle<Out> {
    return {
      id,
      result: async () => (await this.#result(id)) as Out,
      signal: (name, payload, options) => this.signal(id, name, payload, options),
      cancel: (reason) => this.cancel(id, reason),
      inspect: () => this.inspect(id),
    };
  }

  #add(map: Map<string, Waiter[]>, id: string, waiter: Waiter): void {
    const waiters = map.get(id);
    if (waiters === undefined) map.set(id, [waiter]);
    else waiters.push(waiter);
  }

  #created(id: string, error: unknown): void {
    const waiters = this.#creations.get(id);
    if (waiters === undefined) return;
    this.#creations.delete(id);
    for (const { resolve, reject } of waiters) {
      if (error === undefined) resolve(undefined);
      else reject(error);
    }
  }

  async #result(id: string): Promise<unknown> {
    const result = new Promise<unknown>((resolve, reject) => this.#add(this.#waiters, id, { resolve, reject }));
    if (this.#worker?.runs.has(id) !== true) {
      try {
        if (!(await this.#look(id))) throw new UnknownRunError(id);
      } catch (error) {
        for (const { reject } of this.#waiters.get(id) ?? []) reject(error);
        this.#waiters.delete(id);
      }
    }
    return await result;
  }

  /** Tells those who wait for a run that it has ended, when it has. @returns false when there is none. */
  async #look(id: string): Promise<boolean> {
    const story = await this.#store.load(id);
    if (story === undefined) return false;
    const { workflow, status, outcome } = story.run;
    if (status !== 'running') this.#settle(id, workflow, status, outcome);
    return true;
  }

  /** Runs that someone waits for may run elsewhere. */
  async #lookUp(): Promise<void> {
    for (const id of this.#waiters.keys()) if (this.#worker?.runs.has(id) !== true) await this.#look(id);
  }

  #ended(id: string, workflow: string, status: RunStatus, outcome: string | null): void {
    if (status !== 'running') this.#counters[status] += 1;
    this.#settle(id, workflow, status, outcome);
  }

  #settle(id: string, workflow: string, status: RunStatus, outcome: string | null): void {
    const waiters = this.#waiters.get(id);
    if (waiters === undefined || status === 'running') return;
    this.#waiters.delete(id);
    const value = fromText(outcome);
    for (const { resolve, reject } of waiters) {
      if (status === 'completed') resolve(value);
      else reject(new RunError(id, workflow, status, value as unknown as Failure));
    }
  }

  /**
   * Sends a signal to a run, wherever it runs. Durable when this resolves; kept until the workflow waits for it.
   *
   * @throws {UnknownRunError} `MUSCULAR_UNKNOWN_RUN` when there is no such run.
   */
  async signal(run: string, name: string, payload?: unknown, options: SignalOptions = {}): Promise<void> {
    const { id = this.entropy.uuid() } = options;
    if (typeof name !== 'string' || name === '') throw new OptionError('name', 'a non-empty text', name);
    const text = toText(asJson(payload, `the payload of signal "${name}"`));
    const record: SignalRecord = { run, id, name, payload: text, at: this.clock.now() };
    if (await this.#store.send(record)) this.#worker?.runs.get(run)?.receive(record);
  }

  /**
   * Cancels a run, wherever it runs: its compensations run, then it is `cancelled`. Durable when this resolves.
   *
   * @throws {RunStateError} `MUSCULAR_RUN_STATE` when it has ended.
   */
  async cancel(run: string, reason?: string): Promise<void> {
    if (this.#worker?.runs.has(run) !== true) {
      const status = (await this.#store.load(run))?.run.status;
      if (status === 'parked' || status === 'blocked')
        throw new RunStateError(run, status, 'cancelled', 'retry it, or abandon it');
      if (status !== undefined && status !== 'running') throw new RunStateError(run, status, 'cancelled');
    }
    await this.signal(run, cancelSignal, reason, { id: cancelSignal });
  }

  /**
   * Gives up a run that is parked or blocked: it is `cancelled` as it stands, and what it has not undone stays done.
   *
   * @throws {RunStateError} `MUSCULAR_RUN_STATE` when it is neither.
   */
  async abandon(run: string, reason = 'The run was abandoned.'): Promise<void> {
    const outcome = toText({ name: 'CancelledError', message: reason }) ?? '';
    if (!(await this.#store.abandon(run, outcome, this.clock.now())))
      throw new RunStateError(run, (await this.inspect(run)).status, 'abandoned', 'only parked and blocked ones can');
  }

  /** Runs, the newest first. */
  async list(filter: RunFilter = {}): Promise<readonly RunSummary[]> {
    return (await this.#store.list(filter)).map(summaryOf);
  }

  /** Where a run stands, and all that happened in it. @throws {UnknownRunError} when there is no such run. */
  async inspect(run: string): Promise<RunReport> {
    const story = await this.#store.load(run);
    if (story === undefined) throw new UnknownRunError(run);
    return reportOf(story);
  }

  /**
   * Makes a run that failed, was cancelled, is parked or blocked go on: from a step, which is then run again with all that
   * came after it; without one, a failed run from the step that failed last, others from where they stand.
   *
   * @throws {RunStateError} `MUSCULAR_RUN_STATE` when it runs, has completed, or was compensated.
   */
  async retry(run: string, options: { readonly from?: string } = {}): Promise<void> {
    const story = await this.#store.load(run);
    if (story === undefined) throw new UnknownRunError(run);
    const { status } = story.run;
    const length = lengthToKeep(story, options.from);
    if (!(await this.#store.reopen(run, length, this.clock.now()))) throw new RunStateError(run, status, 'retried');
  }

  /**
   * Forgets runs that completed, failed or were cancelled before a time: milliseconds since the epoch, or a Date. Their ids
   * can then be launched again.
   *
   * @returns how many.
   */
  async purge(before: number | Date): Promise<number> {
    const time = typeof before === 'number' ? before : before.getTime();
    if (!Number.isFinite(time)) throw new OptionError('before', 'a time', before);
    let total = 0;
    // In small transactions: workflows go on in between.
    for (let count = 1; count > 0; total += count) count = await this.#store.purge(time, 500);
    return total;
  }

  protected override async onHealth(): Promise<Health> {
    const stranded = await this.#stranded();
    if (stranded.length === 0) return { status: 'pass' };
    return { status: 'warn', output: `Unfinished runs of workflows that are not registered: ${stranded.join(', ')}` };
  }

  async #stranded(): Promise<readonly string[]> {
    const running = await this.#store.list({ status: 'running', limit: 200 });
    const names = running.map(({ workflow, version }) => `${workflow}@${version}`);
    return [...new Set(names)].filter((name) => !this.#workflows.has(name));
  }

  protected override onDescribe(): Partial<Anatomy> {
    const { commits, writes } = this.#worker?.committer.counters ?? { commits: 0, writes: 0 };
    return {
      ports: [...this.#workflows.keys()].map((name) => ({ name, direction: 'in', protocol: 'workflow' })),
      counters: { ...this.#counters, active: this.#worker?.runs.size ?? 0, commits, writes },
    };
  }
}
