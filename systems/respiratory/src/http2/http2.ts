import type { Timer } from '@organism/cell';
import type { Http2Server, IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { HttpError } from '../errors.ts';
import type { Protocol, Serving } from '../lung/protocol.ts';
import { objectionToExpectation, objectionToHead } from '../lung/screen.ts';
import { http2 } from '../node/builtins.ts';
import { Http2Exchange } from './exchange.ts';

/** Pseudo-headers of a request, which come beside the headers. @see RFC 9113 section 8.3.1 */
const pseudoHeaders = 4;

/** HTTP/2 on connections that another listener has accepted. */
export class Http2 implements Protocol {
  readonly #server: Http2Server;
  readonly #serving: Serving;
  readonly #open = new Set<ServerHttp2Stream>();
  readonly #sessions = new Set<ServerHttp2Session>();
  #closing = false;
  requests = 0;

  constructor(serving: Serving, maxConcurrentStreams: number) {
    this.#serving = serving;
    const { limits } = serving;
    this.#server = http2().createServer({
      settings: { maxConcurrentStreams, maxHeaderListSize: limits.maxHeaderBytes, enablePush: false },
      // One more than we allow, so that we can say no; beyond that the library resets the stream.
      maxHeaderListPairs: limits.maxHeaders + pseudoHeaders + 1,
      maxSessionMemory: 10,
    });
    this.#server.on('session', (session) => this.#welcome(session));
    this.#server.on('stream', (stream, headers, _flags, rawHeaders) => this.#accept(stream, headers, rawHeaders));
    this.#server.on('sessionError', () => {});
  }

  get open(): number {
    return this.#open.size;
  }

  take(socket: Socket): void {
    this.#server.emit('connection', socket);
  }

  /** A session that brings no request in time, or none for long, is closed. */
  #welcome(session: ServerHttp2Session): void {
    const { headersTimeoutMs, keepAliveTimeoutMs } = this.#serving.limits;
    this.#sessions.add(session);
    session.once('close', () => this.#sessions.delete(session));
    session.on('error', () => session.destroy());
    const close = (): void => {
      if ([...this.#open].some((stream) => stream.session === session)) return;
      // `close` says good-bye; it would wait for the other side's, which may never come.
      session.close();
      session.destroy();
    };
    session.setTimeout(headersTimeoutMs, close);
    session.once('stream', () => session.setTimeout(keepAliveTimeoutMs, close));
    if (this.#closing) session.close();
  }

  #accept(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, rawHeaders: readonly string[]): void {
    const { scope, limits, alveoli } = this.#serving;
    this.requests += 1;
    this.#open.add(stream);
    const exchange = new Http2Exchange(stream, headers, scope);
    const timer = this.#limitTime(exchange);
    stream.on('error', () => {});
    stream.once('close', () => {
      timer?.[Symbol.dispose]();
      this.#open.delete(stream);
      exchange.closed();
    });
    const url = String(headers[':path'] ?? '');
    const objection =
      objectionToHead(url, rawHeaders.length / 2 - pseudoHeaders, limits) ??
      objectionToAuthority(headers) ??
      (headers.expect === undefined ? undefined : objectionToExpectation(headers.expect));
    if (objection === undefined) alveoli.answer(exchange);
    else exchange.sendProblem(objection);
  }

  /** As `requestTimeout` of `node:http`: the whole request must have come by then. */
  #limitTime(exchange: Http2Exchange): Timer | undefined {
    const { scope, limits } = this.#serving;
    const { stream } = exchange;
    if (stream.endAfterHeaders || limits.requestTimeoutMs === 0) return undefined;
    const timer = scope.clock
      .setTimeout(() => {
        exchange.sendProblem(new HttpError('RESPIRATORY_REQUEST_TIMEOUT', 'The request took too long to come.'));
        stream.close();
      }, limits.requestTimeoutMs)
      .unref();
    stream.once('end', () => timer[Symbol.dispose]());
    return timer;
  }

  drain(): void {
    this.#closing = true;
    // Says GOAWAY; streams under way go on.
    for (const session of this.#sessions) session.close();
  }

  closeIdle(): void {
    const busy = new Set([...this.#open].map(({ session }) => session));
    for (const session of this.#sessions) if (!busy.has(session)) session.close();
  }

  cut(): void {
    for (const session of this.#sessions) session.destroy(undefined, http2().constants.NGHTTP2_CANCEL);
  }
}

/** Two names for the host, of which servers in a row might each take another. @see RFC 9113 section 8.3.1 */
const objectionToAuthority = ({ host, ':authority': authority }: IncomingHttpHeaders): HttpError | undefined =>
  (host ?? authority) === undefined || (host !== undefined && authority !== undefined && host !== authority)
    ? new HttpError('RESPIRATORY_BAD_REQUEST', 'A request must name one host.')
    : undefined;
