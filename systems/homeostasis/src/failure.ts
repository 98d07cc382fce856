import { OrganismError } from '@organism/cell';
import { RejectedError } from './errors.ts';

/**
 * Whether an error tells of a sick callee: the default of {@link Breaker}. All do but those of calls that never reached
 * it ({@link RejectedError}) and those that blame the caller: an OrganismError with a status below 500 that is not
 * retryable.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { OrganismError } from '@organism/cell';
 * import { isFailure } from '@organism/homeostasis';
 *
 * assert.ok(isFailure(new Error('connection refused')));
 * assert.ok(!isFailure(new OrganismError('SHOP_NO_SUCH_ORDER', 'There is no such order.', { status: 404 })));
 * ```
 */
export const isFailure = (error: unknown): boolean =>
  !(error instanceof RejectedError) && !(error instanceof OrganismError && error.status < 500 && !error.retryable);
