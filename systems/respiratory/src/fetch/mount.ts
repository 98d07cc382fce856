import type { Exchange } from '../exchange/exchange.ts';
import { pour } from '../exchange/outlet.ts';
import { placeOfCall } from '../place.ts';
import type { HttpTendon, Route } from '../route.ts';

/** What answers requests of the Fetch standard. */
export type FetchHandler = (request: Request) => Response | Promise<Response>;

const bodyless = new Set(['GET', 'HEAD']);

const streamOf = (source: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> => {
  const iterator = source[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { done, value } = await iterator.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      cancel: async () => {
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
};

const toRequest = (exchange: Exchange): Request => {
  const headers = new Headers();
  const { headers: source } = exchange;
  if (source instanceof Headers) for (const [name, value] of source) headers.set(name, value);
  else
    for (const [name, value] of Object.entries(source))
      for (const one of typeof value === 'string' ? [value] : ((value ?? []) as readonly string[]))
        headers.append(name, one);
  const host = exchange.header('host') ?? 'localhost';
  const search = exchange.search === '' ? '' : `?${exchange.search}`;
  const hasBody = !bodyless.has(exchange.method) && !exchange.drained;
  return new Request(new URL(exchange.path.replace(/^\/+/, '/') + search, `http://${host}`), {
    method: exchange.method,
    headers,
    signal: exchange.signal,
    ...(hasBody && { body: streamOf(exchange.chunks()), duplex: 'half' }),
  });
};

const send = async (exchange: Exchange, response: Response): Promise<void> => {
  const headers: Record<string, string | readonly string[]> = Object.fromEntries(response.headers);
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) headers['set-cookie'] = cookies;
  if (response.body === null) exchange.reply(response.status, headers);
  else await pour(exchange.open(response.status, headers), response.body);
};

/**
 * Mount: hands all requests below a path to a handler of the Fetch standard, another framework's or a library's. It sees
 * the whole path.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Lung, mount } from '@organism/respiratory';
 *
 * const lung = new Lung({ endpoints: [mount('/other', ({ url }) => new Response(new URL(url).pathname))] });
 * assert.equal(await (await lung.inject('POST /other/a/b')).text(), '/other/a/b');
 * ```
 */
export const mount = (path: string, handler: FetchHandler): HttpTendon => {
  const base = path.replace(/\/+$/, '');
  const handle = async (exchange: Exchange): Promise<void> => send(exchange, await handler(toRequest(exchange)));
  const place = placeOfCall(mount);
  const routes: Route[] = [];
  for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    if (base !== '') routes.push({ method, path: base, handle, place });
    routes.push({ method, path: `${base}/*rest`, handle, place });
  }
  return { kind: 'http', target: path, routes };
};
