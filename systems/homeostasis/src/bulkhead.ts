import { type Clock, systemClock } from '@organism/cell';
import { count } from './check.ts';
import { type BulkheadDecision, type Decision, Decisions } from './decision.ts';
import { BulkheadFullError } from './errors.ts';
import { Fifo, type Linked } from './fifo.ts';
import type { CallOptions, Policy, PolicyOptions, Work } from './policy.ts';
import { call, type CallScope, enter } from './scope.ts';

/** Options of a {@link Bulkhead}. */
export interface BulkheadOptions extends PolicyOptions {
  /** How many calls run at once. Default 10. */
  readonly concurrency?: number;
  /** How many more may wait, first come, first served. Default 0: none. */
  readonly queue?: number;
  readonly clock?: Clock;
}

interface Waiter extends Linked<Waiter> {
  start(): void;
}

/**
 * Bulkhead: bounds how many calls run at once, and how many wait for a place. Further ones are turned away.
 *
 * A place is free again when the work has ended, even if its caller has given up before: what is bounded is work.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Bulkhead, BulkheadFullError } from '@organism/homeostasis';
 *
 * const bulkhead = new Bulkhead({ concurrency: 1, queue: 1 });
 * const first = bulkhead.execute(async () => 'first');
 * const second = bulkhead.execute(async () => 'second');
 * await assert.rejects(bulkhead.execute(async () => 'third'), BulkheadFullError);
 * assert.deepEqual(await Promise.all([first, second]), ['first', 'second']);
 * ```
 */
export class Bulkhead implements Policy {
  readonly name: string;
  readonly #concurrency: number;
  readonly #limit: number;
  readonly #waiting = new Fifo<Waiter>();
  readonly #decisions: Decisions<BulkheadDecision>;
  #running = 0;

  constructor(options: BulkheadOptions = {}) {
    this.name = options.name ?? 'bulkhead';
    this.#concurrency = count('concurrency', options.concurrency ?? 10, 1);
    this.#limit = count('queue', options.queue ?? 0, 0);
    this.#decisions = new Decisions('bulkhead', this.name, options.clock ?? systemClock);
  }

  /** How many calls run. */
  get running(): number {
    return this.#running;
  }

  /** How many calls wait. */
  get waiting(): number {
    return this.#waiting.size;
  }

  observe(listener: (decision: Decision) => void): Disposable {
    return this.#decisions.observe(listener);
  }

  execute<T>(work: Work<T>, options?: CallOptions): Promise<T> {
    const scope = enter(options);
    if (scope.cancellable && scope.aborted) return Promise.reject(scope.cancellation());
    if (this.#running < this.#concurrency) return this.#start(work, scope);
    if (this.#waiting.size < this.#limit) return this.#wait(work, scope);
    this.#tell('reject');
    return Promise.reject(new BulkheadFullError(this.name, this.#running, this.#waiting.size));
  }

  #start<T>(work: Work<T>, scope: CallScope): Promise<T> {
    this.#running += 1;
    return call(work, scope).then(this.#succeed<T>, this.#fail);
  }

  // Two functions for all calls, as they need nothing of the call.
  readonly #succeed = <T>(value: T): T => {
    this.#release();
    return value;
  };

  readonly #fail = (error: unknown): never => {
    this.#release();
    throw error;
  };

  #release(): void {
    this.#running -= 1;
    this.#waiting.shift()?.start();
  }

  #wait<T>(work: Work<T>, scope: CallScope): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let unlisten: (() => void) | undefined;
      const waiter: Waiter = {
        before: undefined,
        after: undefined,
        queue: undefined,
        start: () => {
          unlisten?.();
          this.#tell('dequeue');
          resolve(this.#start(work, scope));
        },
      };
      this.#waiting.push(waiter);
      this.#tell('queue');
      if (!scope.cancellable) return;
      unlisten = scope.onAbort(() => {
        this.#waiting.remove(waiter);
        this.#tell('cancel');
        reject(scope.cancellation());
      });
    });
  }

  #tell(type: BulkheadDecision['type']): void {
    if (this.#decisions.heard) this.#decisions.tell({ type, running: this.#running, waiting: this.#waiting.size });
  }
}
