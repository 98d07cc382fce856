import type { Bone, JsonSchema } from '@organism/skeletal';
import { toJSONSchema } from 'zod';
import { HttpError } from '../errors.ts';
import { noParams, type PathParams } from '../router/params.ts';

/** What a text of the URL becomes for a field. */
interface Field {
  readonly number: boolean;
  readonly boolean: boolean;
  /** Of what it is a list; undefined: it is none. */
  readonly items: Field | undefined;
}

/** Fields of an object by name. */
export type Fields = ReadonlyMap<string, Field>;

/** A schema and all that it is made of, references and choices resolved, for one and the same value. */
const partsOf = (schema: JsonSchema, root: JsonSchema, seen = new Set<JsonSchema>()): readonly JsonSchema[] => {
  if (seen.has(schema)) return [];
  seen.add(schema);
  const { $ref, anyOf, oneOf, allOf } = schema;
  const defined = root['$defs'] as Readonly<Record<string, JsonSchema>> | undefined;
  const named = typeof $ref === 'string' ? defined?.[$ref.replace('#/$defs/', '')] : undefined;
  const inner = [named, anyOf, oneOf, allOf].flat() as readonly (JsonSchema | undefined)[];
  return [schema, ...inner.flatMap((one) => (one === undefined ? [] : partsOf(one, root, seen)))];
};

const fieldOf = (schemas: readonly JsonSchema[], root: JsonSchema): Field => {
  const parts = schemas.flatMap((schema) => partsOf(schema, root));
  const types = parts.flatMap(({ type }) => type);
  // No lists of lists: a URL has no way to write them.
  const items = parts.flatMap(({ items: one }) =>
    one === undefined ? [] : [{ ...(one as JsonSchema), items: undefined }],
  );
  return {
    number: types.includes('number') || types.includes('integer'),
    boolean: types.includes('boolean'),
    items: types.includes('array') ? fieldOf(items, root) : undefined,
  };
};

/** The fields of an object's Bone, those of all its kinds where it may be one of several. */
export const inputFields = (bone: Bone<unknown, unknown> | undefined): Fields => {
  const found = new Map<string, JsonSchema[]>();
  if (bone === undefined) return new Map();
  // What has no JSON form, such as a Map, is a field like any other here.
  const root: JsonSchema = toJSONSchema(bone.schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  for (const { properties = {} } of partsOf(root, root))
    for (const [name, schema] of Object.entries(properties as Readonly<Record<string, JsonSchema>>))
      found.set(name, [...(found.get(name) ?? []), schema]);
  return new Map([...found].map(([name, schemas]) => [name, fieldOf(schemas, root)]));
};

/** A text of the URL as the type that the field wants; what does not read as that type stays a text, for the Bone to refuse. */
const fromText = (text: string, field: Field | undefined): unknown => {
  if (field?.number && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  if (field?.boolean && (text === 'true' || text === 'false')) return text === 'true';
  return text;
};

/** Texts of one name as the type that the field wants: a list, or a single value. */
export const fromTexts = (texts: readonly string[], field: Field | undefined): unknown => {
  if (field?.items !== undefined) return texts.map((text) => fromText(text, field.items));
  return texts.length === 1 ? fromText(texts[0] ?? '', field) : texts;
};

const decodeQuery = (search: string): Map<string, string[]> => {
  const values = new Map<string, string[]>();
  for (const part of search.split('&')) {
    if (part === '') continue;
    const [key = '', ...rest] = part.split('=');
    try {
      const name = decodeURIComponent(key.replaceAll('+', ' '));
      const value = decodeURIComponent(rest.join('=').replaceAll('+', ' '));
      const known = values.get(name);
      if (known === undefined) values.set(name, [value]);
      else known.push(value);
    } catch {
      throw new HttpError('RESPIRATORY_BAD_URL', 'The query has a malformed percent-encoding.');
    }
  }
  return values;
};

/** The query as an object, by the types of the fields. @throws {HttpError} `RESPIRATORY_BAD_URL` */
export const fieldsFromQuery = (fields: Fields, search: string): Record<string, unknown> => {
  const values: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  if (search === '') return values;
  for (const [name, texts] of decodeQuery(search)) values[name] = fromTexts(texts, fields.get(name));
  return values;
};

/**
 * Joins query, body and path parameters into one input; the body wins over the query, the path over both. Query
 * parameters beside a body count only if the input has such a field.
 *
 * @throws {HttpError} `RESPIRATORY_BAD_URL` for a malformed percent-encoding.
 */
export const joinInput = (
  fields: Fields,
  search: string,
  params: PathParams,
  body: unknown,
  hasBody: boolean,
): unknown => {
  if (hasBody && params === noParams && search === '') return body;
  const names = Object.keys(params);
  if (hasBody && body !== undefined && (typeof body !== 'object' || body === null || Array.isArray(body))) return body;
  const input: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [name, texts] of decodeQuery(search)) {
    const field = fields.get(name);
    if (field === undefined && hasBody) continue;
    input[name] = fromTexts(texts, field);
  }
  if (typeof body === 'object' && body !== null) for (const [name, value] of Object.entries(body)) input[name] = value;
  for (const name of names) input[name] = fromText(params[name] ?? '', fields.get(name));
  return input;
};
