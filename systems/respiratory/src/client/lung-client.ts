import {
  CancelledError,
  type Clock,
  Context,
  type Entropy,
  OptionError,
  OrganismError,
  systemClock,
  systemEntropy,
} from '@organism/cell';
import { createTransport, type SocketTransportOptions } from '#transport';
import { HttpCache } from './cache/http-cache.ts';
import { type CallFacts, Caller } from './caller.ts';
import { CookieJar } from './cookies/cookie-jar.ts';
import { Diaphragm, type DiaphragmOptions } from './diaphragm.ts';
import { ClientClosedError } from './errors.ts';
import type { Interceptor } from './interceptor.ts';
import type { CallOptions, OptionsFor, Rest } from './options.ts';
import { type Followed, follow } from './redirect.ts';
import type { ErrorMaker } from './remote-error.ts';
import { type ClientRequest, RequestFactory } from './request.ts';
import { type Buffered, type ClientResponse, dataOf } from './response.ts';
import type { Transport, WireResponse } from './transport.ts';
import { Addresses } from './url.ts';

/** Options of a {@link LungClient}. */
export interface LungClientOptions extends DiaphragmOptions {
  /** Where paths go: scheme, host, and perhaps a path that comes before each. */
  readonly baseUrl: string;
  /** Sent with every call; those of a call win. Credentials among them go to the base URL's origin only. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How long a call may take with all its attempts, in milliseconds. Default Infinity; see `timeoutMs` for one attempt. */
  readonly callTimeoutMs?: number;
  /** Most bytes of an answer that is read whole, decompressed. Default 16 MiB. */
  readonly maxBytes?: number;
  /** Most redirects that are followed; 0 gives them to the caller. Default 5. */
  readonly maxRedirects?: number;
  /** Whether equal GETs that run at the same time share one answer. Default false. */
  readonly coalesce?: boolean;
  /** Default: none. */
  readonly cache?: HttpCache | boolean;
  /** Default: none. */
  readonly cookies?: CookieJar | boolean;
  readonly interceptors?: readonly Interceptor[];
  /** Makes errors of your own from problem documents, by their code. */
  readonly errors?: Readonly<Record<string, ErrorMaker>>;
  /** Also carry the context's principal and tenant, to the base URL's origin only. Default false. */
  readonly trusted?: boolean;
  /** Default: sockets on Node, `fetch` elsewhere. One that is given is not closed with the client. */
  readonly transport?: Transport;
  /** Options of the default transport on Node. */
  readonly sockets?: SocketTransportOptions;
}

const positive = (field: string, value: number): number => {
  if (typeof value !== 'number' || !(value > 0)) throw new OptionError(field, 'a number > 0', value);
  return value;
};

/**
 * HTTP client: typed calls, with retries, breaker, timeouts, cookies and cache, that fail with the error the server threw.
 *
 * Make one for each service, and keep it. GET, HEAD, PUT, DELETE and OPTIONS are repeated by themselves; POST and PATCH
 * when the server can't have acted on them, or the call has an `idempotencyKey`.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { FetchTransport, LungClient } from '@organism/respiratory/client';
 * import { Bone } from '@organism/skeletal';
 * import { z } from 'zod';
 *
 * const Quake = new Bone('seismic.quake', z.object({ id: z.string(), magnitude: z.number() }));
 * const answer = async () => Response.json({ id: 'us7', magnitude: 4.2 });
 * await using client = new LungClient({ baseUrl: 'http://test', transport: new FetchTransport({ fetch: answer }) });
 *
 * const quake = await client.get('/quakes/:id', { params: { id: 'us7' }, output: Quake });
 * assert.equal(quake.magnitude, 4.2);
 * ```
 */
export class LungClient implements AsyncDisposable {
  readonly #requests: RequestFactory;
  readonly #caller: Caller;
  readonly #diaphragm: Diaphragm;
  readonly #transport: Transport;
  readonly #ownsTransport: boolean;
  readonly #cache: HttpCache | undefined;
  readonly #defaults: { readonly timeoutMs: number; readonly maxBytes: number; readonly maxRedirects: number };
  #interceptors: readonly Interceptor[];
  readonly #trusted: boolean;
  #closed = false;
  /** Time source of the client, for helpers such as downloads. */
  readonly clock: Clock;
  /** Source of chance, likewise. */
  readonly entropy: Entropy;

  constructor(options: LungClientOptions) {
    const { clock = systemClock, entropy = systemEntropy, maxRedirects = 5 } = options;
    this.clock = clock;
    this.entropy = entropy;
    if (!(Number.isSafeInteger(maxRedirects) && maxRedirects >= 0))
      throw new OptionError('maxRedirects', 'a whole number >= 0', maxRedirects);
    this.#defaults = {
      timeoutMs: positive('callTimeoutMs', options.callTimeoutMs ?? Infinity),
      maxBytes: positive('maxBytes', options.maxBytes ?? 16 * 2 ** 20),
      maxRedirects,
    };
    const addresses = new Addresses(options.baseUrl);
    this.#ownsTransport = options.transport === undefined;
    this.#transport = options.transport ?? createTransport({ clock, ...options.sockets });
    const { acceptEncoding } = this.#transport;
    const accepted = acceptEncoding === undefined ? {} : { 'accept-encoding': acceptEncoding };
    const headers = { accept: 'application/json, */*;q=0.8', ...accepted, ...options.headers };
    this.#requests = new RequestFactory(addresses, headers, entropy);
    this.#cache = options.cache === true ? new HttpCache({ clock }) : options.cache || undefined;
    this.#interceptors = options.interceptors ?? [];
    this.#trusted = options.trusted ?? false;
    this.#diaphragm = new Diaphragm(options);
    this.#caller = new Caller({
      transport: this.#transport,
      diaphragm: this.#diaphragm,
      clock,
      home: addresses.origin,
      trusted: this.#trusted,
      jar: options.cookies === true ? new CookieJar({ clock }) : options.cookies || undefined,
      errors: options.errors ?? {},
      coalesce: options.coalesce ?? false,
    });
  }

  /** Adds an interceptor; dispose what it gives back to take it out again. */
  use(interceptor: Interceptor): Disposable {
    const own = { ...interceptor };
    this.#interceptors = [...this.#interceptors, own];
    return {
      [Symbol.dispose]: () => {
        this.#interceptors = this.#interceptors.filter((other) => other !== own);
      },
    };
  }

  /** GET: the answer's content. */
  async get<P extends string, T = unknown>(path: P, ...[options]: Rest<P, T, never>): Promise<T> {
    return (await this.#call<T, never>('GET', path, options)).data;
  }

  /** DELETE: the answer's content, if it has any. */
  async delete<P extends string, T = unknown, In = unknown>(path: P, ...[options]: Rest<P, T, In>): Promise<T> {
    return (await this.#call<T, In>('DELETE', path, options)).data;
  }

  /** POST: the answer's content. */
  async post<P extends string, T = unknown, In = unknown>(path: P, ...[options]: Rest<P, T, In>): Promise<T> {
    return (await this.#call<T, In>('POST', path, options)).data;
  }

  /** PUT: the answer's content. */
  async put<P extends string, T = unknown, In = unknown>(path: P, ...[options]: Rest<P, T, In>): Promise<T> {
    return (await this.#call<T, In>('PUT', path, options)).data;
  }

  /** PATCH: the answer's content. */
  async patch<P extends string, T = unknown, In = unknown>(path: P, ...[options]: Rest<P, T, In>): Promise<T> {
    return (await this.#call<T, In>('PATCH', path, options)).data;
  }

  /**
   * Any method: the whole response.
   *
   * @throws {ConnectError} when there is no connection.
   * @throws {ConnectionLostError} when it broke before the answer was there.
   * @throws {BadResponseError} when the answer is not understood, or does not fit `output`.
   * @throws {ResponseTooLargeError} when it has more than `maxBytes`.
   * @throws {RemoteError} for a status of 400 and above, or an error of the `errors` option.
   * @throws {TimeoutError} `HOMEOSTASIS_TIMEOUT` when an attempt or the call took too long.
   * @throws {RejectedError} when a breaker, bulkhead or rate limit turned it away.
   * @throws {CancelledError} when the caller gave up; {DeadlineError} when the context's deadline passed.
   */
  send<P extends string, T = unknown, In = unknown>(
    method: string,
    path: P,
    ...[options]: Rest<P, T, In>
  ): Promise<ClientResponse<T>> {
    return this.#call<T, In>(method, path, options);
  }

  /**
   * A response whose body has not been read. Retries, redirects and errors are over by then; read the body or
   * `cancel()` it, as it holds a connection. Interceptors of requests and errors see the call, cache and coalescing don't.
   */
  async open<P extends string, In = unknown>(
    method: string,
    path: P,
    ...[options]: Rest<P, never, In>
  ): Promise<WireResponse & { readonly url: string }> {
    const given = options as CallOptions<never, In> | undefined;
    this.#throwIfClosed();
    let request = this.#requests.make<In>(method, path, given);
    const facts = this.#factsOf(given);
    try {
      for (const { request: change } of this.#interceptors) request = (await change?.(request)) ?? request;
      const exchange = (one: ClientRequest): Promise<WireResponse> => this.#caller.open(one, facts);
      const found = await follow(request, this.#defaults.maxRedirects, exchange, ({ body }) => body.cancel());
      return { ...found.response, url: found.request.origin + found.request.path };
    } catch (error) {
      throw cancelled(error, facts);
    }
  }

  async #call<T, In>(
    method: string,
    path: string,
    options: CallOptions<T, In> | OptionsFor<string, T, In> | undefined,
  ): Promise<ClientResponse<T>> {
    this.#throwIfClosed();
    const request = this.#requests.make<In>(method, path, options);
    const facts = this.#factsOf(options);
    const { response, request: last } =
      this.#interceptors.length === 0 ? await this.#exchange(request, facts) : await this.#intercepted(request, facts);
    const data = dataOf<T>(response, options?.output, last);
    const { status, headers, source, body } = response;
    return { status, headers, url: last.origin + last.path, source, body, data };
  }

  #throwIfClosed(): void {
    if (this.#closed) throw new ClientClosedError();
  }

  #factsOf(
    options: Pick<CallOptions, 'context' | 'signal' | 'timeoutMs' | 'maxBytes' | 'onUpload'> | undefined,
  ): CallFacts {
    return {
      context: options?.context ?? Context.current(),
      signal: options?.signal,
      timeoutMs: options?.timeoutMs === undefined ? this.#defaults.timeoutMs : positive('timeoutMs', options.timeoutMs),
      maxBytes: options?.maxBytes ?? this.#defaults.maxBytes,
      onUpload: options?.onUpload,
    };
  }

  async #exchange(request: ClientRequest, facts: CallFacts): Promise<Followed<Buffered>> {
    const network = (one: ClientRequest): Promise<Buffered> => this.#caller.call(one, facts);
    const cache = this.#cache;
    const { principal, tenant } = facts.context ?? {};
    const personal = this.#trusted && (principal !== undefined || tenant !== undefined);
    const exchange = cache === undefined ? network : (one: ClientRequest) => cache.handle(one, network, personal);
    try {
      return await follow(request, this.#defaults.maxRedirects, exchange, () => {});
    } catch (error) {
      throw cancelled(error, facts);
    }
  }

  async #intercepted(first: ClientRequest, facts: CallFacts): Promise<Followed<Buffered>> {
    const interceptors = this.#interceptors;
    let request = first;
    for (const { request: change } of interceptors) request = (await change?.(request)) ?? request;
    const send = async (one: ClientRequest): Promise<Buffered> => (await this.#exchange(one, facts)).response;
    let state: { readonly found: Followed<Buffered> } | { readonly error: unknown };
    try {
      state = { found: await this.#exchange(request, facts) };
    } catch (error) {
      state = { error };
    }
    for (const interceptor of interceptors.toReversed()) {
      try {
        if ('found' in state) {
          const changed = await interceptor.response?.(state.found.response, request);
          if (changed) state = { found: { ...state.found, response: changed } };
        } else if (state.error instanceof OrganismError) {
          const changed = await interceptor.error?.(state.error, request, send);
          if (changed instanceof Error) state = { error: changed };
          else if (changed) state = { found: { response: changed, request } };
        }
      } catch (error) {
        state = { error };
      }
    }
    if ('error' in state) throw state.error;
    return state.found;
  }

  /** Closes the connections, unless the transport was given; calls under way fail, later ones are refused. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#diaphragm[Symbol.dispose]();
    if (this.#ownsTransport) await this.#transport.close();
    await this.#cache?.settled();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** A signal's own reason is whatever its owner chose; a caller who catches wants one kind of error. */
const cancelled = (error: unknown, { signal, context }: CallFacts): unknown => {
  if (error instanceof OrganismError) return error;
  const aborted = signal?.aborted || context?.signal.aborted;
  return aborted ? new CancelledError(undefined, { cause: error }) : error;
};
