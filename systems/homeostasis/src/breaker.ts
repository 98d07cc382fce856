import { type Clock, type Entropy, OptionError, systemClock, systemEntropy } from '@organism/cell';
import { type Backoff, constant } from './backoff.ts';
import type { BreakerOptions, BreakerSnapshot, BreakerState } from './breaker-options.ts';
import { count, duration, oneOf, share, whole } from './check.ts';
import { type BreakerDecision, type Decision, Decisions } from './decision.ts';
import { BreakerOpenError, RejectedError } from './errors.ts';
import { isFailure } from './failure.ts';
import type { CallOptions, Policy, Work } from './policy.ts';
import { call, enter, isCancellation } from './scope.ts';
import { consecutive, type Trip } from './trip.ts';

const states: readonly BreakerSnapshot['state'][] = ['closed', 'open', 'isolated'];

/**
 * Circuit breaker: stops calling a callee that keeps failing, and lets a few probes through after a while to find out
 * whether it is well again. It sets no timers: an open breaker turns half-open with the first call after its time.
 *
 * Share one among all callers of the same thing.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 * @see Nygard, "Release It!" (2007)
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Breaker, BreakerOpenError, consecutive } from '@organism/homeostasis';
 *
 * const breaker = new Breaker({ trip: consecutive({ failures: 2 }), openMs: 10_000 });
 * const call = () => breaker.execute(() => Promise.reject(new Error('connection refused')));
 * await assert.rejects(call(), /refused/);
 * await assert.rejects(call(), /refused/);
 * assert.equal(breaker.state, 'open');
 * await assert.rejects(call(), BreakerOpenError);
 * ```
 */
export class Breaker implements Policy {
  readonly name: string;
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #trip: Trip;
  readonly #openMs: Backoff;
  readonly #probes: number;
  readonly #tolerated: number;
  readonly #halfOpenMs: number;
  readonly #slowMs: number;
  readonly #when: (error: unknown) => boolean;
  readonly #decisions: Decisions<BreakerDecision>;
  #state: BreakerState = 'closed';
  /** Grows with every change of state, so that calls from before are told apart. */
  #generation = 0;
  /** End of the open or the half-open state, on the monotonic clock. */
  #until = 0;
  #opens = 0;
  #lastOpenMs = 0;
  #probing = { started: 0, succeeded: 0, failed: 0 };

  constructor(options: BreakerOptions = {}) {
    const { openMs = 30_000, halfOpen = {}, clock = systemClock } = options;
    this.name = options.name ?? 'breaker';
    this.#clock = clock;
    this.#entropy = options.entropy ?? systemEntropy;
    this.#trip = (options.trip ?? consecutive())(clock);
    this.#openMs = typeof openMs === 'function' ? openMs : constant(duration('openMs', openMs));
    this.#probes = whole('halfOpen.probes', halfOpen.probes ?? 1, 1);
    const needed = share('halfOpen.successRate', halfOpen.successRate ?? 1) * this.#probes;
    // A hair less, so that 0.7 of 10 is 7 in binary fractions too.
    this.#tolerated = this.#probes - Math.ceil(needed - 1e-9);
    this.#halfOpenMs = duration('halfOpen.maxMs', halfOpen.maxMs ?? 60_000);
    this.#slowMs = options.slowMs === undefined ? Infinity : duration('slowMs', options.slowMs);
    this.#when = options.when ?? isFailure;
    this.#decisions = new Decisions('breaker', this.name, clock);
  }

  get state(): BreakerState {
    return this.#state;
  }

  observe(listener: (decision: Decision) => void): Disposable {
    return this.#decisions.observe(listener);
  }

  execute<T>(work: Work<T>, options?: CallOptions): Promise<T> {
    const scope = enter(options);
    if (scope.cancellable && scope.aborted) return Promise.reject(scope.cancellation());
    if (this.#state !== 'closed' && !this.#admit()) return Promise.reject(this.#refusal());
    const generation = this.#generation;
    const started = this.#slowMs === Infinity ? 0 : this.#clock.monotonic();
    return call(work, scope).then(
      (value) => {
        if (generation !== this.#generation) return value;
        if (this.#slowMs < Infinity && this.#clock.monotonic() - started > this.#slowMs) this.#fail(undefined);
        else this.#succeed();
        return value;
      },
      (error: unknown) => {
        if (generation === this.#generation) {
          if (isCancellation(error, scope) || error instanceof RejectedError) this.#skip();
          else if (this.#when(error)) this.#fail(error);
          else this.#succeed();
        }
        throw error;
      },
    );
  }

  #refusal(): BreakerOpenError {
    this.#tell('reject');
    const left = Math.max(0, this.#until - this.#clock.monotonic());
    return new BreakerOpenError(this.name, this.#state === 'isolated' ? undefined : left);
  }

  #admit(): boolean {
    if (this.#state === 'isolated') return false;
    const probing = this.#state === 'half-open';
    if (!probing || this.#probing.started >= this.#probes) {
      const now = this.#clock.monotonic();
      if (now < this.#until) return false;
      this.#enter('half-open');
      this.#until = now + this.#halfOpenMs;
      this.#tell('half-open');
    }
    this.#probing.started += 1;
    return true;
  }

  #succeed(): void {
    if (this.#state === 'closed') this.#trip.success();
    else this.#probed(true, undefined);
  }

  #fail(error: unknown): void {
    if (this.#state !== 'closed') this.#probed(false, error);
    else if (this.#trip.failure()) this.#open(error);
  }

  /** A call that says nothing about the callee gives its place as a probe back. */
  #skip(): void {
    if (this.#state === 'half-open') this.#probing.started -= 1;
  }

  #probed(well: boolean, error: unknown): void {
    const probing = this.#probing;
    if (well) probing.succeeded += 1;
    else probing.failed += 1;
    if (probing.failed > this.#tolerated) this.#open(error);
    else if (probing.succeeded + probing.failed === this.#probes) {
      this.close();
      // The verdict is the first thing the closed breaker knows.
      this.#trip.success();
    }
  }

  #open(error: unknown): void {
    this.#opens += 1;
    const openMs = this.#openMs(this.#opens, this.#lastOpenMs, this.#entropy);
    this.#lastOpenMs = openMs;
    this.#enter('open');
    this.#until = this.#clock.monotonic() + openMs;
    if (this.#decisions.heard) this.#decisions.tell({ type: 'open', openMs, error });
  }

  #enter(state: BreakerState): void {
    this.#state = state;
    this.#generation += 1;
    this.#probing = { started: 0, succeeded: 0, failed: 0 };
  }

  /** Closes the breaker by hand, and forgets past failures. */
  close(): void {
    this.#trip.reset();
    this.#opens = this.#lastOpenMs = 0;
    if (this.#state === 'closed') return;
    this.#enter('closed');
    this.#tell('close');
  }

  /** Opens the breaker by hand until {@link Breaker.close} is called. */
  isolate(): void {
    if (this.#state === 'isolated') return;
    this.#enter('isolated');
    this.#tell('isolate');
  }

  #tell(type: 'half-open' | 'close' | 'isolate' | 'reject'): void {
    if (this.#decisions.heard) this.#decisions.tell({ type });
  }

  /** The state as plain data. A half-open breaker is given as an open one whose time is up. */
  snapshot(): BreakerSnapshot {
    const left = this.#state === 'open' ? Math.max(0, this.#until - this.#clock.monotonic()) : 0;
    return {
      state: this.#state === 'half-open' ? 'open' : this.#state,
      openUntil: this.#clock.now() + left,
      opens: this.#opens,
      trip: this.#trip.snapshot(),
    };
  }

  /**
   * Takes over a state, of an earlier life or another process.
   *
   * @throws {OptionError} `CELL_BAD_OPTION` when it is none.
   */
  hydrate(snapshot: BreakerSnapshot): void {
    const state = oneOf('snapshot.state', snapshot.state, states);
    const { openUntil, opens, trip } = snapshot;
    if (!Number.isFinite(openUntil))
      throw new OptionError('snapshot.openUntil', 'milliseconds since the epoch', openUntil);
    count('snapshot.opens', opens, 0);
    count('snapshot.trip.total', trip.total, 0);
    count('snapshot.trip.failures', trip.failures, 0);
    if (state === 'closed') this.close();
    else if (state === 'isolated') this.isolate();
    this.#trip.hydrate(trip);
    this.#opens = opens;
    if (state !== 'open') return;
    const openMs = Math.max(0, openUntil - this.#clock.now());
    this.#enter('open');
    this.#until = this.#clock.monotonic() + openMs;
    if (this.#decisions.heard) this.#decisions.tell({ type: 'open', openMs, error: undefined });
  }
}
