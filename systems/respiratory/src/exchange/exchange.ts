import type { Clock, Context, Entropy, HeaderSource, OrganismError } from '@organism/cell';
import type { PathParams } from '../router/params.ts';
import { noParams } from '../router/params.ts';
import type { Outlet } from './outlet.ts';
import { requestContext } from './request-context.ts';

/** What the server lends each request. */
export interface ServerScope {
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** Aborts when the server stops: long-lived responses end themselves. */
  readonly stopping: AbortSignal;
  /** Bodies larger than this are refused, in bytes. */
  readonly maxBodyBytes: number;
  /** A client that takes nothing for this long is cut off, in milliseconds. */
  readonly stallTimeoutMs: number;
  /** Believe principal and tenant in headers. */
  readonly trusted: boolean;
  /** The path that all requests come with and the routes don't have; no final slash. */
  readonly base: string;
}

/** Headers of a response: lower-case names. */
export type ResponseHeaders = Readonly<Record<string, string | number | readonly string[]>>;

/** Both, where the first wins; what both vary by is joined. */
const joinHeaders = (
  headers: ResponseHeaders,
  extra: Readonly<Record<string, string>>,
): Record<string, string | number | readonly string[]> => {
  const both = { ...extra, ...headers };
  if (headers['vary'] !== undefined && extra['vary'] !== undefined)
    both['vary'] = `${headers['vary']}, ${extra['vary']}`;
  return both;
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

const idForm = /^[\w.:+/=-]{1,128}$/;

/**
 * One request and its response, the same on every host. Context, signal and id are made only when something looks at
 * them.
 */
export abstract class Exchange {
  readonly scope: ServerScope;
  /** The method as sent. */
  readonly method: string;
  /** The path as sent, without the query. */
  readonly path: string;
  /** The query as sent, without the question mark. */
  readonly search: string;
  params: PathParams = noParams;
  /** Headers that every response to this request gets, whoever makes it. */
  extraHeaders: Record<string, string> | undefined;
  /** Called once, right before the head of the response goes out: the last moment for {@link Exchange.setHeader}. */
  onReply: (() => void) | undefined;
  #context: Context | undefined;
  #own: Context | undefined;
  #id: string | undefined;
  #timings: string[] | undefined;

  constructor(scope: ServerScope, method: string, target: string) {
    this.scope = scope;
    this.method = method;
    // Proxies send the absolute form. @see RFC 9112 section 3.2.2
    const origin = target.charCodeAt(0) === 47 ? target : target.replace(/^https?:\/\/[^/?]*/i, '') || '/';
    const mark = origin.indexOf('?');
    this.path = mark < 0 ? origin : origin.slice(0, mark);
    this.search = mark < 0 ? '' : origin.slice(mark + 1);
  }

  /** A header of the request by its lower-case name; repeated ones joined. */
  abstract header(name: string): string | undefined;
  /** All headers of the request. */
  abstract get headers(): HeaderSource;
  /** Aborts when the client leaves before the response is complete. */
  abstract get signal(): AbortSignal;
  /** The client has left before the response was complete. */
  abstract get left(): boolean;
  /** The response has begun. */
  abstract get answered(): boolean;
  /** Status of the response; undefined before it has begun. */
  abstract get status(): number | undefined;
  /** The body of the request has been read to its end, or there is none. */
  abstract get drained(): boolean;
  /** The body of the request, whole. @throws {HttpError} 413 when it has more bytes than `limit`. */
  abstract readBytes(limit: number): Promise<Uint8Array>;
  /** The body of the request as text; undefined when it is not UTF-8. @throws {HttpError} 413 */
  async readText(limit: number): Promise<string | undefined> {
    const bytes = await this.readBytes(limit);
    try {
      return utf8.decode(bytes);
    } catch {
      return undefined;
    }
  }

  /** The body of the request as it comes, with back pressure. Throws when it breaks off. */
  abstract chunks(): AsyncIterable<Uint8Array>;
  /** Sends a whole response. Does nothing when one has begun or the client has left. */
  abstract reply(status: number, headers: ResponseHeaders, body?: string | Uint8Array): void;
  /** Begins a response whose body is sent piece by piece. The body of one to HEAD is dropped. */
  abstract open(status: number, headers: ResponseHeaders): Outlet;
  /** Cuts the connection. */
  abstract destroy(): void;

  /** The unit of work: trace and deadline from the request's headers. */
  get context(): Context {
    this.#context ??= this.#own = requestContext(this, this.headers);
    return this.#context;
  }

  /** Replaces the unit of work: a guard adds who asks. Make it a child of the one before. */
  set context(context: Context) {
    this.#context = context;
  }

  /** Id of the request: `x-request-id` or `x-correlation-id` of the client, where it is well-formed, else a fresh one. */
  get id(): string {
    if (this.#id === undefined) {
      const given = this.header('x-request-id') ?? this.header('x-correlation-id') ?? '';
      this.#id = idForm.test(given) ? given : this.scope.entropy.uuid();
    }
    return this.#id;
  }

  /** The headers of a response with those that every response gets. For hosts. */
  protected finishHeaders(headers: ResponseHeaders): Record<string, string | number | readonly string[]> {
    const { onReply } = this;
    if (onReply !== undefined) {
      this.onReply = undefined;
      onReply();
    }
    return this.extraHeaders === undefined ? { ...headers } : joinHeaders(headers, this.extraHeaders);
  }

  /** Query parameters, decoded leniently. For strict ones use a Bone on the endpoint. */
  get query(): URLSearchParams {
    return new URLSearchParams(this.search);
  }

  /** Adds a header to whatever response there will be. */
  setHeader(name: string, value: string): void {
    (this.extraHeaders ??= {})[name] = value;
  }

  /** Adds to `vary`. */
  vary(field: string): void {
    const known = this.extraHeaders?.['vary'];
    if (known === undefined) this.setHeader('vary', field);
    else if (!known.split(', ').includes(field)) this.setHeader('vary', `${known}, ${field}`);
  }

  /** Notes how long a part of the work took, for `server-timing`. @see W3C Server Timing */
  timing(name: string, durationMs: number): void {
    const entry = `${name.replaceAll(/[^\w-]/g, '_')};dur=${durationMs.toFixed(1)}`;
    (this.#timings ??= []).push(entry);
    this.setHeader('server-timing', this.#timings.join(', '));
  }

  /** Releases what the context holds. */
  end(): void {
    this.#own?.[Symbol.dispose]();
  }

  /** Answers with a text. Does nothing when the response has begun or the client has left. */
  send(status: number, type: string, text: string | Uint8Array, headers?: ResponseHeaders): void {
    this.reply(status, { 'content-type': type, 'x-content-type-options': 'nosniff', ...headers }, text);
  }

  /** Answers with JSON; `undefined` is 204, no content. */
  sendJson(status: number, value: unknown): void {
    if (value === undefined) this.reply(204, {});
    else this.send(status, 'application/json', JSON.stringify(value));
  }

  /** Answers with a problem document. @see RFC 9457 */
  sendProblem(error: OrganismError, headers: ResponseHeaders = {}): void {
    const problem = JSON.stringify(error.toProblem({ instance: this.path }));
    this.send(error.status, 'application/problem+json', problem, {
      'cache-control': 'no-store',
      'x-correlation-id': this.context.correlationId,
      ...headers,
    });
  }
}
