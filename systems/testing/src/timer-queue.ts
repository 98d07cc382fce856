/** A timer in the queue: due at `at`; among equals the lower `rank` goes first, then the lower `id`. */
export interface Queued {
  readonly id: number;
  at: number;
  rank: number;
  cancelled: boolean;
}

const order = (a: Queued, b: Queued): number => (a.at === b.at ? a.rank - b.rank || a.id - b.id : a.at < b.at ? -1 : 1);

/**
 * Priority queue of timers: a binary heap. Cancelled ones stay until they come up or make up half of the heap, so that
 * cancelling costs nothing.
 */
export class TimerQueue<T extends Queued> {
  #heap: T[] = [];
  #cancelled = 0;

  /** How many timers wait, without the cancelled ones. */
  get size(): number {
    return this.#heap.length - this.#cancelled;
  }

  add(timer: T): void {
    this.#heap.push(timer);
    this.#up(this.#heap.length - 1);
  }

  /** The timer that is due first. */
  peek(): T | undefined {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined || !first.cancelled) return first;
      this.#shift();
      this.#cancelled--;
    }
  }

  /** Takes out the timer that is due first. */
  take(): T | undefined {
    const first = this.peek();
    this.#shift();
    return first;
  }

  /** Must be called once for each timer that is cancelled while it waits. */
  cancel(timer: T): void {
    timer.cancelled = true;
    this.#cancelled++;
    if (this.#cancelled < 64 || this.#cancelled * 2 < this.#heap.length) return;
    this.#heap = this.#heap.filter((waiting) => !waiting.cancelled);
    this.#cancelled = 0;
    for (let index = (this.#heap.length >> 1) - 1; index >= 0; index--) this.#down(index);
  }

  /** The timers that wait, the one due first in front. */
  list(): T[] {
    return this.#heap.filter((timer) => !timer.cancelled).sort(order);
  }

  #shift(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#down(0);
  }

  #swap(i: number, j: number): boolean {
    const a = this.#heap[i];
    const b = this.#heap[j];
    if (a === undefined || b === undefined || order(a, b) > 0) return false;
    this.#heap[i] = b;
    this.#heap[j] = a;
    return true;
  }

  #up(index: number): void {
    for (let i = index; i > 0;) {
      const parent = (i - 1) >> 1;
      if (!this.#swap(i, parent)) return;
      i = parent;
    }
  }

  #down(index: number): void {
    for (let i = index; ;) {
      const left = this.#heap[2 * i + 1];
      const right = this.#heap[2 * i + 2];
      if (left === undefined) return;
      const child = right !== undefined && order(right, left) < 0 ? 2 * i + 2 : 2 * i + 1;
      if (!this.#swap(child, i)) return;
      i = child;
    }
  }
}
