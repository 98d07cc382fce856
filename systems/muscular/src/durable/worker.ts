import type { Clock, Entropy, Timer } from '@organism/cell';
import { Committer } from './committer.ts';
import type { Journal, RunRecord, RunStatus, Story } from './journal.ts';
import { Run, type RunHost } from './run.ts';
import type { AnyWorkflow } from './workflow.ts';

/** What a worker is made of. */
interface WorkerOptions<Tx> {
  readonly journal: Journal<Tx>;
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** The code of a run, when it is registered. */
  readonly find: (workflow: string, version: number) => AnyWorkflow<Tx> | undefined;
  readonly leaseMs: number;
  readonly pollMs: number;
  readonly maxRuns: number;
  /** Takes everything over at its start. */
  readonly exclusive: boolean;
  /** A run has ended or stands still. */
  readonly ended: (run: Run<Tx>, status: RunStatus, outcome: string | null) => void;
  /** A run was found to have ended before. */
  readonly settled: (id: string, workflow: string, status: RunStatus, outcome: string | null) => void;
  /** A run is in the journal, or an attempt to write it there has failed. */
  readonly created: (id: string, error?: unknown) => void;
  /** Each round of looking for news. */
  readonly polled: () => Promise<void>;
  /** Something went wrong that is tried again. */
  readonly trouble: (error: unknown) => void;
}

/**
 * Worker: owns runs while its lease lasts, runs them, and looks for runs that nobody owns. When it was fenced off, it
 * lets go of all and begins anew under another id.
 */
export class Worker<Tx> implements RunHost<Tx> {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly runs: Map<string, Run<Tx>> = new Map();
  readonly committer: Committer<Tx>;
  readonly #options: WorkerOptions<Tx>;
  #id = '';
  #renewAt = 0;
  #stopping = false;
  #stopped = true;
  #registered = false;
  /** Whether the next claim should also give what is owned already, or blocked. */
  #claim = { again: false, blocked: true };
  #timer: Timer | undefined;
  readonly #timers = new Set<Timer>();
  readonly #loading = new Set<string>();
  #polling: Promise<void> | undefined;

  constructor(options: WorkerOptions<Tx>) {
    this.#options = options;
    this.clock = options.clock;
    this.entropy = options.entropy;
    const worker = (): string => this.#id;
    this.committer = new Committer(options.journal, {
      get worker() {
        return worker();
      },
      lost: (run, error) => this.#lost(run, error),
      fenced: (error) => this.#fenced(error),
    });
  }

  /** Id under which it is registered. */
  get id(): string {
    return this.#id;
  }

  /** Registers, takes the runs that are free, and goes on with them. */
  async start(): Promise<void> {
    this.#stopped = this.#stopping = false;
    await this.#options.journal.open();
    await this.#register(this.#options.exclusive);
    await this.#take();
    this.#next();
  }

  async #register(takeOver: boolean): Promise<void> {
    const { journal, leaseMs } = this.#options;
    this.#id = this.entropy.uuid();
    const now = this.clock.now();
    await journal.register(this.#id, now + leaseMs, takeOver);
    this.#registered = true;
    this.#renewAt = now + leaseMs / 3;
  }

  #next(): void {
    if (this.#stopping) return;
    this.#timer = this.clock
      .setTimeout(() => {
        this.#polling = this.#poll().finally(() => this.#next());
      }, this.#options.pollMs)
      .unref();
  }

  async #poll(): Promise<void> {
    const { journal, leaseMs } = this.#options;
    try {
      if (!this.#registered) await this.#register(false);
      const now = this.clock.now();
      if (now >= this.#renewAt) {
        const id = this.#id;
        if (!(await journal.renew(id, now + leaseMs))) {
          if (id === this.#id) this.#fenced(undefined);
          return;
        }
        this.#renewAt = now + leaseMs / 3;
      }
      await this.#take();
      if (this.runs.size > 0)
        for (const signal of await journal.pending(this.#id)) this.runs.get(signal.run)?.receive(signal);
      await this.#options.polled();
    } catch (error) {
      this.#options.trouble(error);
    }
  }

  async #take(): Promise<void> {
    const { journal, maxRuns } = this.#options;
    const workflows = this.workflows;
    const request = { worker: this.#id, workflows, now: this.clock.now(), ...this.#claim };
    const limit = maxRuns - this.runs.size;
    if (limit <= 0 || this.#stopping) return;
    let claimed: readonly RunRecord[];
    try {
      claimed = await journal.claim({ ...request, limit: request.again ? limit + this.runs.size : limit });
    } catch (error) {
      // It may have had its effect all the same.
      this.#claim.again = true;
      throw error;
    }
    this.#claim = { again: false, blocked: false };
    await Promise.all(claimed.map(({ id }) => this.#load(id)));
  }

  /** Names and versions of the code it has. */
  workflows: readonly { readonly name: string; readonly version: number }[] = [];

  /** Reads a run that it owns and goes on with it; tries again until it can. */
  async #load(id: string): Promise<void> {
    if (this.#stopping || this.runs.has(id) || this.#loading.has(id)) return;
    this.#loading.add(id);
    const worker = this.#id;
    let story: Story | undefined;
    try {
      story = await this.#options.journal.load(id);
    } catch (error) {
      this.#options.trouble(error);
      this.#loading.delete(id);
      if (worker === this.#id) this.#later(id);
      return;
    }
    this.#loading.delete(id);
    if (worker === this.#id && !this.#stopping && !this.runs.has(id)) this.#resume(id, story);
  }

  #resume(id: string, story: Story | undefined): void {
    if (story === undefined) return;
    const { workflow, version, status, outcome } = story.run;
    if (status !== 'running') {
      this.#options.settled(id, workflow, status, outcome);
      return;
    }
    const code = this.#options.find(workflow, version);
    if (code === undefined) return;
    const run = new Run(code, story, this);
    this.runs.set(id, run);
    run.begin();
  }

  #later(id: string): void {
    this.#after(this.#options.pollMs, () => void this.#load(id));
  }

  #after(ms: number, work: () => void): void {
    if (this.#stopping) return;
    const timer = this.clock
      .setTimeout(() => {
        this.#timers.delete(timer);
        work();
      }, ms)
      .unref();
    this.#timers.add(timer);
  }

  /** Begins a new run; `created` tells when it is in the journal. */
  launch(code: AnyWorkflow<Tx>, record: RunRecord): void {
    const run = new Run(code, { run: record, entries: [], signals: [] }, this);
    this.runs.set(record.id, run);
    run.create();
  }

  // What follows is what runs and their writes ask for.

  dirty(run: Run<Tx>): void {
    if (!this.#stopped) this.committer.add(run);
  }

  began(run: Run<Tx>): void {
    this.#options.created(run.id);
  }

  diverged(_run: Run<Tx>, error: unknown): void {
    this.#options.trouble(error);
  }

  live(): boolean {
    return !this.#stopping;
  }

  ended(run: Run<Tx>, status: RunStatus, outcome: string | null): void {
    if (this.runs.get(run.id) === run) this.runs.delete(run.id);
    this.#options.ended(run, status, outcome);
  }

  #lost(run: Run<Tx>, error: unknown): void {
    run.halt(error);
    if (error !== undefined) this.#options.trouble(error);
    if (this.runs.get(run.id) !== run) return;
    this.runs.delete(run.id);
    // A refused one is known already.
    if (!run.begun && error === undefined) this.#options.created(run.id);
    else if (!run.begun) void this.#confirm(run.id, error);
    // Whether it is this worker's is for the journal to say: it may have been created, or taken over, by another one.
    if (!this.#claim.again)
      this.#after(error === undefined ? 0 : this.#options.pollMs, () => void this.#take().catch(this.#options.trouble));
    this.#claim.again = true;
  }

  /** Finds out whether a run was created although its commit failed. */
  async #confirm(id: string, failure: unknown): Promise<void> {
    try {
      const story = await this.#options.journal.load(id);
      this.#options.created(id, story === undefined ? failure : undefined);
    } catch {
      this.#options.created(id, failure);
    }
  }

  #fenced(error: unknown): void {
    if (error !== undefined) this.#options.trouble(error);
    // Several groups may find out.
    if (!this.#registered) return;
    this.#registered = false;
    this.#id = '';
    this.#claim.blocked = true;
    for (const run of this.runs.values()) {
      run.halt(error);
      this.#options.created(run.id, error);
    }
    this.runs.clear();
  }

  /** Lets steps that are being done end, then lets go of all runs and of the lease. */
  async stop(signal: AbortSignal): Promise<void> {
    this.#stopping = true;
    this.#timer?.[Symbol.dispose]();
    for (const timer of this.#timers) timer[Symbol.dispose]();
    this.#timers.clear();
    const calm = (async () => {
      await this.#polling;
      await Promise.all([...this.runs.values()].map((run) => run.whenIdle()));
      await this.committer.whenIdle();
    })();
    const late = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([calm, late]);
    this.#stopped = true;
    for (const run of this.runs.values()) run.halt(signal.reason);
    this.runs.clear();
    if (this.#registered) await this.#options.journal.release(this.#id);
    this.#registered = false;
  }
}
