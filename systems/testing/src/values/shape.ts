/** A JSON Schema document, draft 2020-12. @see https://json-schema.org/draft/2020-12 */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** A schema inside a document; `true` lets everything through, `false` nothing. */
export type Schema = JsonSchema | boolean;

/**
 * Anything that has a name and a JSON Schema of what it takes in, and may tell whether a value fits. Every Bone is one.
 */
export interface Shape<T = unknown> {
  readonly name: string;
  toJSONSchema(options: { readonly io: 'input' }): JsonSchema;
  /** Whether a value fits; checks the built values against what a JSON Schema can't say. */
  is?(value: unknown): value is T;
}

/** Whether a part of a document is a schema. */
export const isSchema = (part: unknown): part is Schema =>
  typeof part === 'boolean' || (typeof part === 'object' && part !== null && !Array.isArray(part));

/** The number under a keyword. */
export const numberAt = (schema: JsonSchema, keyword: string): number | undefined => {
  const value = schema[keyword];
  return typeof value === 'number' ? value : undefined;
};

/** The text under a keyword. */
export const textAt = (schema: JsonSchema, keyword: string): string | undefined => {
  const value = schema[keyword];
  return typeof value === 'string' ? value : undefined;
};

/** The list under a keyword; empty when there is none. */
export const listAt = (schema: JsonSchema, keyword: string): readonly unknown[] => {
  const value = schema[keyword];
  return Array.isArray(value) ? value : [];
};

/** The schema under a keyword. */
export const schemaAt = (schema: JsonSchema, keyword: string): Schema | undefined => {
  const value = schema[keyword];
  return isSchema(value) ? value : undefined;
};

/** The schemas in the list under a keyword. */
export const schemasAt = (schema: JsonSchema, keyword: string): readonly Schema[] =>
  listAt(schema, keyword).filter((part) => isSchema(part));

/** The named schemas under a keyword. */
export const namedAt = (schema: JsonSchema, keyword: string): readonly (readonly [string, Schema])[] => {
  const value = schema[keyword];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).filter((entry): entry is [string, Schema] => isSchema(entry[1]));
};

/** Name of a value's type in JSON Schema's words, integers apart. */
export const jsonTypeOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
};

/** Whether two JSON values are the same, whatever the order of keys. */
export const sameJson = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b);

/** A JSON value as text, with sorted keys. */
export const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`);
  return `{${entries.toSorted().join(',')}}`;
};
