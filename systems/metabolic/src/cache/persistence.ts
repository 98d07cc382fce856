import type { Clock, Timer } from '@organism/cell';
import type { StoredEntry } from './entry.ts';

/** A change to what is persisted: the new entry of a key, or that it is gone. */
export interface PersistedChange {
  readonly key: string;
  readonly entry?: StoredEntry;
}

/**
 * Persistence: what memory holds outlives the process. A port: `@organism/metabolic/sqlite` has a driver for
 * `node:sqlite`.
 */
export interface CachePersistence {
  /** Everything that was kept for the cache of this name and may still be of use at `now` (ms since the epoch). */
  load(
    cache: string,
    now: number,
  ): Iterable<readonly [string, StoredEntry]> | AsyncIterable<readonly [string, StoredEntry]>;
  /** Applies changes in their order, all or none. */
  apply(cache: string, changes: readonly PersistedChange[]): void | Promise<void>;
}

/** Gathers changes, and persists them some time later in one go; the last one of a key counts. */
export class WriteBehind {
  readonly #apply: (changes: readonly PersistedChange[]) => void | Promise<void>;
  readonly #clock: () => Clock;
  readonly #delayMs: number;
  readonly #onError: (error: unknown) => void;
  #dirty = new Map<string, StoredEntry | undefined>();
  #timer: Timer | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: {
    readonly apply: (changes: readonly PersistedChange[]) => void | Promise<void>;
    readonly clock: () => Clock;
    readonly delayMs: number;
    readonly onError: (error: unknown) => void;
  }) {
    this.#apply = options.apply;
    this.#clock = options.clock;
    this.#delayMs = options.delayMs;
    this.#onError = options.onError;
  }

  /** Notes a change. */
  note(key: string, entry: StoredEntry | undefined): void {
    this.#dirty.set(key, entry);
    this.#arm();
  }

  #arm(): void {
    this.#timer ??= this.#clock()
      .setTimeout(() => void this.flush(), this.#delayMs)
      .unref();
  }

  /** Persists what is noted; resolves when that is done, or has failed and is noted again. */
  flush(): Promise<void> {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  /** Persists what is noted, for the last time. */
  async close(): Promise<void> {
    await this.flush();
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }

  async #write(): Promise<void> {
    if (this.#dirty.size === 0) return;
    const changes = this.#dirty;
    this.#dirty = new Map();
    try {
      await this.#apply(Array.from(changes, ([key, entry]) => ({ key, ...(entry !== undefined && { entry }) })));
    } catch (error) {
      for (const [key, entry] of changes) if (!this.#dirty.has(key)) this.#dirty.set(key, entry);
      this.#arm();
      this.#onError(error);
    }
  }
}
