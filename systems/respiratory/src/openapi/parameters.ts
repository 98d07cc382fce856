import type { Bone, JsonSchema } from '@organism/skeletal';
import type { RouteDocument } from '../route.ts';
import { hoist, resolve, type Schemas } from './schemas.ts';

type Place = 'path' | 'query' | 'header' | 'cookie';

/** Fields of an object, and which of them must be there. */
interface Shape {
  readonly fields: Schemas;
  readonly required: readonly string[];
}

/** Schemas that a field has in one kind of an object or another, as one. */
const either = (schemas: readonly JsonSchema[]): JsonSchema => {
  const different = [...new Map(schemas.map((one) => [JSON.stringify(one), one])).values()];
  const [only = {}] = different;
  return different.length === 1 ? only : { anyOf: different };
};

/** The fields of an object that may be of one kind or another: a query can't say more than that each may be there. */
const shapeOf = (schema: JsonSchema, schemas: Schemas, depth = 0): Shape => {
  const { properties, required, anyOf, oneOf } = resolve(schema, schemas);
  const own: Shape = { fields: (properties ?? {}) as Schemas, required: (required ?? []) as readonly string[] };
  if (depth > deepest) return own;
  const choices = [...((anyOf ?? []) as readonly JsonSchema[]), ...((oneOf ?? []) as readonly JsonSchema[])];
  const kinds = choices.map((one) => shapeOf(one, schemas, depth + 1));
  const [first, ...others] = kinds;
  if (first === undefined) return own;
  const all = [own, ...kinds];
  const names = new Set(all.flatMap(({ fields }) => Object.keys(fields)));
  const inAll = first.required.filter((name) => others.every((kind) => kind.required.includes(name)));
  return {
    fields: Object.fromEntries(
      [...names].map((name) => [
        name,
        either(all.map(({ fields }) => fields[name]).filter((one) => one !== undefined)),
      ]),
    ),
    required: [...own.required, ...inAll],
  };
};

/** Choices within choices beyond are left out: those of a schema may lead back to it. */
const deepest = 8;

const fieldsOf = (bone: Bone<unknown, unknown> | undefined, schemas: Schemas): Shape =>
  bone === undefined ? { fields: {}, required: [] } : shapeOf(hoist(bone, 'input', schemas), schemas);

const parameter = (name: string, place: Place, schema: JsonSchema, required: boolean): JsonSchema => {
  const { description, deprecated } = schema as { description?: string; deprecated?: boolean };
  return {
    name,
    in: place,
    ...(required && { required: true }),
    ...(description !== undefined && { description }),
    ...(deprecated === true && { deprecated }),
    schema,
  };
};

/** Whether the Bones are for parts of the request, so that the operation's input is not read from the query. */
export const hasParts = ({ parts = {} }: RouteDocument): boolean =>
  Object.values(parts).some((bone) => bone !== undefined);

/** Parameters of an operation: of its path, query, headers and cookies. */
export const parametersOf = (names: readonly string[], document: RouteDocument, schemas: Schemas): JsonSchema[] => {
  const { input, takesBody, parts = {} } = document;
  const separate = hasParts(document);
  const whole = fieldsOf(separate && takesBody === true ? undefined : input, schemas);
  const params = parts.params === undefined ? whole : fieldsOf(parts.params, schemas);
  const found = names.map((name) => parameter(name, 'path', params.fields[name] ?? { type: 'string' }, true));
  const add = (bone: Bone<unknown, unknown> | undefined, place: Place): void => {
    const { fields, required } = fieldsOf(bone, schemas);
    for (const [name, schema] of Object.entries(fields))
      found.push(parameter(name, place, schema, required.includes(name)));
  };
  if (!separate && takesBody !== true) {
    for (const [name, schema] of Object.entries(whole.fields))
      if (!names.includes(name)) found.push(parameter(name, 'query', schema, whole.required.includes(name)));
  }
  add(parts.query, 'query');
  add(parts.headers, 'header');
  add(parts.cookies, 'cookie');
  return found;
};
