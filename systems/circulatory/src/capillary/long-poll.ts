import type { HttpResponse } from './http-exchange.ts';
import type { Link, LinkEvents } from './link.ts';

/** Long polling: one answer, held back until there is something to say. */
export class LongPollLink implements Link {
  readonly transport = 'poll';
  readonly #response: HttpResponse;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #maxBytes: number;
  readonly #frames: string[] = [];
  #bytes = 0;
  #events: LinkEvents | undefined;
  #done = false;

  constructor(response: HttpResponse, headers: Readonly<Record<string, string>>, maxBytes: number) {
    this.#response = response;
    this.#headers = headers;
    this.#maxBytes = maxBytes;
  }

  bind(events: LinkEvents): void {
    this.#events = events;
    this.#response.on('error', () => {});
    this.#response.on('close', () => this.#finish());
  }

  send(frame: string): boolean {
    // All that there is to say in this turn goes into one answer.
    if (this.#frames.length === 0) queueMicrotask(() => this.#flush());
    this.#frames.push(frame);
    this.#bytes += frame.length;
    return this.#bytes < this.#maxBytes;
  }

  #flush(): void {
    if (this.#done) return;
    this.#response.writeHead(200, {
      ...this.#headers,
      'content-type': 'application/json',
      'cache-control': 'no-store',
    });
    this.#response.end(`[${this.#frames.join(',')}]`);
    this.#finish();
  }

  #finish(): void {
    this.#done = true;
    this.#events?.closed();
    this.#events = undefined;
  }

  close(): void {
    if (this.#frames.length === 0) this.#flush();
  }
}
