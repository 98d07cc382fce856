import type { Anatomy, CellState } from './anatomy.ts';
import { type Clock, systemClock } from './clock.ts';
import { Context } from './context.ts';
import { type Entropy, systemEntropy } from './entropy.ts';
import { CancelledError, DeadlineError, OptionError, StartError, StateError, StopError } from './errors.ts';
import type { Health } from './health.ts';
import { disposeAll, type Release } from './release.ts';
import { messageOf } from './type-name.ts';

/** What a cell may use while it starts. */
export interface StartScope {
  readonly context: Context;
  /** Aborts when the start is no longer wanted: stop what you are doing and throw. */
  readonly signal: AbortSignal;
  /** Registers a clean-up. Runs in reverse order when the cell stops, or when its start fails half-way. */
  defer(release: Release): void;
}

/** How long a stop may take. */
export interface StopOptions {
  /** When the stop must be done: milliseconds since the epoch on the cell's clock. Wins over `timeoutMs`. */
  readonly deadline?: number;
  /** Milliseconds the stop may take. Default 10 000. */
  readonly timeoutMs?: number;
}

/** What a cell may use while it stops. */
export interface StopScope {
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  /** Aborts at the deadline: let go of what is left. */
  readonly signal: AbortSignal;
}

/** A change in a cell's life. */
export interface LifeEvent {
  readonly cell: string;
  readonly from: CellState;
  readonly to: CellState;
  /** Milliseconds since the epoch on the cell's clock. */
  readonly at: number;
  /** Why, when `to` is `failed`. */
  readonly error?: unknown;
}

/** Everything that makes up a cell; each part may instead be overridden in a subclass. */
export interface CellOptions {
  /** Unique within its body. */
  readonly name: string;
  /** Cells that must be running before this one starts, and until it has stopped. */
  readonly needs?: readonly (string | { readonly name: string })[];
  readonly clock?: Clock;
  readonly entropy?: Entropy;
  readonly start?: (scope: StartScope) => void | Promise<void>;
  readonly stop?: (scope: StopScope) => void | Promise<void>;
  readonly health?: () => Health | Promise<Health>;
  readonly describe?: () => Partial<Anatomy>;
}

/** What was thrown, one by one. */
const errorsOf = (thrown: unknown): readonly unknown[] => (thrown instanceof AggregateError ? thrown.errors : [thrown]);

/** One life: from a start to the end of the stop after it. A late end of an old life must not touch the next one. */
interface Life<T> {
  readonly abort: AbortController;
  readonly releases: Release[];
  readonly started: Promise<T>;
}

/**
 * Lifecycle unit: something that starts, runs, tells how it is, and stops without leaving anything behind.
 *
 * Starting a cell that starts or runs gives the same promise again; stopping one that never started, or has stopped,
 * does nothing; stopping one that is starting cancels the start. A failed start undoes what it had done. A cell that
 * has stopped may start again.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Cell } from '@organism/cell';
 *
 * const log: string[] = [];
 * const pool = new Cell({
 *   name: 'pool',
 *   start: ({ defer }) => {
 *     log.push('open');
 *     defer(() => void log.push('close'));
 *   },
 * });
 * {
 *   await using running = await pool.start();
 *   assert.equal(running.state, 'running');
 * }
 * assert.deepEqual(log, ['open', 'close']);
 * ```
 */
export class Cell implements AsyncDisposable {
  readonly name: string;
  /** Names of the cells that must be running before this one starts. */
  readonly needs: readonly string[];
  readonly #options: CellOptions;
  readonly #listeners = new Set<(event: LifeEvent) => void>();
  #state: CellState = 'idle';
  #context: Context | undefined;
  #life: Life<this> | undefined;
  #stopping: Promise<void> | undefined;
  #error: unknown;

  constructor(options: CellOptions) {
    if (typeof options.name !== 'string' || options.name === '')
      throw new OptionError('name', 'a non-empty string', options.name);
    this.name = options.name;
    this.needs = (options.needs ?? []).map((need) => (typeof need === 'string' ? need : need.name));
    this.#options = options;
  }

  /** Where the cell is in its life. */
  get state(): CellState {
    return this.#state;
  }

  /** Why the state is `failed`, or was before the last stop. */
  get error(): unknown {
    return this.#error;
  }

  /** The cell's time source: its own, else its body's, else the system's. */
  get clock(): Clock {
    return this.#options.clock ?? this.#context?.clock ?? systemClock;
  }

  /** The cell's randomness: its own, else its body's, else the system's. */
  get entropy(): Entropy {
    return this.#options.entropy ?? this.#context?.entropy ?? systemEntropy;
  }

  /** Does the work of starting. Override it, or pass `start`. */
  protected onStart(scope: StartScope): void | Promise<void> {
    return this.#options.start?.(scope);
  }

  /** Does the work of stopping, before the deferred clean-ups run. Override it, or pass `stop`. */
  protected onStop(scope: StopScope): void | Promise<void> {
    return this.#options.stop?.(scope);
  }

  /** Tells how the running cell is. Override it, or pass `health`. */
  protected onHealth(): Health | Promise<Health> {
    return this.#options.health?.() ?? { status: 'pass' };
  }

  /** Adds to the description. Override it, or pass `describe`. */
  protected onDescribe(): Partial<Anatomy> {
    return this.#options.describe?.() ?? {};
  }

  /**
   * Starts the cell.
   *
   * @throws {StateError} `CELL_STATE` while it is stopping, or has failed while running and is not yet stopped.
   * @throws {StartError} `CELL_START_FAILED` with every error; what had been done is undone.
   */
  start(context: Context = new Context()): Promise<this> {
    if (this.#life !== undefined) {
      return this.#stopping === undefined && this.#state !== 'failed'
        ? this.#life.started
        : Promise.reject(new StateError(this.name, this.#state, 'start'));
    }
    this.#context = context;
    this.#error = undefined;
    const { promise, resolve, reject } = Promise.withResolvers<this>();
    const life: Life<this> = { abort: new AbortController(), releases: [], started: promise };
    this.#life = life;
    this.#begin(context, life).then(() => resolve(this), reject);
    return promise;
  }

  async #begin(context: Context, life: Life<this>): Promise<void> {
    this.#become('starting');
    const signal = AbortSignal.any([context.signal, life.abort.signal]);
    const defer = (release: Release): void => void life.releases.push(release);
    try {
      signal.throwIfAborted();
      await this.onStart({ context, signal, defer });
      signal.throwIfAborted();
    } catch (thrown) {
      const failure = new StartError(this.name, [...errorsOf(thrown), ...(await disposeAll(life.releases.splice(0)))]);
      // A start that was stopped is the stop's to end, and by now another life may have begun.
      if (!life.abort.signal.aborted) {
        this.#life = undefined;
        this.#become('failed', failure);
      }
      throw failure;
    }
    this.#become('running');
  }

  /**
   * Stops the cell: its own work first, then the deferred clean-ups in reverse order. A cell that is still starting is
   * cancelled; its start rejects. When time runs out the clean-ups are begun all the same, and not waited for.
   *
   * @throws {StopError} `CELL_STOP_FAILED` with every error; among them a DeadlineError when time ran out.
   */
  stop(options: StopOptions = {}): Promise<void> {
    if (this.#stopping !== undefined) return this.#stopping;
    if (this.#life === undefined) return Promise.resolve();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#stopping = promise;
    this.#end(this.#life, options).then(resolve, reject);
    return promise;
  }

  async #end(life: Life<this>, options: StopOptions): Promise<void> {
    const now = this.clock.now();
    const deadline = options.deadline ?? now + (options.timeoutMs ?? 10_000);
    const abort = new AbortController();
    const errors: unknown[] = [];
    const expired = Promise.withResolvers<void>();
    const timer = this.clock.setTimeout(
      () => {
        const late = new DeadlineError(`Cell "${this.name}" did not stop in time.`);
        errors.push(late);
        abort.abort(late);
        void disposeAll(life.releases.splice(0));
        expired.resolve();
      },
      Math.max(0, deadline - now),
    );
    await Promise.race([this.#finish(life, { deadline, signal: abort.signal }, errors), expired.promise]);
    timer[Symbol.dispose]();
    this.#life = this.#stopping = undefined;
    if (errors.length === 0) {
      this.#become('stopped');
      return;
    }
    const failure = new StopError(this.name, [...errors]);
    this.#become('failed', failure);
    throw failure;
  }

  async #finish(life: Life<this>, scope: StopScope, errors: unknown[]): Promise<void> {
    const starting = this.#state === 'starting';
    this.#become('stopping');
    life.abort.abort(new CancelledError(`Cell "${this.name}" was stopped while starting.`));
    if (starting) {
      // It ends in failure, cleans up after itself and tells its own caller.
      await life.started.catch(() => {});
      return;
    }
    try {
      await this.onStop(scope);
    } catch (thrown) {
      errors.push(...errorsOf(thrown));
    }
    errors.push(...(await disposeAll(life.releases.splice(0))));
  }

  /** Reports that the running cell can't go on: state `failed`, seen by its body and by {@link Cell.observe}. */
  protected fail(error: unknown): void {
    if (this.#state === 'running') this.#become('failed', error);
  }

  #become(to: CellState, error?: unknown): void {
    const from = this.#state;
    if (from === to) return;
    this.#state = to;
    if (to === 'failed') this.#error = error;
    const event = { cell: this.name, from, to, at: this.clock.now(), ...(error !== undefined && { error }) };
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch {
        // An observer's failure is not the cell's.
      }
    }
  }

  /** Calls `listener` at each change of state until the returned handle is disposed. */
  observe(listener: (event: LifeEvent) => void): Disposable {
    // One of its own for each call: the same function may observe twice.
    const observer = (event: LifeEvent): void => listener(event);
    this.#listeners.add(observer);
    return { [Symbol.dispose]: () => void this.#listeners.delete(observer) };
  }

  /** How the cell is: `fail` unless it runs; else what its own check says. Never throws. */
  async health(): Promise<Health> {
    if (this.#state !== 'running') {
      const why = this.#error === undefined ? '' : `: ${messageOf(this.#error)}`;
      return { status: 'fail', output: `${this.#state}${why}` };
    }
    try {
      return await this.onHealth();
    } catch (error) {
      return { status: 'fail', output: messageOf(error) };
    }
  }

  /** Description of the cell as plain data. */
  describe(): Anatomy {
    return {
      name: this.name,
      kind: this.constructor.name,
      state: this.#state,
      needs: this.needs,
      ports: [],
      edges: [],
      counters: {},
      children: [],
      ...this.onDescribe(),
    };
  }

  /** Stops the cell, with the default deadline. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
