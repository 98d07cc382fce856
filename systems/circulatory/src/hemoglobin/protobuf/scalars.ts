import { definitionOf, isSchema, type Schema } from '../layout.ts';
import type { Scalar, TypePlan } from './plan.ts';

/** A scalar type. */
export const scalar = (name: Scalar, isBigint = false): TypePlan => ({ kind: 'scalar', scalar: name, isBigint });

/** Types of numbers that say their range. */
const byFormat: Readonly<Record<string, TypePlan>> = {
  safeint: scalar('int64'),
  int32: scalar('int32'),
  uint32: scalar('uint32'),
  float32: scalar('float'),
  int64: scalar('int64', true),
  uint64: scalar('uint64', true),
};

/** The format of a number: its own, or that of a check such as `.int()`. */
const formatOf = (schema: Schema): string | undefined => {
  const { format, checks } = definitionOf(schema);
  const formats = [
    format,
    ...((checks as readonly unknown[] | undefined) ?? [])
      .filter(isSchema)
      .map((check) => definitionOf(check)['format']),
  ];
  return formats.find((one): one is string => typeof one === 'string' && one in byFormat);
};

/** The type of a number that says its range, such as `z.int32()`. */
export const rangedOf = (schema: Schema): TypePlan | undefined => byFormat[formatOf(schema) ?? ''];

const ofLiterals: Readonly<Record<string, TypePlan>> = {
  string: scalar('string'),
  number: scalar('double'),
  boolean: scalar('bool'),
};

/** The type of what is neither an object, an enumeration nor a list; undefined when protobuf has none. */
export const simpleTypeOf = (schema: Schema): TypePlan | undefined => {
  const { type, values } = definitionOf(schema);
  switch (type) {
    case 'string':
    case 'template_literal':
      return scalar('string');
    case 'boolean':
      return scalar('bool');
    case 'number':
      return rangedOf(schema) ?? scalar('double');
    case 'bigint':
      return rangedOf(schema);
    case 'date':
      return { kind: 'date' };
    case 'literal': {
      const [first, ...others] = new Set((values as readonly unknown[]).map((value) => typeof value));
      return others.length === 0 ? ofLiterals[first ?? ''] : undefined;
    }
    default:
      return undefined;
  }
};

const reasons: Readonly<Record<string, string>> = {
  literal: 'its literals are not all texts, all numbers or all booleans',
  union: 'it may be one of several; use objects with optional fields',
  intersection: 'merge its objects into one',
  tuple: 'use an object with a field for each item',
  any: 'its type is not said',
  unknown: 'its type is not said',
  custom: 'its type is not said; if it is a Uint8Array, name its path in `bytes`',
  bigint: 'it has no bound; use z.int64(), z.uint64() or bigintString()',
  array: 'a list or a map can not hold lists; put an object between',
  set: 'a list or a map can not hold lists; put an object between',
  map: 'a list or a map can not hold maps; put an object between',
  record: 'a list or a map can not hold maps; put an object between',
};

/** Why protobuf has no type for a schema. */
export const whyNot = (schema: Schema): string => {
  const { type } = definitionOf(schema);
  return reasons[type] ?? `there is none for ${type}`;
};
