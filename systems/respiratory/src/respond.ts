import type { Exchange, ResponseHeaders } from './exchange/exchange.ts';
import { pour } from './exchange/outlet.ts';
import { placeOfCall } from './place.ts';
import type { Hook } from './hooks.ts';
import type { HttpTendon, RouteDocument } from './route.ts';
import { parseRoute } from './router/router.ts';

/** Options of {@link respond}. */
export interface RespondOptions {
  readonly before?: readonly Hook[];
  readonly document?: RouteDocument;
}

/**
 * Handler: answers a route by a function over the exchange, for what no other binding fits.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Lung, respond } from '@organism/respiratory';
 *
 * const teapot = respond('GET /coffee', (exchange) => exchange.reply(418, { 'x-kind': 'short' }));
 * assert.equal((await new Lung({ endpoints: [teapot] }).inject('GET /coffee')).status, 418);
 * ```
 */
export const respond = (
  route: string,
  handle: (exchange: Exchange) => void | Promise<void>,
  options: RespondOptions = {},
): HttpTendon => {
  const place = placeOfCall(respond);
  return { kind: 'http', target: route, routes: [{ ...parseRoute(route), handle, place, ...options }] };
};

/** Options of {@link stream}. */
export interface StreamOptions {
  /** Default `application/octet-stream`. */
  readonly contentType?: string;
  readonly headers?: ResponseHeaders;
  readonly before?: readonly Hook[];
}

/**
 * Streaming response: sends what a sequence gives, as fast as the client takes it; the sequence is ended when the
 * client leaves. Pieces are not copied: don't change one that was given.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Lung, stream } from '@organism/respiratory';
 *
 * const lines = stream('GET /lines', async function* () {
 *   yield 'one\n';
 *   yield 'two\n';
 * });
 * assert.equal(await (await new Lung({ endpoints: [lines] }).inject('GET /lines')).text(), 'one\ntwo\n');
 * ```
 */
export const stream = (
  route: string,
  source: (exchange: Exchange) => AsyncIterable<string | Uint8Array>,
  options: StreamOptions = {},
): HttpTendon => {
  const { contentType = 'application/octet-stream', headers, before } = options;
  const handle = async (exchange: Exchange): Promise<void> => {
    const all = { 'content-type': contentType, 'x-content-type-options': 'nosniff', ...headers };
    const outlet = exchange.open(200, all);
    if (exchange.method !== 'HEAD') await pour(outlet, source(exchange));
  };
  const document = { contentType };
  const place = placeOfCall(stream);
  return {
    kind: 'http',
    target: route,
    routes: [{ ...parseRoute(route), handle, document, place, ...(before && { before }) }],
  };
};
