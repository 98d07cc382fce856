import { CancelledError } from '@organism/cell';
import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { HttpError } from '../errors.ts';
import { Exchange, type ResponseHeaders, type ServerScope } from '../exchange/exchange.ts';
import { type Outlet, pour } from '../exchange/outlet.ts';
import { linger } from './linger.ts';
import { NodeOutlet } from './outlet.ts';
import type { LungRequest } from './request.ts';
import { LungResponse } from './response.ts';

const byteOrderMark = 0xfeff;
const nothing = Buffer.alloc(0);

/** As a TextDecoder that is fatal, in half of its time: the sign of a bad byte may also stand in the text itself. */
const decodeUtf8 = (bytes: Buffer): string | undefined => {
  const text = bytes.toString('utf8');
  if (text.includes('\ufffd') && !isUtf8(bytes)) return undefined;
  return text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text;
};

const gone = (cause?: unknown): CancelledError => new CancelledError('The client went away.', { cause });

/**
 * A header by its name. Those that an endpoint asks for are written out, as one that is not there is looked for in no time
 * where the name is part of the code, and by the slowest way where it varies.
 */
const headerOf = (headers: IncomingHttpHeaders, name: string): string | string[] | undefined => {
  switch (name) {
    case 'accept':
      return headers.accept;
    case 'content-type':
      return headers['content-type'];
    case 'content-length':
      return headers['content-length'];
    case 'content-encoding':
      return headers['content-encoding'];
    case 'traceparent':
      return headers['traceparent'];
    case 'x-correlation-id':
      return headers['x-correlation-id'];
    case 'x-causation-id':
      return headers['x-causation-id'];
    case 'x-timeout-ms':
      return headers['x-timeout-ms'];
    default:
      return headers[name];
  }
};

/** Lets a head go out in one packet with what comes at once: before this process waits for anything. */
const holdBack = (socket: Socket | null): void => {
  if (socket === null) return;
  socket.cork();
  queueMicrotask(() => process.nextTick(() => socket.uncork()));
};

/** Whole bodies of more go out piece by piece: of one that is written at once nobody can tell whether its client takes it. */
const largestPiece = 256 * 1024;

const piecesOf = async function* (bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += largestPiece) yield bytes.subarray(at, at + largestPiece);
};

/** Exchange over `node:http`. */
export class NodeExchange extends Exchange {
  readonly request: IncomingMessage & { readonly takeBody?: LungRequest['takeBody'] };
  readonly response: ServerResponse;
  readonly headers: IncomingHttpHeaders;
  /** The client waits for a word before it sends the body. */
  readonly expectsContinue: boolean;
  #abort: AbortController | undefined;
  #rejectBody: ((error: Error) => void) | undefined;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    scope: ServerScope,
    expectsContinue: boolean,
    target: string = request.url ?? '/',
  ) {
    super(scope, request.method ?? 'GET', target);
    this.request = request;
    this.response = response;
    this.headers = request.headers;
    this.expectsContinue = expectsContinue;
  }

  header(name: string): string | undefined {
    const value = headerOf(this.headers, name);
    return typeof value === 'object' ? value.join(', ') : value;
  }

  get left(): boolean {
    return this.response.destroyed && !this.#complete;
  }

  /** All of the response was given to the system. */
  get #complete(): boolean {
    const { response } = this;
    return response instanceof LungResponse ? response.isComplete : response.writableFinished;
  }

  get answered(): boolean {
    return this.response.headersSent;
  }

  get status(): number | undefined {
    return this.response.headersSent ? this.response.statusCode : undefined;
  }

  get drained(): boolean {
    const { headers } = this;
    if (this.request.complete) return true;
    return headers['content-length'] === undefined && headers['transfer-encoding'] === undefined;
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.left) this.#abort.abort(gone());
    }
    return this.#abort.signal;
  }

  /** The connection is done with this exchange. */
  closed(): void {
    this.#rejectBody?.(gone());
    if (this.#abort !== undefined && !this.#complete) this.#abort.abort(gone());
  }

  #expectBody(): void {
    if (this.expectsContinue && !this.answered) this.response.writeContinue();
  }

  readBytes(limit: number): Promise<Uint8Array> {
    return this.#read(limit, (bytes) => bytes);
  }

  override readText(limit: number): Promise<string | undefined> {
    return this.#read(limit, decodeUtf8);
  }

  // One promise, not one for each of the steps.
  #read<T>(limit: number, finish: (bytes: Buffer) => T): Promise<T> {
    this.#expectBody();
    return new Promise((resolve, reject) => {
      const { request } = this;
      let first: Buffer | undefined;
      let others: Buffer[] | undefined;
      let size = 0;
      if (this.left) reject(gone());
      this.#rejectBody = reject;
      const take = (piece: Buffer | null): void => {
        if (piece === null) {
          // Whoever leaves later leaves with the body read.
          this.#rejectBody = undefined;
          resolve(finish(others === undefined ? (first ?? nothing) : Buffer.concat(others, size)));
          return;
        }
        size += piece.length;
        if (size > limit) {
          request.removeAllListeners('data');
          [first, others] = [undefined, undefined];
          reject(HttpError.tooLarge(limit));
        } else if (first === undefined) first = piece;
        else (others ??= [first]).push(piece);
      };
      if (request.takeBody?.(take) === true) return;
      if (request.readableEnded || request.destroyed) take(null);
      request.on('data', take);
      request.on('end', () => take(null));
    });
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    this.#expectBody();
    try {
      for await (const chunk of this.request.iterator({ destroyOnReturn: false })) yield chunk as Buffer;
    } catch (cause) {
      throw gone(cause);
    }
    if (!this.request.complete) throw gone();
  }

  reply(status: number, headers: ResponseHeaders, body?: string | Uint8Array): void {
    const { response } = this;
    if (response.headersSent || response.destroyed) return;
    const bytes = body === undefined ? 0 : typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
    const hasBody = this.method !== 'HEAD' && status !== 204 && status !== 304;
    if (bytes > largestPiece && hasBody && response.socket !== null) {
      this.#sendLarge(status, headers, typeof body === 'string' ? Buffer.from(body) : (body ?? nothing));
      return;
    }
    const text = typeof body === 'string' && hasBody ? body : '';
    const direct =
      response instanceof LungResponse && typeof body !== 'object' && !this.expectsContinue && this.drained;
    const plain = direct && hasBody && text === body && this.extraHeaders === undefined && this.onReply === undefined;
    if (plain && response.sendShared(status, headers, text, bytes)) return;
    const all = this.finishHeaders(headers);
    // A status without content has no length either. @see RFC 9110 section 8.6
    if (status !== 204 && status !== 304) all['content-length'] ??= bytes;
    if (all['connection'] === 'close' && !this.request.complete) linger(this.request.socket, this.scope.clock);
    response.writeHead(status, all as Record<string, string>);
    if (direct) response.endWith(text, text === '' ? 0 : bytes);
    else if (typeof body === 'object' && hasBody) response.end(body);
    else if (text === '') response.end();
    else response.end(text);
  }

  #sendLarge(status: number, headers: ResponseHeaders, body: Uint8Array): void {
    const outlet = this.open(status, { 'content-length': body.length, ...headers });
    pour(outlet, piecesOf(body)).catch(() => outlet.destroy());
  }

  open(status: number, headers: ResponseHeaders): Outlet {
    const { response } = this;
    if (!response.headersSent && !response.destroyed) {
      // More or fewer bytes than were told would be taken for the next response, or waited for.
      response.strictContentLength = true;
      response.writeHead(status, this.finishHeaders(headers) as Record<string, string>);
      if (this.method === 'HEAD' || status === 204 || status === 304) response.end();
      else {
        holdBack(response.socket);
        response.flushHeaders();
      }
    }
    return new NodeOutlet(response, this.scope, () => this.destroy());
  }

  destroy(): void {
    const { socket } = this.response;
    // What was said so far shows the client that it breaks off.
    for (let corks = socket?.writableCorked ?? 0; corks > 0; corks -= 1) socket?.uncork();
    this.response.destroy();
  }
}
