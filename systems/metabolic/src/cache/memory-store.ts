import { type Clock, type Entropy, systemClock, systemEntropy } from '@organism/cell';
import { remainingMs, type StoredEntry } from './entry.ts';
import type { CacheStore, Lease, StoreRead, WriteConditions } from './store.ts';

interface Kept {
  readonly entry: StoredEntry;
  readonly marks: ReadonlyMap<string, number>;
  readonly generation: number;
  /** On the wall clock. */
  endsAt: number;
}

interface Ticket {
  readonly marks: ReadonlyMap<string, number>;
  readonly generation: number;
}

/**
 * Second-level store in memory: for tests, where several caches share one as processes would, and as a pattern for
 * drivers. Keeps everything until it expires or is deleted.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Glycogen, MemoryStore } from '@organism/metabolic';
 *
 * const l2 = new MemoryStore();
 * const [here, there] = [new Glycogen<string>({ l2 }), new Glycogen<string>({ l2 })];
 * await here.set('quake:1', 'Hualien');
 * assert.equal(await there.fetch('quake:1', () => 'nobody asks me'), 'Hualien');
 * ```
 */
export class MemoryStore implements CacheStore {
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #kept = new Map<string, Kept>();
  readonly #marks = new Map<string, number>();
  readonly #leases = new Map<string, { readonly token: string; endsAt: number }>();
  #generation = 0;

  constructor(options: { readonly clock?: Clock; readonly entropy?: Entropy } = {}) {
    this.#clock = options.clock ?? systemClock;
    this.#entropy = options.entropy ?? systemEntropy;
  }

  #ticket(tags: readonly string[]): Ticket {
    return { marks: new Map(tags.map((tag) => [tag, this.#marks.get(tag) ?? 0])), generation: this.#generation };
  }

  /** Reads an entry, and the state of the tags. */
  async read(key: string, tags: readonly string[]): Promise<StoreRead> {
    const ticket = this.#ticket(tags);
    const kept = this.#kept.get(key);
    const isValid =
      kept !== undefined &&
      this.#clock.now() < kept.endsAt &&
      kept.generation === this.#generation &&
      [...kept.marks].every(([tag, mark]) => mark === (this.#marks.get(tag) ?? 0));
    return isValid ? { entry: kept.entry, ticket } : { ticket };
  }

  /** Writes an entry, unless a condition forbids it. */
  async write(key: string, entry: StoredEntry, conditions: WriteConditions = {}): Promise<boolean> {
    const { lease, ticket = this.#ticket([]) } = conditions;
    const now = this.#clock.now();
    const endsAt = now + remainingMs(entry, now);
    if ((lease !== undefined && this.#held(key)?.token !== lease.token) || endsAt <= now) return false;
    const seen = ticket as Ticket;
    const marks = new Map((entry.tags ?? []).map((tag) => [tag, seen.marks.get(tag) ?? this.#marks.get(tag) ?? 0]));
    this.#kept.set(key, { entry: structuredClone(entry), marks, generation: seen.generation, endsAt });
    return true;
  }

  /** Deletes keys and the leases on them. */
  async delete(keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      this.#kept.delete(key);
      this.#leases.delete(key);
    }
  }

  /** Makes what has one of the tags unreadable. */
  async invalidateTags(tags: readonly string[]): Promise<void> {
    for (const tag of tags) this.#marks.set(tag, (this.#marks.get(tag) ?? 0) + 1);
  }

  /** Makes everything unreadable. */
  async clear(): Promise<void> {
    this.#generation += 1;
    this.#kept.clear();
  }

  /** Keeps an entry for another while. */
  async touch(key: string, ms: number): Promise<void> {
    const kept = this.#kept.get(key);
    if (kept !== undefined) kept.endsAt = this.#clock.now() + ms;
  }

  #held(key: string): { readonly token: string; endsAt: number } | undefined {
    const held = this.#leases.get(key);
    return held !== undefined && this.#clock.now() < held.endsAt ? held : undefined;
  }

  /** Takes the lease of a key, unless another holds it. */
  async acquire(key: string, ms: number): Promise<Lease | undefined> {
    if (this.#held(key) !== undefined) return undefined;
    const token = this.#entropy.uuid();
    this.#leases.set(key, { token, endsAt: this.#clock.now() + ms });
    const mine = (): { endsAt: number } | undefined => {
      const held = this.#held(key);
      return held?.token === token ? held : undefined;
    };
    return {
      token,
      renew: async () => {
        const held = mine();
        if (held !== undefined) held.endsAt = this.#clock.now() + ms;
        return held !== undefined;
      },
      release: async () => {
        if (mine() !== undefined) this.#leases.delete(key);
      },
    };
  }
}
