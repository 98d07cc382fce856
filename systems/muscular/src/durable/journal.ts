/** Where a run stands. `parked`: a compensation failed. `blocked`: its code went another way than its journal. */
export type RunStatus = 'running' | 'completed' | 'failed' | 'cancelled' | 'parked' | 'blocked';

/** A run of a workflow, as a journal keeps it. */
export interface RunRecord {
  readonly id: string;
  readonly workflow: string;
  readonly version: number;
  readonly status: RunStatus;
  /** JSON; null for undefined. */
  readonly input: string | null;
  /** JSON of the result when completed, of a Failure when failed, cancelled, parked or blocked. */
  readonly outcome: string | null;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Milliseconds since the epoch of the last change of status. */
  readonly updatedAt: number;
}

/** What an entry of a journal is about. */
export type EntryKind =
  | 'step'
  | 'transaction'
  | 'now'
  | 'random'
  | 'uuid'
  | 'timer'
  | 'fired'
  | 'wait'
  | 'event'
  | 'intent'
  | 'cancel'
  | 'unwind'
  | 'compensation';

/** One thing that happened in a run. */
export interface Entry {
  /** Place in the run's journal, from 1 without gaps: the order in which the workflow got to know of it. */
  readonly ordinal: number;
  /** Which call of the flow it answers, counted from 1; 0 for what no call asked for. */
  readonly position: number;
  /** How many calls the workflow had made by then. Replay answers none earlier, so that races end as they did. */
  readonly issued: number;
  readonly kind: EntryKind;
  readonly name: string;
  /** JSON; null for undefined. */
  readonly value: string | null;
  /** Whether `value` is a failure. */
  readonly failed: boolean;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A signal sent to a run. */
export interface SignalRecord {
  readonly run: string;
  /** Unique in the run: sent again, it counts once. */
  readonly id: string;
  readonly name: string;
  readonly payload: string | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A run and all that happened in it. */
export interface Story {
  readonly run: RunRecord;
  /** By ordinal. */
  readonly entries: readonly Entry[];
  /** Signals that no entry has used yet, in the order they were sent. */
  readonly signals: readonly SignalRecord[];
}

/** A new run, owned by the worker that writes it. Refused when there is one of its id. */
export interface CreateWrite {
  readonly type: 'create';
  readonly run: string;
  readonly record: RunRecord;
}

/** The next entry of a run's journal. Refused when the run's journal is not exactly `ordinal - 1` long. */
export interface AppendWrite {
  readonly type: 'append';
  readonly run: string;
  readonly entry: Entry;
  /** Id of the signal that it uses up. */
  readonly uses?: string;
}

/** An entry that commits together with the effects of `perform`, or not at all. */
export interface TransactionWrite<Tx> {
  readonly type: 'transaction';
  readonly run: string;
  /** The ordinal of the entry that will be written. */
  readonly ordinal: number;
  /** Does the work in the transaction, and gives the entry for it. What it throws undoes the work. */
  perform(tx: Tx): Entry | Promise<Entry>;
  /** The entry to write instead, when the work was undone. */
  refuse(error: unknown): Entry;
}

/** The end of a run, or its standstill. */
export interface FinishWrite {
  readonly type: 'finish';
  readonly run: string;
  readonly status: RunStatus;
  readonly outcome: string | null;
  readonly at: number;
}

/** One change of a journal. */
export type Write<Tx> = CreateWrite | AppendWrite | TransactionWrite<Tx> | FinishWrite;

/** Which runs to list. */
export interface RunFilter {
  readonly workflow?: string;
  readonly status?: RunStatus;
  /** At most so many, the newest first. Default 100. */
  readonly limit?: number;
}

/** Which runs a worker can take. */
export interface ClaimRequest {
  readonly worker: string;
  /** Workflows and versions that it has the code of. */
  readonly workflows: readonly { readonly name: string; readonly version: number }[];
  /** Milliseconds since the epoch: leases that ended before are taken over. */
  readonly now: number;
  readonly limit: number;
  /** Also runs that are blocked: this worker may have the code that fits. */
  readonly blocked: boolean;
  /** Also runs that it owns already: the answer to an earlier claim was lost. */
  readonly again: boolean;
}

/**
 * Store port of durable execution. An adapter proves itself with `journalContract` of `@organism/muscular/testing`.
 *
 * A worker is one life of an engine: its id is never used again. While it is registered, the runs it created or claimed
 * are its own. A worker whose lease has ended may be taken over by another: then nothing that it writes counts, for ever.
 * That, and the rule that entries come without gaps, keep a journal right whatever clocks say.
 */
export interface Journal<Tx = unknown> {
  /** How often writes are grouped: after the promise jobs that can run now, or once a turn of the event loop. */
  readonly grouping: 'jobs' | 'turn';
  /** Whether transactions wait for more than the store itself, and so are committed one by one, beside the others. */
  readonly transactions: 'grouped' | 'single';
  /** Makes ready. Called at each start of an engine. */
  open(): void | Promise<void>;
  /** Registers a worker; with `takeOver`, all other workers are fenced off, whatever their leases say. */
  register(worker: string, leaseUntil: number, takeOver: boolean): void | Promise<void>;
  /** Extends a lease. @returns false when the worker has been fenced off. */
  renew(worker: string, leaseUntil: number): boolean | Promise<boolean>;
  /** Ends a worker and lets go of its runs. */
  release(worker: string): void | Promise<void>;
  /** Takes runs that nobody owns, or whose owner's lease has ended; that one is fenced off. */
  claim(request: ClaimRequest): readonly RunRecord[] | Promise<readonly RunRecord[]>;
  /** A run with all that happened in it; undefined when there is none. */
  load(run: string): Story | undefined | Promise<Story | undefined>;
  /**
   * Commits writes as one: durable when it returns, in the order given. Single transactions come alone.
   *
   * @returns the ids of the runs whose writes were refused; the first refusal of a run refuses all after it.
   * @throws {FencedError} when the worker was fenced off: nothing was written.
   */
  commit(worker: string, writes: readonly Write<Tx>[]): ReadonlySet<string> | Promise<ReadonlySet<string>>;
  /** Keeps a signal. @returns false when one of its id is there already. @throws {UnknownRunError} */
  send(signal: SignalRecord): boolean | Promise<boolean>;
  /** Signals for runs of this worker that are not used up, in the order they were sent. */
  pending(worker: string): readonly SignalRecord[] | Promise<readonly SignalRecord[]>;
  /** Runs, the newest first. */
  list(filter: RunFilter): readonly RunRecord[] | Promise<readonly RunRecord[]>;
  /**
   * Makes a run that has ended, or stands still, run again with the first `length` entries of its journal; signals that
   * later entries had used are there again. Nobody owns it then. @returns false when its status was `running`.
   */
  reopen(run: string, length: number, now: number): boolean | Promise<boolean>;
  /**
   * Makes a run that is parked or blocked `cancelled`, with this outcome, as it stands. @returns false when it is neither.
   * @throws {UnknownRunError}
   */
  abandon(run: string, outcome: string, now: number): boolean | Promise<boolean>;
  /**
   * Forgets runs that completed, failed or were cancelled before a time, in milliseconds since the epoch, and all that
   * happened in them; at most `limit` of them. @returns how many.
   */
  purge(before: number, limit: number): number | Promise<number>;
}
