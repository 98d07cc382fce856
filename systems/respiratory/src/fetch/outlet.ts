import { CancelledError } from '@organism/cell';
import type { Outlet } from '../exchange/outlet.ts';
import type { FetchExchange } from './exchange.ts';

const highWaterMark = 64 * 1024;

/** Outlet into the body of a `Response`. */
export class FetchOutlet implements Outlet {
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly done: Promise<void>;
  readonly #exchange: FetchExchange;
  readonly #encoder = new TextEncoder();
  readonly #finish: () => void;
  #controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | undefined;
  #pulled: (() => void) | undefined;
  #closed = false;

  constructor(exchange: FetchExchange) {
    this.#exchange = exchange;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.done = promise;
    this.#finish = resolve;
    this.readable = new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => this.#pulled?.(),
        cancel: () => {
          this.#close();
          exchange.leave();
        },
      },
      { highWaterMark, size: (piece) => piece.byteLength },
    );
    exchange.signal.addEventListener('abort', () => this.destroy(), { once: true });
  }

  #close(): void {
    this.#closed = true;
    this.#pulled?.();
    this.#finish();
  }

  get pendingBytes(): number {
    return Math.max(0, highWaterMark - (this.#controller?.desiredSize ?? highWaterMark));
  }

  get closed(): boolean {
    return this.#closed;
  }

  write(piece: string | Uint8Array): boolean {
    if (this.#closed) return false;
    // A copy: what is sent may be a buffer that its owner fills again.
    this.#controller?.enqueue(typeof piece === 'string' ? this.#encoder.encode(piece) : new Uint8Array(piece));
    return true;
  }

  async drained(): Promise<void> {
    if (this.#closed || this.pendingBytes < highWaterMark) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#pulled = resolve;
    const { clock, stallTimeoutMs } = this.#exchange.scope;
    const timer = clock.setTimeout(() => this.destroy(), stallTimeoutMs).unref();
    await promise;
    this.#pulled = undefined;
    timer[Symbol.dispose]();
  }

  end(): void {
    if (this.#closed) return;
    this.#controller?.close();
    this.#close();
  }

  destroy(): void {
    if (this.#closed) return;
    this.#controller?.error(new CancelledError('The response was cut off.'));
    this.#close();
    this.#exchange.leave();
  }
}
