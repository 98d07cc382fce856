/** A message between caches of one name: what is no longer valid. Plain data. */
export interface Invalidation {
  /** The cache's name. */
  readonly cache: string;
  /** Who sent it. */
  readonly source: string;
  /** Counts the source's messages, from 1, so that a lost one is noticed. */
  readonly sequence: number;
  readonly keys?: readonly string[];
  readonly tags?: readonly string[];
  readonly all?: boolean;
}

/** What is no longer valid. */
export type Invalidated = Pick<Invalidation, 'keys' | 'tags' | 'all'>;

/** Who hears an {@link InvalidationBus}. */
export interface InvalidationListener {
  /** Gets every message, the sender's own included. */
  message(message: Invalidation): void;
  /** Messages may have been lost: the connection was down. */
  gap(): void;
}

/**
 * Invalidation bus: carries invalidations between processes. A port: `@organism/metabolic/redis` has a driver on Redis
 * publish and subscribe. At-most-once delivery is enough: caches notice lost messages by their numbers.
 */
export interface InvalidationBus {
  publish(message: Invalidation): void | Promise<void>;
  subscribe(listener: InvalidationListener): AsyncDisposable | Disposable | Promise<AsyncDisposable | Disposable>;
}

/**
 * Invalidation bus within one process: for several caches of one name, and for tests.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Glycogen, LocalInvalidationBus } from '@organism/metabolic';
 *
 * const bus = new LocalInvalidationBus();
 * await using here = await new Glycogen<number>({ name: 'prices', bus }).start();
 * await using there = await new Glycogen<number>({ name: 'prices', bus }).start();
 * await here.set('gold', 1);
 * await there.delete('gold');
 * assert.equal(here.get('gold'), undefined);
 * ```
 */
export class LocalInvalidationBus implements InvalidationBus {
  readonly #listeners = new Set<InvalidationListener>();

  /** Gives a message to every listener. */
  publish(message: Invalidation): void {
    for (const listener of this.#listeners) listener.message(message);
  }

  /** Adds a listener until the returned handle is disposed. */
  subscribe(listener: InvalidationListener): Disposable {
    const own = { message: (message: Invalidation) => listener.message(message), gap: () => listener.gap() };
    this.#listeners.add(own);
    return { [Symbol.dispose]: () => void this.#listeners.delete(own) };
  }
}
