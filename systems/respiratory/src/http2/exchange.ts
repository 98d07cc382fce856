import { CancelledError, type HeaderSource } from '@organism/cell';
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { http2 } from '../node/builtins.ts';
import { HttpError } from '../errors.ts';
import { Exchange, type ResponseHeaders, type ServerScope } from '../exchange/exchange.ts';
import type { Outlet } from '../exchange/outlet.ts';
import { NodeOutlet } from '../node/outlet.ts';

const gone = (cause?: unknown): CancelledError => new CancelledError('The client went away.', { cause });

/** Headers about a connection, which HTTP/2 has none of. @see RFC 9113 section 8.2.2 */
const ofConnection = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade']);

/** Exchange over a stream of HTTP/2. */
export class Http2Exchange extends Exchange {
  readonly stream: ServerHttp2Stream;
  readonly #received: IncomingHttpHeaders;
  #headers: Record<string, string | readonly string[] | undefined> | undefined;
  #abort: AbortController | undefined;
  #rejectBody: ((error: Error) => void) | undefined;

  constructor(stream: ServerHttp2Stream, received: IncomingHttpHeaders, scope: ServerScope) {
    super(scope, String(received[':method'] ?? 'GET'), String(received[':path'] ?? '/'));
    this.stream = stream;
    this.#received = received;
  }

  header(name: string): string | undefined {
    const value = this.#received[name] ?? (name === 'host' ? this.#received[':authority'] : undefined);
    return typeof value === 'object' ? value.join(', ') : value;
  }

  get headers(): HeaderSource {
    if (this.#headers === undefined) {
      const plain = Object.entries(this.#received).filter(([name]) => !name.startsWith(':'));
      const host = this.header('host');
      this.#headers = { ...(host !== undefined && { host }), ...Object.fromEntries(plain) };
    }
    return this.#headers;
  }

  get left(): boolean {
    return this.stream.destroyed && this.#brokenOff;
  }

  // A stream that was reset counts as finished, too.
  get #brokenOff(): boolean {
    return this.stream.aborted || (this.stream.rstCode ?? 0) !== http2().constants.NGHTTP2_NO_ERROR;
  }

  get answered(): boolean {
    return this.stream.headersSent;
  }

  get status(): number | undefined {
    return this.answered ? Number(this.stream.sentHeaders?.[':status']) : undefined;
  }

  get drained(): boolean {
    return this.stream.endAfterHeaders || this.stream.readableEnded;
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.left) this.#abort.abort(gone());
    }
    return this.#abort.signal;
  }

  /** The stream is done with this exchange. */
  closed(): void {
    this.#rejectBody?.(gone());
    if (this.#abort !== undefined && this.#brokenOff) this.#abort.abort(gone());
  }

  #expectBody(): void {
    if (this.#received['expect'] === '100-continue' && !this.answered && !this.stream.destroyed)
      this.stream.additionalHeaders({ ':status': 100 });
  }

  readBytes(limit: number): Promise<Uint8Array> {
    this.#expectBody();
    return new Promise((resolve, reject) => {
      const { stream } = this;
      const pieces: Buffer[] = [];
      let size = 0;
      if (this.left) reject(gone());
      this.#rejectBody = reject;
      const take = (piece: Buffer): void => {
        size += piece.length;
        if (size <= limit) {
          pieces.push(piece);
          return;
        }
        // Not read on: the client's window stays shut, and the stream is reset when the refusal is out.
        stream.off('data', take);
        stream.pause();
        reject(HttpError.tooLarge(limit));
      };
      stream.on('data', take);
      stream.once('end', () => {
        this.#rejectBody = undefined;
        resolve(pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces, size));
      });
    });
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    this.#expectBody();
    try {
      for await (const chunk of this.stream.iterator({ destroyOnReturn: false })) yield chunk as Buffer;
    } catch (cause) {
      throw gone(cause);
    }
    if (!this.stream.readableEnded) throw gone();
  }

  #respond(status: number, headers: ResponseHeaders, endStream: boolean): void {
    const all: Record<string, string | number | string[]> = { ':status': status };
    for (const [name, value] of Object.entries(this.finishHeaders(headers)))
      if (!ofConnection.has(name)) all[name] = typeof value === 'object' ? [...value] : value;
    this.stream.respond(all, { endStream });
  }

  /** What is left of a refused body is not waited for. @see RFC 9113 section 8.1 */
  #forgetRest(): void {
    const { stream } = this;
    if (!this.drained) stream.once('finish', () => stream.close(http2().constants.NGHTTP2_NO_ERROR));
  }

  reply(status: number, headers: ResponseHeaders, body?: string | Uint8Array): void {
    const { stream } = this;
    if (stream.headersSent || stream.destroyed) return;
    const bytes = body === undefined ? 0 : typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
    const sized = status === 204 || status === 304 ? headers : { 'content-length': bytes, ...headers };
    this.#forgetRest();
    const empty = body === undefined || bytes === 0 || this.method === 'HEAD';
    this.#respond(status, sized, empty);
    if (empty) return;
    stream.end(body);
    // A client that never opens its window would keep the body here.
    if (!stream.writableFinished) stream.setTimeout(this.scope.stallTimeoutMs, () => this.destroy());
  }

  open(status: number, headers: ResponseHeaders): Outlet {
    const { stream } = this;
    if (!stream.headersSent && !stream.destroyed) {
      this.#forgetRest();
      this.#respond(status, headers, this.method === 'HEAD' || status === 204 || status === 304);
    }
    // A stream that is only destroyed says that all is well.
    return new NodeOutlet(stream, this.scope, () => this.destroy());
  }

  destroy(): void {
    this.stream.close(http2().constants.NGHTTP2_INTERNAL_ERROR);
  }
}
