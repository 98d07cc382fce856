/** One after another, for each name. */
export class Turns {
  readonly #tails = new Map<string, Promise<unknown>>();

  /** Does the work when that before it is done, however it went. */
  async take<T>(name: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#tails.get(name) ?? Promise.resolve()).then(work);
    const tail = turn.catch(() => {});
    this.#tails.set(name, tail);
    try {
      return await turn;
    } finally {
      if (this.#tails.get(name) === tail) this.#tails.delete(name);
    }
  }
}
