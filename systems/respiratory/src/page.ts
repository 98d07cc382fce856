import type { Exchange, ResponseHeaders } from './exchange/exchange.ts';
import { placeOfCall } from './place.ts';
import type { Hook } from './hooks.ts';
import type { HttpTendon } from './route.ts';
import { parseRoute } from './router/router.ts';

/** What a text response is made of. */
export interface TextOptions {
  /** Default `text/html; charset=utf-8`. */
  readonly contentType?: string;
  readonly headers?: ResponseHeaders;
  /** Run in order before the page is made. */
  readonly before?: readonly Hook[];
}

/**
 * Text response: a page, a script, a drawing, made for each request.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Lung, page } from '@organism/respiratory';
 *
 * const lung = new Lung({ endpoints: [page('GET /hello/:name', ({ params }) => `Hello, ${params['name']}`)] });
 * assert.equal(await (await lung.inject('GET /hello/Ada')).text(), 'Hello, Ada');
 * ```
 */
export const page = (
  route: string,
  render: (exchange: Exchange) => string | Promise<string>,
  options: TextOptions = {},
): HttpTendon => {
  const { method, path } = parseRoute(route);
  const { contentType = 'text/html; charset=utf-8', headers, before } = options;
  const handle = async (exchange: Exchange): Promise<void> =>
    exchange.send(200, contentType, await render(exchange), headers);
  const place = placeOfCall(page);
  return { kind: 'http', target: path, routes: [{ method, path, handle, place, ...(before && { before }) }] };
};
