import { type Clock, type Entropy, OptionError, systemClock, systemEntropy } from '@organism/cell';
import {
  type CallOptions,
  type Decision,
  type Policy,
  RateLimitedError,
  regulate,
  RejectedError,
  type Work,
} from '@organism/homeostasis';
import { RemoteError } from './remote-error.ts';

/** Options of a {@link Throttle}. */
export interface ThrottleOptions {
  readonly name?: string;
  /** How many calls are sent for one that the server takes; the more, the sooner it is found well again. Default 2. */
  readonly factor?: number;
  /** After how long what was counted weighs half, in milliseconds. Default 10 000. */
  readonly halfLifeMs?: number;
  /** Nothing is turned away below this many calls. Default 10. */
  readonly minimum?: number;
  readonly clock?: Clock;
  readonly entropy?: Entropy;
}

/** How long a caller that was turned away had better wait, in milliseconds. */
const waitMs = 1000;

/** Some calls always get through: without them nobody would know when the server is well again. */
const mostRefusal = 0.95;

/** Answers by which a server says that it is given too much. */
const isOverload = (error: unknown): boolean =>
  error instanceof RemoteError && (error.status === 429 || error.status === 503);

/**
 * Adaptive throttle: turns calls away here, by chance, as the share grows that the server refuses with 429 or 503, so that it
 * has to refuse few. Unlike a breaker it is never quite closed: what gets through shows when the server is well again.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 * @see "Handling Overload", in Beyer et al., Site Reliability Engineering (2016)
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Throttle } from '@organism/respiratory/client';
 *
 * const throttle = new Throttle({ factor: 2 });
 * assert.equal(await throttle.execute(() => 'answer'), 'answer');
 * assert.equal(throttle.refusal, 0); // the share of calls that is turned away
 * ```
 */
export class Throttle implements Policy {
  readonly name: string;
  readonly #factor: number;
  readonly #halfLifeMs: number;
  readonly #minimum: number;
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  /** Both fade with time. */
  #asked = 0;
  #taken = 0;
  #fadedAt: number;
  #listeners: readonly ((decision: Decision) => void)[] = [];

  constructor(options: ThrottleOptions = {}) {
    const { factor = 2, halfLifeMs = 10_000, minimum = 10, clock = systemClock } = options;
    if (!(factor >= 1 && factor < Infinity)) throw new OptionError('factor', 'a number >= 1', factor);
    if (!(halfLifeMs > 0 && halfLifeMs < Infinity)) throw new OptionError('halfLifeMs', 'milliseconds > 0', halfLifeMs);
    if (!(minimum >= 0)) throw new OptionError('minimum', 'a number >= 0', minimum);
    this.name = options.name ?? 'throttle';
    this.#factor = factor;
    this.#halfLifeMs = halfLifeMs;
    this.#minimum = minimum;
    this.#clock = clock;
    this.#entropy = options.entropy ?? systemEntropy;
    this.#fadedAt = clock.monotonic();
  }

  /** The share of calls that is turned away now. */
  get refusal(): number {
    this.#fade();
    if (this.#asked < this.#minimum) return 0;
    const refusal = (this.#asked - this.#factor * this.#taken) / (this.#asked + 1);
    return Math.max(0, Math.min(mostRefusal, refusal));
  }

  #fade(): void {
    const now = this.#clock.monotonic();
    const share = 0.5 ** ((now - this.#fadedAt) / this.#halfLifeMs);
    this.#fadedAt = now;
    this.#asked *= share;
    this.#taken *= share;
  }

  execute<T>(work: Work<T>, options?: CallOptions): Promise<T> {
    const { refusal } = this;
    // Those that are turned away count too: the more callers want, the more of them must wait.
    this.#asked += 1;
    if (refusal > 0 && this.#entropy.random() < refusal) return Promise.reject(this.#refuse());
    return plain.execute(work, options).then(
      (value) => {
        this.#taken += 1;
        return value;
      },
      (error: unknown) => {
        // Neither what was not sent nor what was lost says whether the server has too much to do.
        if (error instanceof RejectedError || !(error instanceof RemoteError))
          this.#asked = Math.max(0, this.#asked - 1);
        else if (!isOverload(error)) this.#taken += 1;
        throw error;
      },
    );
  }

  #refuse(): RateLimitedError {
    const decision = { policy: 'rate-limit', name: this.name, type: 'reject', key: '', retryAfterMs: waitMs } as const;
    for (const listener of this.#listeners) listener({ ...decision, at: this.#clock.now() });
    return new RateLimitedError(this.name, waitMs);
  }

  observe(listener: (decision: Decision) => void): Disposable {
    this.#listeners = [...this.#listeners, listener];
    return {
      [Symbol.dispose]: () => {
        this.#listeners = this.#listeners.filter((other) => other !== listener);
      },
    };
  }
}

/** Runs work without any policy, and gives it a whole scope. */
const plain: Policy = regulate();
