import type { Bone, JsonSchema } from '@organism/skeletal';
import type { Route } from './route.ts';

/** What the API document says of the whole. */
export interface ApiInfo {
  readonly title: string;
  readonly version: string;
  readonly description?: string;
}

type Schemas = Record<string, JsonSchema>;

const componentPath = '#/components/schemas/';
const refs = (name: string): string => componentPath + name;

const problemSchema: JsonSchema = {
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
const hoist = (bone: Bone<unknown, unknown>, io: 'input' | 'output', schemas: Schemas): JsonSchema => {
  let document: JsonSchema;
  try {
    document = bone.toJSONSchema({ io, refs });
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
  return { $ref: refs(place(bone.version === 1 ? bone.name : `${bone.name}.v${bone.version}`, schema)) };
};

const parametersOf = (route: Route, schemas: Schemas): JsonSchema[] => {
  const named = [...route.path.matchAll(/[:*](\w+)/g)].map(([, name]) => name ?? '');
  const { input, takesBody } = route.document ?? {};
  const reference = input === undefined ? {} : hoist(input, 'input', schemas);
  const target = schemas[String(reference['$ref'] ?? '').slice(componentPath.length)] ?? {};
  const properties = (target['properties'] ?? {}) as Schemas;
  const required = (target['required'] ?? []) as readonly string[];
  const inPath = named.map((name) => ({
    name,
    in: 'path',
    required: true,
    schema: properties[name] ?? { type: 'string' },
  }));
  if (takesBody === true) return inPath;
  const inQuery = Object.entries(properties).filter(([name]) => !named.includes(name));
  return [
    ...inPath,
    ...inQuery.map(([name, schema]) => ({
      name,
      in: 'query',
      ...(required.includes(name) && { required: true }),
      schema,
    })),
  ];
};

const operation = (route: Route, schemas: Schemas): JsonSchema => {
  const { document = {} } = route;
  const { input, output, takesBody, status = 200, contentType = 'application/json', operationId, summary } = document;
  const parameters = parametersOf(route, schemas);
  const problem = {
    description: 'Problem',
    content: { 'application/problem+json': { schema: { $ref: refs('Problem') } } },
  };
  const content =
    output === undefined
      ? contentType === 'application/json'
        ? undefined
        : { [contentType]: { schema: { type: 'string' } } }
      : { [contentType]: { schema: hoist(output, 'output', schemas) } };
  return {
    ...(operationId !== undefined && { operationId }),
    ...(summary !== undefined && { summary }),
    ...(parameters.length > 0 && { parameters }),
    ...(takesBody === true &&
      input !== undefined && {
        requestBody: { required: true, content: { 'application/json': { schema: hoist(input, 'input', schemas) } } },
      }),
    responses: {
      [content === undefined ? 204 : status]: { description: 'Success', ...(content !== undefined && { content }) },
      ...(input !== undefined && { 422: problem }),
      default: problem,
    },
  };
};

/** The API document of a set of routes. @see OpenAPI Specification 3.1.1 */
export const toOpenApi = (routes: readonly Route[], info: ApiInfo): JsonSchema => {
  const schemas: Schemas = { Problem: problemSchema };
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const route of routes) {
    if (route.document === undefined) continue;
    const path = route.path.replaceAll(/[:*](\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, schemas) };
  }
  return { openapi: '3.1.1', info, paths, components: { schemas } };
};
