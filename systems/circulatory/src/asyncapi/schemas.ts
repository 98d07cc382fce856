import type { Bone, JsonSchema } from '@organism/skeletal';

/** Schemas by name, as they stand under `components`. */
export type Schemas = Record<string, JsonSchema>;

/** A name as a key of the document: its specification takes letters, digits, `.`, `-` and `_`. */
export const keyOf = (name: string): string =>
  name.replaceAll(/[^A-Za-z0-9._-]/g, (sign) => `_${(sign.codePointAt(0) ?? 0).toString(16)}_`);

/** Reference to a schema among the components. */
export const refTo = (name: string): string => `#/components/schemas/${keyOf(name)}`;

const isObject = (part: unknown): part is Record<string, unknown> => typeof part === 'object' && part !== null;

/** AsyncAPI's own schemas are those of draft 07, which writes the fixed items of a list otherwise. */
const toDraft7 = (part: unknown, inKeys = false): unknown => {
  if (Array.isArray(part)) return part.map((inner) => toDraft7(inner));
  if (!isObject(part)) return part;
  const entries = Object.entries(part).map(
    ([key, value]) =>
      [key, !inKeys && (key === 'const' || key === 'enum') ? value : toDraft7(value, key === 'properties')] as const,
  );
  if (inKeys || !Array.isArray(part['prefixItems'])) return Object.fromEntries(entries);
  const { prefixItems, items, ...rest } = Object.fromEntries(entries);
  return { ...rest, items: prefixItems, ...(items !== undefined && { additionalItems: items }) };
};

/**
 * Puts the schema of a Bone's messages among the components, with everything it refers to, and gives a reference to it. A
 * shape without a JSON form may be anything.
 */
export const hoist = (bone: Bone<unknown, unknown>, schemas: Schemas): JsonSchema => {
  let document: JsonSchema;
  try {
    // What is published is what `parse` takes.
    document = bone.toJSONSchema({ io: 'input', refs: refTo });
  } catch {
    return {};
  }
  const { $schema: _, $defs, ...schema } = toDraft7(document) as JsonSchema;
  const place = (name: string, value: JsonSchema): string => {
    let free = keyOf(name);
    // Two shapes of one name: both are shown.
    while (schemas[free] !== undefined && JSON.stringify(schemas[free]) !== JSON.stringify(value)) free += '_';
    schemas[free] = value;
    return free;
  };
  for (const [name, value] of Object.entries(($defs ?? {}) as Schemas)) place(name, value);
  const { examples: _examples, ...bare } = schema;
  return {
    $ref: `#/components/schemas/${place(bone.version === 1 ? bone.name : `${bone.name}.v${bone.version}`, bare)}`,
  };
};
