import { type Clock, type Entropy, systemClock, systemEntropy } from '@organism/cell';
import { Alveoli, type AlveoliOptions } from '../alveoli.ts';
import type { ServerScope } from '../exchange/exchange.ts';
import type { HttpTendon } from '../route.ts';
import { withoutBase } from './base.ts';
import { FetchExchange } from './exchange.ts';

/** Answers one request by a set of routes. */
export const answerRequest = (alveoli: Alveoli, scope: ServerScope, request: Request): Promise<Response> => {
  const { pathname, search } = new URL(request.url);
  const given = pathname + search;
  const target = withoutBase(scope.base, given);
  const exchange = new FetchExchange(request, scope, target ?? given);
  alveoli.answer(exchange, target !== undefined);
  return exchange.response;
};

/** Options of {@link fetchHandler}. */
export interface FetchHandlerOptions extends AlveoliOptions {
  readonly endpoints: readonly HttpTendon[];
  /** The path that all requests come with and the routes don't have, such as `/api`. Default: none. */
  readonly basePath?: string;
  /** Largest body, in bytes. Default 1 MiB. */
  readonly maxBodyBytes?: number;
  readonly clock?: Clock;
  readonly entropy?: Entropy;
}

/** What requests run in, without a server of our own. */
export const hostedScope = (options: FetchHandlerOptions): ServerScope => {
  const { clock = systemClock, entropy = systemEntropy, maxBodyBytes = 2 ** 20, basePath = '' } = options;
  const stopping = new AbortController().signal;
  const base = basePath.replace(/\/$/, '');
  return { clock, entropy, stopping, maxBodyBytes, stallTimeoutMs: 30_000, trusted: false, base };
};

/**
 * Fetch handler: endpoints as a function from `Request` to `Response`, for edge runtimes, other servers' Fetch mounts
 * and tests. Needs nothing of Node.
 *
 * @throws {HttpError} `RESPIRATORY_ROUTE_CONFLICT`
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { fetchHandler, page } from '@organism/respiratory';
 *
 * const handle = fetchHandler({ endpoints: [page('GET /hello', () => 'hi')] });
 * assert.equal(await (await handle(new Request('https://edge.example/hello'))).text(), 'hi');
 * ```
 */
export const fetchHandler = (options: FetchHandlerOptions): ((request: Request) => Promise<Response>) => {
  const alveoli = new Alveoli(options);
  const scope = hostedScope(options);
  return (request) => answerRequest(alveoli, scope, request);
};
