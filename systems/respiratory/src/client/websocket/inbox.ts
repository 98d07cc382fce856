/** What has come and was not taken yet, in order; then how it ended. */
export class Inbox<T> {
  readonly #messages: T[] = [];
  #wake: (() => void) | undefined;
  #ended = false;
  #error: Error | undefined;

  get size(): number {
    return this.#messages.length;
  }

  push(message: T): void {
    if (this.#ended) return;
    this.#messages.push(message);
    this.#wake?.();
  }

  end(error?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#wake?.();
  }

  /** The messages, also those that came before it ended. Throws what it ended with. */
  async *read(): AsyncGenerator<T, void> {
    for (;;) {
      while (this.#messages.length > 0) yield this.#messages.shift() as T;
      if (this.#error !== undefined) throw this.#error;
      if (this.#ended) return;
      await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#wake = undefined;
    }
  }
}
