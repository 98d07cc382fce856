import type { Clock } from '@organism/cell';
import { setImmediate as atEndOfTurn } from 'node:timers';
import type { DatabaseSync } from 'node:sqlite';
import { HeartDriverError } from '../errors.ts';
import type { Statements } from './statements.ts';

/** How commits are made. */
export interface CommitOptions {
  readonly clock: Clock;
  /** How long to wait while another process writes, in milliseconds. */
  readonly busyTimeoutMs: number;
  /** Whether commits are flushed to the disk; false leaves that to the operating system. */
  readonly mayFlush: boolean;
  /** Called when a transaction was undone: what was remembered of it never was. */
  readonly onRollback: () => void;
}

/** What kind of job. */
export interface JobOptions {
  /** Default true; a transaction of jobs that only read takes no lock. */
  readonly writes?: boolean;
  /**
   * Whether its commit must be on the disk before it resolves. Default true. Leases and acknowledgements need not be: when
   * they are lost, the message comes again.
   */
  readonly flushes?: boolean;
  /** Whether it is undone alone when it throws. Default false: then all jobs of the turn are. */
  readonly isolated?: boolean;
}

interface Job {
  readonly what: string;
  readonly work: () => unknown;
  readonly writes: boolean;
  readonly flushes: boolean;
  /** Undone alone when it throws. */
  readonly isolated: boolean;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** Jobs in one transaction; more of them wait for the next turn, so that others get theirs. */
const mostJobs = 4096;

/** How long to wait before asking for a lock again that another process holds, in milliseconds. */
const againMs = 5;

/** Whether another process was at the database. SQLITE_BUSY and SQLITE_LOCKED. @see https://www.sqlite.org/rescode.html */
export const isBusy = (error: unknown): boolean => {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
  return code === 5 || code === 6;
};

/**
 * Group commit: what is asked for in one turn of the event loop is done in one transaction, so that all of it shares one
 * flush to the disk. Each job resolves when that is through; when it fails nothing is done, and each is tried alone.
 */
export class CommitQueue {
  readonly #database: DatabaseSync;
  readonly #run: Statements;
  readonly #clock: Clock;
  readonly #busyTimeoutMs: number;
  readonly #onRollback: () => void;
  /** Whether any commit is flushed at all. */
  readonly #mayFlush: boolean;
  #isFlushing = true;
  #jobs: Job[] = [];
  #scheduled = false;
  /** Since when another process has held the lock. */
  #busySince: number | undefined;
  #idle: (() => void)[] = [];

  constructor(database: DatabaseSync, run: Statements, { clock, busyTimeoutMs, mayFlush, onRollback }: CommitOptions) {
    this.#onRollback = onRollback;
    this.#mayFlush = mayFlush;
    this.#database = database;
    this.#run = run;
    this.#clock = clock;
    this.#busyTimeoutMs = busyTimeoutMs;
  }

  /** Does some work in the transaction of this turn. */
  add<T>(
    what: string,
    work: () => T,
    { writes = true, flushes = writes, isolated = false }: JobOptions = {},
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const settle = { resolve: resolve as (value: unknown) => void, reject };
      this.#jobs.push({ what, work, writes, flushes, isolated, ...settle });
      this.#schedule();
    });
  }

  /** Resolves when nothing waits. */
  drained(): Promise<void> {
    if (this.#jobs.length === 0) return Promise.resolve();
    return new Promise((resolve) => void this.#idle.push(resolve));
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    // The end of a turn is no time that a virtual clock could move.
    atEndOfTurn(() => this.#commit());
  }

  #commit(): void {
    this.#scheduled = false;
    const jobs = this.#jobs.slice(0, mostJobs);
    try {
      this.#setFlush(jobs.some(({ flushes }) => flushes));
      if (jobs.some(({ writes }) => writes)) this.#run.begin.run();
    } catch (error) {
      if (isBusy(error) && this.#mayWait()) {
        this.#scheduled = true;
        this.#clock.setTimeout(() => this.#commit(), againMs);
        return;
      }
      this.#busySince = undefined;
      this.#take(jobs);
      this.#reject(jobs, error);
      this.#after();
      return;
    }
    this.#busySince = undefined;
    this.#take(jobs);
    const failure = this.#transact(jobs);
    if (failure !== undefined) this.#oneByOne(jobs, failure.error);
    this.#after();
  }

  /** Does jobs in the transaction that has begun. Returns why nothing was done, if it did not go through. */
  #transact(jobs: readonly Job[]): { readonly error: unknown } | undefined {
    let outcomes: readonly Outcome[];
    try {
      outcomes = jobs.map((job) => this.#do(job));
      if (this.#database.isTransaction) this.#run.commit.run();
    } catch (error) {
      return { error: this.#rollback(error) };
    }
    for (const [index, job] of jobs.entries()) {
      const outcome = outcomes[index];
      if (outcome === undefined) continue;
      if ('error' in outcome) job.reject(outcome.error);
      else job.resolve(outcome.value);
    }
    return undefined;
  }

  #rollback(error: unknown): unknown {
    let failure = error;
    try {
      if (this.#database.isTransaction) this.#run.rollback.run();
    } catch (another) {
      failure = new AggregateError([error, another], 'Neither the commit nor the rollback went through.');
    }
    this.#onRollback();
    return failure;
  }

  /**
   * What failed together may go through alone: on a full disk an acknowledgement, which makes room. Work of others, which
   * may have done things besides, is not done a second time.
   */
  #oneByOne(jobs: readonly Job[], error: unknown): void {
    for (const job of jobs) {
      if (jobs.length === 1 || job.isolated) {
        this.#reject([job], error);
        continue;
      }
      try {
        if (job.writes) this.#run.begin.run();
      } catch (busy) {
        this.#reject([job], busy);
        continue;
      }
      const failure = this.#transact([job]);
      if (failure !== undefined) this.#reject([job], failure.error);
    }
  }

  /** A commit in NORMAL mode appends to the log without a flush; the next flush takes it along. */
  #setFlush(flush: boolean): void {
    if (!this.#mayFlush || flush === this.#isFlushing) return;
    this.#database.exec(`PRAGMA synchronous = ${flush ? 'FULL' : 'NORMAL'}`);
    this.#isFlushing = flush;
  }

  #mayWait(): boolean {
    const now = this.#clock.monotonic();
    this.#busySince ??= now;
    return now - this.#busySince < this.#busyTimeoutMs;
  }

  #take(jobs: readonly Job[]): void {
    this.#jobs = this.#jobs.slice(jobs.length);
  }

  #do({ work, isolated }: Job): Outcome {
    if (!isolated) return { value: work() };
    this.#run.mark.run();
    try {
      const value = work();
      this.#run.keep.run();
      return { value };
    } catch (error) {
      // A full disk, for one, ends the whole transaction by itself; then all that was done in it is gone.
      if (!this.#database.isTransaction) throw error;
      this.#run.undo.run();
      this.#run.keep.run();
      return { error };
    }
  }

  #reject(jobs: readonly Job[], cause: unknown): void {
    for (const { what, reject } of jobs) reject(new HeartDriverError(what, { cause, retryable: isBusy(cause) }));
  }

  #after(): void {
    if (this.#jobs.length > 0) this.#schedule();
    else for (const resolve of this.#idle.splice(0)) resolve();
  }
}
