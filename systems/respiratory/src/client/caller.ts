import { type Clock, type Context, contextToHeaders } from '@organism/cell';
import { Coalesce, type Policy, type Scope, Timeout } from '@organism/homeostasis';
import type { CookieJar } from './cookies/cookie-jar.ts';
import type { Diaphragm } from './diaphragm.ts';
import type { Progress } from './options.ts';
import { type ErrorMaker, toError } from './remote-error.ts';
import type { ClientRequest } from './request.ts';
import type { Buffered } from './response.ts';
import type { Transport, WireBody, WireRequest, WireResponse } from './transport.ts';

/** What one call's attempts share. */
export interface CallFacts {
  readonly context: Context | undefined;
  readonly signal: AbortSignal | undefined;
  /** How long the call may take in all, in milliseconds. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly onUpload: ((progress: Progress) => void) | undefined;
  /** Whether the server is told how much time is left; true unless said otherwise. */
  readonly timed?: boolean;
}

/** What a caller is made of. */
export interface CallerParts {
  readonly transport: Transport;
  readonly diaphragm: Diaphragm;
  readonly clock: Clock;
  /** The origin that a trusted context is shown to. */
  readonly home: string;
  readonly trusted: boolean;
  readonly jar: CookieJar | undefined;
  readonly errors: Readonly<Record<string, ErrorMaker>>;
  readonly coalesce: boolean;
}

/** Attempts, under the policies of their origin. */
export class Caller {
  readonly #parts: CallerParts;
  readonly #coalesce: Coalesce | undefined;

  constructor(parts: CallerParts) {
    this.#parts = parts;
    this.#coalesce = parts.coalesce ? new Coalesce({ clock: parts.clock }) : undefined;
  }

  /** Makes a call and reads the answer. @throws {OrganismError} for a status of 400 and above. */
  call(request: ClientRequest, facts: CallFacts): Promise<Buffered> {
    const shared = this.#coalesce !== undefined && request.method === 'GET';
    const watched = this.#isWatched(facts) || shared;
    // One that others may join must not end with the time of the first.
    const own = shared ? { ...facts, timed: false } : facts;
    const work = (scope: Scope): Promise<Buffered> => this.#attempt(request, own, watched ? scope.signal : undefined);
    return this.#run(request, facts, shared ? this.#coalesce : undefined, work);
  }

  /** Makes a call and gives the answer as soon as its header is there. */
  open(request: ClientRequest, facts: CallFacts): Promise<WireResponse> {
    return this.#run(request, facts, undefined, (scope) => {
      const signals = [scope.signal, facts.signal, facts.context?.signal].filter((signal) => signal !== undefined);
      // The policies let go of their signal when the header is there; the caller's own goes on to the end.
      return this.#open(request, facts, AbortSignal.any(signals));
    });
  }

  #isWatched({ context, signal, timeoutMs }: CallFacts): boolean {
    return this.#parts.diaphragm.aborts || timeoutMs < Infinity || signal !== undefined || context !== undefined;
  }

  #run<T>(
    request: ClientRequest,
    facts: CallFacts,
    coalesce: Policy | undefined,
    work: (scope: Scope) => Promise<T>,
  ): Promise<T> {
    const policy = this.#parts.diaphragm.of(request.origin)[request.repeatability];
    const { context, signal, timeoutMs } = facts;
    const key = coalesce === undefined ? undefined : this.#key(request, facts);
    const outer: Policy =
      coalesce === undefined
        ? policy
        : { execute: (job, options) => coalesce.execute((scope) => policy.execute(job, scope), options) };
    const options =
      context === undefined && signal === undefined && key === undefined ? undefined : { context, signal, key };
    if (timeoutMs === Infinity) return outer.execute(work, options);
    const timeout = new Timeout({ clock: this.#parts.clock, ms: timeoutMs, name: 'call' });
    return timeout.execute((scope) => outer.execute(work, scope), options);
  }

  /** Equal requests: of one URL, with the same header fields, for the same principal. */
  #key({ origin, path, headers }: ClientRequest, { context }: CallFacts): string {
    const { principal, tenant } = (this.#parts.trusted ? context : undefined) ?? {};
    return JSON.stringify([origin + path, Object.entries(headers).sort(), principal, tenant]);
  }

  async #attempt(request: ClientRequest, facts: CallFacts, signal: AbortSignal | undefined): Promise<Buffered> {
    const { status, headers, body } = await this.#send(request, facts, signal);
    if (status >= 400) throw await this.#refusal(request, facts, { status, headers, body });
    return { status, headers, body: await body.bytes(facts.maxBytes), source: 'network' };
  }

  async #open(request: ClientRequest, facts: CallFacts, signal: AbortSignal): Promise<WireResponse> {
    const response = await this.#send(request, facts, signal);
    if (response.status >= 400) throw await this.#refusal(request, facts, response);
    return response;
  }

  async #refusal(request: ClientRequest, { maxBytes }: CallFacts, response: WireResponse): Promise<unknown> {
    // Without its document, the error still has its status.
    const body = await response.body.bytes(maxBytes).catch(() => new Uint8Array());
    const { status, headers } = response;
    return toError(request, { status, headers, body }, this.#parts.errors, this.#parts.clock);
  }

  async #send(request: ClientRequest, facts: CallFacts, signal: AbortSignal | undefined): Promise<WireResponse> {
    const { transport, jar, diaphragm } = this.#parts;
    const { method, origin, path, body, contentLength } = request;
    const content: WireBody | undefined = typeof body === 'function' ? body() : body;
    const wire: WireRequest = {
      method,
      origin,
      path,
      headers: this.#headersOf(request, facts),
      body: content,
      contentLength,
      onSent: facts.onUpload && uploadOf(facts.onUpload, content, contentLength),
      signal,
    };
    const response = await transport.send(wire);
    jar?.receive(origin + path, response.headers.getAll('set-cookie'));
    diaphragm.of(origin).pace?.learn(response.status, response.headers);
    return response;
  }

  #headersOf(
    { origin, path, headers }: ClientRequest,
    { context, timed }: CallFacts,
  ): Readonly<Record<string, string>> {
    const { jar, home, trusted } = this.#parts;
    const cookie = headers['cookie'] === undefined ? jar?.header(origin + path) : undefined;
    if (context === undefined && cookie === undefined) return headers;
    const carried = context === undefined ? {} : contextToHeaders(context, { trusted: trusted && origin === home });
    if (timed === false) delete carried['x-timeout-ms'];
    return { ...headers, ...carried, ...(cookie !== undefined && { cookie }) };
  }
}

const uploadOf = (
  tell: (progress: Progress) => void,
  body: WireBody | undefined,
  announced: number | undefined,
): ((bytes: number) => void) => {
  const total = typeof body === 'string' ? new Blob([body]).size : body instanceof Uint8Array ? body.length : announced;
  return (bytes) => tell({ bytes, total });
};
