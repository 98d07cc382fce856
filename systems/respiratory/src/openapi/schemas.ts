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

/** Puts a Bone's schema among the components, with everything it refers to, and gives the reference to it. */
export const hoist = (bone: Bone<unknown, unknown>, io: 'input' | 'output', schemas: Schemas): JsonSchema => {
  let document: JsonSchema;
  try {
    document = bone.toJSONSchema({ io, refs: refTo });
  } catch {
    return {};
  }
  const { $schema: _, $defs, ...schema } = document;
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
  // Input and output may differ (defaults, transforms): the second to come gets a name of its own.
  const place = (name: string, value: JsonSchema): string => {
    const known = schemas[name];
    const free = known === undefined || same(known, value) ? name : `${name}.${io}`;
    schemas[free] = value;
    return free;
  };
  for (const [name, value] of Object.entries(($defs ?? {}) as Schemas)) place(name, value);
  return { $ref: refTo(place(bone.version === 1 ? bone.name : `${bone.name}.v${bone.version}`, schema)) };
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
