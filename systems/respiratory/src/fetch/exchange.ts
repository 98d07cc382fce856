import { CancelledError } from '@organism/cell';
import { HttpError } from '../errors.ts';
import { Exchange, type ResponseHeaders, type ServerScope } from '../exchange/exchange.ts';
import type { Outlet } from '../exchange/outlet.ts';
import { FetchOutlet } from './outlet.ts';

const toHeaders = (record: ResponseHeaders): Headers => {
  const headers = new Headers();
  for (const [name, value] of Object.entries(record))
    for (const one of [value].flat()) headers.append(name, String(one));
  return headers;
};

const isEmpty = (status: number): boolean => status === 204 || status === 304;

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
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    let size = 0;
    for await (const piece of this.chunks()) {
      size += piece.length;
      if (size > limit) throw HttpError.tooLarge(limit);
      pieces.push(piece as Uint8Array<ArrayBuffer>);
    }
    if (pieces.length === 1) return pieces[0] as Uint8Array;
    return new Uint8Array(await new Blob(pieces).arrayBuffer());
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
    const all = toHeaders(this.finishHeaders(headers));
    const drop = this.method === 'HEAD' || isEmpty(status);
    // Throws for what can't be sent; then nothing has begun.
    const response = new Response(drop ? null : body, { status, headers: all });
    this.#status = status;
    this.#resolve(response);
  }

  reply(status: number, headers: ResponseHeaders, body?: string | Uint8Array): void {
    if (this.answered || this.left) return;
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : (body ?? new Uint8Array());
    const length = isEmpty(status) ? {} : { 'content-length': bytes.byteLength };
    this.#begin(status, { ...length, ...headers }, bytes as Uint8Array<ArrayBuffer>);
  }

  open(status: number, headers: ResponseHeaders): Outlet {
    const outlet = new FetchOutlet(this);
    const open = !this.answered && !this.left;
    if (open) this.#begin(status, headers, outlet.readable);
    if (!open || this.method === 'HEAD' || isEmpty(status)) outlet.end();
    return outlet;
  }

  destroy(): void {
    this.leave();
    this.#resolve(Response.error());
  }
}
