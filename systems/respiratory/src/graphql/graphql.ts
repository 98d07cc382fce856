import { CancelledError, OptionError, type OrganismError, systemClock, toOrganismError } from '@organism/cell';
import { GraphQLError, NoSchemaIntrospectionCustomRule, parse, type ParseOptions } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import type { Cors } from '../cors.ts';
import { HttpError } from '../errors.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { type Outlet, pour } from '../exchange/outlet.ts';
import { type Guard, guarded } from '../guard.ts';
import { limited, type LimitOptions } from '../limit.ts';
import { placeOfCall } from '../place.ts';
import type { Hook } from '../hooks.ts';
import type { HttpTendon, Route } from '../route.ts';
import { type DocumentLimits, limitsRule } from './limits.ts';
import { graphqlSchema, type GraphqlOffer, type GraphqlScope } from './schema.ts';

/** Options of {@link graphql}. */
export interface GraphqlOptions extends GraphqlOffer, Partial<DocumentLimits> {
  /** Tokens of a document. Default 1000. */
  readonly maxTokens?: number;
  /** Levels of fields. Default 10. */
  readonly maxDepth?: number;
  /** Fields once all fragments are filled in. Default 500. */
  readonly maxFields?: number;
  /** Whether clients may ask for the schema. Default true. */
  readonly introspection?: boolean;
  /** Largest request, in bytes. Default: the server's. */
  readonly maxBodyBytes?: number;
  readonly guard?: Guard;
  readonly limit?: LimitOptions;
  readonly cors?: Cors;
  /** Run in order after guard and limit. */
  readonly before?: readonly Hook[];
  /** Gets errors of status 500 and more, which a client sees only the title of. Default: to the console. */
  readonly onError?: (error: OrganismError, operation: string) => void;
}

const report = (error: OrganismError, operation: string): void => console.error(`GraphQL ${operation} failed:`, error);

const positive = (name: string, value: number): number => {
  if (!Number.isSafeInteger(value) || value < 1) throw new OptionError(name, 'a whole number of 1 or more', value);
  return value;
};

/** What a client sees of an error: the problem document of what was thrown stands in `extensions`. */
const maskWith =
  (onError: NonNullable<GraphqlOptions['onError']>) =>
  (thrown: unknown): Error => {
    const given = thrown instanceof GraphQLError ? thrown : undefined;
    // Syntax and validation: the document's own faults.
    if (given !== undefined && given.originalError === undefined) return given;
    const error = toOrganismError(given?.originalError ?? thrown);
    if (error.status >= 500) {
      try {
        onError(error, String(given?.path?.[0] ?? 'request'));
      } catch {
        // Whoever listens to failures must not add one.
      }
    }
    const problem = error.toProblem();
    return new GraphQLError(problem.detail ?? problem.title, {
      nodes: given?.nodes,
      source: given?.source,
      positions: given?.positions,
      path: given?.path,
      extensions: problem,
    });
  };

const limiting = (limits: DocumentLimits, maxTokens: number, introspection: boolean): Plugin => ({
  onParse: ({ setParseFn }) =>
    setParseFn((source: string, options: ParseOptions) => parse(source, { ...options, maxTokens })),
  onValidate: ({ addValidationRule }) => {
    addValidationRule(limitsRule(limits));
    if (!introspection) addValidationRule(NoSchemaIntrospectionCustomRule);
  },
});

const toRequest = async (exchange: Exchange, limit: number): Promise<Request> => {
  const headers = new Headers();
  for (const name of ['accept', 'content-type']) {
    const value = exchange.header(name);
    if (value !== undefined) headers.set(name, value);
  }
  const search = exchange.search === '' ? '' : `?${exchange.search}`;
  const url = `http://localhost${exchange.path}${search}`;
  const { signal } = exchange;
  if (exchange.method !== 'POST') return new Request(url, { headers, signal });
  const type = exchange.header('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  // Forms and plain text can be sent from any page without asking first.
  if (type !== 'application/json')
    throw new HttpError('RESPIRATORY_UNSUPPORTED_MEDIA_TYPE', 'A GraphQL request must be application/json.');
  return new Request(url, { method: 'POST', headers, signal, body: (await exchange.readText(limit)) ?? '' });
};

async function* piecesOf(reader: ReadableStreamDefaultReader<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
  } finally {
    await reader.cancel();
  }
}

/** Subscriptions, and what else comes bit by bit, last until the client leaves or the server stops: then it asks another. */
const pourUntilStop = async (exchange: Exchange, outlet: Outlet, body: ReadableStream<Uint8Array>): Promise<void> => {
  const { stopping } = exchange.scope;
  const reader = body.getReader();
  const stop = (): void => {
    outlet.end();
    reader.cancel().catch(() => {});
  };
  // A source that ends by itself as the server stops is to say so first: to its client, it is complete.
  const stopSoon = (): void => void systemClock.setTimeout(stop, 0);
  stopping.addEventListener('abort', stopSoon, { once: true });
  if (stopping.aborted) stop();
  try {
    await pour(outlet, piecesOf(reader));
  } finally {
    stopping.removeEventListener('abort', stopSoon);
  }
};

const isLasting = ({ headers }: Response): boolean =>
  /^(?:text\/event-stream|multipart\/mixed)\b/.test(headers.get('content-type') ?? '');

/**
 * GraphQL: offers operations by one endpoint, by GraphQL over HTTP; subscriptions come as server-sent events. What an
 * operation throws arrives as an error whose `extensions` are its problem document, as REST would send it.
 *
 * Documents are bounded in tokens, depth and fields; requests must be JSON, so that no page of another origin can send
 * one; there are no batches and no uploads.
 *
 * @throws as {@link graphqlSchema}; {@link OptionError} for a bad bound.
 * @see https://graphql.github.io/graphql-over-http/draft/
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Muscle } from '@organism/muscular';
 * import { Lung } from '@organism/respiratory';
 * import { graphql } from '@organism/respiratory/graphql';
 * import { Bone } from '@organism/skeletal';
 * import { z } from 'zod';
 *
 * const Pair = new Bone('pair', z.object({ a: z.number(), b: z.number() }));
 * const Sum = new Bone('sum', z.object({ sum: z.number() }));
 * const add = new Muscle({ name: 'add', input: Pair, output: Sum, run: ({ a, b }) => ({ sum: a + b }) });
 * const lung = new Lung({ endpoints: [graphql('/graphql', { queries: [add] })] });
 * const answer = await lung.inject('POST /graphql', { json: { query: '{ add(a: 2, b: 3) { sum } }' } });
 * assert.deepEqual(await answer.json(), { data: { add: { sum: 5 } } });
 * ```
 */
export const graphql = (path: string, options: GraphqlOptions): HttpTendon => {
  const { guard, limit, cors, before = [], maxBodyBytes, introspection = true } = options;
  const limits = {
    maxDepth: positive('maxDepth', options.maxDepth ?? 10),
    maxFields: positive('maxFields', options.maxFields ?? 500),
  };
  const yoga = createYoga<GraphqlScope>({
    schema: graphqlSchema(options),
    graphqlEndpoint: path,
    maskedErrors: { maskError: maskWith(options.onError ?? report) },
    plugins: [limiting(limits, positive('maxTokens', options.maxTokens ?? 1000), introspection)],
    cors: false,
    graphiql: false,
    landingPage: false,
    logging: false,
    multipart: false,
    fetchAPI: { Request, Response, Headers, ReadableStream, TextEncoder, TextDecoder },
  });
  const handle = async (exchange: Exchange): Promise<void> => {
    const request = await toRequest(exchange, maxBodyBytes ?? exchange.scope.maxBodyBytes);
    const over = new AbortController();
    const context = exchange.context.child({ signal: over.signal });
    const response = await yoga.fetch(request, { context });
    const headers = { ...Object.fromEntries(response.headers), 'x-content-type-options': 'nosniff' };
    if (response.body === null) exchange.reply(response.status, headers);
    else if (!isLasting(response)) await pour(exchange.open(response.status, headers), response.body);
    else
      try {
        await pourUntilStop(exchange, exchange.open(response.status, headers), response.body);
      } finally {
        // A source that waits for its next value hears of the end by its signal only.
        over.abort(new CancelledError('The subscription is over.'));
      }
  };
  const hooks = [...(guard ? [guarded(guard)] : []), ...(limit ? [limited(limit)] : []), ...before];
  const place = placeOfCall(graphql);
  const route = (method: string): Route => ({
    method,
    path,
    handle,
    place,
    ...(hooks.length > 0 && { before: hooks }),
    ...(cors !== undefined && { cors }),
  });
  return { kind: 'http', target: path, routes: [route('GET'), route('POST')] };
};
