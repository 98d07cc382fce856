import type { JsonSchema } from '@organism/skeletal';
import type { Route, RouteDocument } from '../route.ts';
import { expandPath } from '../router/pattern.ts';
import { parametersOf } from './parameters.ts';
import { hoist, problemSchema, refTo, type Schemas } from './schemas.ts';

/** What the API document says of the whole. */
export interface ApiInfo {
  readonly title: string;
  readonly version: string;
  readonly description?: string;
  /** Where the API is served. Default: where the document is. */
  readonly servers?: readonly { readonly url: string; readonly description?: string }[];
}

const problem: JsonSchema = { $ref: '#/components/responses/Problem' };

const success = (
  { output, outputTypes, contentType = 'application/json' }: RouteDocument,
  schemas: Schemas,
): JsonSchema | undefined => {
  if (output === undefined && contentType === 'application/json') return undefined;
  const schema = output === undefined ? { type: 'string' } : hoist(output, 'output', schemas);
  // Only what is a form of JSON has the shape of the output; a page or a text has none to tell.
  const shaped = (type: string): JsonSchema =>
    /[/+]json$|cbor|msgpack/.test(type) || output === undefined ? schema : { type: 'string' };
  return Object.fromEntries((outputTypes ?? [contentType]).map((type) => [type, { schema: shaped(type) }]));
};

const bodyOf = (
  { input, takesBody, bodyTypes = ['application/json'] }: RouteDocument,
  schemas: Schemas,
): JsonSchema | undefined => {
  if (takesBody !== true || input === undefined) return undefined;
  const schema = hoist(input, 'input', schemas);
  return { required: true, content: Object.fromEntries(bodyTypes.map((type) => [type, { schema }])) };
};

const operation = (document: RouteDocument, names: readonly string[], schemas: Schemas): JsonSchema => {
  const { operationId, summary, description, tags, deprecated, input, security, problems = {} } = document;
  const parameters = [...parametersOf(names, document, schemas), ...(document.parameters ?? [])];
  const requestBody = bodyOf(document, schemas);
  const content = success(document, schemas);
  const { status = content === undefined ? 204 : 200 } = document;
  const refusals = Object.fromEntries(Object.keys(problems).map((code) => [code, problem]));
  return {
    ...(operationId !== undefined && { operationId }),
    ...(summary !== undefined && { summary }),
    ...(description !== undefined && { description }),
    ...(tags !== undefined && tags.length > 0 && { tags }),
    ...(deprecated === true && { deprecated }),
    ...(parameters.length > 0 && { parameters }),
    ...(requestBody !== undefined && { requestBody }),
    ...(security !== undefined && { security: [{ [security.name]: security.scopes ?? [] }] }),
    responses: {
      [status]: { description: 'Success', ...(content !== undefined && { content }) },
      ...refusals,
      ...(input !== undefined && { 422: problem }),
      default: problem,
    },
  };
};

/**
 * The API document of a set of routes. A path with optional segments stands there once for each choice.
 *
 * @see OpenAPI Specification 3.1.1
 */
export const toOpenApi = (routes: readonly Route[], info: ApiInfo): JsonSchema => {
  const schemas: Schemas = { Problem: problemSchema };
  const paths: Record<string, Record<string, JsonSchema>> = {};
  const securitySchemes: Record<string, unknown> = {};
  const ids = new Set<string>();
  for (const { method, path, document } of routes) {
    if (document === undefined) continue;
    if (document.security !== undefined) securitySchemes[document.security.name] = document.security.scheme;
    for (const one of expandPath(path)) {
      const names = [...one.matchAll(/\/[:*](\w+)/g)].map(([, name]) => name ?? '');
      const at = one.replaceAll(/\/[:*](\w+)/g, '/{$1}');
      const { operationId, ...rest } = document;
      // Ids are unique: the second route of an operation is told apart by its method and path.
      const id =
        operationId !== undefined && ids.has(operationId)
          ? `${operationId}-${method.toLowerCase()}${one.replaceAll(/\W+/g, '-')}`
          : operationId;
      if (id !== undefined) ids.add(id);
      const described = operation({ ...rest, ...(id !== undefined && { operationId: id }) }, names, schemas);
      paths[at] = { ...paths[at], [method.toLowerCase()]: described };
    }
  }
  const { servers, ...said } = info;
  return {
    openapi: '3.1.1',
    info: said,
    ...(servers !== undefined && { servers }),
    paths,
    components: {
      schemas,
      responses: {
        Problem: {
          description: 'Problem',
          content: { 'application/problem+json': { schema: { $ref: refTo('Problem') } } },
        },
      },
      ...(Object.keys(securitySchemes).length > 0 && { securitySchemes }),
    },
  };
};
