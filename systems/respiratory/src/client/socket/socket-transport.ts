import { type Clock, OptionError, systemClock } from '@organism/cell';
import type { ConnectionOptions } from 'node:tls';
import { ClientClosedError, ConnectionLostError } from '../errors.ts';
import type { Transport, WireRequest, WireResponse } from '../transport.ts';
import type { Connection } from './connection.ts';
import { acceptedEncodings, decoded } from './decode.ts';
import { dialTo } from './dial.ts';
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
  /** Certificates and the like, for https. */
  readonly tls?: ConnectionOptions;
  /**
   * URL of a forward proxy, `http://user:password@host:port`, or what gives one for an origin. To https goes a tunnel.
   * Default: none; the environment is not asked.
   */
  readonly proxy?: string | ((origin: string) => string | undefined);
  readonly clock?: Clock;
}

const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE']);

const whole = (field: string, value: number): number => {
  if (!(Number.isSafeInteger(value) && value >= 1)) throw new OptionError(field, 'a whole number >= 1', value);
  return value;
};

/**
 * HTTP/1.1 over sockets, with connections kept alive: the transport on servers. A parser of its own, as `fetch` takes
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
  readonly #pools = new Map<string, Pool>();
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
    return this.#pools.get(origin)?.size ?? 0;
  }

  send(request: WireRequest): Promise<WireResponse> {
    if (this.#closed) return Promise.reject(new ClientClosedError());
    if (request.signal?.aborted) return Promise.reject(request.signal.reason as Error);
    const pool = this.#pools.get(request.origin) ?? this.#open(request.origin);
    const idle = pool.take();
    const response = idle === undefined ? this.#sendOnNew(request, pool) : this.#sendOnIdle(request, pool, idle);
    return this.acceptEncoding === undefined ? response : response.then((answer) => decoded(answer, request));
  }

  #open(origin: string): Pool {
    const { maxConnections = 128, idleMs = 30_000, maxHeaderBytes = 32_768, tls = {} } = this.#options;
    const url = new URL(origin);
    if (url.protocol !== 'http:' && url.protocol !== 'https:')
      throw new OptionError('origin', 'of the scheme http or https', origin);
    const proxy = this.#proxyFor(origin);
    const dial = dialTo(url, {
      clock: this.#clock,
      connectTimeoutMs: this.#options.connectTimeoutMs ?? 10_000,
      tls,
      proxy,
    });
    const passedOn = proxy !== undefined && url.protocol === 'http:';
    const form = { host: url.host, prefix: passedOn ? origin : '', field: passedOn ? proxy.field : '' };
    const limits = { maxConnections, idleMs, maxHeadBytes: maxHeaderBytes };
    const pool = new Pool(dial, form, limits, this.#clock);
    this.#pools.set(origin, pool);
    return pool;
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
    const { body } = request;
    const repeatable = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
    const response = idle.send(request);
    if (!repeatable || !idempotent.has(request.method)) return response;
    return response.catch((error: unknown) => {
      if (!(error instanceof ConnectionLostError) || !idle.wasStale || request.signal?.aborted || this.#closed)
        throw error;
      return this.#sendOnNew(request, pool);
    });
  }

  close(): Promise<void> {
    this.#closed = true;
    for (const pool of this.#pools.values()) pool.close();
    this.#pools.clear();
    return Promise.resolve();
  }
}
