/**
 * Line of calls under way. An ordered one lets nobody overtake: each waits for its own time, and for those before it.
 */
export class Lane {
  readonly #sleep: (ms: number) => Promise<void>;
  readonly #ordered: boolean;
  #last: Promise<void> | undefined;

  constructor(sleep: (ms: number) => Promise<void>, ordered: boolean) {
    this.#sleep = sleep;
    this.#ordered = ordered;
  }

  /** Resolves when it is this one's turn; undefined when it need not wait at all. */
  pass(ms: number): Promise<void> | undefined {
    if (!this.#ordered) return ms === 0 ? undefined : this.#sleep(ms);
    if (ms === 0 && this.#last === undefined) return undefined;
    const mine = this.#follow(this.#last, ms);
    this.#last = mine;
    return mine;
  }

  async #follow(last: Promise<void> | undefined, ms: number): Promise<void> {
    if (ms > 0) await this.#sleep(ms);
    await last;
  }
}
