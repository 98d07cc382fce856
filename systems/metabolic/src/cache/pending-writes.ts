import type { Invalidated } from './bus.ts';

/** One write on its way to the second level. */
export interface PendingWrite {
  readonly tags: readonly string[];
  /** A later call has the say about this key: don't write. */
  isOutdated: boolean;
  /** It may reach the store at any moment; before that it may still be called off. */
  isWriting: boolean;
  /** Resolves when it is over. Never rejects. */
  done: Promise<void>;
}

/**
 * Writes that are on their way, so that a `delete` called after a `set` also counts after it, though the store would
 * get it first.
 */
export class PendingWrites {
  readonly #byKey = new Map<string, Set<PendingWrite>>();

  *#all(): Generator<PendingWrite> {
    for (const writes of this.#byKey.values()) yield* writes;
  }

  /** Calls off the writes that an invalidation is about. */
  outdate({ keys = [], tags = [], all = false }: Invalidated): void {
    for (const key of keys) for (const write of this.#byKey.get(key) ?? []) write.isOutdated = true;
    if (!all && tags.length === 0) return;
    for (const write of this.#all()) write.isOutdated ||= all || write.tags.some((tag) => tags.includes(tag));
  }

  /** Runs a write after the earlier ones of its key, which are called off. */
  run(key: string, tags: readonly string[], work: (write: PendingWrite) => Promise<void>): Promise<void> {
    const same = this.#byKey.get(key) ?? new Set<PendingWrite>();
    this.#byKey.set(key, same);
    const earlier: Promise<void>[] = [];
    for (const other of same) {
      other.isOutdated = true;
      earlier.push(other.done);
    }
    const write: PendingWrite = { tags, isOutdated: false, isWriting: false, done: Promise.resolve() };
    same.add(write);
    write.done = Promise.all(earlier)
      .then(() => work(write))
      .finally(() => {
        same.delete(write);
        if (same.size === 0 && this.#byKey.get(key) === same) this.#byKey.delete(key);
      });
    return write.done;
  }

  /** Resolves when those that can't be called off any more are over. */
  async settled(): Promise<void> {
    const writing: Promise<void>[] = [];
    for (const { isWriting, done } of this.#all()) if (isWriting) writing.push(done);
    await Promise.all(writing);
  }
}
