/** Lets all that wait go on when it is opened; who waits later waits for the next time. */
export class Latch {
  #waiting: (() => void)[] = [];

  /** Resolves when it is opened next. */
  wait(): Promise<void> {
    return new Promise((resolve) => void this.#waiting.push(resolve));
  }

  /** Lets go. */
  open(): void {
    if (this.#waiting.length > 0) for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
