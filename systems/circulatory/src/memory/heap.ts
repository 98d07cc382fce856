/** Binary heap of things with a time, the earliest first. */
export class TimeHeap<T> {
  readonly #times: number[] = [];
  readonly #items: T[] = [];

  /** How many there are. */
  get size(): number {
    return this.#items.length;
  }

  /** The earliest time; Infinity when empty. */
  get soonest(): number {
    return this.#times[0] ?? Infinity;
  }

  /** The one with the earliest time. */
  peek(): T | undefined {
    return this.#items[0];
  }

  /** Adds one. */
  push(at: number, item: T): void {
    const [times, items] = [this.#times, this.#items];
    let index = times.length;
    for (; index > 0;) {
      const up = (index - 1) >> 1;
      const [upTime, upItem] = [times[up], items[up]];
      if (upTime === undefined || upItem === undefined || upTime <= at) break;
      times[index] = upTime;
      items[index] = upItem;
      index = up;
    }
    times[index] = at;
    items[index] = item;
  }

  /** Takes the one with the earliest time. */
  pop(): T | undefined {
    const [times, items] = [this.#times, this.#items];
    const first = items[0];
    const [lastTime, last] = [times.pop(), items.pop()];
    if (lastTime === undefined || last === undefined || items.length === 0) return first;
    let index = 0;
    for (;;) {
      let down = 2 * index + 1;
      if (down >= items.length) break;
      if ((times[down + 1] ?? Infinity) < (times[down] ?? Infinity)) down += 1;
      const [downTime, downItem] = [times[down], items[down]];
      if (downTime === undefined || downItem === undefined || downTime >= lastTime) break;
      times[index] = downTime;
      items[index] = downItem;
      index = down;
    }
    times[index] = lastTime;
    items[index] = last;
    return first;
  }

  /** Drops all that don't pass. */
  retain(isKept: (item: T) => boolean): void {
    const kept = this.#items.flatMap((item, index): [number, T][] => {
      const at = this.#times[index];
      return at !== undefined && isKept(item) ? [[at, item]] : [];
    });
    this.#times.length = this.#items.length = 0;
    for (const [at, item] of kept) this.push(at, item);
  }
}
