/** Queue of its own array, with a way back in at the front. */
export class Fifo<T> {
  #items: (T | undefined)[] = [];
  #head = 0;
  #stale = 0;

  /** How many wait. */
  get size(): number {
    return this.#items.length - this.#head;
  }

  /** Puts one at the end. */
  push(item: T): void {
    this.#items.push(item);
  }

  /** Puts one at the front. */
  unshift(item: T): void {
    if (this.#head === 0) this.#items.unshift(item);
    else this.#items[--this.#head] = item;
  }

  /** All, from the first on. */
  items(): T[] {
    return this.#items.slice(this.#head) as T[];
  }

  /** Takes the first. */
  shift(): T | undefined {
    if (this.#head === this.#items.length) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head++] = undefined;
    // Moved in big steps, so that each item is moved about once.
    if (this.#head === this.#items.length) {
      this.#items.length = 0;
      this.#head = 0;
    } else if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** Puts one before the first that comes after it in an order; at the end when none does. */
  insert(item: T, isAfter: (other: T) => boolean): void {
    let at = this.#items.length;
    for (; at > this.#head; at -= 1) {
      const other = this.#items[at - 1];
      if (other === undefined || !isAfter(other)) break;
    }
    this.#items.splice(at, 0, item);
  }

  /** Notes that one of those inside is of no more use; when they are many, drops all that don't pass. */
  forget(isKept: (item: T) => boolean): void {
    this.#stale += 1;
    if (this.#stale <= 1024 || this.#stale * 2 <= this.size) return;
    this.#items = this.#items.slice(this.#head).filter((item) => item !== undefined && isKept(item));
    this.#head = this.#stale = 0;
  }
}
