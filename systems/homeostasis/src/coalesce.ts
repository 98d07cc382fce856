import { CancelledError, type Clock, systemClock } from '@organism/cell';
import { type CoalesceDecision, type Decision, Decisions } from './decision.ts';
import type { CallOptions, Policy, PolicyOptions, Work } from './policy.ts';
import { call, CallScope, enter } from './scope.ts';

/** Options of a {@link Coalesce}. */
export interface CoalesceOptions extends PolicyOptions {
  readonly clock?: Clock;
}

/** Work that runs for all who asked for its key. */
interface Flight {
  readonly scope: CallScope;
  readonly result: Promise<unknown>;
  callers: number;
}

/**
 * Request coalescing (single flight): calls with the same `key` that come while one runs get its result, or its error.
 * Calls without a key run on their own.
 *
 * The work belongs to all who wait: a caller who is cancelled leaves without disturbing the others, and the work's
 * signal aborts when the last has left. So it has no context, and no caller's deadline bounds it. The work of those who
 * join is not run, so one key must stand for one kind of result.
 *
 * @see singleflight in golang.org/x/sync, for the name
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Coalesce } from '@organism/homeostasis';
 *
 * const coalesce = new Coalesce();
 * let reads = 0;
 * const read = () => coalesce.execute(async () => (reads += 1), { key: 'user:7' });
 * assert.deepEqual(await Promise.all([read(), read(), read()]), [1, 1, 1]);
 * assert.equal(await read(), 2);
 * ```
 */
export class Coalesce implements Policy {
  readonly name: string;
  readonly #flights = new Map<string, Flight>();
  readonly #decisions: Decisions<CoalesceDecision>;

  constructor(options: CoalesceOptions = {}) {
    this.name = options.name ?? 'coalesce';
    this.#decisions = new Decisions('coalesce', this.name, options.clock ?? systemClock);
  }

  /** How many keys have work running. */
  get running(): number {
    return this.#flights.size;
  }

  observe(listener: (decision: Decision) => void): Disposable {
    return this.#decisions.observe(listener);
  }

  execute<T>(work: Work<T>, options?: CallOptions): Promise<T> {
    const scope = enter(options);
    const { key } = scope;
    if (scope.cancellable && scope.aborted) return Promise.reject(scope.cancellation());
    if (key === undefined) return call(work, scope);
    let flight = this.#flights.get(key);
    if (flight === undefined) flight = this.#start(work, key);
    else this.#tell('join', key, flight.callers + 1);
    flight.callers += 1;
    const result = flight.result as Promise<T>;
    return scope.cancellable ? this.#follow(result, scope, key, flight) : result;
  }

  #start<T>(work: Work<T>, key: string): Flight {
    const scope = CallScope.detached(key);
    const { promise, resolve } = Promise.withResolvers<T>();
    const flight: Flight = { scope, result: promise, callers: 0 };
    const end = (): void => this.#forget(key, flight);
    // Known before the work begins, so that work which asks for its own key joins itself and starts nothing.
    this.#flights.set(key, flight);
    promise.then(end, end);
    resolve(call(work, scope));
    return flight;
  }

  #forget(key: string, flight: Flight): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
  }

  #follow<T>(result: Promise<T>, scope: CallScope, key: string, flight: Flight): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const unlisten = scope.onAbort(() => {
        reject(scope.cancellation());
        flight.callers -= 1;
        if (flight.callers > 0) return;
        this.#forget(key, flight);
        this.#tell('abort', key, 0);
        flight.scope.abort(new CancelledError('Nobody waits for the result any longer.'));
      });
      result.then(resolve, reject).finally(unlisten);
    });
  }

  #tell(type: CoalesceDecision['type'], key: string, callers: number): void {
    if (this.#decisions.heard) this.#decisions.tell({ type, key, callers });
  }
}
