import { StreamContent } from './content.ts';
import { ClientClosedError, ConnectError, ConnectionLostError, systemCode } from './errors.ts';
import { HeaderList } from './header-list.ts';
import type { Transport, WireRequest, WireResponse } from './transport.ts';

/** Options of a {@link FetchTransport}. */
export interface FetchTransportOptions {
  /** Default: the host's own. A Fetch handler, called with a `Request`, does as well: nothing leaves the process then. */
  readonly fetch?: (request: Request) => Promise<Response>;
}

/** Causes by which a Fetch says that the request never left. */
const unsent =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ERR_TLS.*|.*CERT.*)$/;

async function* piecesOf(body: ReadableStream<Uint8Array>, request: WireRequest): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  let whole = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      yield value;
    }
    whole = true;
  } catch (cause) {
    throw request.signal?.aborted ? request.signal.reason : new ConnectionLostError(request, 'within the body', cause);
  } finally {
    if (!whole) await reader.cancel().catch(() => {});
  }
}

async function* counted(body: AsyncIterable<Uint8Array>, onSent: WireRequest['onSent']): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const piece of body) {
    yield piece;
    bytes += piece.length;
    onSent?.(bytes);
  }
}

/** Not `ReadableStream.from`, which few browsers have. */
const streamOf = (source: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> =>
  new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const { done, value } = await source.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    cancel: () => void source.return(undefined),
  });

/**
 * Transport over `fetch`: for browsers and edge runtimes, whose connections are the host's, and for tests, where a Fetch
 * handler takes the place of the network.
 *
 * The host decompresses; a browser also keeps the cookies and hides some headers.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { FetchTransport, LungClient } from '@organism/respiratory/client';
 *
 * const transport = new FetchTransport({ fetch: async (request) => Response.json({ path: new URL(request.url).pathname }) });
 * const client = new LungClient({ baseUrl: 'http://test', transport });
 * assert.deepEqual(await client.get('/a/:b', { params: { b: 'c' } }), { path: '/a/c' });
 * ```
 */
export class FetchTransport implements Transport {
  readonly #fetch: (request: Request) => Promise<Response>;
  #closed = false;

  constructor(options: FetchTransportOptions = {}) {
    this.#fetch = options.fetch ?? ((request) => fetch(request));
  }

  async send(request: WireRequest): Promise<WireResponse> {
    if (this.#closed) throw new ClientClosedError();
    const { method, headers, body, signal } = request;
    const streamed = body !== undefined && typeof body !== 'string' && !(body instanceof Uint8Array);
    const init: RequestInit & { duplex?: 'half' } = {
      method,
      headers: { ...headers },
      redirect: 'manual',
      ...(signal !== undefined && { signal }),
      ...(body !== undefined && {
        body: (streamed ? streamOf(counted(body, request.onSent)) : body) as NonNullable<RequestInit['body']>,
      }),
      ...(streamed && { duplex: 'half' as const }),
    };
    const response = await this.#answer(new Request(request.origin + request.path, init), request);
    if (typeof body === 'string' || body instanceof Uint8Array)
      request.onSent?.(typeof body === 'string' ? new TextEncoder().encode(body).length : body.length);
    const source = (response.body ?? new Blob([]).stream()) as ReadableStream<Uint8Array>;
    const content = new StreamContent(piecesOf(source, request), request, () => void source.cancel().catch(() => {}));
    const list = HeaderList.of(response.headers as unknown as Iterable<readonly [string, string]>);
    // Decompressed by the host: both speak of what was sent.
    const encoded = list.has('content-encoding');
    return {
      status: response.status,
      headers: encoded ? list.without('content-encoding', 'content-length') : list,
      body: content,
      decompressed: encoded,
    };
  }

  async #answer(wire: Request, request: WireRequest): Promise<Response> {
    try {
      return await this.#fetch(wire);
    } catch (cause) {
      if (request.signal?.aborted) throw request.signal.reason;
      const code = systemCode(cause) ?? '';
      if (unsent.test(code)) throw new ConnectError(request, cause);
      throw new ConnectionLostError(request, 'before an answer came', cause);
    }
  }

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }
}
