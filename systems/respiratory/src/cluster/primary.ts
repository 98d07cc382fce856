import type { Clock, Entropy, Health, Timer } from '@organism/cell';
import { exponential } from '@organism/homeostasis';
import { HttpError } from '../errors.ts';
import { WorkerProcess } from './worker.ts';

/** One place for a worker, which is filled again when its worker ends. */
interface Slot {
  worker: WorkerProcess;
  /** How many workers ended here in a row without having served for long. */
  failures: number;
  timer: Timer | undefined;
}

/** What a {@link Primary} is made of. */
export interface PrimaryOptions {
  readonly lung: string;
  readonly count: number;
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** Milliseconds a worker may take to serve. */
  readonly startTimeoutMs: number;
  /** Milliseconds a worker that is replaced may take to finish. */
  readonly stopTimeoutMs: number;
}

/** A worker that has served this long has not failed at once: the next restart does not wait. */
const stableMs = 10_000;

const backoff = exponential({ baseMs: 200, maxMs: 30_000 });

/** Supervisor of worker processes: starts them, replaces those that end, and stops them. */
export class Primary {
  readonly #options: PrimaryOptions;
  #slots: Slot[] = [];
  /** All processes that have not ended, those among them that are on their way into a place or out of it. */
  readonly #alive = new Set<WorkerProcess>();
  #stopping = false;
  #restarting: Promise<void> | undefined;
  /** The port that the workers serve. */
  port: number | undefined;
  /** How many workers were started in the place of one that had ended by itself. */
  restarts = 0;

  constructor(options: PrimaryOptions) {
    this.#options = options;
  }

  /** Process ids of the workers that serve. */
  get pids(): readonly number[] {
    return this.#slots.filter(({ worker }) => worker.up).map(({ worker }) => worker.pid);
  }

  #fork(): WorkerProcess {
    const { lung, clock, startTimeoutMs } = this.#options;
    const worker = new WorkerProcess(lung, clock, startTimeoutMs);
    this.#alive.add(worker);
    void worker.ended.then(() => this.#alive.delete(worker));
    return worker;
  }

  /** Starts all workers; gives up as the signal aborts. @throws {HttpError} `RESPIRATORY_WORKER_FAILED` when one of them does not come to serve. */
  async start(signal: AbortSignal): Promise<void> {
    this.#slots = Array.from({ length: this.#options.count }, () => ({
      worker: this.#fork(),
      failures: 0,
      timer: undefined,
    }));
    const kill = (): void => {
      for (const worker of this.#alive) worker.kill();
    };
    signal.addEventListener('abort', kill, { once: true });
    try {
      const ports = await Promise.all(this.#slots.map(({ worker }) => worker.ready));
      [this.port] = ports;
    } catch (cause) {
      kill();
      throw failed(cause);
    } finally {
      signal.removeEventListener('abort', kill);
    }
    for (const slot of this.#slots) void this.#watch(slot);
  }

  /** Fills the slot again when its worker ends unasked. */
  async #watch(slot: Slot): Promise<void> {
    const { worker } = slot;
    const { clock, entropy } = this.#options;
    const since = clock.monotonic();
    await worker.ended;
    if (this.#stopping || slot.worker !== worker) return;
    slot.failures = clock.monotonic() - since >= stableMs ? 0 : slot.failures + 1;
    const delay = slot.failures === 0 ? 0 : backoff(slot.failures, 0, entropy);
    slot.timer = clock.setTimeout(() => {
      this.restarts += 1;
      slot.worker = this.#fork();
      void this.#watch(slot);
    }, delay);
  }

  /**
   * Replaces the workers one after another: each new one serves before the old one is asked to stop.
   *
   * @throws {HttpError} `RESPIRATORY_WORKER_FAILED` when a new one does not come to serve; the old ones go on.
   */
  restart(): Promise<void> {
    // Asked again meanwhile, it is the same restart: two would each put a worker in every place.
    this.#restarting ??= this.#restart().finally(() => {
      this.#restarting = undefined;
    });
    return this.#restarting;
  }

  async #restart(): Promise<void> {
    const { clock, stopTimeoutMs } = this.#options;
    for (const slot of this.#slots) {
      if (this.#stopping) return;
      const fresh = this.#fork();
      try {
        await fresh.ready;
      } catch (cause) {
        if (!this.#stopping) throw failed(cause);
      }
      if (this.#stopping) return;
      const old = slot.worker;
      slot.timer?.[Symbol.dispose]();
      slot.worker = fresh;
      void this.#watch(slot);
      old.stop();
      const timer = clock.setTimeout(() => old.kill(), stopTimeoutMs);
      await old.ended;
      timer[Symbol.dispose]();
    }
  }

  /** Asks all workers to stop, and resolves when they have ended; those that linger are killed as the signal aborts. */
  async stop(signal: AbortSignal): Promise<void> {
    this.#stopping = true;
    const kill = (): void => {
      for (const worker of this.#alive) worker.kill();
    };
    for (const { timer } of this.#slots) timer?.[Symbol.dispose]();
    for (const worker of this.#alive) worker.stop();
    if (signal.aborted) kill();
    signal.addEventListener('abort', kill, { once: true });
    await Promise.all([...this.#alive].map(({ ended }) => ended));
    signal.removeEventListener('abort', kill);
  }

  /** `pass` when all workers serve, `warn` when some do, `fail` when none does. */
  health(): Health {
    const { length } = this.pids;
    const { count } = this.#options;
    if (length === count) return { status: 'pass' };
    return { status: length === 0 ? 'fail' : 'warn', output: `${length} of ${count} workers serve.` };
  }
}

const failed = (cause: unknown): HttpError =>
  new HttpError(
    'RESPIRATORY_WORKER_FAILED',
    `A worker process did not start. ${cause instanceof Error ? cause.message : ''} What it wrote says why.`,
    { cause },
  );
