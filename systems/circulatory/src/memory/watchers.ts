/** Listeners by topic. */
export class Watchers {
  readonly #byTopic = new Map<string, Set<{ readonly call: () => void }>>();

  /** Adds a listener until the handle is disposed. */
  add(topic: string, listener: () => void): Disposable {
    const entry = { call: listener };
    const set = this.#byTopic.get(topic) ?? new Set();
    this.#byTopic.set(topic, set.add(entry));
    return {
      [Symbol.dispose]: () => {
        set.delete(entry);
        if (set.size === 0 && this.#byTopic.get(topic) === set) this.#byTopic.delete(topic);
      },
    };
  }

  /** Calls the listeners of a topic. */
  tell(topic: string): void {
    const set = this.#byTopic.get(topic);
    if (set !== undefined) for (const { call } of set) call();
  }

  /** Calls all listeners: anything may have changed. */
  tellAll(): void {
    for (const topic of this.#byTopic.keys()) this.tell(topic);
  }
}
