/** Outcome of a health check. @see draft-inadarei-api-health-check */
export type HealthStatus = 'pass' | 'warn' | 'fail';

/** Health of a cell and of what is inside it. */
export interface Health {
  readonly status: HealthStatus;
  /** One line for a person: what is wrong, or what is worth knowing. */
  readonly output?: string;
  /** Health of the parts, by name. */
  readonly checks?: Readonly<Record<string, Health>>;
}

const rank: Readonly<Record<HealthStatus, number>> = { pass: 0, warn: 1, fail: 2 };

/**
 * The worst of several statuses; `pass` when there are none.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { worstStatus } from '@organism/cell';
 *
 * assert.equal(worstStatus(['pass', 'warn', 'pass']), 'warn');
 * ```
 */
export const worstStatus = (statuses: Iterable<HealthStatus>): HealthStatus => {
  let worst: HealthStatus = 'pass';
  for (const status of statuses) if (rank[status] > rank[worst]) worst = status;
  return worst;
};
