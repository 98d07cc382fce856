import type { Context, OrganismError } from '@organism/cell';
import { Muscle } from '@organism/muscular';
import { type Guard, Lung } from '@organism/respiratory';
import { graphql, type GraphqlOptions, graphqlSchema } from '@organism/respiratory/graphql';
import { Bone } from '@organism/skeletal';
import { buildSchema, printSchema, validateSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const Quake = new Bone(
  'seismic.quake',
  z.object({
    id: z.string(),
    magnitude: z.number().max(10),
    depth: z.number().nullable(),
    felt: z.int().min(0).max(1_000_000).optional(),
    at: z.int(),
    status: z.enum(['automatic', 'reviewed']),
    place: z.object({ name: z.string(), tags: z.array(z.string()) }),
    extra: z.record(z.string(), z.unknown()).optional(),
  }),
);
type QuakeValue = z.infer<typeof Quake.schema>;
const quake: QuakeValue = {
  id: 'a1',
  magnitude: 6.1,
  depth: null,
  at: 1_517_844_600_000,
  status: 'reviewed',
  place: { name: 'Hualien', tags: ['coast'] },
  extra: { source: { net: 'us' } },
};
const List = new Bone(
  'seismic.list',
  z.object({ minimum: z.number().max(10).default(0), limit: z.int().min(1).max(100).optional() }),
);
const Quakes = new Bone('seismic.quakes', z.array(Quake.schema));
const Shape = new Bone(
  'shape',
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('circle'), radius: z.number() }),
    z.object({ kind: z.literal('square'), side: z.number() }),
  ]),
);
interface Node {
  readonly name: string;
  readonly children: readonly Node[];
}
const Tree: z.ZodType<Node> = z.object({
  name: z.string(),
  get children() {
    return z.array(Tree);
  },
});
const TreeBone = new Bone('tree', Tree);

const list = new Muscle({
  name: 'quake.list',
  description: 'Quakes of a magnitude and more.',
  input: List,
  output: Quakes,
  run: ({ minimum }) => [quake].filter(({ magnitude }) => magnitude >= minimum),
});
const shapes = new Muscle({
  name: 'shapes',
  output: new Bone('shapes', z.array(Shape.schema)),
  run: () => [
    { kind: 'circle' as const, radius: 2 },
    { kind: 'square' as const, side: 3 },
  ],
});
const record = new Muscle({
  name: 'quake.record',
  input: Quake,
  output: Quake,
  errors: {
    KNOWN: { message: 'This quake is known.', status: 409, data: new Bone('known', z.object({ id: z.string() })) },
  },
  run: (given, { fail }) => {
    if (given.id === 'a1') throw fail('KNOWN', { id: 'a1' });
    if (given.id === 'broken') throw new Error('password=secret');
    return given;
  },
});
const echo = new Muscle({ name: 'echo', input: new Bone('text', z.string().min(1)), run: (text: string) => text });
const tree = new Muscle({
  name: 'tree',
  output: TreeBone,
  run: () => ({ name: 'a', children: [{ name: 'b', children: [] }] }),
});
const who = new Muscle({
  name: 'who',
  run: (_: void, { context }) => ({ tenant: context.tenant, id: context.correlationId }),
});

interface Answer {
  readonly data?: Readonly<Record<string, unknown>>;
  readonly errors?: readonly { readonly message: string; readonly extensions: unknown }[];
}

const setUp = (options: Partial<GraphqlOptions> = {}) => {
  const failures: OrganismError[] = [];
  const lung = new Lung({
    trusted: true,
    endpoints: [
      graphql('/graphql', {
        queries: [list, shapes, echo, tree, who],
        mutations: [record],
        onError: (error) => failures.push(error),
        ...options,
      }),
    ],
  });
  const ask = async (query: string, variables?: object, headers: Record<string, string> = {}) => {
    const response = await lung.inject('POST /graphql', { json: { query, variables }, headers });
    return {
      status: response.status,
      headers: response.headers,
      ...((await response.json()) as Answer),
    };
  };
  return { lung, ask, failures };
};

describe('the schema', () => {
  it('is made of the Bones, and is valid', () => {
    const schema = graphqlSchema({ queries: [list, shapes, echo, tree], mutations: [record] });
    expect(validateSchema(schema)).toEqual([]);
    const text = printSchema(schema);
    expect(printSchema(buildSchema(text))).toBe(text);
    for (const line of [
      'quakeList(minimum: Float, limit: Int): [SeismicQuake!]!',
      'magnitude: Float!',
      'depth: Float\n',
      'felt: Int\n',
      'at: SafeInt!',
      'status: SeismicQuakeStatus!',
      'extra: JSON\n',
      'union Shape = ShapeCircle | ShapeSquare',
      'echo(input: String!): JSON',
      'children: [Tree!]!',
      'quakeRecord(id: String!, magnitude: Float!, depth: Float, ',
      'place: SeismicQuakePlaceInput!',
      '"""Quakes of a magnitude and more."""',
    ])
      expect(text).toContain(line);
  });

  it('refuses what GraphQL has no name for, and two operations of one name', () => {
    const odd = new Muscle({ name: 'odd', input: new Bone('odd', z.object({ 'a-b': z.string() })), run: () => 1 });
    expect(() => graphqlSchema({ queries: [odd] })).toThrow(/a-b|GraphQL name/);
    const twin = new Muscle({ name: 'quake-list', run: () => 1 });
    expect(() => graphqlSchema({ queries: [list, twin] })).toThrow(/quakeList/);
    expect(() => graphqlSchema({ queries: [] })).toThrow(/queries/);
  });
});

describe('a query', () => {
  it('gives what it asks for, and no more', async () => {
    const { ask } = setUp();
    const { data, errors } = await ask(
      'query ($min: Float) { quakeList(minimum: $min) { id at place { tags } extra } }',
      { min: 5 },
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      quakeList: [{ id: 'a1', at: quake.at, place: { tags: ['coast'] }, extra: { source: { net: 'us' } } }],
    });
  });

  it('tells the members of a union apart', async () => {
    const { ask } = setUp();
    const { data } = await ask('{ shapes { __typename ... on ShapeCircle { radius } ... on ShapeSquare { side } } }');
    expect(data?.['shapes']).toEqual([
      { __typename: 'ShapeCircle', radius: 2 },
      { __typename: 'ShapeSquare', side: 3 },
    ]);
  });

  it('may be a GET; a change may not', async () => {
    const { lung } = setUp();
    const get = (query: string) =>
      lung.inject(`GET /graphql?query=${encodeURIComponent(query)}`, { headers: { accept: 'application/json' } });
    expect(await (await get('{ echo(input: "x") }')).json()).toEqual({ data: { echo: 'x' } });
    const change = await get(
      'mutation { quakeRecord(id: "x", magnitude: 1, at: 1, status: reviewed, place: { name: "x", tags: [] }) { id } }',
    );
    expect(change.status).toBe(405);
  });

  it('runs in the context of the request', async () => {
    const { ask } = setUp();
    const { data } = await ask('{ who }', {}, { 'x-tenant-id': 'lisbon', 'x-correlation-id': 'c-1' });
    expect(data?.['who']).toMatchObject({ id: 'c-1' });
  });

  it('is cancelled when its deadline passes', async () => {
    const slow = new Muscle({
      name: 'slow',
      run: (_: void, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
    });
    const { ask } = setUp({ queries: [slow] });
    const { errors } = await ask('{ slow }', {}, { 'x-timeout-ms': '20' });
    expect(errors?.[0]?.extensions).toMatchObject({ status: 504 });
  });
});

describe('an error', () => {
  it('of the input names field and rule, as REST does', async () => {
    const { ask, failures } = setUp();
    const { errors } = await ask('{ quakeList(minimum: 11) { id } }');
    expect(errors?.[0]).toMatchObject({
      path: ['quakeList'],
      extensions: { status: 422, code: 'SKELETAL_INVALID', errors: [{ path: ['minimum'] }] },
    });
    expect(failures).toEqual([]);
  });

  it('that was declared arrives with its data', async () => {
    const { ask } = setUp();
    const variables = { quake: quake.place };
    const { errors } = await ask(
      'mutation ($quake: SeismicQuakePlaceInput!) { quakeRecord(id: "a1", magnitude: 1, at: 1, status: reviewed, place: $quake) { id } }',
      variables,
    );
    expect(errors?.[0]).toMatchObject({
      message: 'This quake is known.',
      extensions: { status: 409, code: 'KNOWN', data: { id: 'a1' } },
    });
  });

  it('that nobody expected says nothing to the client, and all to us', async () => {
    const { ask, failures } = setUp();
    const answer = await ask(
      'mutation { quakeRecord(id: "broken", magnitude: 1, at: 1, status: reviewed, place: { name: "x", tags: [] }) { id } }',
    );
    expect(JSON.stringify(answer)).not.toContain('secret');
    expect(answer.errors?.[0]?.extensions).toMatchObject({ status: 500, code: 'CELL_UNEXPECTED' });
    expect(failures[0]?.message).toContain('secret');
  });

  it('of the document is the client’s', async () => {
    const { ask } = setUp();
    expect((await ask('{ nothing }')).errors?.[0]?.message).toContain('Cannot query field');
    expect((await ask('{ quakeList(minimum: "x") { id } }')).errors?.[0]?.message).toContain('Float');
    expect((await ask('{{{')).errors?.[0]?.message).toContain('Syntax Error');
  });
});

describe('what is too much', () => {
  const nested = (depth: number): string => `{ tree { ${'children { '.repeat(depth)} name ${'} '.repeat(depth)} } }`;

  it.each([
    ['levels', nested(12), /levels of fields; 10/],
    ['fields', `{ ${Array.from({ length: 150 }, (_, index) => `a${index}: who`).join(' ')} }`, /fields; 100/],
    ['tokens', `{ ${'who '.repeat(2000)} }`, /token/i],
  ])('is refused: %s', async (_what, query, message) => {
    const { ask } = setUp({ maxFields: 100 });
    expect((await ask(query)).errors?.[0]?.message).toMatch(message);
  });

  it('is refused at once, however cleverly fragments multiply it', async () => {
    const { ask } = setUp({ maxDepth: 100 });
    const fragments = Array.from(
      { length: 40 },
      (_, index) =>
        `fragment f${index} on Tree { a: name ${index < 39 ? `x: children { ...f${index + 1} } y: children { ...f${index + 1} }` : ''} }`,
    );
    const { errors } = await ask(`{ tree { ...f0 } } ${fragments.join(' ')}`);
    expect(errors?.[0]?.message).toMatch(/fields; 500 are allowed/);
    const cycle = await ask('{ tree { ...a } } fragment a on Tree { name ...a }');
    expect(cycle.errors?.[0]?.message).toContain('itself');
  });

  it('is refused: a large body, a form, a batch', async () => {
    const { lung } = setUp({ maxBodyBytes: 100 });
    const post = (body: string, type = 'application/json') =>
      lung.inject('POST /graphql', { body, headers: { 'content-type': type } });
    expect((await post(JSON.stringify({ query: `{ ${' '.repeat(200)} who }` }))).status).toBe(413);
    expect((await post('query={who}', 'application/x-www-form-urlencoded')).status).toBe(415);
    expect((await post('{ who }', 'text/plain')).status).toBe(415);
    expect((await post('[{"query":"{ who }"}]')).status).toBe(400);
    expect((await post('{"query":')).status).toBe(400);
  });
});

it('can hide its schema', async () => {
  const query = '{ __schema { types { name } } }';
  expect((await setUp().ask(query)).errors).toBeUndefined();
  expect((await setUp({ introspection: false }).ask(query)).errors?.[0]?.message).toContain('introspection');
});

it('is for those who may', async () => {
  const guard: Guard = {
    check: (request) => (request.header('authorization') === 'Bearer ok' ? { id: 'ada' } : undefined),
  };
  const { ask } = setUp({ guard });
  expect((await ask('{ who }')).status).toBe(401);
  expect((await ask('{ who }', {}, { authorization: 'Bearer ok' })).status).toBe(200);
});

it('sends what a subscription gives as server-sent events, and ends its source when the client leaves', async () => {
  let ended = 0;
  const subscriptions = {
    'quake.seen': {
      input: List,
      output: Quake,
      open: async function* ({ minimum }: { readonly minimum: number }, { context }: { readonly context: Context }) {
        try {
          for (let magnitude = minimum; !context.signal.aborted; magnitude += 1) yield { ...quake, magnitude };
        } finally {
          ended += 1;
        }
      },
    },
  };
  await using lung = await Lung.serve({ port: 0, endpoints: [graphql('/graphql', { queries: [who], subscriptions })] });
  const abort = new AbortController();
  const response = await fetch(`${lung.url}/graphql`, {
    method: 'POST',
    headers: { accept: 'text/event-stream', 'content-type': 'application/json' },
    body: JSON.stringify({ query: 'subscription { quakeSeen(minimum: 4) { magnitude } }' }),
    signal: abort.signal,
  });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += new TextDecoder().decode(chunk as Uint8Array);
    if (text.split('event: next').length > 3) break;
  }
  abort.abort();
  expect(text).toContain('{"data":{"quakeSeen":{"magnitude":5}}}');
  await expect.poll(() => ended).toBe(1);
});

it('ends a subscription when the server stops, and lets go of its source', async () => {
  const ended = Promise.withResolvers<void>();
  const subscriptions = {
    'quake.seen': {
      input: List,
      output: Quake,
      open: async function* (_input: object, { context: { signal } }: { readonly context: Context }) {
        try {
          yield quake;
          await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        } finally {
          ended.resolve();
        }
      },
    },
  };
  const lung = await Lung.serve({ port: 0, endpoints: [graphql('/graphql', { queries: [who], subscriptions })] });
  const response = await fetch(`${lung.url}/graphql`, {
    method: 'POST',
    headers: { accept: 'text/event-stream', 'content-type': 'application/json' },
    body: JSON.stringify({ query: 'subscription { quakeSeen(minimum: 4) { magnitude } }' }),
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!text.includes('event: next')) text += (await reader?.read())?.value ?? '';
  await lung.stop();
  for (let read = await reader?.read(); read?.done === false; read = await reader?.read()) text += read.value;
  // Whoever reads `complete` does not come back.
  expect(text).not.toContain('event: complete');
  await ended.promise;
});

it('refuses a bad bound', () => {
  expect(() => graphql('/graphql', { queries: [who], maxTokens: 0 })).toThrow(/maxTokens/);
});
