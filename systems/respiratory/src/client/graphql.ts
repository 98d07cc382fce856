import type { Context, OrganismError, ProblemDetails } from '@organism/cell';
import { BadResponseError } from './errors.ts';
import type { LungClient } from './lung-client.ts';
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
  const { path = '/graphql', operationName, signal, context } = options;
  const place = { method: 'POST', origin: '', path };
  const answer = await client.post(path, {
    json: { query, ...(variables && { variables }), ...(operationName !== undefined && { operationName }) },
    headers: { accept: 'application/graphql-response+json, application/json;q=0.9' },
    ...(signal !== undefined && { signal }),
    ...(context !== undefined && { context }),
  });
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
