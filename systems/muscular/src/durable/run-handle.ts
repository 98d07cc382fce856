import type { Failure } from './errors.ts';
import type { Entry, RunStatus, SignalRecord } from './journal.ts';
import type { Json } from './json.ts';

/** One thing that happened in a run, readable. */
export interface RunEvent extends Omit<Entry, 'value' | 'failed'> {
  readonly value?: Json;
  readonly failure?: Failure;
}

/** Where a run stands, without what happened in it. */
export interface RunSummary {
  readonly id: string;
  readonly workflow: string;
  readonly version: number;
  readonly status: RunStatus;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Milliseconds since the epoch of the last change of status. */
  readonly updatedAt: number;
  readonly input?: Json;
  readonly result?: Json;
  /** Why it failed, was cancelled, is parked or blocked. */
  readonly failure?: Failure;
}

/** A run and all that happened in it. */
export interface RunReport extends RunSummary {
  readonly events: readonly RunEvent[];
  /** Signals that it has not used yet. */
  readonly signals: readonly SignalRecord[];
}

/** Options of a signal. */
export interface SignalOptions {
  /** Unique in the run: sent again, it counts once. Default: a random UUID. */
  readonly id?: string;
}

/** One run of a workflow. */
export interface RunHandle<Out> {
  readonly id: string;
  /**
   * What the workflow returned, when it is done, wherever it runs.
   *
   * @throws {RunError} when it failed, was cancelled, is parked or blocked.
   */
  result(): Promise<Out>;
  /** Sends it a signal. Durable when this resolves. */
  signal(name: string, payload?: unknown, options?: SignalOptions): Promise<void>;
  /** Cancels it: what it waits for rejects with a CancelledError, then its compensations run. */
  cancel(reason?: string): Promise<void>;
  /** Where it stands, and what happened. */
  inspect(): Promise<RunReport>;
}
