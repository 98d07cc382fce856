import type { JsonSchema } from '@organism/skeletal';
import { comment, keyOf } from './names.ts';

/** Names of the types that stand for the schemas of the document. */
export type TypeNames = ReadonlyMap<string, string>;

const prefix = '#/components/schemas/';
const primitives: Readonly<Record<string, string>> = {
  string: 'string',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  null: 'null',
};

const listOf = (value: unknown): readonly JsonSchema[] => (Array.isArray(value) ? (value as JsonSchema[]) : []);

const joined = (types: readonly string[], by: '|' | '&'): string => {
  const all = [...new Set(types)];
  if (all.length === 0) return 'unknown';
  if (by === '|' && all.includes('unknown')) return 'unknown';
  return all.length === 1 ? (all[0] ?? 'unknown') : `(${all.join(` ${by} `)})`;
};

const literal = (value: unknown): string =>
  typeof value === 'object' && value !== null ? 'unknown' : (JSON.stringify(value) ?? 'undefined');

/** The fields of an object type, one a line. */
export const fieldsOf = (schema: JsonSchema, names: TypeNames, indent: string): readonly string[] => {
  const required = new Set(Array.isArray(schema['required']) ? (schema['required'] as unknown[]) : []);
  const lines = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>).map(([name, field]) => {
    const optional = required.has(name) ? '' : '?';
    const said = comment(field['description'], indent);
    return `${said}${indent}readonly ${keyOf(name)}${optional}: ${typeOf(field, names, indent)};`;
  });
  const { additionalProperties: more } = schema as { additionalProperties?: unknown };
  const open = typeof more === 'object' && more !== null;
  // Beside named fields an index signature would have to fit them all.
  if (open)
    lines.push(
      `${indent}readonly [key: string]: ${lines.length > 0 ? 'unknown' : typeOf(more as JsonSchema, names, indent)};`,
    );
  else if (lines.length === 0 && more !== false) lines.push(`${indent}readonly [key: string]: unknown;`);
  return lines;
};

const objectOf = (schema: JsonSchema, names: TypeNames, indent: string): string => {
  const fields = fieldsOf(schema, names, `${indent}  `);
  return fields.length === 0 ? 'Readonly<Record<string, never>>' : `{\n${fields.join('\n')}\n${indent}}`;
};

const arrayOf = (schema: JsonSchema, names: TypeNames, indent: string): string => {
  const tuple = listOf(schema['prefixItems']);
  const { items } = schema as { items?: JsonSchema | boolean };
  const rest = typeof items === 'object' ? typeOf(items, names, indent) : 'unknown';
  if (tuple.length === 0) return `readonly ${rest}[]`;
  const first = tuple.map((one) => typeOf(one, names, indent)).join(', ');
  return `readonly [${first}${items === false || items === undefined ? '' : `, ...${rest}[]`}]`;
};

/** A JSON Schema as a type of TypeScript: what a value has that fits it, without bounds and patterns. */
export const typeOf = (schema: JsonSchema | boolean, names: TypeNames, indent = ''): string => {
  if (schema === false) return 'never';
  if (schema === true) return 'unknown';
  const { $ref, const: constant, enum: values } = schema as { $ref?: string; const?: unknown; enum?: unknown[] };
  if (typeof $ref === 'string') {
    const key = $ref.startsWith(prefix) ? $ref.slice(prefix.length).replaceAll('~1', '/').replaceAll('~0', '~') : '';
    return names.get(key) ?? 'unknown';
  }
  if (constant !== undefined) return literal(constant);
  if (Array.isArray(values)) return joined(values.map(literal), '|');
  const choices = [...listOf(schema['anyOf']), ...listOf(schema['oneOf'])];
  if (choices.length > 0)
    return joined(
      choices.map((one) => typeOf(one, names, indent)),
      '|',
    );
  const parts = listOf(schema['allOf']);
  if (parts.length > 0)
    return joined(
      parts.map((one) => typeOf(one, names, indent)),
      '&',
    );
  const types = [schema['type'] ?? (schema['properties'] === undefined ? [] : 'object')].flat() as string[];
  const all = types.map((type) => {
    if (type === 'object') return objectOf(schema, names, indent);
    if (type === 'array') return arrayOf(schema, names, indent);
    return primitives[type] ?? 'unknown';
  });
  return joined(
    all.map((one) => (all.length > 1 && one.startsWith('readonly ') ? `(${one})` : one)),
    '|',
  );
};
