import { CancelledError, type HeaderSource } from '@organism/cell';
import { isUtf8 } from 'node:buffer';
import { type IncomingMessage, ServerResponse } from 'node:http';
import { HttpError } from '../errors.ts';
import { Exchange, type ResponseHeaders, type ServerScope } from '../exchange/exchange.ts';
import type { Outlet } from '../exchange/outlet.ts';
import { linger } from './linger.ts';
import { NodeOutlet } from './outlet.ts';
import type { LungRequest } from './request.ts';

/** Response of `node:http` that knows its exchange: one shared listener serves them all, without closures. */
export class LungResponse extends ServerResponse<LungRequest> {
  exchange: NodeExchange | undefined;
}

const byteOrderMark = 0xfeff;
const nothing = Buffer.alloc(0);

/** As a TextDecoder that is fatal, in two thirds of its time. */
const decodeUtf8 = (bytes: Buffer): string | undefined => {
  if (!isUtf8(bytes)) return undefined;
  const text = bytes.toString('utf8');
  return text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text;
};

const gone = (cause?: unknown): CancelledError => new CancelledError('The client went away.', { cause });

/** Exchange over `node:http`. */
export class NodeExchange extends Exchange {
  readonly request: IncomingMessage & { readonly takeBody?: LungRequest['takeBody'] };
  readonly response: ServerResponse;
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
    this.expectsContinue = expectsContinue;
  }

  header(name: string): string | undefined {
    const value = this.request.headers[name];
    return typeof value === 'object' ? value.join(', ') : value;
  }

  get headers(): HeaderSource {
    return this.request.headers;
  }

  get left(): boolean {
    return this.response.destroyed && !this.response.writableFinished;
  }

  get answered(): boolean {
    return this.response.headersSent;
  }

  get drained(): boolean {
    const { complete, headers } = this.request;
    return complete || (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined);
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
    if (this.#abort !== undefined && !this.response.writableFinished) this.#abort.abort(gone());
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
    const all = this.finishHeaders(headers);
    const bytes = body === undefined ? 0 : typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
    // A status without content has no length either. @see RFC 9110 section 8.6
    if (status !== 204 && status !== 304) all['content-length'] ??= bytes;
    if (all['connection'] === 'close' && !this.request.complete) linger(this.request.socket, this.scope.clock);
    response.writeHead(status, all as Record<string, string>);
    if (body === undefined || this.method === 'HEAD') response.end();
    // As many bytes as characters: ASCII, which goes out without being encoded.
    else if (typeof body === 'string') response.end(body, bytes === body.length ? 'latin1' : 'utf8');
    else response.end(body);
  }

  open(status: number, headers: ResponseHeaders): Outlet {
    const { response } = this;
    if (!response.headersSent && !response.destroyed) {
      response.writeHead(status, this.finishHeaders(headers) as Record<string, string>);
      if (this.method === 'HEAD' || status === 204 || status === 304) response.end();
      else response.flushHeaders();
    }
    return new NodeOutlet(response, this.scope);
  }

  destroy(): void {
    this.response.destroy();
  }
}
