import { HttpError } from '../errors.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { pour } from '../exchange/outlet.ts';
import { placeOfCall } from '../place.ts';
import type { HttpTendon, Route } from '../route.ts';
import { FetchExchange } from './exchange.ts';

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

/** A name or an address, and perhaps a port; anything else would make another URL. @see RFC 9110 section 7.2 */
const hostForm = /^(?:[\w.~!$&'()*+,;=%-]+|\[[\da-f:.]+\])(?::\d{0,5})?$/i;

/** What the hosts' exchanges know of a connection: by a request of `node:http`, or a stream of HTTP/2. */
interface Hosted {
  readonly request?: { readonly socket?: { readonly encrypted?: boolean } };
  readonly stream?: { readonly session?: { readonly encrypted?: boolean } };
}

/**
 * What the nearest proxy says of a request as it came to it. Proxies add to what clients sent: only the last entry is the
 * word of our own.
 */
const forwarded = (exchange: Exchange, field: string): string | undefined =>
  exchange.header(field)?.split(',').at(-1)?.trim() || undefined;

/** Where the request came in. A Fetch request may have no host field: its URL has all. */
const originOf = (exchange: Exchange, trustProxy: boolean): string => {
  const { request, stream } = exchange as Exchange & Hosted;
  const whole = exchange instanceof FetchExchange ? new URL(exchange.request.url) : undefined;
  const isSecure = request?.socket?.encrypted ?? stream?.session?.encrypted ?? whole?.protocol === 'https:';
  const scheme = (trustProxy ? forwarded(exchange, 'x-forwarded-proto') : undefined) ?? (isSecure ? 'https' : 'http');
  const host =
    (trustProxy ? forwarded(exchange, 'x-forwarded-host') : undefined) ??
    exchange.header('host') ??
    whole?.host ??
    'localhost';
  if (!hostForm.test(host)) throw new HttpError('RESPIRATORY_BAD_REQUEST', 'The host field names no host.');
  if (!/^https?$/i.test(scheme))
    throw new HttpError('RESPIRATORY_BAD_REQUEST', 'The proxy names another scheme than http and https.');
  return `${scheme}://${host}`;
};

const toRequest = (exchange: Exchange, trustProxy: boolean): Request => {
  const headers = new Headers();
  const { headers: source } = exchange;
  if (source instanceof Headers) for (const [name, value] of source) headers.set(name, value);
  else
    for (const [name, value] of Object.entries(source))
      for (const one of typeof value === 'string' ? [value] : ((value ?? []) as readonly string[]))
        headers.append(name, one);
  const search = exchange.search === '' ? '' : `?${exchange.search}`;
  const hasBody = !bodyless.has(exchange.method) && !exchange.drained;
  return new Request(new URL(exchange.path.replace(/^\/+/, '/') + search, originOf(exchange, trustProxy)), {
    method: exchange.method,
    headers,
    signal: exchange.signal,
    ...(hasBody && { body: streamOf(exchange.chunks()), duplex: 'half' }),
  });
};

/** Headers about another connection, which a response that was fetched has. @see RFC 9110 section 7.6.1 */
const ofConnection = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'];

/** The headers of a response as they hold for its body here. */
const headersOf = ({ headers, url }: Response): Record<string, string | readonly string[]> => {
  const all = new Headers(headers);
  for (const name of ofConnection) all.delete(name);
  if (all.has('content-encoding')) {
    // The body may be decoded by now, as that of every response from the network is.
    all.delete('content-length');
    if (url !== '') all.delete('content-encoding');
  }
  const cookies = all.getSetCookie();
  return { ...Object.fromEntries(all), ...(cookies.length > 0 && { 'set-cookie': cookies }) };
};

const send = async (exchange: Exchange, response: Response): Promise<void> => {
  // Before the head has left: the client would take an empty body for an answer.
  if (response.bodyUsed || response.body?.locked === true)
    throw new TypeError('A mounted handler gave a Response whose body was read or sent before.');
  const headers = headersOf(response);
  if (response.body === null) exchange.reply(response.status, headers);
  else await pour(exchange.open(response.status, headers), response.body);
};

/** Options of {@link mount}. */
export interface MountOptions {
  /**
   * Believe `x-forwarded-proto` and `x-forwarded-host`, so that the handler sees the URL that the client asked for. Only
   * behind a proxy of your own that sets both. Default false: clients could make up where they are.
   */
  readonly trustProxy?: boolean;
}

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
export const mount = (path: string, handler: FetchHandler, options: MountOptions = {}): HttpTendon => {
  const { trustProxy = false } = options;
  const base = path.replace(/\/+$/, '');
  const handle = async (exchange: Exchange): Promise<void> =>
    send(exchange, await handler(toRequest(exchange, trustProxy)));
  const place = placeOfCall(mount);
  const routes: Route[] = [];
  for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    if (base !== '') routes.push({ method, path: base, handle, place });
    routes.push({ method, path: `${base}/*rest`, handle, place });
  }
  return { kind: 'http', target: path, routes };
};
