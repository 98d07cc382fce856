import { CancelledError, OrganismError } from '@organism/cell';
import { BreakerOpenError } from './errors.ts';

const programmingErrors = [TypeError, ReferenceError, SyntaxError, RangeError, EvalError, URIError];

/** What `fetch` says in Chrome, Firefox and Safari; Node and Deno give a cause instead. */
const networkMessages = ['Failed to fetch', 'NetworkError when attempting to fetch resource.', 'Load failed'];

/** `fetch` rejects with a TypeError when the network fails, which is the last thing that is a programming error. */
const isNetworkError = (error: Error): boolean =>
  error instanceof TypeError && (error.cause instanceof Error || networkMessages.includes(error.message));

/**
 * Whether the same call may succeed when it is made again: the default of {@link Retry}.
 *
 * An OrganismError says so itself (`retryable`), but for an open breaker: that is there to fail at once, and would keep
 * every caller waiting. Other errors are, unless they are the mark of a bug (TypeError,
 * RangeError and their kin, but not the TypeError by which `fetch` tells of a broken network) or of a cancellation
 * (AbortError). Thrown values that are no errors are not.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { isRetryable } from '@organism/homeostasis';
 *
 * assert.ok(isRetryable(new Error('socket hang up')));
 * assert.ok(!isRetryable(new TypeError("cannot read properties of undefined (reading 'id')")));
 * ```
 */
export const isRetryable = (error: unknown): boolean => {
  if (error instanceof CancelledError || error instanceof BreakerOpenError) return false;
  if (error instanceof OrganismError) return error.retryable;
  if (!(error instanceof Error) || error.name === 'AbortError') return false;
  return isNetworkError(error) || !programmingErrors.some((kind) => error instanceof kind);
};

const milliseconds = (value: unknown): number | undefined =>
  typeof value === 'number' && value >= 0 ? value : undefined;

/**
 * How long an error asks its caller to wait, in milliseconds: its own `retryAfterMs`, or the one among its
 * `extensions` or `details`. The default of {@link Retry}.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { OrganismError } from '@organism/cell';
 * import { retryAfterOf } from '@organism/homeostasis';
 *
 * const busy = new OrganismError('SHOP_BUSY', 'Try later.', { status: 503, extensions: { retryAfterMs: 1500 } });
 * assert.equal(retryAfterOf(busy), 1500);
 * ```
 */
export const retryAfterOf = (error: unknown): number | undefined => {
  if (typeof error !== 'object' || error === null) return undefined;
  const { retryAfterMs, extensions, details } = error as {
    readonly retryAfterMs?: unknown;
    readonly extensions?: { readonly retryAfterMs?: unknown } | null;
    readonly details?: { readonly retryAfterMs?: unknown } | null;
  };
  return milliseconds(retryAfterMs) ?? milliseconds(extensions?.retryAfterMs) ?? milliseconds(details?.retryAfterMs);
};
