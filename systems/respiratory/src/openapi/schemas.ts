import type { Bone, JsonSchema } from '@organism/skeletal';

/** Schemas by name, as they stand under `components`. */
export type Schemas = Record<string, JsonSchema>;

const componentPath = '#/components/schemas/';

/** Reference to a schema by its name. */
export const refTo = (name: string): string => componentPath + name;

/** Problem details. @see RFC 9457 */
export const problemSchema: JsonSchema = {
  type: 'object',
  description: 'Problem details, RFC 9457',
  required: ['type', 'title', 'status', 'code'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string' },
    code: { type: 'string', description: 'Stable, machine-readable' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          code: { type: 'string' },
          pointer: { type: 'string' },
          message: { type: 'string' },
          expected: { type: 'string' },
          received: { type: 'string' },
        },
      },
    },
  },
};

const referred = /"\$ref":"#\/components\/schemas\/([^"]+)"/g;

/** The same schema, with its references to what was placed under another name. */
const renamed = (schema: JsonSchema, names: ReadonlyMap<string, string>): JsonSchema =>
  JSON.parse(
    JSON.stringify(schema).replace(referred, (whole, name: string) => {
      const placed = names.get(name);
      return placed === undefined ? whole : `"$ref":${JSON.stringify(refTo(placed))}`;
    }),
  ) as JsonSchema;

/**
 * Puts a Bone's schema among the components, with everything it refers to, and gives the reference to it. Where input and
 * output differ (defaults, transforms), or other Bones have the same name, the later one gets a name of its own, and so
 * does what refers to it.
 */
export const hoist = (bone: Bone<unknown, unknown>, io: 'input' | 'output', schemas: Schemas): JsonSchema => {
  let document: JsonSchema;
  try {
    document = bone.toJSONSchema({ io, refs: refTo });
  } catch {
    return {};
  }
  const { $schema: _, $defs, ...schema } = document;
  const own = bone.version === 1 ? bone.name : `${bone.name}.v${bone.version}`;
  const parts = Object.entries({ ...($defs as Schemas | undefined), [own]: schema as JsonSchema });
  const freeName = (name: string, value: JsonSchema): string => {
    const text = JSON.stringify(value);
    for (let number = 0; ; number += 1) {
      const free = [name, `${name}.${io}`][number] ?? `${name}.${io}${number}`;
      const known = schemas[free];
      if (known === undefined || JSON.stringify(known) === text) return free;
    }
  };
  let names = new Map(parts.map(([name]) => [name, name]));
  // Another name of one part makes others of what refers to it: at most as many times as there are parts.
  for (let round = 0; round <= parts.length; round += 1)
    names = new Map(parts.map(([name, value]) => [name, freeName(name, renamed(value, names))]));
  for (const [name, value] of parts) schemas[names.get(name) ?? name] = renamed(value, names);
  return { $ref: refTo(names.get(own) ?? own) };
};

/** How many references in a row are followed: those of others may lead round in a circle. */
const longestWay = 8;

/**
 * The schema that a reference stands for, with what stands beside the reference; other schemas as they are.
 *
 * @see JSON Schema 2020-12 section 8.2.3.1
 */
export const resolve = (schema: JsonSchema, schemas: Schemas): JsonSchema => {
  let found = schema;
  for (let step = 0; step < longestWay && typeof found['$ref'] === 'string'; step += 1) {
    const { $ref, ...beside } = found;
    const target = $ref.startsWith(componentPath) ? schemas[$ref.slice(componentPath.length)] : undefined;
    if (target === undefined) break;
    found = { ...target, ...beside };
  }
  return found;
};
