/** Bytes from `start` to `end`, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The bytes that a `range` header asks for.
 *
 * @param size of the whole, in bytes.
 * @returns undefined when the whole is to be sent: no range, another unit, a malformed one, or several; `unsatisfiable`
 *   when nothing lies within (answer 416).
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { parseRange } from '@organism/respiratory';
 *
 * assert.deepEqual(parseRange('bytes=-100', 1000), { start: 900, end: 999 });
 * assert.equal(parseRange('bytes=1000-', 1000), 'unsatisfiable');
 * ```
 * @see RFC 9110 section 14
 */
export const parseRange = (header: string | undefined, size: number): ByteRange | 'unsatisfiable' | undefined => {
  const [, first, last] = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/i.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return undefined;
  if (start >= size) return 'unsatisfiable';
  return { start, end: last === '' ? size - 1 : Math.min(Number(last), size - 1) };
};
