/** Most parts of one value that are looked at; what lies beyond is taken to be as big as these on average. */
const mostParts = 10_000;

const ownBytes = (value: unknown): number => {
  switch (typeof value) {
    case 'string':
      return 16 + 2 * value.length;
    case 'bigint':
      return 24;
    case 'object':
      if (value === null) return 4;
      if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return 64 + value.byteLength;
      return 32;
    default:
      return 8;
  }
};

const partsOf = (value: object): Iterable<unknown> => {
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return [];
  if (Array.isArray(value) || value instanceof Set) return value;
  if (value instanceof Map) return [...value.keys(), ...value.values()];
  return [...Object.keys(value), ...Object.values(value)];
};

/**
 * Estimates the memory that a value takes, in bytes: text at two bytes per character, buffers by their length, objects
 * by their keys and values. Shared parts and cycles count once. An estimate, for bounds: V8 may do better.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { estimateBytes } from '@organism/metabolic';
 *
 * assert.equal(estimateBytes(new Uint8Array(1000)), 1064);
 * assert.ok(estimateBytes({ place: 'Hualien' }) < 200);
 * ```
 */
export const estimateBytes = (value: unknown): number => {
  const seen = new Set<object>();
  const open: unknown[] = [value];
  let bytes = 0;
  let parts = 0;
  while (open.length > 0) {
    const part = open.pop();
    if (typeof part === 'object' && part !== null) {
      if (seen.has(part)) continue;
      seen.add(part);
      if (parts < mostParts) for (const inner of partsOf(part)) open.push(inner);
    }
    parts += 1;
    bytes += ownBytes(part);
    if (parts >= mostParts) return Math.ceil(bytes * (1 + open.length / parts));
  }
  return bytes;
};
