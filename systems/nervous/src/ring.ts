/** First-in, first-out queue on a growing circular array: pushing and shifting take constant time. */
export class Ring<T> {
  #slots: (T | undefined)[];
  #head = 0;
  #length = 0;

  /** @param capacity Slots to begin with, a power of two. It grows by itself. */
  constructor(capacity: number = 16) {
    this.#slots = Array.from({ length: capacity });
  }

  /** How many values wait. */
  get length(): number {
    return this.#length;
  }

  /** Adds a value at the end. */
  push(value: T): void {
    if (this.#length === this.#slots.length) this.#grow();
    this.#slots[(this.#head + this.#length) & (this.#slots.length - 1)] = value;
    this.#length += 1;
  }

  /** Takes the oldest value. */
  shift(): T | undefined {
    if (this.#length === 0) return undefined;
    const value = this.#slots[this.#head];
    this.#slots[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#slots.length - 1);
    this.#length -= 1;
    return value;
  }

  /** The oldest value, left in place. */
  peek(): T | undefined {
    return this.#length === 0 ? undefined : this.#slots[this.#head];
  }

  /** Takes everything out. */
  clear(): void {
    this.#slots.fill(undefined);
    this.#head = 0;
    this.#length = 0;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = Array.from({ length: old.length * 2 });
    for (let index = 0; index < this.#length; index += 1)
      this.#slots[index] = old[(this.#head + index) & (old.length - 1)];
    this.#head = 0;
  }
}
