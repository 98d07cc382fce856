/** Keys and positions that lead to a part of a value. */
export type Path = readonly (string | number)[];

/**
 * A path as people write it: `items[2].name`, `["odd key"]`; `(root)` when it is empty.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { formatPath } from '@organism/testing';
 *
 * assert.equal(formatPath(['items', 2, 'name']), 'items[2].name');
 * ```
 */
export const formatPath = (path: Path): string =>
  path
    .map((step) => (typeof step === 'string' && /^[\w$-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`))
    .join('')
    .replace(/^\./, '') || '(root)';
