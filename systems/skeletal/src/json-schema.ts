import type * as z from 'zod';
import { globalRegistry, toJSONSchema } from 'zod';
import { $ZodRegistry } from 'zod/v4/core';
import { NotRepresentableError } from './errors.ts';
import { definitionOf, isCodec } from './walk.ts';

/** A JSON Schema document, draft 2020-12. @see https://json-schema.org/draft/2020-12 */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** Options of `Bone.toJSONSchema`. */
export interface JsonSchemaOptions {
  /** What `parse` accepts, or what it gives as JSON. Default `output`. */
  readonly io?: 'input' | 'output';
  /** Where named definitions will stand, e.g. `(name) => '#/components/schemas/' + name`. Default `#/$defs/…`. */
  readonly refs?: (name: string) => string;
}

// Names belong to schema objects, not to a body: two bodies that share a schema share its name too.
const names = new WeakMap<z.core.$ZodType, string>();

/** Gives a schema the name under which documents refer to it. The first name stays. */
export const nameSchema = (schema: z.core.$ZodType, name: string): void => {
  if (!names.has(schema)) names.set(schema, name);
};

/** Shows names and the author's metadata as one registry. */
class Metadata extends $ZodRegistry<Record<string, unknown>> {
  readonly #given = new Map<unknown, z.core.$ZodType>();
  override get(schema: z.core.$ZodType): Record<string, unknown> | undefined {
    const { id, ...own } = (globalRegistry.get(schema) ?? {}) as Record<string, unknown>;
    const name = names.get(schema) ?? id;
    // One document can't hold two definitions of a name: the second stands where it is used.
    if (!this.#given.has(name)) this.#given.set(name, schema);
    return name === undefined || this.#given.get(name) !== schema ? own : { ...own, id: name };
  }
  override has(schema: z.core.$ZodType): boolean {
    return names.has(schema) || globalRegistry.has(schema);
  }
}

/** Marks a part without a JSON form until it is known whether anything replaces it. */
const mark = 'x-organism-unrepresentable';

const problems: Readonly<Record<string, string>> = {
  date: 'no JSON value is a Date; use isoDate() or z.coerce.date()',
  bigint: 'JSON has no big integers; use bigintString()',
  transform: 'what a transform gives is unknown; end it with .pipe(z.string()) or the like, or use z.codec()',
  custom: 'a custom check has no JSON form; use a plain schema with .refine()',
  map: 'JSON has no Map; use z.record() or a list of pairs',
  set: 'JSON has no Set; use z.array()',
};

const standIn = (schema: z.core.$ZodType, io: 'input' | 'output', message: string): JsonSchema => {
  const definition = definitionOf(schema);
  const coerced = io === 'input' && definition['coerce'] === true;
  if (definition.type === 'date' && (coerced || io === 'output')) return { type: 'string', format: 'date-time' };
  if (definition.type === 'bigint' && coerced) return { type: 'string', pattern: '^-?[0-9]+$' };
  return { [mark]: problems[definition.type] ?? message };
};

/** @param inKeys Whether the keys of `part` are names that the schema's author chose, not JSON Schema's own words. */
const refusePart = (bone: string, part: unknown, path: readonly string[], inKeys: boolean): void => {
  if (typeof part !== 'object' || part === null) return;
  if (!inKeys && mark in part) throw new NotRepresentableError(bone, path.join('.'), String(part[mark]));
  for (const [key, inner] of Object.entries(part)) {
    if (inKeys) refusePart(bone, inner, [...path, key], false);
    else if (key === 'properties' || key === '$defs') refusePart(bone, inner, path, true);
    else if (key === 'items' || key === 'additionalProperties') refusePart(bone, inner, [...path, '*'], false);
    else refusePart(bone, inner, path, false);
  }
};

const rewriteRefs = (part: unknown, refs: (name: string) => string): unknown => {
  if (Array.isArray(part)) return part.map((inner) => rewriteRefs(inner, refs));
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) => [
      key,
      key === '$ref' && typeof value === 'string' && value.startsWith('#/$defs/')
        ? refs(value.slice('#/$defs/'.length))
        : rewriteRefs(value, refs),
    ]),
  );
};

const convert = (schema: z.core.$ZodType, io: 'input' | 'output'): JsonSchema =>
  toJSONSchema(schema, {
    io,
    metadata: new Metadata(),
    unrepresentable: ({ zodSchema, message }) => ({ ...standIn(zodSchema, io, message) }),
    override: ({ zodSchema, jsonSchema }) => {
      if (io === 'output' && isCodec(zodSchema)) {
        // On the wire a codec's value is in its encoded form, whichever way it travels.
        for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
        const { $schema: _, ...encoded } = convert(definitionOf(zodSchema)['in'] as z.core.$ZodType, 'input');
        Object.assign(jsonSchema, encoded);
      }
    },
  });

/** JSON Schema of a schema, or a refusal that names the part which has none. */
export const toJsonSchema = (
  bone: string,
  schema: z.core.$ZodType,
  { io = 'output', refs }: JsonSchemaOptions = {},
): JsonSchema => {
  const { $schema, $ref, $defs, ...rest } = convert(schema, io);
  const definitions = { ...($defs as Record<string, JsonSchema> | undefined) };
  const prefix = '#/$defs/';
  let body: JsonSchema = rest;
  // A named root comes as a reference to itself; it reads better in place unless it refers to itself.
  if (typeof $ref === 'string' && $ref.startsWith(prefix)) {
    const name = $ref.slice(prefix.length);
    const { [name]: root, ...others } = definitions;
    const recursive = JSON.stringify(definitions).includes(JSON.stringify($ref));
    body = { ...root, ...rest };
    if (!recursive)
      return finish(bone, { $schema, ...body, ...(Object.keys(others).length > 0 && { $defs: others }) }, refs);
  }
  return finish(bone, { $schema, ...body, ...(Object.keys(definitions).length > 0 && { $defs: definitions }) }, refs);
};

const finish = (bone: string, document: JsonSchema, refs: ((name: string) => string) | undefined): JsonSchema => {
  refusePart(bone, document, [], false);
  return refs === undefined ? document : (rewriteRefs(document, refs) as JsonSchema);
};
