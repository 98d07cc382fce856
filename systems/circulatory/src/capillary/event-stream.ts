import type { HttpResponse } from './http-exchange.ts';
import type { Link, LinkEvents, Payload } from './link.ts';

/** Server-Sent Events. @see HTML Standard, server-sent events */
export class EventStreamLink implements Link {
  readonly transport = 'sse';
  readonly #response: HttpResponse;
  readonly #idPrefix: string | undefined;

  /** @param idPrefix For clients that only listen: messages come bare, and their id begins with this. */
  constructor(response: HttpResponse, headers: Readonly<Record<string, string>>, idPrefix?: string) {
    this.#response = response;
    this.#idPrefix = idPrefix;
    // Some proxies hold back what they have not seen the end of.
    response.writeHead(200, {
      ...headers,
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    response.flushHeaders();
  }

  bind(events: LinkEvents): void {
    this.#response.on('drain', () => events.drained());
    this.#response.on('error', () => {});
    this.#response.on('close', () => events.closed());
  }

  /** Tells a browser how long to wait before it comes back, in milliseconds. */
  retryAfter(delayMs: number): void {
    this.#response.write(`retry: ${Math.round(delayMs)}\n\n`);
  }

  send(frame: string, seq?: number, payload?: Payload): boolean {
    if (this.#idPrefix === undefined) return this.#response.write(`data: ${frame}\n\n`);
    if (payload === undefined) return this.#response.write(`event: control\ndata: ${frame}\n\n`);
    return this.#response.write(`id: ${this.#idPrefix}.${seq}\ndata: ${payload.text}\n\n`);
  }

  close(): void {
    // A client that reads nothing keeps the rest in memory otherwise.
    if (this.#response.writableNeedDrain) this.#response.destroy();
    else this.#response.end();
  }
}
