import { CancelledError } from '@organism/cell';
import { HttpError } from '../errors.ts';
import { Exchange, type ResponseHeaders, type ServerScope } from '../exchange/exchange.ts';
import type { Outlet } from '../exchange/outlet.ts';
import { FetchOutlet } from './outlet.ts';

const toHeaders = (record: ResponseHeaders): Headers => {
  const headers = new Headers();
  for (const [name, value] of Object.entries(record)) {
    if (typeof value === 'object') for (const one of value) headers.append(name, one);
    else headers.set(name, String(value));
  }
  return headers;
};

/** Exchange over the Fetch standard: a `Request` comes in, a `Response` goes out. */
export class FetchExchange extends Exchange {
  readonly request: Request;
  /** Resolves when the response has begun. */
  readonly response: Promise<Response>;
  readonly #resolve: (response: Response) => void;
  readonly #abort = new AbortController();
  #status: number | undefined;
  #drained: boolean;

  constructor(request: Request, scope: ServerScope, target: string) {
    super(scope, request.method, target);
    this.request = request;
    this.#drained = request.body === null;
    const { promise, resolve } = Promise.withResolvers<Response>();
    this.response = promise;
    this.#resolve = resolve;
    const leave = (): void => this.leave();
    if (request.signal.aborted) leave();
    else request.signal.addEventListener('abort', leave, { once: true });
  }

  /** The client has left. */
  leave(): void {
    this.#abort.abort(new CancelledError('The client went away.'));
  }

  header(name: string): string | undefined {
    return this.request.headers.get(name) ?? undefined;
  }

  get headers(): Headers {
    return this.request.headers;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get left(): boolean {
    return this.#abort.signal.aborted;
  }

  get answered(): boolean {
    return this.#status !== undefined;
  }

  get status(): number | undefined {
    return this.#status;
  }

  get drained(): boolean {
    return this.#drained;
  }

  async readBytes(limit: number): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    let size = 0;
    for await (const piece of this.chunks()) {
      size += piece.length;
      if (size > limit) throw HttpError.tooLarge(limit);
      pieces.push(piece);
    }
    if (pieces.length === 1 && pieces[0] !== undefined) return pieces[0];
    const whole = new Uint8Array(size);
    let at = 0;
    for (const piece of pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    const { body } = this.request;
    if (body === null) return;
    try {
      for await (const piece of body) yield piece as Uint8Array;
    } catch (cause) {
      throw new CancelledError('The client went away.', { cause });
    }
    this.#drained = true;
  }

  #begin(
    status: number,
    headers: ResponseHeaders,
    body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>,
  ): void {
    this.#status = status;
    const all = toHeaders(this.finishHeaders(headers));
    const empty = this.method === 'HEAD' || status === 204 || status === 304;
    this.#resolve(new Response(empty ? null : body, { status, headers: all }));
  }

  reply(status: number, headers: ResponseHeaders, body?: string | Uint8Array): void {
    if (this.answered || this.left) return;
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : (body ?? new Uint8Array());
    const sized =
      status === 204 || status === 304 || headers['content-length'] !== undefined
        ? headers
        : { ...headers, 'content-length': bytes.byteLength };
    this.#begin(status, sized, bytes as Uint8Array<ArrayBuffer>);
  }

  open(status: number, headers: ResponseHeaders): Outlet {
    const outlet = new FetchOutlet(this, this.scope);
    if (this.answered || this.left) {
      outlet.end();
      return outlet;
    }
    this.#begin(status, headers, outlet.readable);
    if (this.method === 'HEAD' || status === 204 || status === 304) outlet.end();
    return outlet;
  }

  destroy(): void {
    this.leave();
    this.#resolve(Response.error());
  }
}
