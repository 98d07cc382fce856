import type { JsonSchema } from '@organism/skeletal';

type Schemas = Readonly<Record<string, JsonSchema>>;

const resolve = (schema: JsonSchema, definitions: Schemas): JsonSchema => {
  const { $ref } = schema;
  return typeof $ref === 'string' ? (definitions[$ref.split('/').at(-1) ?? ''] ?? schema) : schema;
};

const takesNull = (schema: JsonSchema): boolean => {
  const {
    type,
    anyOf = [],
    oneOf = [],
  } = schema as {
    readonly type?: unknown;
    readonly anyOf?: readonly JsonSchema[];
    readonly oneOf?: readonly JsonSchema[];
  };
  if (type === undefined && anyOf.length + oneOf.length === 0) return schema['const'] === null;
  return type === 'null' || (Array.isArray(type) && type.includes('null')) || [...anyOf, ...oneOf].some(takesNull);
};

/** The only member of a union beside null. */
const present = (schema: JsonSchema): JsonSchema => {
  const members = [schema['anyOf'], schema['oneOf']].flat().filter((one) => one !== undefined) as JsonSchema[];
  const rest = members.filter((member) => !takesNull(member));
  return rest.length === 1 && rest[0] !== undefined ? rest[0] : schema;
};

/**
 * An input as its Bone has it. GraphQL knows one kind of nothing: a field that may be null may be left out, and one that
 * may be left out may be null. A Bone tells the two apart.
 */
export const fromGraphql = (given: JsonSchema, definitions: Schemas, value: unknown): unknown => {
  const schema = resolve(present(resolve(given, definitions)), definitions);
  if (Array.isArray(value)) {
    const items = schema['items'] as JsonSchema | undefined;
    return items === undefined ? value : value.map((item) => fromGraphql(items, definitions, item));
  }
  const properties = schema['properties'] as Schemas | undefined;
  if (typeof value !== 'object' || value === null || properties === undefined) return value;
  const required = new Set((schema['required'] as readonly string[] | undefined) ?? []);
  const result: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(properties)) {
    const member = (value as Readonly<Record<string, unknown>>)[name];
    const nullable = takesNull(resolve(property, definitions));
    if (member !== undefined && member !== null) result[name] = fromGraphql(property, definitions, member);
    else if (nullable && (required.has(name) || member === null)) result[name] = null;
  }
  return result;
};
