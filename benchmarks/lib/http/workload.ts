import { z } from 'zod';

export const Order = z.object({
  id: z.string().max(40),
  customer: z.object({ name: z.string(), email: z.string() }),
  lines: z.array(z.object({ sku: z.string(), count: z.number().int().min(1), price: z.number() })),
  express: z.boolean(),
});
export const Receipt = z.object({ id: z.string(), total: z.number(), lines: z.number() });
export type OrderOf = z.infer<typeof Order>;

export const order: OrderOf = {
  id: 'o-1',
  customer: { name: 'Ada', email: 'ada@example.org' },
  lines: [1, 2, 3].map((count) => ({ sku: `sku-${count}`, count, price: 9.5 })),
  express: true,
};
export const hello: { readonly hello: string; readonly list: readonly number[] } = { hello: 'world', list: [1, 2, 3] };

export const receiptOf = (given: { readonly [Key in keyof OrderOf]: unknown }): z.infer<typeof Receipt> => {
  const lines = given.lines as OrderOf['lines'];
  return {
    id: given.id as string,
    total: lines.reduce((sum, { count, price }) => sum + count * price, 0),
    lines: lines.length,
  };
};

const piece = Buffer.alloc(64 * 1024, 'x');
/** 1 MiB in 16 pieces. */
export const pieces = async function* (): AsyncGenerator<Buffer> {
  for (let index = 0; index < 16; index += 1) yield piece;
};

/** 100 paths with params: for each of 25 resources one by id, a part of one, its history, and files below. */
export const paths: readonly string[] = Array.from({ length: 25 }, (_, index) => `/api/v1/resource-${index}`).flatMap(
  (name) => [`${name}/:id`, `${name}/:id/items/:item`, `${name}/:id/history`, `${name}/all`],
);

const head = 'HTTP/1.1\r\nhost: localhost\r\naccept: */*\r\n';
const body = JSON.stringify(order);
const post = `POST /orders ${head}content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

/** What is asked, and of which kind of app. */
export interface Scenario {
  readonly name: string;
  /** Which routes the app has. */
  readonly app: 'plain' | 'checked' | 'hooks' | 'traced' | 'many' | 'static' | 'stream';
  readonly request: string;
  readonly status: number;
  /** The body expected: JSON, or its length. */
  readonly expected: object | number | undefined;
  /** Share of the requests of other scenarios, as this one is heavier, or no goal hangs on it. */
  readonly share?: number;
  /** Also tell requests per second and the 99th percentile. */
  readonly timed?: boolean;
  /** The ratio of ours to a peer's that we aim for. */
  readonly goals?: Readonly<Record<string, number>>;
}

export const scenarios: readonly Scenario[] = [
  {
    name: 'GET JSON',
    app: 'plain',
    request: `GET /hello ${head}\r\n`,
    status: 200,
    expected: hello,
    timed: true,
    goals: { fastify: 1 },
  },
  {
    name: 'POST, input validated',
    app: 'plain',
    request: post,
    status: 200,
    expected: receiptOf(order),
    timed: true,
    goals: { fastify: 0.85, hono: 0.6 },
  },
  {
    name: 'POST, input and output validated',
    app: 'checked',
    request: post,
    status: 200,
    expected: receiptOf(order),
    goals: { fastify: 0.85, hono: 0.6 },
  },
  { name: '404', app: 'plain', request: `GET /nothing/here ${head}\r\n`, status: 404, expected: undefined, share: 0.5 },
  {
    name: 'GET JSON, 3 hooks',
    app: 'hooks',
    request: `GET /hello ${head}\r\n`,
    status: 200,
    expected: hello,
    share: 0.5,
  },
  {
    name: 'GET JSON, traced',
    app: 'traced',
    request: `GET /hello ${head}\r\n`,
    status: 200,
    expected: hello,
    share: 0.5,
  },
  {
    name: 'GET JSON, 1 of 100 routes',
    app: 'many',
    request: `GET /api/v1/resource-17/id-1/items/item-2 ${head}\r\n`,
    status: 200,
    expected: { id: 'id-1', item: 'item-2' },
    share: 0.5,
  },
  {
    name: 'static file, 8 KiB',
    app: 'static',
    request: `GET /static/file.txt ${head}\r\n`,
    status: 200,
    expected: 8192,
    share: 0.25,
    goals: { express: 1 },
  },
  {
    name: 'stream, 1 MiB',
    app: 'stream',
    request: `GET /stream ${head}\r\n`,
    status: 200,
    expected: 2 ** 20,
    share: 0.04,
    goals: { fastify: 1 },
  },
];

/** The apps that the scenarios ask. */
export const apps: readonly Scenario['app'][] = [...new Set(scenarios.map(({ app }) => app))];
