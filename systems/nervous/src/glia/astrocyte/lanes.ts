import { isThenable } from '../../bus/topic.ts';
import type { MaybePromise } from './driver.ts';

/**
 * Keeps changes of one key in order while a driver takes its time: one after another per key, keys side by side. With
 * a driver that answers at once it does nothing.
 */
export class Lanes {
  readonly #tails = new Map<string, Promise<unknown>>();
  #barrier: Promise<unknown> | undefined;

  /** Runs work after what was begun before it on the same key. */
  run<T>(key: string, work: () => MaybePromise<T>): MaybePromise<T> {
    const tail = this.#tails.get(key);
    const result =
      tail === undefined && this.#barrier === undefined ? work() : Promise.all([tail, this.#barrier]).then(work);
    if (!isThenable(result)) return result;
    const own: Promise<void> = Promise.resolve(result).then(
      () => this.#leave(key, own),
      () => this.#leave(key, own),
    );
    this.#tails.set(key, own);
    return result;
  }

  #leave(key: string, tail: Promise<unknown>): void {
    if (this.#tails.get(key) === tail) this.#tails.delete(key);
  }

  /** Runs work that may touch any key: after all that was begun before it, and before all that comes later. */
  alone<T>(work: () => MaybePromise<T>): MaybePromise<T> {
    const result = this.#tails.size === 0 && this.#barrier === undefined ? work() : this.idle().then(work);
    if (!isThenable(result)) return result;
    const leave = (): void => {
      if (this.#barrier === own) this.#barrier = undefined;
    };
    const own: Promise<unknown> = Promise.resolve(result).then(leave, leave);
    this.#barrier = own;
    return result;
  }

  /** Waits for all that was begun. */
  async idle(): Promise<void> {
    await Promise.all([...this.#tails.values(), this.#barrier]);
  }
}
