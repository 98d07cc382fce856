import type { ServerResponse } from 'node:http';
import type { ServerScope } from '../exchange/exchange.ts';
import type { Outlet } from '../exchange/outlet.ts';

/** Outlet into a connection. */
export class NodeOutlet implements Outlet {
  readonly #response: ServerResponse;
  readonly #scope: ServerScope;
  #done: Promise<void> | undefined;

  constructor(response: ServerResponse, scope: ServerScope) {
    this.#response = response;
    this.#scope = scope;
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
    const timer = clock.setTimeout(() => response.destroy(), stallTimeoutMs).unref();
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
    this.#response.destroy();
  }
}
