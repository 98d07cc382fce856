/** What kind of value it is, for its colour. */
export type JsonKind = 'string' | 'number' | 'boolean' | 'empty' | 'other' | 'object';

/** One line of a value: its key, what it says, and its parts, if it has any. */
export interface JsonNode {
  readonly key: string | undefined;
  readonly kind: JsonKind;
  readonly text: string;
  /** The value that has parts, to be opened. */
  readonly whole: object | undefined;
}

const longest = 200;
const cut = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text);

const sizeOf = (value: object): number =>
  Array.isArray(value)
    ? value.length
    : value instanceof Map || value instanceof Set
      ? value.size
      : Object.keys(value).length;

const describeObject = (value: object): Pick<JsonNode, 'kind' | 'text' | 'whole'> => {
  if (value instanceof Date)
    return { kind: 'other', text: Number.isNaN(+value) ? 'Invalid Date' : value.toISOString(), whole: undefined };
  if (value instanceof RegExp) return { kind: 'other', text: cut(String(value)), whole: undefined };
  const size = sizeOf(value);
  const name = Array.isArray(value) ? '' : value instanceof Map ? 'Map ' : value instanceof Set ? 'Set ' : '';
  const text = Array.isArray(value) || value instanceof Set ? `${name}[${size}]` : `${name}{${size}}`;
  return { kind: 'object', text, whole: size === 0 ? undefined : value };
};

const describeValue = (value: unknown): Pick<JsonNode, 'kind' | 'text' | 'whole'> => {
  if (typeof value === 'object' && value !== null) return describeObject(value);
  const whole = undefined;
  if (typeof value === 'string') return { kind: 'string', text: JSON.stringify(cut(value)), whole };
  if (typeof value === 'number') return { kind: 'number', text: Object.is(value, -0) ? '-0' : String(value), whole };
  if (typeof value === 'bigint') return { kind: 'number', text: cut(`${value}n`), whole };
  if (typeof value === 'boolean') return { kind: 'boolean', text: String(value), whole };
  if (typeof value === 'function') return { kind: 'other', text: 'function', whole };
  if (typeof value === 'symbol') return { kind: 'other', text: cut(String(value)), whole };
  return { kind: 'empty', text: String(value), whole };
};

/** Describes a value in one line. One that throws when it is read, such as a revoked proxy, is said to be unreadable. */
export const describe = (key: string | undefined, value: unknown): JsonNode => {
  try {
    return { key, ...describeValue(value) };
  } catch {
    return { key, kind: 'other', text: 'unreadable', whole: undefined };
  }
};

const read = (whole: object, key: string): JsonNode => {
  // A getter is told, not called: it might do something.
  const property = Object.getOwnPropertyDescriptor(whole, key);
  if (property?.get !== undefined) return { key, kind: 'other', text: 'getter', whole: undefined };
  return describe(key, property?.value);
};

/** Some parts of a value, and how many there are in all. */
export const partsOf = (
  whole: object,
  from: number,
  most: number,
): { readonly nodes: readonly JsonNode[]; readonly total: number } => {
  try {
    const to = from + most;
    if (whole instanceof Map || whole instanceof Set) {
      const entries: [unknown, unknown][] = [];
      let at = 0;
      for (const entry of whole.entries()) {
        if (at >= to) break;
        if (at++ >= from) entries.push(entry);
      }
      const nodes = entries.map(([key, value], index) =>
        whole instanceof Map ? describe(describe(undefined, key).text, value) : describe(String(from + index), value),
      );
      return { nodes, total: whole.size };
    }
    if (Array.isArray(whole)) {
      const length = Math.max(0, Math.min(most, whole.length - from));
      return { nodes: Array.from({ length }, (_, at) => read(whole, String(from + at))), total: whole.length };
    }
    const keys = Object.keys(whole);
    return { nodes: keys.slice(from, to).map((key) => ({ ...read(whole, key), key: cut(key) })), total: keys.length };
  } catch {
    return { nodes: [], total: 0 };
  }
};
