/** Binary heap of things with a time, the earliest first; those of one time in the order in which they came. */
export class TimeHeap<T> {
  readonly #times: number[] = [];
  readonly #turns: number[] = [];
  readonly #items: T[] = [];
  #lastTurn = 0;

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
    this.#put(at, (this.#lastTurn += 1), item);
  }

  #put(at: number, turn: number, item: T): void {
    const [times, turns, items] = [this.#times, this.#turns, this.#items];
    let index = times.length;
    for (; index > 0;) {
      const up = (index - 1) >> 1;
      const [upTime, upTurn, upItem] = [times[up], turns[up], items[up]];
      // Who comes later has the later turn, so it stays below one of the same time.
      if (upTime === undefined || upTurn === undefined || upItem === undefined || upTime <= at) break;
      times[index] = upTime;
      turns[index] = upTurn;
      items[index] = upItem;
      index = up;
    }
    times[index] = at;
    turns[index] = turn;
    items[index] = item;
  }

  /** Whether the one at an index is before a time and turn. */
  #isBefore(index: number, at: number, turn: number): boolean {
    const other = this.#times[index] ?? Infinity;
    return other < at || (other === at && (this.#turns[index] ?? Infinity) < turn);
  }

  /** Takes the one with the earliest time; among those of one time, the one that was added first. */
  pop(): T | undefined {
    const [times, turns, items] = [this.#times, this.#turns, this.#items];
    const first = items[0];
    const [lastTime, lastTurn, last] = [times.pop(), turns.pop(), items.pop()];
    if (lastTime === undefined || lastTurn === undefined || last === undefined || items.length === 0) return first;
    let index = 0;
    for (;;) {
      let down = 2 * index + 1;
      if (down >= items.length) break;
      if (this.#isBefore(down + 1, times[down] ?? Infinity, turns[down] ?? Infinity)) down += 1;
      const [downTime, downTurn, downItem] = [times[down], turns[down], items[down]];
      if (downTime === undefined || downTurn === undefined || downItem === undefined) break;
      if (!this.#isBefore(down, lastTime, lastTurn)) break;
      times[index] = downTime;
      turns[index] = downTurn;
      items[index] = downItem;
      index = down;
    }
    times[index] = lastTime;
    turns[index] = lastTurn;
    items[index] = last;
    return first;
  }

  /** Drops all that don't pass. */
  retain(isKept: (item: T) => boolean): void {
    const kept = this.#items.flatMap((item, index): [number, number, T][] => {
      const [at, turn] = [this.#times[index], this.#turns[index]];
      return at !== undefined && turn !== undefined && isKept(item) ? [[at, turn, item]] : [];
    });
    kept.sort(([at, turn], [otherAt, otherTurn]) => at - otherAt || turn - otherTurn);
    this.#times.length = this.#turns.length = this.#items.length = 0;
    for (const [at, turn, item] of kept) this.#put(at, turn, item);
  }
}
