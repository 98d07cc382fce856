import { type Clock, OptionError, systemClock } from '@organism/cell';
import type { ConnectionOptions } from 'node:tls';
import { ClientClosedError, ConnectionLostError } from '../errors.ts';
import type { Transport, WireRequest, WireResponse } from '../transport.ts';
import type { Connection } from './connection.ts';
import { acceptedEncodings, decoded } from './decode.ts';
import { dialTo } from './dial.ts';
import { Multiplex } from './multiplex.ts';
import { Pool } from './pool.ts';
import { parseProxy, type Proxy } from './proxy.ts';

/** Options of a {@link SocketTransport}. */
export interface SocketTransportOptions {
  /** Most connections to one origin; further requests wait for one. Default 128. */
  readonly maxConnections?: number;
  /** How long an idle connection is kept, in milliseconds; less when the server says so. Default 30 000. */
  readonly idleMs?: number;
  /** How long opening a connection may take, in milliseconds. Default 10 000. */
  readonly connectTimeoutMs?: number;
  /** Largest header of a response, in bytes. Default 32 768. */
  readonly maxHeaderBytes?: number;
  /** Whether to decompress answers in gzip, deflate, br and zstd. Default true. */
  readonly decompress?: boolean;
  /** Certificates and the like, for https, and for a proxy that is spoken to over TLS. */
  readonly tls?: ConnectionOptions;
  /**
   * URL of a forward proxy, `http://user:password@host:port`, or what gives one for an origin. To https goes a tunnel. With
   * the scheme `https` the proxy is spoken to over TLS; `socks5` is a SOCKS proxy, and `socks5h` one that also looks up the
   * names of hosts. Default: none; {@link environmentProxy} asks the environment. @see RFC 9110 section 9.3.6, RFC 1928
   */
  readonly proxy?: string | ((origin: string) => string | undefined);
  /**
   * Whether to speak HTTP/2: true with servers that choose it in the TLS handshake, `prior-knowledge` also without TLS, where
   * nothing is chosen. All requests to an origin then share one connection. Default false: on fast networks HTTP/1.1 costs
   * less.
   */
  readonly http2?: boolean | 'prior-knowledge';
  readonly clock?: Clock;
}

/** What leads to one origin. */
interface Way {
  readonly pool: Pool;
  readonly multiplex: Multiplex | undefined;
}

const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE']);

const whole = (field: string, value: number): number => {
  if (!(Number.isSafeInteger(value) && value >= 1)) throw new OptionError(field, 'a whole number >= 1', value);
  return value;
};

/** Whether a request may be sent again when a connection was closed under it. */
const isRepeatable = ({ method, body }: WireRequest): boolean =>
  idempotent.has(method) && (body === undefined || typeof body === 'string' || body instanceof Uint8Array);

/**
 * HTTP/1.1, and HTTP/2 if wanted, over sockets that are kept: the transport on servers. A parser of its own, as `fetch` takes
 * about three times the CPU per request and `node:http` twice (respiratory.client).
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 * @see RFC 9112
 * @example
 * ```ts
 * import { createTransport, LungClient } from '@organism/respiratory/client';
 *
 * // Two clients that share their connections.
 * const transport = createTransport({ maxConnections: 16, connectTimeoutMs: 2000 });
 * export const quakes = new LungClient({ baseUrl: 'https://example.org/quakes', transport });
 * export const places = new LungClient({ baseUrl: 'https://example.org/places', transport });
 * ```
 */
export class SocketTransport implements Transport {
  readonly #ways = new Map<string, Way>();
  readonly #options: SocketTransportOptions;
  readonly #clock: Clock;
  readonly acceptEncoding: string | undefined;
  #closed = false;

  constructor(options: SocketTransportOptions = {}) {
    for (const field of ['maxConnections', 'idleMs', 'connectTimeoutMs', 'maxHeaderBytes'] as const)
      if (options[field] !== undefined) whole(field, options[field]);
    if (options.proxy !== undefined && typeof options.proxy !== 'function') parseProxy(options.proxy);
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.acceptEncoding = (options.decompress ?? true) ? acceptedEncodings : undefined;
  }

  /** Open connections to an origin, idle ones included. */
  connections(origin: string): number {
    const way = this.#ways.get(origin);
    return (way?.pool.size ?? 0) + (way?.multiplex?.size ?? 0);
  }

  send(request: WireRequest): Promise<WireResponse> {
    if (this.#closed) return Promise.reject(new ClientClosedError());
    if (request.signal?.aborted) return Promise.reject(request.signal.reason as Error);
    const { pool, multiplex } = this.#ways.get(request.origin) ?? this.#open(request.origin);
    const response = multiplex === undefined ? this.#sendPlainly(request, pool) : multiplex.send(request);
    return this.acceptEncoding === undefined ? response : response.then((answer) => decoded(answer, request));
  }

  #sendPlainly(request: WireRequest, pool: Pool): Promise<WireResponse> {
    const idle = pool.take();
    return idle === undefined ? this.#sendOnNew(request, pool) : this.#sendOnIdle(request, pool, idle);
  }

  #open(origin: string): Way {
    const { maxConnections = 128, idleMs = 30_000, maxHeaderBytes = 32_768, tls = {}, http2 = false } = this.#options;
    const { connectTimeoutMs = 10_000 } = this.#options;
    const url = new URL(origin);
    if (url.protocol !== 'http:' && url.protocol !== 'https:')
      throw new OptionError('origin', 'of the scheme http or https', origin);
    const proxy = this.#proxyFor(origin);
    const isSecure = url.protocol === 'https:';
    const passedOn = proxy?.kind === 'http' && !isSecure;
    const isMultiplexed = isSecure ? http2 !== false : http2 === 'prior-knowledge' && !passedOn;
    const clock = this.#clock;
    const dialOptions = { clock, connectTimeoutMs, tls, proxy };
    const dial = dialTo(url, { ...dialOptions, alpn: ['http/1.1'] });
    const form = { host: url.host, prefix: passedOn ? origin : '', field: passedOn ? proxy.field : '' };
    const limits = { maxConnections, idleMs, maxHeadBytes: maxHeaderBytes };
    const pool = new Pool(dial, form, limits, clock);
    const multiplex = isMultiplexed
      ? new Multiplex({
          url,
          clock,
          dial: dialTo(url, { ...dialOptions, alpn: ['h2', 'http/1.1'] }),
          limits: { idleMs, maxHeadBytes: maxHeaderBytes, pingMs: connectTimeoutMs },
          refused: (socket) => pool.idle(pool.adopt(socket)),
          sendPlainly: (request) => this.#sendPlainly(request, pool),
          isRepeatable,
        })
      : undefined;
    const way = { pool, multiplex };
    this.#ways.set(origin, way);
    return way;
  }

  #proxyFor(origin: string): Proxy | undefined {
    const { proxy } = this.#options;
    const chosen = typeof proxy === 'function' ? proxy(origin) : proxy;
    return chosen === undefined ? undefined : parseProxy(chosen);
  }

  async #sendOnNew(request: WireRequest, pool: Pool): Promise<WireResponse> {
    const connection = await pool.open(request);
    if (request.signal?.aborted) {
      pool.idle(connection);
      throw request.signal.reason;
    }
    return connection.send(request);
  }

  /**
   * A server may close an idle connection just as a request leaves. Where that may be sent twice, it goes out again on a
   * new connection, and nobody notices. @see RFC 9112 section 9.3.1
   */
  #sendOnIdle(request: WireRequest, pool: Pool, idle: Connection): Promise<WireResponse> {
    const response = idle.send(request);
    if (!isRepeatable(request)) return response;
    return response.catch((error: unknown) => {
      if (!(error instanceof ConnectionLostError) || !idle.wasStale || request.signal?.aborted || this.#closed)
        throw error;
      return this.#sendOnNew(request, pool);
    });
  }

  close(): Promise<void> {
    this.#closed = true;
    for (const { pool, multiplex } of this.#ways.values()) {
      pool.close();
      multiplex?.close();
    }
    this.#ways.clear();
    return Promise.resolve();
  }
}
