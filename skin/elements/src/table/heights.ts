/** Heights of very many rows, of which few are known: where each begins, and which is at a height. Both take log n. */
export class RowHeights {
  readonly count: number;
  readonly #estimate: number;
  /** Differences from the estimate, summed as a Fenwick tree. */
  readonly #sums: Float64Array;
  readonly #known = new Map<number, number>();

  constructor(count: number, estimate: number) {
    this.count = count;
    this.#estimate = estimate;
    this.#sums = new Float64Array(count + 1);
  }

  /** Tells the height of a row; gives by how much that is more than before. */
  set(index: number, height: number): number {
    const difference = height - (this.#known.get(index) ?? this.#estimate);
    if (difference === 0 || index < 0 || index >= this.count) return 0;
    this.#known.set(index, height);
    for (let at = index + 1; at <= this.count; at += at & -at) this.#sums[at] = (this.#sums[at] ?? 0) + difference;
    return difference;
  }

  /** Where a row begins: the heights of all before it. */
  offset(index: number): number {
    let sum = index * this.#estimate;
    for (let at = index; at > 0; at -= at & -at) sum += this.#sums[at] ?? 0;
    return sum;
  }

  /** Height of all rows. */
  get total(): number {
    return this.offset(this.count);
  }

  /** The row at a height. */
  indexAt(height: number): number {
    let index = 0;
    let rest = height;
    for (let step = 2 ** Math.floor(Math.log2(this.count || 1)); step >= 1; step /= 2) {
      const next = index + step;
      if (next > this.count) continue;
      const sum = (this.#sums[next] ?? 0) + step * this.#estimate;
      if (sum > rest) continue;
      index = next;
      rest -= sum;
    }
    return Math.min(index, Math.max(0, this.count - 1));
  }
}
