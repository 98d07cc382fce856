import type { Bone, JsonSchema } from '@organism/skeletal';
import { HttpError } from '../errors.ts';
import { noParams, type PathParams } from '../router/params.ts';

/** Fields of an object by name, as JSON Schema. */
export type Fields = Readonly<Record<string, JsonSchema>>;

const fieldsIn = (schema: JsonSchema): Fields => (schema['properties'] ?? {}) as Fields;

/** The fields of a schema as JSON Schema; none when it has no JSON form. */
export const inputFields = (bone: Bone<unknown, unknown> | undefined): Fields => {
  try {
    return bone === undefined ? {} : fieldsIn(bone.toJSONSchema({ io: 'input' }));
  } catch {
    return {};
  }
};

const typesOf = (schema: JsonSchema | undefined): readonly unknown[] => {
  if (schema === undefined) return [];
  const branches = (schema['anyOf'] ?? schema['oneOf'] ?? []) as readonly JsonSchema[];
  return [schema['type'], ...branches.flatMap(typesOf)].flat();
};

/** A text of the URL as the type that the field wants; what does not read as that type stays a text, for the Bone to refuse. */
const fromText = (text: string, schema: JsonSchema | undefined): unknown => {
  const types = typesOf(schema);
  if ((types.includes('number') || types.includes('integer')) && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text))
    return Number(text);
  if (types.includes('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  return text;
};

/** Texts of one name as the type that the field wants: a list, or a single value. */
export const fromTexts = (texts: readonly string[], schema: JsonSchema | undefined): unknown => {
  if (typesOf(schema).includes('array')) {
    const items = schema?.['items'] as JsonSchema | undefined;
    return texts.map((text) => fromText(text, items));
  }
  return texts.length === 1 ? fromText(texts[0] ?? '', schema) : texts;
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
  for (const [name, texts] of decodeQuery(search))
    values[name] = fromTexts(texts, Object.hasOwn(fields, name) ? fields[name] : undefined);
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
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined && hasBody) continue;
    input[name] = fromTexts(texts, field);
  }
  if (typeof body === 'object' && body !== null) for (const [name, value] of Object.entries(body)) input[name] = value;
  for (const name of names)
    input[name] = fromText(params[name] ?? '', Object.hasOwn(fields, name) ? fields[name] : undefined);
  return input;
};
