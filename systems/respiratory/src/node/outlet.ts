import type { ServerScope } from '../exchange/exchange.ts';
import type { Outlet } from '../exchange/outlet.ts';

/** What of a response of `node:http`, or of a stream of HTTP/2, it takes to write to it. */
export interface Sink {
  readonly destroyed: boolean;
  readonly writableEnded: boolean;
  readonly writableLength: number;
  readonly writableNeedDrain: boolean;
  write(piece: string | Uint8Array): boolean;
  end(): unknown;
  destroy(): unknown;
  on(event: 'drain' | 'close', listener: () => void): unknown;
  once(event: 'close', listener: () => void): unknown;
  off(event: 'drain' | 'close', listener: () => void): unknown;
}

/** Outlet into a connection, or a stream of one. */
export class NodeOutlet implements Outlet {
  readonly #response: Sink;
  readonly #scope: ServerScope;
  readonly #cut: () => void;
  #done: Promise<void> | undefined;

  /** @param cut Breaks it off so that the client sees that it is not complete. */
  constructor(response: Sink, scope: ServerScope, cut: () => void) {
    this.#response = response;
    this.#scope = scope;
    this.#cut = cut;
  }

  get pendingBytes(): number {
    return this.#response.writableLength;
  }

  get closed(): boolean {
    return this.#response.destroyed || this.#response.writableEnded;
  }

  get done(): Promise<void> {
    this.#done ??= new Promise((resolve) => {
      if (this.#response.destroyed) resolve();
      else this.#response.once('close', resolve);
    });
    return this.#done;
  }

  write(piece: string | Uint8Array): boolean {
    if (this.closed) return false;
    this.#response.write(piece);
    return true;
  }

  async drained(): Promise<void> {
    const response = this.#response;
    if (!response.writableNeedDrain || response.destroyed) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const { clock, stallTimeoutMs } = this.#scope;
    const timer = clock.setTimeout(this.#cut, stallTimeoutMs).unref();
    response.on('drain', resolve);
    response.on('close', resolve);
    await promise;
    timer[Symbol.dispose]();
    response.off('drain', resolve);
    response.off('close', resolve);
  }

  end(): void {
    if (!this.closed) this.#response.end();
  }

  destroy(): void {
    this.#cut();
  }
}
