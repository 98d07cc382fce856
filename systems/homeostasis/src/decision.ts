import { type Clock, messageOf } from '@organism/cell';

interface Decided<P extends string, T extends string> {
  /** Kind of the policy. */
  readonly policy: P;
  /** The policy's own name. */
  readonly name: string;
  readonly type: T;
  /** When, in milliseconds since the epoch. */
  readonly at: number;
}

/** Why a {@link Retry} did not try again. */
export type GiveUpReason = 'attempts' | 'not-retryable' | 'budget' | 'deadline' | 'retry-after' | 'cancelled';

/** A {@link Retry} waits before the next attempt, or gives up. */
export type RetryDecision =
  | (Decided<'retry', 'retry'> & {
      /** Number of the attempt that failed. */
      readonly attempt: number;
      readonly delayMs: number;
      readonly error: unknown;
    })
  | (Decided<'retry', 'give-up'> & {
      readonly attempt: number;
      readonly reason: GiveUpReason;
      readonly error: unknown;
    });

/** A {@link Timeout} ran out. */
export type TimeoutDecision = Decided<'timeout', 'timeout'> & { readonly timeoutMs: number };

/** A {@link Breaker} changed its state, or turned a call away. */
export type BreakerDecision =
  | (Decided<'breaker', 'open'> & { readonly openMs: number; readonly error: unknown })
  | Decided<'breaker', 'half-open' | 'close' | 'isolate' | 'reject'>;

/** A {@link Bulkhead} let a call wait, started or cancelled one that waited, or turned one away. */
export type BulkheadDecision = Decided<'bulkhead', 'queue' | 'dequeue' | 'cancel' | 'reject'> & {
  readonly running: number;
  readonly waiting: number;
};

/** A {@link RateLimit} let a call wait, or turned it away. */
export type RateLimitDecision =
  | (Decided<'rate-limit', 'wait'> & { readonly key: string; readonly waiting: number })
  | (Decided<'rate-limit', 'reject'> & { readonly key: string; readonly retryAfterMs: number });

/** A {@link Hedge} started another attempt, had no budget for one, or has a winner that was not the first. */
export type HedgeDecision = Decided<'hedge', 'hedge' | 'withhold' | 'win'> & { readonly attempt: number };

/** A {@link Fallback} answered in place of the work. */
export type FallbackDecision = Decided<'fallback', 'fallback'> & { readonly error: unknown };

/** A {@link Coalesce} let a call join one that runs, or aborted work that everybody had left. */
export type CoalesceDecision = Decided<'coalesce', 'join' | 'abort'> & {
  readonly key: string;
  /** How many callers wait for this work. */
  readonly callers: number;
};

/** An {@link AdaptiveConcurrency} moved its limit, or turned a call away. */
export type AdaptiveDecision = Decided<'adaptive-concurrency', 'limit' | 'reject'> & {
  readonly limit: number;
  readonly running: number;
};

/** What a policy decided, told to its observers. `policy` and `type` tell which members there are. */
export type Decision =
  | RetryDecision
  | TimeoutDecision
  | BreakerDecision
  | BulkheadDecision
  | RateLimitDecision
  | HedgeDecision
  | FallbackDecision
  | CoalesceDecision
  | AdaptiveDecision;

/** A decision as a policy states it, before it is signed and dated. */
export type Statement<D extends Decision> = D extends Decision ? Omit<D, 'policy' | 'name' | 'at'> : never;

/** Tells a policy's decisions to whoever listens. A listener that throws disturbs neither calls nor other listeners. */
export class Decisions<D extends Decision> {
  readonly #policy: D['policy'];
  readonly #name: string;
  readonly #clock: Clock;
  // Replaced, never changed: a listener may come or go while others are told.
  #listeners: readonly ((decision: Decision) => void)[] = [];
  /** Whether anybody listens; asked before a decision is put into words. */
  heard = false;

  constructor(policy: D['policy'], name: string, clock: Clock) {
    this.#policy = policy;
    this.#name = name;
    this.#clock = clock;
  }

  observe(listener: (decision: Decision) => void): Disposable {
    const own = (decision: Decision): void => listener(decision);
    this.#set([...this.#listeners, own]);
    return { [Symbol.dispose]: () => this.#set(this.#listeners.filter((other) => other !== own)) };
  }

  #set(listeners: readonly ((decision: Decision) => void)[]): void {
    this.#listeners = listeners;
    this.heard = listeners.length > 0;
  }

  tell(statement: Statement<D>): void {
    const signed = { policy: this.#policy, name: this.#name, at: this.#clock.now(), ...statement };
    for (const listener of this.#listeners) {
      try {
        listener(signed as unknown as Decision);
      } catch (error) {
        console.error(`An observer of ${this.#policy} "${this.#name}" failed: ${messageOf(error)}`);
      }
    }
  }
}
