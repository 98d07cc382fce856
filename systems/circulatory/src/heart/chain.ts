/** Something that can be a link of a {@link Chain}; one at a time. */
export interface Link<T> {
  before: T | undefined;
  after: T | undefined;
}

/**
 * Linked list through its members, in the order of adding. A Set or a Map in which as much comes as goes is rebuilt again
 * and again: with two of them on its way a message took a quarter longer.
 */
export class Chain<T extends Link<T>> implements Iterable<T> {
  #first: T | undefined;
  #last: T | undefined;
  #size = 0;

  /** How many there are. */
  get size(): number {
    return this.#size;
  }

  /** Adds one that is not in it. */
  add(item: T): void {
    item.before = this.#last;
    item.after = undefined;
    if (this.#last === undefined) this.#first = item;
    else this.#last.after = item;
    this.#last = item;
    this.#size += 1;
  }

  /** Takes one out; does nothing when it is not in it. */
  delete(item: T): void {
    const { before, after } = item;
    if (before === undefined && this.#first !== item) return;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    item.before = item.after = undefined;
    this.#size -= 1;
  }

  /** All, from the first on; the one that is given may be taken out meanwhile. */
  *[Symbol.iterator](): Generator<T, void, undefined> {
    for (let item = this.#first; item !== undefined;) {
      const { after } = item;
      yield item;
      item = after;
    }
  }
}
