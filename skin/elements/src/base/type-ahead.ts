const pause = 500;

/** Type-ahead: finds items by the letters that were typed within the last half second. */
export class TypeAhead {
  #typed = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Whether a text is being typed, so that a space belongs to it. */
  get isTyping(): boolean {
    return this.#typed !== '';
  }

  /** Forgets what was typed. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#typed = '';
  }

  /** The next item, after the current one, that begins with what was typed; undefined for keys that type nothing. */
  find<T>(
    event: KeyboardEvent,
    items: readonly T[],
    current: T | undefined,
    textOf: (item: T) => string,
  ): T | undefined {
    const { key } = event;
    if (key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return undefined;
    if (key === ' ' && !this.isTyping) return undefined;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.stop(), pause);
    this.#typed += key.toLowerCase();
    // One letter again and again goes from match to match.
    const at = current === undefined ? 0 : items.indexOf(current) + (this.#typed.length === 1 ? 1 : 0);
    return [...items.slice(at), ...items.slice(0, at)].find((item) =>
      textOf(item).toLowerCase().startsWith(this.#typed),
    );
  }
}
