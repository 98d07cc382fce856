import { Muscle } from '@organism/muscular';
import { endpoint, html, json, Lung, page, respond, stream, versioned } from '@organism/respiratory';
import { cbor } from '@organism/respiratory/cbor';
import { Bone, isoDate } from '@organism/skeletal';
import { z } from 'zod';

// An app with something of everything, for what is made from API documents.
const Tree: z.ZodType = z.object({
  name: z.string(),
  get children(): z.ZodType {
    return z.array(Tree).optional();
  },
});
const Shape = new Bone(
  'shop.shape',
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('circle'), radius: z.number().positive() }),
    z.object({ kind: z.literal('square'), side: z.number(), 'a-label': z.string().nullable() }),
  ]),
);
const Dated = new Bone(
  'shop.dated',
  z.object({ at: isoDate(), note: z.string().default('').describe('What was said. */ process.exit()') }),
);
const Trimmed = new Bone('shop.trimmed', z.object({ text: z.string().trim().min(1), count: z.coerce.number() }));
const Query = new Bone(
  'shop.query',
  z.object({
    page: z.number().int().min(1).default(1),
    tag: z.array(z.enum(['a', 'b'])).optional(),
    exact: z.boolean().optional(),
  }),
);
const Everything = new Bone(
  'shop.everything',
  z.object({
    map: z.record(z.string(), z.number()),
    tuple: z.tuple([z.string(), z.number()]),
    list: z.array(z.union([z.string(), z.null()])),
    any: z.unknown(),
    both: z.intersection(z.object({ a: z.string() }), z.object({ b: z.number() })),
    nested: z.object({ 'strange key': z.literal(7), constructor: z.string() }).optional(),
  }),
);
const shape = new Muscle({ name: 'draw-shape', input: Shape, output: Shape, run: (given) => given });
const dated = new Muscle({ name: 'note', input: Dated, output: Dated, run: (given) => given as never });
const trimmed = new Muscle({ name: 'trim', input: Trimmed, output: Trimmed, run: (given) => given });
const list = new Muscle({
  name: 'list-shapes',
  input: Query,
  output: new Bone('shop.shapes', z.array(z.object({ page: z.number() }))),
  run: ({ page: number }) => [{ page: number }],
});
const one = new Muscle({
  name: 'show-shape',
  input: new Bone('shop.id', z.object({ id: z.string() })),
  output: new Bone('shop.named', z.object({ id: z.string() })),
  run: ({ id }) => ({ id }),
});
const tree = new Muscle({ name: 'tree', output: new Bone('shop.tree', Tree), run: () => ({ name: 'root' }) });
const remove = new Muscle({ name: 'remove', input: new Bone('shop.key', z.object({ id: z.string() })), run: () => {} });
const all = new Muscle({ name: 'everything', input: Everything, output: Everything, run: (given) => given as never });
const security = { name: 'bearer', scheme: { type: 'http', scheme: 'bearer' } };
const guard = { security, check: () => ({ id: 'ada' }) };

export const richLung = (): Lung =>
  new Lung({
    info: { title: 'Shop', version: '1.2.0', servers: [{ url: 'https://shop.example' }] },
    endpoints: [
      endpoint('GET /shapes', list, { guard, tags: ['shapes'], summary: 'Lists.' }),
      endpoint('POST /shapes', shape, { formats: [json, cbor], status: 201, deprecated: true, description: 'Draws.' }),
      endpoint('GET /shapes/:id', one),
      endpoint('DELETE /shapes/:id', remove),
      endpoint('POST /notes/:lang?', dated, { formats: [json, html(() => '')] }),
      endpoint('PUT /trimmed', trimmed),
      endpoint('GET /tree', tree),
      endpoint('POST /everything', all, {
        headers: new Bone('h', z.object({ 'x-tenant': z.string() })),
        cookies: new Bone('c', z.object({ session: z.string().optional() })),
        toInput: ({ body }) => body as never,
      }),
      versioned({ by: 'header', name: 'api-version' }, { 1: [endpoint('GET /v', one)], 2: [endpoint('GET /v', tree)] }),
      page('GET /', () => 'hi'),
      stream('GET /download/*path', async function* () {
        yield 'x';
      }),
      respond('POST /upload', (exchange) => exchange.reply(204, {}), {
        document: { operationId: 'upload', takesBody: true, bodyTypes: ['multipart/form-data'], status: 204 },
      }),
    ],
  });
