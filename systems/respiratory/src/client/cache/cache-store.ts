import { OptionError } from '@organism/cell';

/** A stored response, as plain data. */
export interface CacheEntry {
  readonly status: number;
  /** Names and values. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
  /** The request's fields that `Vary` names, and what they were. */
  readonly varies: readonly (readonly [string, string | undefined])[];
  /** When the request left, and when the response came; milliseconds since the epoch. */
  readonly requestedAt: number;
  readonly receivedAt: number;
}

/** Keeps the variants of what each URL gave. May lose any of them at any time. */
export interface CacheStore {
  get(url: string): readonly CacheEntry[] | undefined | Promise<readonly CacheEntry[] | undefined>;
  set(url: string, variants: readonly CacheEntry[]): void | Promise<void>;
  delete(url: string): void | Promise<void>;
}

/** Options of a {@link MemoryCacheStore}. */
export interface MemoryCacheStoreOptions {
  /** Default 16 MiB. */
  readonly maxBytes?: number;
}

/** What an entry takes beside its texts and bytes, about. */
const overhead = 256;

const sizeOf = (url: string, variants: readonly CacheEntry[]): number => {
  let size = url.length;
  for (const { body, headers } of variants) {
    size += body.length + overhead;
    for (const [name, value] of headers) size += name.length + value.length;
  }
  return size;
};

/**
 * Cache store in memory; what has not been used for longest goes first.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { MemoryCacheStore } from '@organism/respiratory/client';
 *
 * const store = new MemoryCacheStore({ maxBytes: 2 ** 20 });
 * store.set('http://test/', []);
 * assert.deepEqual(store.get('http://test/'), []);
 * ```
 */
export class MemoryCacheStore implements CacheStore {
  readonly #maxBytes: number;
  readonly #stored = new Map<string, { readonly variants: readonly CacheEntry[]; readonly size: number }>();
  #bytes = 0;

  constructor(options: MemoryCacheStoreOptions = {}) {
    const { maxBytes = 16 * 2 ** 20 } = options;
    if (!(Number.isSafeInteger(maxBytes) && maxBytes >= 0))
      throw new OptionError('maxBytes', 'a whole number >= 0', maxBytes);
    this.#maxBytes = maxBytes;
  }

  /** Bytes in use, about. */
  get bytes(): number {
    return this.#bytes;
  }

  get(url: string): readonly CacheEntry[] | undefined {
    const found = this.#stored.get(url);
    if (found === undefined) return undefined;
    this.#stored.delete(url);
    this.#stored.set(url, found);
    return found.variants;
  }

  set(url: string, variants: readonly CacheEntry[]): void {
    this.delete(url);
    const size = sizeOf(url, variants);
    this.#stored.set(url, { variants, size });
    this.#bytes += size;
    for (const oldest of this.#stored.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.delete(oldest);
    }
  }

  delete(url: string): void {
    const found = this.#stored.get(url);
    if (found === undefined) return;
    this.#stored.delete(url);
    this.#bytes -= found.size;
  }
}
