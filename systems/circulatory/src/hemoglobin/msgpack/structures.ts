import type { Layout, ObjectLayout } from '../layout.ts';

/** Names of the fields of an object, in their order. */
export type Structure = readonly string[];

/**
 * The envelope, without a key and with one: the first two structures of each table. The type is nil in a message of a
 * Bone, whose name it is. A part of the wire format: what is changed here or below changes all fingerprints.
 */
const envelopeStructures: readonly Structure[] = [
  ['id', 'type', 'source', 'time', 'data', 'headers'],
  ['id', 'type', 'source', 'time', 'data', 'headers', 'key'],
];

/** Headers that messages have: of the context, with and without the version of the Bone. */
const headerStructures: readonly Structure[] = [
  [],
  ['x-schema-version'],
  ['traceparent', 'x-correlation-id'],
  ['traceparent', 'x-correlation-id', 'x-schema-version'],
  ['traceparent', 'x-correlation-id', 'x-causation-id'],
  ['traceparent', 'x-correlation-id', 'x-causation-id', 'x-schema-version'],
];

/**
 * Most structures of a table. Those beyond carry their names in each message. The library has one byte for 32 of its own;
 * one is left free, so that it asks about each that is new.
 */
const most = 31;

/** Most optional fields of an object of which all combinations are considered. */
const mostOptional = 5;

/** The objects of a layout, each before those inside it. */
const objectsOf = (layout: Layout, found: Set<ObjectLayout> = new Set()): Set<ObjectLayout> => {
  if (layout.kind === 'leaf') return found;
  if (layout.kind === 'object') {
    if (found.has(layout)) return found;
    found.add(layout);
    for (const field of layout.fields) objectsOf(field.layout, found);
  } else if (layout.kind === 'various') for (const one of layout.of) objectsOf(one, found);
  else objectsOf(layout.of, found);
  return found;
};

/** Which optional fields are missing, as bits: none, all, then few or many of them before half. */
const combinations = (count: number): readonly number[] => {
  const sizeOf = (bits: number): number => bits.toString(2).replaceAll('0', '').length;
  const rank = (bits: number): number => Math.min(sizeOf(bits), count - sizeOf(bits) + 0.5);
  return Array.from({ length: 2 ** count }, (_, bits) => bits).sort((one, other) => rank(one) - rank(other));
};

/** The ways in which an object may come, the likeliest first. */
const variantsOf = ({ fields }: ObjectLayout): readonly Structure[] => {
  const optional = fields.filter(({ isOptional }) => isOptional).map(({ name }) => name);
  const without = (missing: ReadonlySet<string>): Structure =>
    fields.filter(({ name }) => !missing.has(name)).map(({ name }) => name);
  if (optional.length > mostOptional)
    return [without(new Set()), without(new Set(optional)), ...optional.map((name) => without(new Set([name])))];
  return combinations(optional.length).map((bits) =>
    without(new Set(optional.filter((_, index) => (bits & (1 << index)) !== 0))),
  );
};

/**
 * The table of structures that a message of a Bone refers to by number: those of the envelope and of headers first, then for each object of the
 * Bone all of its fields, none of the optional ones, and what else there is room for. It depends on the Bone alone, so
 * that all who have the Bone have the same.
 */
export const structuresOf = (layout: Layout): readonly Structure[] => {
  const table = new Map<string, Structure>(
    [...envelopeStructures, ...headerStructures].map((names) => [JSON.stringify(names), names]),
  );
  const variants = [...objectsOf(layout)].map(variantsOf);
  const longest = Math.max(0, ...variants.map(({ length }) => length));
  for (let turn = 0; turn < longest; turn += 1)
    for (const { [turn]: structure } of variants)
      if (structure !== undefined && table.size < most) table.set(JSON.stringify(structure), structure);
  return [...table.values()];
};
