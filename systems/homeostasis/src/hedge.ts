import { CancelledError, type Clock, systemClock } from '@organism/cell';
import { count, duration, share } from './check.ts';
import { type Decision, Decisions, type HedgeDecision } from './decision.ts';
import { Latencies } from './latencies.ts';
import type { CallOptions, Policy, PolicyOptions, Work } from './policy.ts';
import type { RetryBudget } from './retry-budget.ts';
import { call, type CallScope, enter } from './scope.ts';
import { TimerWheel, type WheelEntry } from './timer-wheel.ts';

/** Options of a {@link Hedge}. */
export interface HedgeOptions extends PolicyOptions {
  /** How long to wait for an attempt before another one starts beside it, in milliseconds; 1 is the least. */
  readonly delayMs: number;
  /**
   * Waits as long as this share of the last successes took instead, once there are 16 of them: 0.95 starts a second
   * attempt for the slowest 5 %. Default: always `delayMs`.
   */
  readonly percentile?: number;
  /** How many attempts may be added to the first. Default 1. */
  readonly maxHedges?: number;
  /** Shared with retries, so that hedges don't bury a slow service. Default: none. */
  readonly budget?: RetryBudget;
  readonly clock?: Clock;
}

/** Where a clock is too coarse to tell fast calls from none, every call would be made twice. */
const shortestMs = 1;

/** What a race needs of its policy. */
interface Track {
  readonly clock: Clock;
  readonly wheel: TimerWheel;
  readonly latencies: Latencies | undefined;
  readonly budget: RetryBudget | undefined;
  readonly delayMs: number;
  readonly maxHedges: number;
  readonly decisions: Decisions<HedgeDecision>;
}

/** One call and its attempts. */
class Race<T> implements WheelEntry {
  before: WheelEntry | undefined = undefined;
  after: WheelEntry | undefined = undefined;
  queue: WheelEntry['queue'] = undefined;
  readonly #track: Track;
  readonly #work: Work<T>;
  readonly #outer: CallScope;
  readonly #resolve: (value: T) => void;
  readonly #reject: (error: unknown) => void;
  readonly #scopes: CallScope[] = [];
  #running = 0;
  #over = false;
  #unlisten: (() => void) | undefined = undefined;

  constructor(
    track: Track,
    work: Work<T>,
    outer: CallScope,
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
  ) {
    this.#track = track;
    this.#work = work;
    this.#outer = outer;
    this.#resolve = resolve;
    this.#reject = reject;
    // Who was cancelled wants no further attempt; the running ones have their signal.
    if (outer.cancellable) this.#unlisten = outer.onAbort(() => track.wheel.remove(this));
  }

  launch(): void {
    const { clock, wheel, latencies, delayMs, maxHedges } = this.#track;
    const attempt = this.#scopes.length + 1;
    const scope = this.#outer.at(attempt).fork();
    const started = latencies === undefined ? 0 : clock.monotonic();
    this.#scopes.push(scope);
    this.#running += 1;
    const succeed = (value: T): void => {
      latencies?.add(clock.monotonic() - started);
      this.#win(value, scope);
    };
    call(this.#work, scope).then(succeed, (error: unknown) => this.#lose(error));
    if (attempt <= maxHedges) wheel.add(this, Math.max(shortestMs, latencies?.percentile ?? delayMs));
  }

  expire(): void {
    const allowed = this.#track.budget?.withdraw() ?? true;
    this.#tell(allowed ? 'hedge' : 'withhold', this.#scopes.length + 1);
    if (allowed) this.launch();
  }

  #win(value: T, winner: CallScope): void {
    if (this.#over) return;
    this.#end();
    if (winner.attempt > 1) this.#tell('win', winner.attempt);
    this.#resolve(value);
    for (const scope of this.#scopes)
      if (scope !== winner) scope.abort(new CancelledError('Another attempt answered first.'));
  }

  #lose(error: unknown): void {
    this.#running -= 1;
    if (this.#over || this.#running > 0) return;
    this.#end();
    this.#reject(error);
  }

  #end(): void {
    this.#over = true;
    this.#track.wheel.remove(this);
    this.#unlisten?.();
    for (const scope of this.#scopes) scope.close();
  }

  #tell(type: HedgeDecision['type'], attempt: number): void {
    if (this.#track.decisions.heard) this.#track.decisions.tell({ type, attempt });
  }
}

/**
 * Hedging: starts the work a second time when the first attempt is slow; the first success wins, and the signals of the
 * others abort. Only for work that may safely run twice.
 *
 * When all attempts that run have failed, the call fails with the last error: mending failures is {@link Retry}'s part.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 * @see Dean and Barroso, "The Tail at Scale", CACM 56(2) (2013)
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { sleep, systemClock } from '@organism/cell';
 * import { Hedge } from '@organism/homeostasis';
 *
 * const hedge = new Hedge({ delayMs: 5 });
 * const answer = await hedge.execute(async ({ attempt, signal }) => {
 *   if (attempt === 1) await sleep(systemClock, 60_000, { signal }); // a replica that hangs
 *   return `from replica ${attempt}`;
 * });
 * assert.equal(answer, 'from replica 2');
 * ```
 */
export class Hedge implements Policy {
  readonly name: string;
  readonly #track: Track;

  constructor(options: HedgeOptions) {
    const { clock = systemClock, percentile, budget } = options;
    this.name = options.name ?? 'hedge';
    this.#track = {
      clock,
      wheel: TimerWheel.of(clock),
      latencies: percentile === undefined ? undefined : new Latencies(share('percentile', percentile)),
      budget,
      delayMs: duration('delayMs', options.delayMs),
      maxHedges: count('maxHedges', options.maxHedges ?? 1, 1),
      decisions: new Decisions('hedge', this.name, clock),
    };
  }

  observe(listener: (decision: Decision) => void): Disposable {
    return this.#track.decisions.observe(listener);
  }

  execute<T>(work: Work<T>, options?: CallOptions): Promise<T> {
    const outer = enter(options);
    if (outer.cancellable && outer.aborted) return Promise.reject(outer.cancellation());
    this.#track.budget?.deposit();
    return new Promise<T>((resolve, reject) => new Race(this.#track, work, outer, resolve, reject).launch());
  }
}
