/** An element of a {@link Fifo}: carries its own links, so that leaving from the middle is as cheap as from the front. */
export interface Linked<T> {
  before: T | undefined;
  after: T | undefined;
  /** The queue it is in. */
  queue: Fifo<never> | undefined;
}

/** First-in-first-out queue as a linked list through its elements: every operation takes constant time. */
export class Fifo<T extends Linked<T>> {
  #first: T | undefined = undefined;
  #last: T | undefined = undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get first(): T | undefined {
    return this.#first;
  }

  push(element: T): void {
    element.queue = this as unknown as Fifo<never>;
    element.before = this.#last;
    if (this.#last === undefined) this.#first = element;
    else this.#last.after = element;
    this.#last = element;
    this.#size += 1;
  }

  shift(): T | undefined {
    const first = this.#first;
    if (first !== undefined) this.remove(first);
    return first;
  }

  /** Takes an element out, wherever it stands. Returns whether it was in this queue. */
  remove(element: T): boolean {
    if (element.queue !== (this as unknown)) return false;
    const { before, after } = element;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    element.queue = element.before = element.after = undefined;
    this.#size -= 1;
    return true;
  }
}
