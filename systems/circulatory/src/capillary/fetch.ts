import type { HttpRequest, HttpResponse } from './http-exchange.ts';

const encoder = new TextEncoder();

/** Bytes of a stream that may wait to be read. */
const mostWaiting = 65_536;

/** A request of the Fetch standard. */
export class FetchRequest implements HttpRequest {
  readonly method: string;
  readonly headers: HttpRequest['headers'];
  readonly socket: HttpRequest['socket'] = {};
  readonly #body: ReadableStream<Uint8Array> | null;

  constructor(request: Request) {
    this.method = request.method;
    // The host of the URL is what the client has asked for, also where the header is kept from us.
    this.headers = { host: new URL(request.url).host, ...Object.fromEntries(request.headers) };
    this.#body = request.body;
  }

  async *iterator(): AsyncGenerator<Uint8Array> {
    if (this.#body !== null) for await (const chunk of this.#body) yield chunk;
  }
}

/** A response of the Fetch standard, which is there when its head is. */
export class FetchResponse implements HttpResponse {
  readonly response: Promise<Response>;
  headersSent = false;
  destroyed = false;
  writableNeedDrain = false;
  readonly #headers = new Headers();
  readonly #listeners: Record<'drain' | 'error' | 'close', (() => void)[]> = { drain: [], error: [], close: [] };
  readonly #head = Promise.withResolvers<Response>();
  #status = 200;
  #stream: ReadableStreamDefaultController<Uint8Array> | undefined;

  /** @param signal Aborts when the client leaves. */
  constructor(signal: AbortSignal) {
    this.response = this.#head.promise;
    signal.addEventListener('abort', () => this.#leave(), { once: true });
    if (signal.aborted) this.#leave();
  }

  setHeader(name: string, value: string): void {
    this.#headers.set(name, value);
  }

  writeHead(status: number, headers: Record<string, string> = {}): this {
    this.#status = status;
    for (const [name, value] of Object.entries(headers)) this.#headers.set(name, value);
    this.headersSent = true;
    return this;
  }

  #answer(body: string | ReadableStream<Uint8Array> | null): void {
    this.#head.resolve(new Response(body, { status: this.#status, headers: this.#headers }));
  }

  flushHeaders(): void {
    if (this.#stream !== undefined || this.destroyed) return;
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#stream = controller;
        },
        pull: () => {
          if (!this.writableNeedDrain) return;
          this.writableNeedDrain = false;
          this.#tell('drain');
        },
        cancel: () => this.#leave(),
      },
      { highWaterMark: mostWaiting, size: (chunk) => chunk?.byteLength ?? 0 },
    );
    this.#answer(body);
  }

  write(text: string): boolean {
    if (this.destroyed) return false;
    this.flushHeaders();
    this.#stream?.enqueue(encoder.encode(text));
    this.writableNeedDrain = (this.#stream?.desiredSize ?? 0) <= 0;
    return !this.writableNeedDrain;
  }

  end(text?: string): void {
    if (this.destroyed) return;
    if (this.#stream === undefined) this.#answer(text ?? null);
    else {
      if (text !== undefined) this.write(text);
      this.#stream.close();
    }
    this.#close();
  }

  /** Cuts the answer off. */
  destroy(): void {
    this.#cut((stream) => stream.error(new Error('The channel was cut.')));
  }

  /** Nobody reads it any more, and nobody needs to hear of that. */
  #leave(): void {
    this.#cut((stream) => stream.close());
  }

  #cut(end: (stream: ReadableStreamDefaultController<Uint8Array>) => void): void {
    if (this.destroyed) return;
    try {
      if (this.#stream === undefined) this.#answer(null);
      else end(this.#stream);
    } catch {
      // Its reader has cancelled it.
    }
    this.#close();
  }

  #close(): void {
    this.destroyed = true;
    this.#tell('close');
  }

  #tell(event: 'drain' | 'close'): void {
    for (const listener of this.#listeners[event]) listener();
  }

  on(event: 'drain' | 'error' | 'close', listener: () => void): void {
    this.#listeners[event].push(listener);
  }
}
