import type { Exchange } from '../exchange/exchange.ts';

interface Hold {
  readonly exchange: Exchange;
  /** It may wait for bytes that never come. */
  readonly receives: boolean;
  readonly released: Promise<void>;
}

/**
 * Locks of uploads: one request at a time. A client that lost its connection comes back before the server has noticed,
 * so a newer request for an upload ends an older one that receives, and waits until that has stored what came.
 */
export class UploadLocks {
  readonly #holds = new Map<string, Hold>();

  /** Runs the work when the older request for the upload has let go. */
  async hold<T>(id: string, exchange: Exchange, work: () => Promise<T>, receives = false): Promise<T> {
    for (let older = this.#holds.get(id); older !== undefined; older = this.#holds.get(id)) {
      if (older.receives) older.exchange.destroy();
      await older.released;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#holds.set(id, { exchange, receives, released: promise });
    try {
      return await work();
    } finally {
      this.#holds.delete(id);
      resolve();
    }
  }
}
