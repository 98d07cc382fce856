/**
 * The type of a value in a word, for error messages that must not show the value itself.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { typeName } from '@organism/cell';
 *
 * assert.deepEqual([null, [], NaN, 'secret', new Date()].map(typeName), ['null', 'array', 'NaN', 'string', 'Date']);
 * ```
 */
export const typeName = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (Number.isNaN(value)) return 'NaN';
  if (typeof value !== 'object') return typeof value;
  // Not the value's own `constructor`, which may come from outside and be a secret.
  const name: unknown = Object.getPrototypeOf(value)?.constructor?.name;
  return typeof name === 'string' && name !== '' && name !== 'Object' ? name : 'object';
};

/**
 * The message of anything that was thrown; its type when it has none.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { messageOf } from '@organism/cell';
 *
 * assert.deepEqual([new Error('boom'), 'text', { secret: 1 }, undefined].map(messageOf), ['boom', 'text', 'object', 'undefined']);
 * ```
 */
export const messageOf = (thrown: unknown): string => {
  const message = (thrown as { readonly message?: unknown } | null | undefined)?.message;
  if (typeof message === 'string') return message;
  return typeof thrown === 'object' && thrown !== null ? typeName(thrown) : String(thrown);
};
