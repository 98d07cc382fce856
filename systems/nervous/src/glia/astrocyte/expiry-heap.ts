/** Something that ceases to exist at a time. The heap keeps `slot` up to date; it is -1 outside the heap. */
export interface Mortal {
  readonly expiresAt: number | undefined;
  slot: number;
}

const dueAt = (item: Mortal | undefined): number => item?.expiresAt ?? Infinity;

/**
 * Binary min-heap by time of expiry. Items know their slot, so that one can be taken out in O(log n) when its key is
 * written again: stale entries never pile up.
 */
export class ExpiryHeap<T extends Mortal> {
  readonly #items: T[] = [];

  /** The item that expires first. */
  peek(): T | undefined {
    return this.#items[0];
  }

  add(item: T): void {
    this.#items.push(item);
    this.#rise(item, this.#items.length - 1);
  }

  /** Takes an item out; does nothing when it is not in. */
  remove(item: T): void {
    const { slot } = item;
    const last = this.#items.at(-1);
    if (slot < 0 || last === undefined) return;
    item.slot = -1;
    this.#items.pop();
    if (last === item) return;
    this.#rise(last, slot);
    this.#sink(last, last.slot);
  }

  #put(item: T, slot: number): void {
    this.#items[slot] = item;
    item.slot = slot;
  }

  #rise(item: T, from: number): void {
    let slot = from;
    while (slot > 0) {
      const above = (slot - 1) >> 1;
      const parent = this.#items[above];
      if (parent === undefined || dueAt(parent) <= dueAt(item)) break;
      this.#put(parent, slot);
      slot = above;
    }
    this.#put(item, slot);
  }

  #sink(item: T, from: number): void {
    let slot = from;
    for (;;) {
      const left = 2 * slot + 1;
      const below = dueAt(this.#items[left + 1]) < dueAt(this.#items[left]) ? left + 1 : left;
      const child = this.#items[below];
      if (child === undefined || dueAt(child) >= dueAt(item)) break;
      this.#put(child, slot);
      slot = below;
    }
    this.#put(item, slot);
  }
}
