import { type Clock, type Entropy, OptionError, systemClock, systemEntropy } from '@organism/cell';
import {
  Breaker,
  type BreakerOptions,
  Bulkhead,
  type BulkheadOptions,
  type Decision,
  Hedge,
  type HedgeOptions,
  isFailure,
  isRetryable,
  type Policy,
  regulate,
  RejectedError,
  Retry,
  RetryBudget,
  type RetryOptions,
  Timeout,
} from '@organism/homeostasis';
import { ClientClosedError, ConnectError } from './errors.ts';
import { Pace, type PaceOptions } from './pace.ts';
import { RemoteError } from './remote-error.ts';
import { type BreakerSharing, SharedBreaker } from './shared-breaker.ts';
import { Throttle, type ThrottleOptions } from './throttle.ts';

/** Options of the breaker of each origin. */
export interface DiaphragmBreakerOptions extends BreakerOptions {
  /** Keeps the breakers of several processes in step: when one opens, all do, and one of them probes. Default: none. */
  readonly share?: BreakerSharing;
}

/** What is done about slow, failing and overloaded servers. */
export interface DiaphragmOptions {
  /** How long one attempt may take, the body included, in milliseconds; Infinity for no bound. Default 30 000. */
  readonly timeoutMs?: number;
  /**
   * Default: 3 attempts, full-jitter backoff, and a budget of a fifth of all calls to an origin. `when` is asked only of
   * calls that may be made twice.
   */
  readonly retry?: RetryOptions | false;
  /** One for each origin. Default: opens after 5 failures in a row. */
  readonly breaker?: DiaphragmBreakerOptions | false;
  /** One for each origin. Default: none; the transport bounds the connections. */
  readonly bulkhead?: BulkheadOptions | false;
  /** Only for calls that may be made twice. Default: none. */
  readonly hedge?: HedgeOptions | false;
  /** Waits where the server's rate limit says so. Default: at most 10 seconds. */
  readonly pace?: PaceOptions | false;
  /** Turns calls away here, as the share grows that the server refuses with 429 or 503. Default: none. */
  readonly throttle?: ThrottleOptions | boolean;
  /** Told of every decision of every policy. */
  readonly onDecision?: (decision: Decision, origin: string) => void;
  readonly clock?: Clock;
  readonly entropy?: Entropy;
}

/** Whether a call may be made twice, once it has been sent; `once` when its body can't be sent again. */
export type Repeatability = 'idempotent' | 'unsafe' | 'once';

/** What stands between a call and one origin. */
export interface OriginPolicies {
  readonly idempotent: Policy;
  readonly unsafe: Policy;
  readonly once: Policy;
  readonly pace: Pace | undefined;
  /** What is shared with other processes, and ends with the policies. */
  readonly shared: Disposable | undefined;
}

/** Who calls ever new hosts must not fill the memory; the policies of the first are forgotten then. */
const mostOrigins = 1000;

/** Whether the server can't have acted on the request. */
const isUnprocessed = (error: unknown): boolean =>
  (error instanceof ConnectError || error instanceof RejectedError) && isRetryable(error);

/** Answers that say so themselves. @see RFC 6585 section 4, RFC 8470 section 5.2 */
const isRefused = (error: unknown): boolean =>
  error instanceof RemoteError && (error.status === 429 || error.status === 425);

/** A server that limits its callers is not sick, that is for {@link Pace}; nor is it when we asked in a wrong way. */
const isSick = (error: unknown): boolean =>
  isFailure(error) && !isRefused(error) && !(error instanceof OptionError) && !(error instanceof ClientClosedError);

/**
 * Client resilience: keeps the policies of each origin, and chooses by whether a call may be made twice.
 *
 * From the outside in: retry, pace, throttle, hedge, breaker, bulkhead, timeout. Calls that may not be made twice are repeated only
 * when the server can't have acted on them, and are never hedged.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Diaphragm } from '@organism/respiratory/client';
 *
 * const diaphragm = new Diaphragm({ timeoutMs: 2000, retry: { attempts: 2 }, bulkhead: { concurrency: 8, queue: 64 } });
 * const { idempotent, unsafe } = diaphragm.of('https://example.org');
 * assert.equal(idempotent.name, 'retry > pace > breaker > bulkhead > timeout');
 * assert.equal(await unsafe.execute(() => 'answer'), 'answer');
 * ```
 */
export class Diaphragm implements Disposable {
  readonly #options: DiaphragmOptions;
  readonly #origins = new Map<string, OriginPolicies>();
  /** Whether a policy may abort an attempt; where none may, no signal is made. */
  readonly aborts: boolean;

  constructor(options: DiaphragmOptions = {}) {
    const { timeoutMs = 30_000 } = options;
    if (typeof timeoutMs !== 'number' || !(timeoutMs > 0))
      throw new OptionError('timeoutMs', 'a number of milliseconds > 0', timeoutMs);
    this.#options = options;
    this.aborts = timeoutMs < Infinity || (options.hedge ?? false) !== false;
    // Bad options show now, not at the first call.
    this.#make('check');
  }

  /** The policies of an origin. */
  of(origin: string): OriginPolicies {
    let policies = this.#origins.get(origin);
    if (policies === undefined) {
      policies = this.#make(origin);
      for (const oldest of this.#origins.keys()) {
        if (this.#origins.size < mostOrigins) break;
        this.#forget(oldest);
      }
      this.#origins.set(origin, policies);
    }
    return policies;
  }

  #forget(origin: string): void {
    this.#origins.get(origin)?.shared?.[Symbol.dispose]();
    this.#origins.delete(origin);
  }

  #make(origin: string): OriginPolicies {
    const { clock = systemClock, entropy = systemEntropy, onDecision, timeoutMs = 30_000 } = this.#options;
    const { retry = {}, breaker = {}, bulkhead = false, hedge = false, pace = {}, throttle = false } = this.#options;
    const budget = new RetryBudget({ clock });
    const retrying = (when: (error: unknown, attempt: number) => boolean): Policy[] =>
      retry === false ? [] : [new Retry({ clock, entropy, budget, ...retry, when })];
    const gate = pace === false ? undefined : new Pace({ clock, ...pace });
    const inner: Policy[] = [];
    const own = breaker === false ? undefined : new Breaker({ clock, entropy, when: isSick, ...breaker });
    const shared = breaker === false || own === undefined ? undefined : this.#share(own, origin, breaker, clock);
    if (own !== undefined) inner.push(shared ?? own);
    if (bulkhead !== false) inner.push(new Bulkhead({ clock, ...bulkhead }));
    if (timeoutMs < Infinity) inner.push(new Timeout({ clock, ms: timeoutMs }));
    const paced: Policy[] = gate === undefined ? [] : [gate];
    if (throttle !== false) paced.push(new Throttle({ clock, entropy, ...(throttle === true ? {} : throttle) }));
    const hedged = hedge === false ? [] : [new Hedge({ clock, budget, ...hedge })];
    const idempotent = retrying(retry === false ? isRetryable : (retry.when ?? isRetryable));
    const unsafe = retrying((error) => isUnprocessed(error) || isRefused(error));
    if (onDecision !== undefined) {
      const all: Policy[] = [...idempotent, ...unsafe, ...paced, ...hedged, ...inner];
      for (const policy of all) policy.observe?.((decision) => onDecision(decision, origin));
    }
    return {
      idempotent: regulate(...idempotent, ...paced, ...hedged, ...inner),
      unsafe: regulate(...unsafe, ...paced, ...inner),
      once: regulate(...paced, ...inner),
      pace: gate,
      shared,
    };
  }

  #share(breaker: Breaker, origin: string, options: DiaphragmBreakerOptions, clock: Clock): SharedBreaker | undefined {
    const { share, halfOpen } = options;
    if (share === undefined) return undefined;
    // A probe has ended by then, whatever happens; a little more, so that its end is told first.
    const probeMs = Math.min(halfOpen?.maxMs ?? 60_000, (this.#options.timeoutMs ?? 30_000) + 1000);
    return new SharedBreaker({ breaker, sharing: share, origin, probeMs, clock });
  }

  /** Leaves those that breakers are shared with. */
  [Symbol.dispose](): void {
    for (const origin of this.#origins.keys()) this.#forget(origin);
  }
}
