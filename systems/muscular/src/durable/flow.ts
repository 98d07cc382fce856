import type { Context } from '@organism/cell';

/** What a step runs: every Muscle is one. */
export interface Operation<In, Out> {
  readonly name: string;
  execute(input: In, options?: { readonly context?: Context; readonly signal?: AbortSignal }): Promise<Out>;
}

/** A step written in place. */
export type InlineStep<Out> = (work: { readonly signal: AbortSignal }) => Out | Promise<Out>;

/** Options of a step. */
export interface StepOptions {
  /**
   * Journal that the step begins before it does. If its process ends before its result is in the journal, it is not run
   * again, but fails with `MUSCULAR_STEP_UNCERTAIN`. Costs a commit. Default false: it is run again, so make it idempotent.
   */
  readonly atMostOnce?: boolean;
}

/** Options of a wait for a signal. */
export interface SignalWait {
  /** Milliseconds; undefined waits for ever. */
  readonly timeoutMs?: number;
}

/**
 * What a workflow does everything through: whatever comes out of a flow is journalled, and comes out the same again when
 * the workflow is replayed after a restart. Results and payloads are plain JSON.
 *
 * Calls may run side by side with `Promise.all` and `Promise.race`. Between calls a workflow must take time, chance and
 * the state of the world from nowhere else.
 */
export interface Flow<Tx = unknown> {
  /** Id of the run: a good part of an idempotency key. */
  readonly id: string;
  /** Aborts when the run is cancelled, or its engine stops. */
  readonly signal: AbortSignal;
  /**
   * Runs an operation. When its result is in the journal it is never run again; if the process ends before that, it is.
   *
   * @throws {StepError} `MUSCULAR_STEP_FAILED` with what the journal keeps of the operation's error.
   */
  step<Out>(name: string, work: InlineStep<Out>, options?: StepOptions): Promise<Out>;
  step<In, Out>(name: string, muscle: Operation<In, Out>, input: In, options?: StepOptions): Promise<Out>;
  /**
   * Runs work in a transaction of the store: its effects and its place in the journal commit together, so they take
   * effect exactly once. On SQLite the work must be synchronous.
   *
   * @throws {StepError} `MUSCULAR_STEP_FAILED` when the work throws; its effects are undone.
   */
  transaction<Out>(name: string, work: (tx: Tx) => Out | Promise<Out>): Promise<Out>;
  /** Waits, however often the process ends in between. */
  sleep(ms: number, name?: string): Promise<void>;
  /** Waits until a time: milliseconds since the epoch, or a Date. */
  sleepUntil(time: number | Date, name?: string): Promise<void>;
  /**
   * Waits for a signal sent with `engine.signal(run, name, payload)`, also one that was sent before.
   *
   * @returns its payload (null when it has none), or undefined when time ran out.
   */
  waitFor<T = unknown>(name: string, options?: SignalWait): Promise<T | undefined>;
  /** Milliseconds since the epoch. */
  now(): Promise<number>;
  /** A number in [0, 1). */
  random(): Promise<number>;
  /** A random UUID, version 4. */
  uuid(): Promise<string>;
  /**
   * Registers what undoes a step. When the workflow throws or is cancelled, all that is registered by then runs, the last
   * first, each journalled and retried. Register before a step that may take effect and fail all the same.
   */
  compensate<In>(name: string, muscle: Operation<In, unknown>, input: In): void;
}
