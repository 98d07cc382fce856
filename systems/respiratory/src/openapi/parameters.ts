import type { Bone, JsonSchema } from '@organism/skeletal';
import type { RouteDocument } from '../route.ts';
import { hoist, resolve, type Schemas } from './schemas.ts';

type Place = 'path' | 'query' | 'header' | 'cookie';

const fieldsOf = (
  bone: Bone<unknown, unknown> | undefined,
  schemas: Schemas,
): { readonly fields: Schemas; readonly required: readonly string[] } => {
  const schema = bone === undefined ? {} : resolve(hoist(bone, 'input', schemas), schemas);
  return {
    fields: (schema['properties'] ?? {}) as Schemas,
    required: (schema['required'] ?? []) as readonly string[],
  };
};

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
