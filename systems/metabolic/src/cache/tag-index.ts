/** Index from tags to keys. */
export class TagIndex {
  readonly #keys = new Map<string, Set<string>>();

  /** How many tags have keys. */
  get size(): number {
    return this.#keys.size;
  }

  /** Notes that a key has these tags. */
  add(key: string, tags: readonly string[]): void {
    for (const tag of tags) {
      const keys = this.#keys.get(tag);
      if (keys === undefined) this.#keys.set(tag, new Set([key]));
      else keys.add(key);
    }
  }

  /** Forgets that a key has these tags. */
  remove(key: string, tags: readonly string[]): void {
    for (const tag of tags) {
      const keys = this.#keys.get(tag);
      if (keys?.delete(key) && keys.size === 0) this.#keys.delete(tag);
    }
  }

  /** The keys of a tag, as a list that later changes don't touch. */
  keysOf(tag: string): readonly string[] {
    return [...(this.#keys.get(tag) ?? [])];
  }
}
