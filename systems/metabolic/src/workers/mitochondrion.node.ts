import {
  type Anatomy,
  CancelledError,
  Cell,
  type CellOptions,
  type Health,
  OptionError,
  type StartScope,
  StateError,
  type StopScope,
} from '@organism/cell';
import { availableParallelism } from 'node:os';
import { checkCount, checkMs, checkText } from '../check.ts';
import { NotCloneableError, QueueFullError, TaskMemoryError, TaskTimeoutError, WorkerCrashedError } from './errors.ts';
import { Job, type RunOptions } from './job.ts';
import { type TaskReply, type Transferred, unpackError } from './messages.ts';
import { loadPiscina, type PiscinaPool } from './piscina.node.ts';

/** Options of a {@link Mitochondrion}. */
export interface MitochondrionOptions extends Pick<CellOptions, 'name'>, Partial<Pick<CellOptions, 'needs' | 'clock'>> {
  /** The module whose exported functions are the tasks: `new URL('./tasks.ts', import.meta.url)`. */
  readonly module: URL;
  /** Threads that are kept ready. Default 1. */
  readonly minThreads?: number;
  /** Threads at most, and so tasks at one time. Default: the host's parallelism. */
  readonly maxThreads?: number;
  /** How long a thread above the minimum may idle before it ends, in milliseconds of real time. Default 30 000. */
  readonly idleTimeoutMs?: number;
  /** Tasks that may wait. Default 10 000. */
  readonly maxQueue?: number;
  /** Time limit of a task from when it starts to run, in milliseconds. Default Infinity. */
  readonly timeoutMs?: number;
  /** Heap that a thread may use, in MiB, at least 16; a thread runs one task at a time. Default: V8's. */
  readonly memoryLimitMb?: number;
  /** Node options of the threads. Default: those of the process. */
  readonly execArgv?: readonly string[];
}

/** What a module of tasks exports. */
export type TaskModule = object;

/** Names of the tasks in a module. */
export type TaskName<M extends TaskModule> = {
  [K in keyof M & string]: M[K] extends (input: never) => unknown ? K : never;
}[keyof M & string];

/** What is given with the name of a task: its input, unless it takes none, and options. */
export type TaskArguments<F> = F extends (...args: infer A) => unknown
  ? A extends []
    ? [input?: undefined, options?: RunOptions]
    : [input: A[0], options?: RunOptions]
  : never;

/** What a task gives. */
export type TaskResult<F> = F extends (...args: never) => infer R
  ? Awaited<R> extends Transferred<infer T>
    ? T
    : Awaited<R>
  : never;

/** Counters of a {@link Mitochondrion} since it was made, and its present size. */
export interface MitochondrionStats {
  readonly threads: number;
  readonly running: number;
  readonly queued: number;
  readonly completed: number;
  /** Tasks that threw. */
  readonly failed: number;
  readonly cancelled: number;
  readonly timedOut: number;
  /** Threads that ended under a task: crashes, and memory limits. */
  readonly crashed: number;
}

const entry: URL = new URL(import.meta.url.endsWith('.ts') ? './entry.node.ts' : './entry.node.js', import.meta.url);

/** With much less V8 can't make the thread's heap at all, and ends the whole process (Node 24: below 3 MiB). */
const leastHeapMb = 16;

const codeOf = (error: unknown): unknown => (error as { readonly code?: unknown } | null)?.code;

/**
 * Worker-thread pool for work that keeps a CPU busy, on Piscina. A thread runs one task at a time, so that ending one
 * never touches another; one that ended is replaced.
 *
 * Tasks are the exported functions of one module. If it exports `warmUp`, each thread that is kept ready calls it
 * before the cell has started.
 *
 * @example
 * ```ts no-run
 * import { Mitochondrion } from '@organism/metabolic/workers';
 *
 * // tasks.ts: export const primes = (limit: number): number[] => …
 * type Tasks = { primes(limit: number): number[] };
 *
 * const pool = new Mitochondrion<Tasks>({
 *   name: 'cpu',
 *   module: new URL('./tasks.ts', import.meta.url),
 *   timeoutMs: 5000,
 *   memoryLimitMb: 128,
 * });
 * await using running = await pool.start();
 * const primes: number[] = await running.run('primes', 1_000_000, { signal: AbortSignal.timeout(10_000) });
 * ```
 * @see https://github.com/piscinajs/piscina
 */
export class Mitochondrion<M extends TaskModule = Record<string, (input: never) => unknown>> extends Cell {
  readonly #module: string;
  readonly #minThreads: number;
  readonly #maxThreads: number;
  readonly #maxQueue: number;
  readonly #timeoutMs: number;
  readonly #options: MitochondrionOptions;
  readonly #queue = new Set<Job>();
  readonly #running = new Set<Job>();
  readonly #counts = { completed: 0, failed: 0, cancelled: 0, timedOut: 0, crashed: 0 };
  #pool: PiscinaPool | undefined;
  #idle: (() => void) | undefined;

  /** @throws {OptionError} `CELL_BAD_OPTION` that names the option. */
  constructor(options: MitochondrionOptions) {
    super(options);
    if (!(options.module instanceof URL)) throw new OptionError('module', 'a URL', options.module);
    this.#module = options.module.href;
    this.#maxThreads = checkCount('maxThreads', options.maxThreads ?? availableParallelism());
    this.#minThreads = checkCount('minThreads', options.minThreads ?? Math.min(1, this.#maxThreads), 0);
    if (this.#minThreads > this.#maxThreads)
      throw new OptionError('minThreads', 'at most maxThreads', this.#minThreads);
    this.#maxQueue = checkCount('maxQueue', options.maxQueue ?? 10_000, 0);
    this.#timeoutMs = checkMs('timeoutMs', options.timeoutMs ?? Infinity);
    if (options.memoryLimitMb !== undefined) checkCount('memoryLimitMb', options.memoryLimitMb, leastHeapMb);
    checkMs('idleTimeoutMs', options.idleTimeoutMs ?? 0);
    this.#options = options;
  }

  /**
   * Runs a task in a thread, at once or when one is free.
   *
   * Rejects with what the task throws: of the same name and with the same fields, though not of the same class.
   *
   * @throws {CancelledError} `CELL_CANCELLED` when the signal aborts, or the pool's stop runs out of time.
   * @throws {TaskTimeoutError} `METABOLIC_TASK_TIMEOUT`
   * @throws {TaskMemoryError} `METABOLIC_TASK_OUT_OF_MEMORY`
   * @throws {WorkerCrashedError} `METABOLIC_WORKER_CRASHED`
   * @throws {QueueFullError} `METABOLIC_QUEUE_FULL`
   * @throws {NotCloneableError} `METABOLIC_NOT_CLONEABLE`
   * @throws {StateError} `CELL_STATE` when the pool is not running.
   */
  async run<K extends TaskName<M>>(task: K, ...args: TaskArguments<M[K]>): Promise<TaskResult<M[K]>> {
    const [input, options = {}] = args as [input?: unknown, options?: RunOptions];
    checkText('task', task);
    if (this.state !== 'running') throw new StateError(this.name, this.state, 'run a task');
    const timeoutMs = options.timeoutMs === undefined ? this.#timeoutMs : checkMs('timeoutMs', options.timeoutMs);
    const { signal } = options;
    if (signal?.aborted) throw new CancelledError(`Task "${task}" was cancelled.`, { cause: signal.reason });
    const isBusy = this.#running.size >= this.#maxThreads;
    if (isBusy && this.#queue.size >= this.#maxQueue) throw new QueueFullError(this.name, this.#maxQueue);
    return (await this.#enter({ file: this.#module, task, input }, timeoutMs, options)) as TaskResult<M[K]>;
  }

  #enter(message: Job['message'], timeoutMs: number, options: RunOptions): Promise<unknown> {
    const job = new Job(message, timeoutMs, options, (aborted) => {
      if (this.#queue.delete(aborted)) this.#settle(aborted, { error: aborted.endedBy });
    });
    this.#queue.add(job);
    this.#dispatch();
    return job.promise;
  }

  /**
   * Piscina gets a task only when a thread is free for it: so its time limit counts from here, and one that is
   * cancelled while it waits never comes near a thread.
   */
  #dispatch(): void {
    const pool = this.#pool;
    for (const job of this.#queue) {
      if (pool === undefined || this.#running.size >= this.#maxThreads) return;
      this.#queue.delete(job);
      this.#running.add(job);
      job.arm(this.clock);
      pool.run(job.message, { signal: job.abort.signal, transferList: job.transfer }).then(
        (reply) => this.#onReply(job, reply as TaskReply),
        (error: unknown) => this.#settle(job, { error: this.#explain(job, error) }),
      );
    }
  }

  #onReply(job: Job, reply: TaskReply): void {
    // Ended by us in the moment it was done: the caller has been told already that it is over.
    if (job.endedBy !== undefined) this.#settle(job, { error: job.endedBy });
    else if ('thrown' in reply) this.#settle(job, { error: unpackError(reply.thrown) }, 'failed');
    else this.#settle(job, { value: reply.value }, 'completed');
  }

  /** Tasks answer for their own errors; what else comes from Piscina is about the thread. */
  #explain(job: Job, error: unknown): unknown {
    if (job.endedBy !== undefined) return job.endedBy;
    // A result that can't be cloned ends the thread, and of its error little more than the stack arrives.
    const { name, stack } = (error ?? {}) as Partial<Error>;
    if (name === 'DataCloneError' || stack?.includes('DataCloneError')) return new NotCloneableError(job.task, error);
    if (codeOf(error) === 'ERR_WORKER_OUT_OF_MEMORY')
      return new TaskMemoryError(job.task, this.#options.memoryLimitMb, error);
    return new WorkerCrashedError(job.task, error);
  }

  #settle(
    job: Job,
    outcome: { readonly value: unknown } | { readonly error: unknown },
    counted: 'completed' | 'failed' | undefined = undefined,
  ): void {
    this.#running.delete(job);
    const error = 'error' in outcome ? outcome.error : undefined;
    if (counted !== undefined) this.#counts[counted] += 1;
    else if (error instanceof CancelledError) this.#counts.cancelled += 1;
    else if (error instanceof TaskTimeoutError) this.#counts.timedOut += 1;
    else if (error instanceof NotCloneableError) this.#counts.failed += 1;
    else this.#counts.crashed += 1;
    job.settle(outcome);
    this.#dispatch();
    if (this.#running.size === 0) this.#idle?.();
  }

  /** Counters since the pool was made, and its present size. */
  stats(): MitochondrionStats {
    const threads = this.#pool?.threads.length ?? 0;
    return { threads, running: this.#running.size, queued: this.#queue.size, ...this.#counts };
  }

  protected override async onStart({ defer, signal }: StartScope): Promise<void> {
    const { idleTimeoutMs = 30_000, memoryLimitMb, execArgv } = this.#options;
    const Piscina = loadPiscina();
    const pool = new Piscina({
      filename: entry.href,
      minThreads: this.#minThreads,
      maxThreads: this.#maxThreads,
      idleTimeout: idleTimeoutMs,
      ...(execArgv !== undefined && { execArgv }),
      ...(memoryLimitMb !== undefined && { resourceLimits: { maxOldGenerationSizeMb: memoryLimitMb } }),
    });
    pool.on('error', (error: unknown) => this.#onThreadError(pool, error));
    this.#pool = pool;
    defer(async () => {
      this.#pool = undefined;
      await pool.destroy();
    });
    // One per thread, since a thread runs one at a time.
    const warmUps = Array.from({ length: this.#minThreads }, () =>
      this.#enter({ file: this.#module }, Infinity, { signal }),
    );
    await Promise.all(warmUps);
    this.#counts.completed -= this.#minThreads;
  }

  /** A thread ended that had no task. With none left, tasks that wait for one to get ready would wait for ever. */
  #onThreadError(pool: PiscinaPool, error: unknown): void {
    if (pool.threads.length > 0) return;
    for (const job of this.#running) job.end(new WorkerCrashedError(job.task, error));
  }

  /** Lets tasks finish, those that wait too, until the deadline. */
  protected override async onStop({ signal }: StopScope): Promise<void> {
    if (this.#running.size > 0) {
      const idle = Promise.withResolvers<void>();
      this.#idle = idle.resolve;
      const cancel = (): void => this.#cancelAll();
      signal.addEventListener('abort', cancel, { once: true });
      await idle.promise;
      signal.removeEventListener('abort', cancel);
      this.#idle = undefined;
    }
  }

  #cancelAll(): void {
    const late = (job: Job): CancelledError =>
      new CancelledError(`Task "${job.task}" was cancelled: the pool stopped.`);
    for (const job of this.#queue) {
      this.#queue.delete(job);
      this.#settle(job, { error: late(job) });
    }
    for (const job of this.#running) job.end(late(job));
  }

  protected override onHealth(): Health {
    const { queued } = this.stats();
    return queued > 0 && queued >= this.#maxQueue
      ? { status: 'warn', output: `${queued} tasks wait` }
      : { status: 'pass' };
  }

  protected override onDescribe(): Partial<Anatomy> {
    return { counters: { ...this.stats() } };
  }
}
