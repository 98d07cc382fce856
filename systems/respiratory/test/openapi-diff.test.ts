import { diffOpenApi } from '@organism/respiratory';
import { describe, expect, it } from 'vitest';

/** A document as others write it: references, common parameters, several ways in. */
const base = () => ({
  openapi: '3.1.0',
  security: [{ bearer: [] }],
  paths: {
    '/orders/{id}': {
      parameters: [
        { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
        { $ref: '#/components/parameters/Tenant' },
      ],
      get: {
        parameters: [
          { name: 'fields', in: 'query', schema: { type: 'array', items: { type: 'string' } }, explode: true },
        ],
        responses: {
          200: {
            headers: { etag: { required: true, schema: { type: 'string' } } },
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Order' } } },
          },
          404: { $ref: '#/components/responses/Problem' },
        },
      },
      delete: { security: [], responses: { 204: { description: 'Gone' } } },
    },
    '/orders': {
      post: {
        security: [{ bearer: [] }, { key: [] }, { oauth: ['read', 'write'] }],
        requestBody: { $ref: '#/components/requestBodies/Order' },
        responses: { 201: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Order' } } } } },
      },
    },
  },
  components: {
    parameters: {
      Tenant: { name: 'x-tenant', in: 'header', required: true, schema: { type: 'string', maxLength: 20 } },
    },
    requestBodies: {
      Order: { content: { 'application/json': { schema: { $ref: '#/components/schemas/NewOrder' } } } },
    },
    responses: { Problem: { content: { 'application/problem+json': { schema: { type: 'object' } } } } },
    schemas: {
      NewOrder: {
        type: 'object',
        required: ['item'],
        properties: {
          item: { type: 'string' },
          seats: { type: 'integer', minimum: 1, maximum: 8 },
          tags: { type: 'array', items: { type: 'string' }, maxItems: 5 },
          meal: { enum: ['meat', 'fish'] },
        },
      },
      Order: {
        type: 'object',
        required: ['id', 'state'],
        properties: {
          id: { type: 'string' },
          state: { enum: ['open', 'paid'] },
          paidAt: { type: ['string', 'null'] },
          pay: { oneOf: [{ $ref: '#/components/schemas/Card' }, { $ref: '#/components/schemas/Cash' }] },
        },
      },
      Card: { type: 'object', required: ['kind'], properties: { kind: { const: 'card' }, digits: { type: 'string' } } },
      Cash: { type: 'object', required: ['kind'], properties: { kind: { const: 'cash' } } },
    },
    securitySchemes: {
      bearer: { type: 'http', scheme: 'bearer' },
      key: { type: 'apiKey', in: 'header', name: 'x-key' },
      oauth: { type: 'oauth2' },
    },
  },
});

/** Where changes reach: the first word stands for a path. */
const places: Readonly<Record<string, string>> = {
  doc: '',
  item: 'paths>/orders/{id}',
  get: 'paths>/orders/{id}>get',
  post: 'paths>/orders>post',
  body: 'components>requestBodies>Order',
  tenant: 'components>parameters>Tenant',
  sent: 'components>schemas>NewOrder',
  order: 'components>schemas>Order',
};
type Tree = Record<string, unknown>;
type Change = (document: Tree) => void;

/** The object that holds what a path leads to, and the last key. */
const holder = (document: Tree, path: string): [Tree, string] => {
  const [place = '', ...rest] = path.split(' ');
  const keys = [...(places[place] ?? '').split('>'), ...rest].filter((key) => key !== '');
  const last = keys.pop() ?? '';
  return [keys.reduce<Tree>((tree, key) => tree[key] as Tree, document), last];
};
const set =
  (path: string, value: unknown): Change =>
  (document) => {
    const [tree, key] = holder(document, path);
    tree[key] = structuredClone(value);
  };
const drop =
  (path: string): Change =>
  (document) => {
    const [tree, key] = holder(document, path);
    if (Array.isArray(tree)) tree.splice(Number(key), 1);
    else delete tree[key];
  };
const add =
  (path: string, value: unknown): Change =>
  (document) => {
    const [tree, key] = holder(document, path);
    (tree[key] as unknown[]).push(value);
  };

type Case = readonly [what: string, changes: readonly Change[], verdict: 'breaking' | 'fine' | 'nothing'];
const query = (name: string, required = false): object => ({ name, in: 'query', required, schema: {} });
const coin = { type: 'object', properties: { kind: { const: 'coin' } }, required: ['kind'] };
const original = base();
const moved = original.paths['/orders/{id}'].parameters;

const viaReference = [
  set('doc components schemas Real', base().components.schemas.Order),
  set('doc components schemas Order', { $ref: '#/components/schemas/Real' }),
];

const corpus: readonly Case[] = [
  ['another title', [set('doc info', { title: 'New' })], 'nothing'],
  ['another description', [set('get description', 'Better.')], 'nothing'],
  [
    'another name of a path parameter',
    [
      set('item parameters 0 name', 'orderId'),
      (document) => {
        const paths = document['paths'] as Tree;
        paths['/orders/{orderId}'] = paths['/orders/{id}'];
        delete paths['/orders/{id}'];
      },
    ],
    'nothing',
  ],
  [
    'parameters that move from the path to its operations',
    [
      drop('item parameters'),
      set('get parameters', [...moved, ...original.paths['/orders/{id}'].get.parameters]),
      set('item delete parameters', moved),
    ],
    'nothing',
  ],
  ['a reference that is written out', [set('get responses 404', original.components.responses.Problem)], 'nothing'],
  ['a path that is gone', [drop('doc paths /orders')], 'breaking'],
  ['a method that is gone', [drop('item delete')], 'breaking'],
  ['a new method', [set('doc paths /orders get', { responses: {} })], 'fine'],
  ['a deprecated operation', [set('get deprecated', true)], 'fine'],
  ['a common parameter that is gone', [drop('item parameters 1')], 'breaking'],
  ['a referred parameter that is narrower', [set('tenant schema maxLength', 10)], 'breaking'],
  ['a referred parameter that is wider', [set('tenant schema maxLength', 30)], 'fine'],
  ['a parameter that becomes optional', [set('tenant required', false)], 'fine'],
  ['a parameter that becomes required', [set('get parameters 0 required', true)], 'breaking'],
  ['a list that is written in another way', [set('get parameters 0 explode', false)], 'breaking'],
  ['a parameter that moves to the headers', [set('get parameters 0 in', 'header')], 'breaking'],
  ['a new optional parameter', [add('get parameters', query('page'))], 'fine'],
  ['a new required parameter', [add('get parameters', query('page', true))], 'breaking'],
  ['a body that becomes required', [set('body required', true)], 'breaking'],
  ['a body in another media type', [set('body content', { 'application/xml': {} })], 'breaking'],
  ['a body in one more media type', [set('body content application/cbor', {})], 'fine'],
  [
    'a new required field of a request',
    [set('sent properties ticket', { type: 'string' }), add('sent required', 'ticket')],
    'breaking',
  ],
  ['a field of a request that need not be there', [set('sent required', [])], 'fine'],
  ['a field of a request that is unknown, where unknown ones may be sent', [drop('sent properties meal')], 'fine'],
  ['a request that refuses unknown keys', [set('sent additionalProperties', false)], 'breaking'],
  ['a list of a request with fewer items', [set('sent properties tags maxItems', 3)], 'breaking'],
  ['a list of a request without repetitions', [set('sent properties tags uniqueItems', true)], 'breaking'],
  ['items of a request of another type', [set('sent properties tags items type', 'number')], 'breaking'],
  ['a number of a request that may be a fraction', [set('sent properties seats type', 'number')], 'fine'],
  ['a pattern for a request', [set('sent properties item pattern', '^a')], 'breaking'],
  ['one more value of a request', [add('sent properties meal enum', 'none')], 'fine'],
  ['one value less of a request', [drop('sent properties meal enum 1')], 'breaking'],
  ['a request field that may be null', [set('sent properties item type', ['string', 'null'])], 'fine'],
  ['a field of a response that is gone', [drop('order properties paidAt')], 'breaking'],
  ['a field of a response that may be missing', [set('order required', ['id'])], 'breaking'],
  ['a field of a response that is always there', [add('order required', 'paidAt')], 'fine'],
  ['a new field of a response', [set('order properties more', { type: 'string' })], 'fine'],
  ['a response field that is never null', [set('order properties paidAt type', 'string')], 'fine'],
  ['a response field that may be null', [set('order properties id type', ['string', 'null'])], 'breaking'],
  ['one more value of a response', [add('order properties state enum', 'lost')], 'breaking'],
  ['one value less of a response', [drop('order properties state enum 1')], 'fine'],
  ['one more choice of a response', [add('order properties pay oneOf', coin)], 'breaking'],
  ['one choice less of a response', [drop('order properties pay oneOf 1')], 'fine'],
  ['a response field that may be null as OpenAPI 3.0 says it', [set('order properties id nullable', true)], 'breaking'],
  ['a reference behind a reference', [...viaReference, set('doc components schemas Real required', [])], 'breaking'],
  ['the same shape behind one reference more', viaReference, 'nothing'],
  ['a bound beside a reference', [set('body content application/json schema maxProperties', 2)], 'breaking'],
  [
    'choices in another order',
    [set('order properties pay oneOf', original.components.schemas.Order.properties.pay.oneOf.toReversed())],
    'nothing',
  ],
  ['a choice that loses a field', [drop('doc components schemas Card properties digits')], 'breaking'],
  ['a success that is gone', [drop('post responses 201'), set('post responses 202', {})], 'breaking'],
  ['an error that is gone', [drop('get responses 404')], 'fine'],
  ['a new error', [set('post responses 409', { description: 'No' })], 'fine'],
  ['an answer in another media type', [set('post responses 201 content', { 'text/csv': {} })], 'breaking'],
  [
    'a referred answer in another media type',
    [set('doc components responses Problem content', { 'text/plain': {} })],
    'breaking',
  ],
  ['a response header that is gone', [drop('get responses 200 headers etag')], 'breaking'],
  ['a response header that may be missing', [drop('get responses 200 headers etag required')], 'breaking'],
  ['a new response header', [set('get responses 200 headers age', { schema: { type: 'integer' } })], 'fine'],
  ['a proof where none was needed', [drop('item delete security')], 'breaking'],
  ['no proof where one was needed', [set('get security', [])], 'fine'],
  ['a proof that may be left out', [set('get security', [{ bearer: [] }, {}])], 'fine'],
  ['another way in for all', [set('doc security', [{ key: [] }])], 'breaking'],
  ['one more way in', [set('get security', [{ bearer: [] }, { key: [] }])], 'fine'],
  ['one way in less', [drop('post security 1')], 'breaking'],
  ['two proofs where one was enough', [set('get security', [{ bearer: [], key: [] }])], 'breaking'],
  ['one more scope', [add('post security 2 oauth', 'admin')], 'breaking'],
  ['one scope less', [drop('post security 2 oauth 1')], 'fine'],
  ['a key under another name', [set('doc components securitySchemes key name', 'x-api-key')], 'breaking'],
];

describe('the comparison of API documents', () => {
  it.each(corpus)('%s', (_what, edits, verdict) => {
    const after = base();
    for (const edit of edits) edit(after);
    const changes = diffOpenApi(base(), after);
    const found = changes.length === 0 ? 'nothing' : changes.some(({ breaking }) => breaking) ? 'breaking' : 'fine';
    expect([found, changes]).toEqual([verdict, changes]);
  });

  it('says where and what', () => {
    const after = base();
    after.components.schemas.Order.properties.state.enum.push('lost');
    after.components.schemas.NewOrder.properties.seats.maximum = 4;
    expect(diffOpenApi(base(), after)).toEqual([
      {
        breaking: true,
        operation: 'GET /orders/{id}',
        part: 'response 200 application/json',
        message: '/state has more values',
      },
      {
        breaking: true,
        operation: 'POST /orders',
        part: 'request application/json',
        message: '/seats maximum is narrower',
      },
      {
        breaking: true,
        operation: 'POST /orders',
        part: 'response 201 application/json',
        message: '/state has more values',
      },
    ]);
  });

  it('survives documents that refer to nothing or to themselves', () => {
    const odd = {
      paths: { '/a': { get: { parameters: [{ $ref: '#/none' }], responses: { 200: { $ref: '#/paths' } } } } },
    };
    const circle = { ...odd, components: { responses: { A: { $ref: '#/components/responses/A' } } } };
    expect(diffOpenApi(odd, circle)).toEqual([]);
    expect(diffOpenApi({}, {})).toEqual([]);
  });
});
