import { type Clock, systemClock } from '@organism/cell';
import { duration, oneOf } from './check.ts';
import { type Decision, Decisions, type TimeoutDecision } from './decision.ts';
import { TimeoutError } from './errors.ts';
import type { CallOptions, Policy, PolicyOptions, Work } from './policy.ts';
import { call, type CallScope, enter, lastingScope } from './scope.ts';
import { TimerWheel, type WheelEntry } from './timer-wheel.ts';

/** Options of a {@link Timeout}. */
export interface TimeoutOptions extends PolicyOptions {
  /** How long the work may take, in milliseconds. */
  readonly ms: number;
  /**
   * `aggressive` (default): at the timeout the caller gets a TimeoutError, whether or not the work heeds its signal.
   * `cooperative`: the signal aborts and the caller waits for the work to end; if it comes through after all, the
   * caller gets its result.
   */
  readonly mode?: 'aggressive' | 'cooperative';
  readonly clock?: Clock;
}

/** One call that is being timed. */
class TimedCall implements WheelEntry {
  before: WheelEntry | undefined = undefined;
  after: WheelEntry | undefined = undefined;
  queue: WheelEntry['queue'] = undefined;
  readonly scope: CallScope;
  readonly #fail: () => TimeoutError;
  /** Set when the time was up. */
  error: TimeoutError | undefined = undefined;
  /** Tells the caller at once; for the aggressive mode. */
  reject: ((error: TimeoutError) => void) | undefined = undefined;

  constructor(scope: CallScope, fail: () => TimeoutError) {
    this.scope = scope;
    this.#fail = fail;
  }

  expire(): void {
    this.error = this.#fail();
    this.reject?.(this.error);
    const { context } = this.scope;
    // The wheel's timer runs in the surroundings of whoever set it; listeners of the signal belong to this call.
    if (context === undefined) this.scope.abort(this.error);
    else context.run(() => this.scope.abort(this.error));
  }
}

/** Keeps the shape alive, as {@link lastingScope} does. */
export const lastingCall: TimedCall = new TimedCall(lastingScope, () => new TimeoutError('none', 0));

/**
 * Timeout: bounds how long the work may take. The work's signal aborts with the TimeoutError as its reason.
 *
 * All timeouts of one clock share a {@link TimerWheel}: none is early, none later than 1/64 of its time.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { sleep, systemClock } from '@organism/cell';
 * import { Timeout, TimeoutError } from '@organism/homeostasis';
 *
 * const timeout = new Timeout({ ms: 5 });
 * await assert.rejects(timeout.execute(({ signal }) => sleep(systemClock, 60_000, { signal })), TimeoutError);
 * ```
 */
export class Timeout implements Policy {
  readonly name: string;
  readonly #ms: number;
  readonly #aggressive: boolean;
  readonly #wheel: TimerWheel;
  readonly #decisions: Decisions<TimeoutDecision>;

  constructor(options: TimeoutOptions) {
    const { clock = systemClock } = options;
    this.name = options.name ?? 'timeout';
    this.#ms = duration('ms', options.ms);
    this.#aggressive = oneOf('mode', options.mode ?? 'aggressive', ['aggressive', 'cooperative']) === 'aggressive';
    this.#wheel = TimerWheel.of(clock);
    this.#decisions = new Decisions('timeout', this.name, clock);
  }

  observe(listener: (decision: Decision) => void): Disposable {
    return this.#decisions.observe(listener);
  }

  readonly #fail = (): TimeoutError => {
    if (this.#decisions.heard) this.#decisions.tell({ type: 'timeout', timeoutMs: this.#ms });
    return new TimeoutError(this.name, this.#ms);
  };

  execute<T>(work: Work<T>, options?: CallOptions): Promise<T> {
    const outer = enter(options);
    if (outer.cancellable && outer.aborted) return Promise.reject(outer.cancellation());
    const timed = new TimedCall(outer.fork(), this.#fail);
    this.#wheel.add(timed, this.#ms);
    return this.#aggressive ? this.#race(work, timed, outer) : this.#wait(work, timed);
  }

  #race<T>(work: Work<T>, timed: TimedCall, outer: CallScope): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      timed.reject = reject;
      const cancel = (): void => {
        this.#wheel.remove(timed);
        timed.scope.abort(outer.reason);
        reject(outer.cancellation());
      };
      const unlisten = outer.cancellable ? outer.onAbort(cancel) : undefined;
      const succeed = (value: T): void => {
        this.#end(timed);
        unlisten?.();
        resolve(value);
      };
      const fail = (error: unknown): void => {
        this.#end(timed);
        unlisten?.();
        reject(error as Error);
      };
      call(work, timed.scope).then(succeed, fail);
    });
  }

  #wait<T>(work: Work<T>, timed: TimedCall): Promise<T> {
    return call(work, timed.scope).then(
      (value) => {
        this.#end(timed);
        return value;
      },
      (error: unknown) => {
        this.#end(timed);
        throw timed.error === undefined || timed.error === error ? error : this.#late(error);
      },
    );
  }

  #late(cause: unknown): TimeoutError {
    return new TimeoutError(this.name, this.#ms, { cause });
  }

  #end(timed: TimedCall): void {
    this.#wheel.remove(timed);
    timed.scope.close();
  }
}
