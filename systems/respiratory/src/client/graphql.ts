import type { Context, OrganismError, ProblemDetails } from '@organism/cell';
import { BadResponseError, type CallPlace, ConnectionLostError } from './errors.ts';
import { EventParser } from './events/event-parser.ts';
import { contentOf, eventsIn, placeOf } from './events/listen.ts';
import type { LungClient } from './lung-client.ts';
import type { CallOptions } from './options.ts';
import { problemError } from './remote-error.ts';

/** How to make one GraphQL request. */
export interface GraphqlCallOptions {
  /** Path of the endpoint. Default `/graphql`. */
  readonly path?: string;
  readonly operationName?: string;
  readonly signal?: AbortSignal;
  /** Default: the current one, if any. */
  readonly context?: Context;
}

/** An error in an answer. @see GraphQL Specification, section 7.1.2 */
interface AnsweredError {
  readonly message?: unknown;
  readonly path?: unknown;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** Most characters of one answer of a subscription. */
const maxAnswer = 16 * 2 ** 20;

const problemOf = ({ message, extensions = {} }: AnsweredError): ProblemDetails => {
  const { code, status, title, type, detail, ...others } = extensions;
  return {
    ...others,
    type: typeof type === 'string' ? type : 'about:blank',
    title: typeof title === 'string' ? title : 'GraphQL error',
    status: typeof status === 'number' && status >= 400 && status <= 599 ? status : 400,
    code: typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,99}$/.test(code) ? code : 'RESPIRATORY_GRAPHQL',
    ...(typeof detail === 'string' ? { detail } : typeof message === 'string' && { detail: message }),
  };
};

/**
 * GraphQL client: makes a request, and gives its data. The first error of the answer is thrown, as what the operation threw
 * where the server sends problem documents in `extensions`, as {@link graphql} does.
 *
 * @param client knows the server, its retries and its breaker.
 * @throws {RemoteError | ValidationError} for the first error; what is left of the data is not given.
 * @throws {BadResponseError} for what is no GraphQL answer; else as {@link LungClient.post}.
 * @see https://graphql.github.io/graphql-over-http/draft/
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { FetchTransport, LungClient, queryGraphql } from '@organism/respiratory/client';
 *
 * const answer = async () => Response.json({ data: { add: { sum: 5 } } });
 * const client = new LungClient({ baseUrl: 'http://test', transport: new FetchTransport({ fetch: answer }) });
 * const data = await queryGraphql<{ add: { sum: number } }>(client, '{ add(a: 2, b: 3) { sum } }');
 * assert.equal(data.add.sum, 5);
 * ```
 */
export const queryGraphql = async <Data = unknown>(
  client: LungClient,
  query: string,
  variables?: Readonly<Record<string, unknown>>,
  options: GraphqlCallOptions = {},
): Promise<Data> => {
  const place = { method: 'POST', origin: '', path: options.path ?? '/graphql' };
  const accept = 'application/graphql-response+json, application/json;q=0.9';
  return dataIn<Data>(await client.post(place.path, requestOf(query, variables, options, accept)), place);
};

/** What a request says of itself. */
const requestOf = (
  query: string,
  variables: Readonly<Record<string, unknown>> | undefined,
  { operationName, signal, context }: GraphqlCallOptions,
  accept: string,
): CallOptions<never> => ({
  json: { query, ...(variables && { variables }), ...(operationName !== undefined && { operationName }) },
  headers: { accept },
  ...(signal !== undefined && { signal }),
  ...(context !== undefined && { context }),
});

const dataIn = <Data>(answer: unknown, place: CallPlace): Data => {
  const { data, errors } = (typeof answer === 'object' && answer !== null ? answer : {}) as {
    readonly data?: unknown;
    readonly errors?: readonly AnsweredError[];
  };
  const [first] = Array.isArray(errors) ? (errors as readonly AnsweredError[]) : [];
  if (first !== undefined) throw problemError(place, problemOf(first)) satisfies OrganismError;
  if (typeof data !== 'object' || data === null)
    throw new BadResponseError(place, 'shape', 'has neither data nor errors');
  return data as Data;
};

/** How to make one GraphQL subscription. */
export interface GraphqlSubscribeOptions extends GraphqlCallOptions {
  /** A connection over which nothing comes for so long, in milliseconds, is lost. Default 60 000. */
  readonly silenceMs?: number;
}

/**
 * GraphQL subscription: the data of each of its answers, over server-sent events. Ends when the server completes it; leaving
 * the loop ends it there. It is not taken up again when the connection is lost, as nothing says what was missed.
 *
 * @throws as {@link queryGraphql}; {ConnectionLostError} when it breaks.
 * @see https://github.com/graphql/graphql-over-http/blob/main/rfcs/GraphQLOverSSE.md
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { FetchTransport, LungClient, subscribeGraphql } from '@organism/respiratory/client';
 *
 * const events = 'event: next\ndata: {"data":{"tick":1}}\n\nevent: complete\ndata:\n\n';
 * const answer = async () => new Response(events, { headers: { 'content-type': 'text/event-stream' } });
 * const client = new LungClient({ baseUrl: 'http://test', transport: new FetchTransport({ fetch: answer }) });
 * const seen: number[] = [];
 * for await (const { tick } of subscribeGraphql<{ tick: number }>(client, 'subscription { tick }')) seen.push(tick);
 * assert.deepEqual(seen, [1]);
 * ```
 */
export async function* subscribeGraphql<Data = unknown>(
  client: LungClient,
  query: string,
  variables?: Readonly<Record<string, unknown>>,
  options: GraphqlSubscribeOptions = {},
): AsyncGenerator<Data, void> {
  const { path = '/graphql', silenceMs = 60_000 } = options;
  const response = await client.open('POST', path, requestOf(query, variables, options, 'text/event-stream'));
  const place = placeOf('POST', response);
  const bounds = { client, silenceMs, maxLength: maxAnswer };
  for await (const { event, data } of eventsIn(response, new EventParser(maxAnswer), place, bounds)) {
    if (event === 'complete') return;
    if (event === 'next') yield dataIn<Data>(contentOf(data, undefined, place), place);
  }
  throw new ConnectionLostError(place, 'before the subscription was complete');
}
