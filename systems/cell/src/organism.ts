import type { Anatomy } from './anatomy.ts';
import { Cell, type CellOptions, type LifeEvent, type StartScope, type StopScope } from './cell.ts';
import { DeadlineError, StartError } from './errors.ts';
import { type Health, worstStatus } from './health.ts';
import { dependencyOrder } from './plan.ts';
import { stopOnSignals } from './signals.ts';

/** What a body is made of. */
export interface OrganismOptions extends Pick<CellOptions, 'name' | 'needs' | 'clock' | 'entropy'> {
  readonly cells: readonly Cell[];
  /** Milliseconds the whole start may take. Default 30 000. */
  readonly startTimeoutMs?: number;
  /** Milliseconds a stop on a signal, or after a failed start, may take. Default 10 000. */
  readonly stopTimeoutMs?: number;
  /** Milliseconds one cell's health check may take. Default 2 000. */
  readonly healthTimeoutMs?: number;
  /** Stop on operating-system signals: `true` for SIGINT and SIGTERM, or their names. Default off. */
  readonly signals?: boolean | readonly string[];
}

/** Share of the stopping time kept back for the cells that others need, so that one slow cell can't take it all. */
const reserve = 0.1;

/** A start's failure less what only says that the start was cancelled; undefined when nothing is left. */
const withoutEcho = (cell: string, error: unknown, reason: unknown): unknown => {
  if (!(error instanceof StartError)) return error;
  const own = error.errors.filter((one) => one !== reason && !(one instanceof Error && one.cause === reason));
  if (own.length === error.errors.length) return error;
  return own.length === 0 ? undefined : new StartError(cell, own);
};

/**
 * Composition root: starts its cells in the order of their needs, independent ones at the same time; tells how they
 * are; stops them in reverse. A start that fails stops what had started and reports every error.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Cell, Organism } from '@organism/cell';
 *
 * const log: string[] = [];
 * const cell = (name: string, needs: string[] = []): Cell =>
 *   new Cell({ name, needs, start: () => void log.push(`+${name}`), stop: () => void log.push(`-${name}`) });
 * {
 *   await using body = await new Organism({ name: 'shop', cells: [cell('api', ['db']), cell('db')] }).start();
 *   assert.equal((await body.health()).status, 'pass');
 * }
 * assert.deepEqual(log, ['+db', '+api', '-api', '-db']);
 * ```
 */
export class Organism extends Cell {
  /** The cells, each after what it needs. */
  readonly cells: readonly Cell[];
  readonly #startTimeoutMs: number;
  readonly #stopTimeoutMs: number;
  readonly #healthTimeoutMs: number;
  readonly #signals: readonly string[];

  /** @throws {CompositionError} naming the path, for a name used twice, a missing need, or a cycle. */
  constructor(options: OrganismOptions) {
    super(options);
    this.cells = dependencyOrder(options.name, options.cells);
    this.#startTimeoutMs = options.startTimeoutMs ?? 30_000;
    this.#stopTimeoutMs = options.stopTimeoutMs ?? 10_000;
    this.#healthTimeoutMs = options.healthTimeoutMs ?? 2000;
    this.#signals = options.signals === true ? ['SIGINT', 'SIGTERM'] : options.signals || [];
  }

  protected override async onStart({ context, signal, defer }: StartScope): Promise<void> {
    // Aborts when the start fails, and only then: what cells make of this context outlives the moment a stop begins.
    const abort = new AbortController();
    const inner = context.child({ signal: abort.signal, clock: this.clock, entropy: this.entropy });
    if (this.#signals.length > 0)
      defer(stopOnSignals(this.#signals, () => this.stop({ timeoutMs: this.#stopTimeoutMs })));
    const errors: unknown[] = [];
    const failed = Promise.withResolvers<void>();
    const giveUp = (error: unknown): void => {
      errors.push(error);
      abort.abort(error);
      failed.resolve();
    };
    const cancel = (): void => giveUp(signal.reason);
    signal.addEventListener('abort', cancel);
    const timer = this.clock.setTimeout(() => giveUp(this.#startTimeout()), this.#startTimeoutMs);

    const starts = new Map<string, Promise<void>>();
    const startOne = async (cell: Cell): Promise<void> => {
      await Promise.all(cell.needs.map((need) => starts.get(need)));
      if (abort.signal.aborted) return;
      try {
        await cell.start(inner);
      } catch (error) {
        const own = abort.signal.aborted ? withoutEcho(cell.name, error, abort.signal.reason) : error;
        if (own !== undefined) giveUp(own);
      }
    };
    for (const cell of this.cells) starts.set(cell.name, startOne(cell));
    await Promise.race([Promise.all(starts.values()), failed.promise]);
    timer[Symbol.dispose]();
    signal.removeEventListener('abort', cancel);
    if (errors.length === 0) return;
    // Cells that were starting add their errors while they are being stopped.
    const stopErrors = await this.#stopCells(this.clock.now() + this.#stopTimeoutMs);
    throw new AggregateError([...errors, ...stopErrors]);
  }

  #startTimeout(): DeadlineError {
    const late = this.cells.filter((cell) => cell.state === 'starting').map((cell) => cell.name);
    return new DeadlineError(`Not started after ${this.#startTimeoutMs} ms: ${late.join(', ')}.`);
  }

  protected override async onStop({ deadline }: StopScope): Promise<void> {
    const errors = await this.#stopCells(deadline);
    if (errors.length > 0) throw new AggregateError(errors);
  }

  async #stopCells(deadline: number): Promise<unknown[]> {
    const errors: unknown[] = [];
    const kept = reserve * Math.max(0, deadline - this.clock.now());
    const stops = new Map<string, Promise<number>>();
    const stopOne = async (cell: Cell): Promise<number> => {
      const dependents = this.cells.filter((other) => other.needs.includes(cell.name));
      const depths = await Promise.all(dependents.map((other) => stops.get(other.name) ?? 0));
      const depth = Math.max(-1, ...depths) + 1;
      try {
        await cell.stop({ deadline: deadline - kept / 2 ** depth });
      } catch (error) {
        errors.push(error);
      }
      return depth;
    };
    for (const cell of this.cells.toReversed()) stops.set(cell.name, stopOne(cell));
    await Promise.all(stops.values());
    return errors;
  }

  /** A cell by its name; undefined when there is none. */
  cell(name: string): Cell | undefined {
    return this.cells.find((cell) => cell.name === name);
  }

  /** Calls `listener` at each change of state of this body or any cell in it until the returned handle is disposed. */
  override observe(listener: (event: LifeEvent) => void): Disposable {
    const handles = [super.observe(listener), ...this.cells.map((cell) => cell.observe(listener))];
    return {
      [Symbol.dispose]: () => {
        for (const handle of handles) handle[Symbol.dispose]();
      },
    };
  }

  protected override async onHealth(): Promise<Health> {
    const entries = await Promise.all(this.cells.map(async (cell) => [cell.name, await this.#healthOf(cell)] as const));
    return { status: worstStatus(entries.map(([, health]) => health.status)), checks: Object.fromEntries(entries) };
  }

  async #healthOf(cell: Cell): Promise<Health> {
    const late = Promise.withResolvers<Health>();
    const timer = this.clock.setTimeout(
      () => late.resolve({ status: 'fail', output: `no answer within ${this.#healthTimeoutMs} ms` }),
      this.#healthTimeoutMs,
    );
    const health = await Promise.race([cell.health(), late.promise]);
    timer[Symbol.dispose]();
    return health;
  }

  protected override onDescribe(): Partial<Anatomy> {
    return { children: this.cells.map((cell) => cell.describe()) };
  }
}
