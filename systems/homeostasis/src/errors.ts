import { OrganismError } from '@organism/cell';

/**
 * Timeout: one attempt took longer than its {@link Timeout} allows. Code `HOMEOSTASIS_TIMEOUT`, status 504, retryable.
 *
 * Not a DeadlineError of `@organism/cell`: that one ends the whole unit of work, this one an attempt.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { TimeoutError } from '@organism/homeostasis';
 *
 * const error = new TimeoutError('quotes', 2000);
 * assert.equal(error.message, 'Timeout "quotes": no result within 2000 ms.');
 * assert.ok(error.retryable);
 * ```
 */
export class TimeoutError extends OrganismError {
  constructor(policy: string, timeoutMs: number, options: { readonly cause?: unknown } = {}) {
    super('HOMEOSTASIS_TIMEOUT', `Timeout "${policy}": no result within ${timeoutMs} ms.`, {
      status: 504,
      publicMessage: 'The service took too long to answer.',
      retryable: true,
      details: { policy, timeoutMs },
      ...options,
    });
  }
}

/**
 * Base of the errors of calls that a policy turned away: the work did not run, so running it later is safe.
 *
 * Breakers do not count them as failures of what they guard. `retryAfterMs` is in the extensions, for clients too.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { BulkheadFullError, RejectedError } from '@organism/homeostasis';
 *
 * assert.ok(new BulkheadFullError('orders', 10, 100) instanceof RejectedError);
 * ```
 */
export class RejectedError extends OrganismError {
  /** How long the caller had better wait, in milliseconds, where that is known. */
  readonly retryAfterMs: number | undefined;

  /** @param rejection what happened, for whom, and after how many milliseconds another try makes sense. */
  constructor(
    code: string,
    message: string,
    rejection: { readonly policy: string; readonly status: number; readonly retryAfterMs?: number | undefined },
  ) {
    const { policy, status, retryAfterMs } = rejection;
    super(code, message, {
      status,
      publicMessage: status === 429 ? 'Too many requests.' : 'The service is not available at the moment.',
      retryable: true,
      details: { policy },
      extensions: retryAfterMs === undefined ? {} : { retryAfterMs },
    });
    this.retryAfterMs = retryAfterMs;
  }
}

/** Open breaker: the call was turned away without trying. Code `HOMEOSTASIS_BREAKER_OPEN`, status 503, retryable. */
export class BreakerOpenError extends RejectedError {
  /** @param retryAfterMs until the breaker lets a probe through; undefined when somebody must close it by hand. */
  constructor(policy: string, retryAfterMs: number | undefined) {
    const until = retryAfterMs === undefined ? 'it is isolated' : `it may try again in ${Math.ceil(retryAfterMs)} ms`;
    super('HOMEOSTASIS_BREAKER_OPEN', `Breaker "${policy}" is open: ${until}.`, { policy, status: 503, retryAfterMs });
  }
}

/** Full bulkhead: all places and the queue are taken. Code `HOMEOSTASIS_BULKHEAD_FULL`, status 503, retryable. */
export class BulkheadFullError extends RejectedError {
  constructor(policy: string, concurrency: number, queue: number) {
    super('HOMEOSTASIS_BULKHEAD_FULL', `Bulkhead "${policy}" is full: ${concurrency} run and ${queue} wait.`, {
      policy,
      status: 503,
    });
  }
}

/** Rate limit met. Code `HOMEOSTASIS_RATE_LIMITED`, status 429, retryable after `retryAfterMs`. */
export class RateLimitedError extends RejectedError {
  constructor(policy: string, retryAfterMs: number) {
    super('HOMEOSTASIS_RATE_LIMITED', `Rate limit "${policy}" met: try again in ${Math.ceil(retryAfterMs)} ms.`, {
      policy,
      status: 429,
      retryAfterMs,
    });
  }
}

/** Adaptive concurrency limit met. Code `HOMEOSTASIS_LIMIT_EXCEEDED`, status 503, retryable. */
export class LimitExceededError extends RejectedError {
  constructor(policy: string, limit: number) {
    super('HOMEOSTASIS_LIMIT_EXCEEDED', `Concurrency limit "${policy}" met: ${limit} calls run.`, {
      policy,
      status: 503,
    });
  }
}
