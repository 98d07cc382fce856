import { Fifo } from '../memory/fifo.ts';
import { ended, type Step } from './source.ts';
import { Stage } from './stage.ts';

/** A stage whose values come by events: they wait in a queue until its reader asks. */
export abstract class Outlet<T> extends Stage<T> {
  readonly #ready = new Fifo<T>();
  #reader: PromiseWithResolvers<Step<T>> | undefined;
  #last: { readonly error?: unknown } | undefined;

  /** How many values wait for the reader. */
  protected get waiting(): number {
    return this.#ready.size;
  }

  /** Whether a reader waits and there is nothing for it. */
  protected get isHungry(): boolean {
    return this.#reader !== undefined;
  }

  /** Whether no more will be put in. */
  protected get isLast(): boolean {
    return this.#last !== undefined;
  }

  /** Called when a reader waits and there is nothing for it: time to ask the source. */
  protected abstract wanted(): void;

  /** Called when a reader has taken a value that waited. */
  protected taken(): void {}

  /** Hands a value to the reader, now or when it asks. */
  protected put(value: T): void {
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader === undefined) this.#ready.push(value);
    else reader.resolve({ done: false, value });
  }

  /** Takes back the oldest value that waits. */
  protected unput(): T | undefined {
    return this.#ready.shift();
  }

  /** No more values: after those that wait comes the end, or an error. */
  protected finish(last: { readonly error?: unknown } = {}): void {
    if (this.#last !== undefined) return;
    this.#last = last;
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader !== undefined) this.#answer(reader);
  }

  #answer(reader: PromiseWithResolvers<Step<T>>): void {
    if (this.#last !== undefined && 'error' in this.#last) reader.reject(this.#last.error);
    else reader.resolve(ended);
  }

  protected override pull(): Promise<Step<T>> {
    if (this.#ready.size > 0) {
      const value = this.#ready.shift() as T;
      this.taken();
      return Promise.resolve({ done: false, value });
    }
    const reader = Promise.withResolvers<Step<T>>();
    if (this.#last !== undefined) this.#answer(reader);
    else {
      this.#reader = reader;
      this.wanted();
    }
    return reader.promise;
  }
}
