import { OptionError, typeName } from '@organism/cell';

/** Deeper than this a value is taken for one that contains itself. */
const deepest = 100;

/** Names in order. Insertion: a few names, often in order already, are sorted so in a third of the time (muscular.memo). */
const inOrder = (names: string[]): string[] => {
  if (names.length > 16) return names.sort();
  for (let at = 1; at < names.length; at += 1) {
    const name = names[at] ?? '';
    let to = at;
    for (; to > 0 && (names[to - 1] ?? '') > name; to -= 1) names[to] = names[to - 1] ?? '';
    if (to < at) names[to] = name;
  }
  return names;
};

const unsupported = (value: unknown): never => {
  throw new OptionError('input', 'plain data (or a Date, Map, Set, URL or bytes) to have a structural key', value);
};

/** Objects that are not plain. */
const special = (value: object, depth: number): string => {
  if (Array.isArray(value)) {
    let text = '[';
    for (let at = 0; at < value.length; at += 1) text += write(value[at], depth);
    return `${text}]`;
  }
  if (value instanceof Date) return `D${value.getTime()},`;
  if (value instanceof Map) {
    const entries = [...value].map(([key, inner]) => write(key, depth) + write(inner, depth));
    return `M${entries.sort().join('')}}`;
  }
  if (value instanceof Set) {
    const members = [...value].map((inner) => write(inner, depth));
    return `S${members.sort().join('')}}`;
  }
  if (value instanceof URL) return `U${value.href.length}:${value.href}`;
  if (value instanceof ArrayBuffer) return `B${new Uint8Array(value).join()}}`;
  if (ArrayBuffer.isView(value)) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    return `V${typeName(value)}:${bytes.join()}}`;
  }
  return unsupported(value);
};

const plain = (value: object, depth: number): string => {
  const names = inOrder(Object.keys(value));
  let text = '{';
  for (let at = 0; at < names.length; at += 1) {
    const name = names[at] ?? '';
    const member = (value as Readonly<Record<string, unknown>>)[name];
    // Texts in place, as most members are some: a call less each (benchmark muscular.memo).
    text += typeof member === 'string' ? quoted(name) + quoted(member) : quoted(name) + write(member, depth);
  }
  return `${text}}`;
};

/** Texts go in with their length, so that nothing in them need be escaped. */
const quoted = (text: string): string => `"${text.length}:${text}`;

const object = (value: object, depth: number): string => {
  if (depth > deepest) throw new OptionError('input', `nested at most ${deepest} levels deep`, value);
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null ? plain(value, depth + 1) : special(value, depth + 1);
};

/** Each form tells where it ends, so that nothing need stand between two. */
const write = (value: unknown, depth: number): string => {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'number':
      return value === 0 && 1 / value < 0 ? '-0,' : `${value},`;
    case 'object':
      return value === null ? 'n' : object(value, depth);
    case 'boolean':
      return value ? 't' : 'f';
    case 'undefined':
      return 'u';
    case 'bigint':
      return `${value}i`;
    default:
      return unsupported(value);
  }
};

/**
 * Structural key: the same text for the same data, whatever the order of an object's members; different texts for
 * different data (`1` and `"1"`, `null` and `undefined`, a Date and its text).
 *
 * @throws {OptionError} for what is no data: functions, symbols, instances of classes, and values that contain
 *   themselves.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { structuralKey } from '@organism/muscular';
 *
 * assert.equal(structuralKey({ a: 1, b: [2, 'x'] }), structuralKey({ b: [2, 'x'], a: 1 }));
 * assert.notEqual(structuralKey({ a: 1 }), structuralKey({ a: '1' }));
 * ```
 */
export const structuralKey = (value: unknown): string => write(value, 0);

/** FNV-1a over UTF-16 units, from a given start. @see http://www.isthe.com/chongo/tech/comp/fnv/ */
const fnv1a = (text: string, start: number): string => {
  let hash = start;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01_00_01_93);
  return (hash >>> 0).toString(36);
};

/** A short mark of some data, for telling whether it is the same as before without keeping it. Not for secrets. */
export const fingerprint = (value: unknown): string => {
  const text = structuralKey(value);
  return `${fnv1a(text, 0x81_1c_9d_c5)}.${fnv1a(text, 0x1b_87_35_93)}.${text.length}`;
};
