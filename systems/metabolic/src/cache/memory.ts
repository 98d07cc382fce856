import { LRUCache } from 'lru-cache';
import type { Entry } from './entry.ts';
import { estimateBytes } from './size.ts';
import type { Counters } from './stats.ts';
import { TagIndex } from './tag-index.ts';

/** Bounds of the first level, and who is told when an entry leaves it. */
export interface MemoryOptions {
  readonly max?: number;
  readonly maxBytes?: number;
  readonly sizeOf?: (value: unknown, key: string) => number;
  readonly counters: Counters;
  /** An entry has left, for whatever reason but a newer value. */
  readonly onGone: (key: string, isEvicted: boolean) => void;
}

/** First level: least-recently-used entries in memory, with an index of their tags. Expiry is its owner's business. */
export class MemoryLevel {
  readonly #cache: LRUCache<string, Entry>;
  readonly #tags = new TagIndex();
  readonly #counters: Counters;
  readonly #onGone: (key: string, isEvicted: boolean) => void;
  readonly #sizeOf: ((value: unknown, key: string) => number) | undefined;

  constructor({ max, maxBytes, sizeOf, counters, onGone }: MemoryOptions) {
    this.#counters = counters;
    this.#onGone = onGone;
    this.#sizeOf =
      maxBytes === undefined ? undefined : (sizeOf ?? ((value, key) => estimateBytes(value) + 2 * key.length));
    const dispose = (entry: Entry, key: string, reason: string): void => {
      if (entry.tags.length > 0) this.#tags.remove(key, entry.tags);
      if (reason === 'set') return;
      if (reason === 'evict') counters.evictions += 1;
      onGone(key, reason === 'evict');
    };
    this.#cache =
      maxBytes === undefined
        ? new LRUCache({ max: max ?? 10_000, dispose })
        : new LRUCache({ ...(max !== undefined && { max }), maxSize: maxBytes, dispose });
  }

  get size(): number {
    return this.#cache.size;
  }

  get bytes(): number {
    return this.#cache.calculatedSize;
  }

  /** The entry of a key, which counts as a use of it. */
  get(key: string): Entry | undefined {
    return this.#cache.get(key);
  }

  /** The entry of a key, without counting as a use. */
  peek(key: string): Entry | undefined {
    return this.#cache.peek(key);
  }

  /** Keeps an entry; false when it is too big. */
  set(key: string, entry: Entry): boolean {
    if (this.#sizeOf === undefined) this.#cache.set(key, entry);
    else {
      this.#cache.set(key, entry, { size: Math.max(1, Math.ceil(this.#sizeOf(entry.value, key))) });
      if (this.#cache.peek(key) !== entry) {
        this.#counters.rejected += 1;
        // What the key had before went as if it were replaced.
        this.#onGone(key, false);
        return false;
      }
    }
    if (entry.tags.length > 0) this.#tags.add(key, entry.tags);
    return true;
  }

  /** Drops a key; false when it was not there. */
  delete(key: string): boolean {
    return this.#cache.delete(key);
  }

  /** Drops every key of a tag; tells how many there were. */
  deleteTag(tag: string): number {
    const keys = this.#tags.keysOf(tag);
    for (const key of keys) this.#cache.delete(key);
    return keys.length;
  }

  /** Drops everything; tells how much there was. */
  clear(): number {
    const { size } = this.#cache;
    this.#cache.clear();
    return size;
  }

  /** Everything, the most recently used first. */
  entries(): Iterable<[string, Entry]> {
    return this.#cache.entries();
  }
}
