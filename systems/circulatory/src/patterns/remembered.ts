/** Remembers names, the newest so many of them. */
export class Remembered {
  readonly #names = new Set<string>();
  readonly #most: number;

  constructor(most = 10_000) {
    this.#most = most;
  }

  /** Remembers a name; forgets the oldest when there are too many. */
  add(name: string): void {
    this.#names.delete(name);
    this.#names.add(name);
    if (this.#names.size <= this.#most) return;
    const [oldest = ''] = this.#names;
    this.#names.delete(oldest);
  }

  /** Forgets a name. */
  delete(name: string): void {
    this.#names.delete(name);
  }

  /** Whether it is remembered. */
  has(name: string): boolean {
    return this.#names.has(name);
  }
}
