import { Muscle } from '@organism/muscular';
import {
  diffOpenApi,
  emitClient,
  endpoint,
  html,
  json,
  Lung,
  respond,
  type RouteDocument,
  toOpenApi,
} from '@organism/respiratory';
import { Bone, isoDate } from '@organism/skeletal';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const Shape = new Bone(
  'shop.shape',
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('circle'), radius: z.number() }),
    z.object({ kind: z.literal('square'), side: z.number() }),
  ]),
);
const Dated = new Bone('shop.dated', z.object({ at: isoDate(), note: z.string().default('') }));
const shape = new Muscle({ name: 'shape', input: Shape, output: Shape, run: (given) => ({ ...given }) });
const dated = new Muscle({
  name: 'dated',
  input: Dated,
  output: Dated,
  run: () => ({ at: '1970-01-01T00:00:00Z', note: '' }),
});
const guard = {
  security: { name: 'bearer', scheme: { type: 'http', scheme: 'bearer' } },
  check: () => ({ id: 'ada' }),
};
const documentOf = (): Record<string, unknown> =>
  new Lung({
    info: { title: 'Shop', version: '1.0.0', servers: [{ url: 'https://shop.example' }] },
    endpoints: [
      endpoint('POST /shapes', shape, { guard, tags: ['shapes'], description: 'Draws.', deprecated: true }),
      endpoint('POST /dated/:lang?', dated, { formats: [json, html(() => '')] }),
      endpoint('PUT /dated/:id', dated, {
        params: new Bone('p', z.object({ id: z.number() })),
        query: new Bone('q', z.object({ page: z.number().optional() })),
        headers: new Bone('h', z.object({ 'x-tenant': z.string() })),
        cookies: new Bone('c', z.object({ session: z.string().optional() })),
      }),
    ],
  }).openApi() as Record<string, unknown>;

interface Document {
  readonly paths: Record<string, Record<string, Record<string, unknown>>>;
  readonly components: { readonly schemas: Record<string, object>; readonly securitySchemes: object };
}

it('names the query parameters of all kinds of an input that is one of several', () => {
  const find = new Muscle({ name: 'find', input: Shape, output: Shape, run: (given) => ({ ...given }) });
  const lung = new Lung({ endpoints: [endpoint('GET /shapes', find)] });
  const { paths } = lung.openApi() as unknown as Document;
  expect(paths['/shapes']?.['get']?.['parameters']).toEqual([
    {
      name: 'kind',
      in: 'query',
      required: true,
      schema: { anyOf: [expect.objectContaining({ const: 'circle' }), expect.objectContaining({ const: 'square' })] },
    },
    { name: 'radius', in: 'query', schema: { type: 'number' } },
    { name: 'side', in: 'query', schema: { type: 'number' } },
  ]);
  expect(emitClient(lung.openApi())).toContain('find(input: FindInput');
});

it('says of an answer without content the status that it has', () => {
  const responsesOf = (document: RouteDocument): unknown => {
    const routes = [respond('PUT /thing', (exchange) => exchange.reply(201, {}), { document })];
    const { paths } = toOpenApi(routes[0]?.routes ?? [], { title: 'Shop', version: '1' }) as {
      paths: Record<string, { put: { responses: object } }>;
    };
    return paths['/thing']?.put.responses;
  };
  for (const status of [200, 201, 204])
    expect(responsesOf({ status })).toMatchObject({ [status]: { description: 'Success' } });
  expect(responsesOf({ status: 201 })).not.toHaveProperty('204');
  expect(responsesOf({ status: 201 })).not.toHaveProperty('201.content');
  expect(responsesOf({})).toHaveProperty('204');
});

describe('the API document', () => {
  it('tells everything that an endpoint declares', () => {
    const document = documentOf() as unknown as Document;
    expect(document.paths['/shapes']?.['post']).toMatchObject({
      operationId: 'shape',
      tags: ['shapes'],
      description: 'Draws.',
      deprecated: true,
      security: [{ bearer: [] }],
      responses: { 200: {}, 401: { $ref: '#/components/responses/Problem' }, 422: {}, default: {} },
    });
    expect(document.components.securitySchemes).toEqual({ bearer: { type: 'http', scheme: 'bearer' } });
    expect(document.paths['/dated/{id}']?.['put']?.['parameters']).toEqual([
      { name: 'id', in: 'path', required: true, schema: { type: 'number' } },
      { name: 'page', in: 'query', schema: { type: 'number' } },
      { name: 'x-tenant', in: 'header', required: true, schema: { type: 'string' } },
      { name: 'session', in: 'cookie', schema: { type: 'string' } },
    ]);
  });

  it('has optional segments as paths of their own, with ids of their own', () => {
    const { paths } = documentOf() as unknown as Document;
    expect(Object.keys(paths)).toEqual(['/shapes', '/dated/{lang}', '/dated', '/dated/{id}']);
    const ids = Object.values(paths).flatMap((item) => Object.values(item).map(({ operationId }) => operationId));
    expect(ids).toEqual(['shape', 'dated', 'dated-post-dated', 'dated-put-dated-id']);
    const answer = paths['/dated']?.['post'] as { readonly responses: { readonly 200: { readonly content: object } } };
    expect(Object.keys(answer.responses[200].content)).toEqual(['application/json', 'text/html']);
  });

  it('has schemas that a validator takes, with unions, dates and defaults as they are on the wire', () => {
    const document = documentOf() as unknown as Document;
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ $id: 'https://shop.example/openapi', ...document });
    const check = (name: string, value: unknown): unknown =>
      ajv.validate({ $ref: `https://shop.example/openapi#/components/schemas/${name}` }, value);
    for (const name of Object.keys(document.components.schemas)) expect(() => check(name, {})).not.toThrow();
    expect([
      check('shop.shape', { kind: 'circle', radius: 1 }),
      check('shop.shape', { kind: 'circle', side: 1 }),
    ]).toEqual([true, false]);
    const at = '2026-01-01T00:00:00.000Z';
    expect([
      check('shop.dated', { at }),
      check('shop.dated.output', { at }),
      check('shop.dated.output', { at, note: '' }),
    ]).toEqual([true, false, true]);
  });
});

const documentWith = (schema: z.ZodType, path = 'POST /things'): Record<string, unknown> => {
  const Thing = new Bone('thing', schema);
  return new Lung({
    endpoints: [endpoint(path, new Muscle({ name: 'thing', input: Thing, run: () => {} }))],
  }).openApi() as Record<string, unknown>;
};
const answering = (schema: z.ZodType): Record<string, unknown> => {
  const Thing = new Bone('thing', schema);
  return new Lung({
    endpoints: [endpoint('GET /things', new Muscle({ name: 'thing', output: Thing, run: () => ({}) as never }))],
  }).openApi() as Record<string, unknown>;
};
const base = z.object({
  id: z.string(),
  size: z.number().min(1),
  kind: z.enum(['a', 'b']),
  note: z.string().optional(),
});

describe('schemas of one name', () => {
  const required = (document: Document, reference: unknown): readonly string[] => {
    const name = (reference as { $ref: string }).$ref.split('/').at(-1) ?? '';
    return (document.components.schemas[name] as { required?: string[] } | undefined)?.required ?? [];
  };
  const schemaIn = (part: unknown): unknown =>
    (part as { content: { 'application/json': { schema: unknown } } }).content['application/json'].schema;
  const partsOf = (document: Document, path: string): { readonly body: unknown; readonly answer: unknown } => {
    const { requestBody, responses } = document.paths[path]?.['post'] ?? {};
    return { body: schemaIn(requestBody), answer: schemaIn((responses as Record<string, unknown>)['200']) };
  };

  it('have what they refer to in the same form as themselves', () => {
    const Parcel = new Bone('shop.parcel', z.object({ content: Dated.schema }));
    const run = (): { content: { at: string } } => ({ content: { at: '1970-01-01T00:00:00Z' } });
    const send = new Muscle({ name: 'send', input: Parcel, output: Parcel, run });
    const document = new Lung({ endpoints: [endpoint('POST /parcels', send)] }).openApi() as unknown as Document;
    const { body, answer } = partsOf(document, '/parcels');
    const contentOf = (reference: unknown): unknown => {
      const name = (reference as { $ref: string }).$ref.split('/').at(-1) ?? '';
      return (document.components.schemas[name] as { properties: { content: unknown } }).properties.content;
    };
    expect(required(document, contentOf(body))).toEqual(['at']);
    expect(required(document, contentOf(answer))).toEqual(['at', 'note']);
  });

  it('are all there, however many Bones share it', () => {
    const fields = ['one', 'two', 'three', 'four'];
    const endpoints = fields.map((field) => {
      const Same = new Bone('shop.same', z.object({ [field]: z.string() }));
      return endpoint(`POST /${field}`, new Muscle({ name: field, input: Same, output: Same, run: (given) => given }));
    });
    const document = new Lung({ endpoints }).openApi() as unknown as Document;
    for (const field of fields) {
      const { body, answer } = partsOf(document, `/${field}`);
      expect([required(document, body), required(document, answer)]).toEqual([[field], [field]]);
    }
  });
});

describe('diffOpenApi', () => {
  it('finds nothing between equal documents', () => {
    expect(diffOpenApi(documentOf(), documentOf())).toEqual([]);
    const Tree: z.ZodType = z.object({
      get children(): z.ZodType {
        return z.array(Tree);
      },
    });
    expect(diffOpenApi(documentWith(Tree), documentWith(Tree))).toEqual([]);
  });

  it.each<[string, z.ZodType, boolean, boolean]>([
    ['a new optional field', base.extend({ more: z.string().optional() }), false, false],
    ['a new required field', base.extend({ more: z.string() }), true, false],
    ['a field that is gone', base.omit({ note: true }), false, true],
    ['a field that is required now', base.extend({ note: z.string() }), true, false],
    ['a field that is optional now', base.partial({ id: true }), false, true],
    ['another type', base.extend({ id: z.number() }), true, true],
    ['one more type', base.extend({ id: z.union([z.string(), z.number()]) }), false, true],
    ['one more value', base.extend({ kind: z.enum(['a', 'b', 'c']) }), false, true],
    ['one value less', base.extend({ kind: z.enum(['a']) }), true, false],
    ['a narrower bound', base.extend({ size: z.number().min(2) }), true, false],
    ['a wider bound', base.extend({ size: z.number().min(0) }), false, false],
    ['an integer for a number', base.extend({ size: z.int().min(1) }), true, false],
  ])('tells whether %s breaks clients', (_name, changed, inRequest, inResponse) => {
    const breaks = (changes: ReturnType<typeof diffOpenApi>): boolean => {
      expect(changes.length).toBeGreaterThan(0);
      return changes.some(({ breaking }) => breaking);
    };
    expect(breaks(diffOpenApi(documentWith(base), documentWith(changed)))).toBe(inRequest);
    expect(breaks(diffOpenApi(answering(base), answering(changed)))).toBe(inResponse);
  });

  it('sees operations, parameters and proofs come and go', () => {
    const get = (path: string, schema: z.ZodType = z.object({})): Record<string, unknown> => documentWith(schema, path);
    expect(diffOpenApi(get('GET /a/:x'), get('GET /a/:y'))).toEqual([]);
    expect(diffOpenApi(get('GET /a'), get('GET /b')).map(({ breaking, operation }) => [breaking, operation])).toEqual([
      [true, 'GET /a'],
      [false, 'GET /b'],
    ]);
    expect(diffOpenApi(get('GET /a'), get('GET /a', z.object({ q: z.string() })))).toEqual([
      { breaking: true, operation: 'GET /a', part: 'query q', message: 'is new and required' },
    ]);
    const open = new Lung({ endpoints: [endpoint('POST /shapes', shape)] }).openApi();
    const closed = new Lung({ endpoints: [endpoint('POST /shapes', shape, { guard })] }).openApi();
    expect(diffOpenApi(open, closed).filter(({ breaking }) => breaking)).toMatchObject([{ part: 'security' }]);
  });
});
