/** Clock of slides that go on by themselves: it stands still while someone looks, and in a page that nobody sees. */
export class Rotation {
  readonly #step: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #everyMs = 5000;
  #isOn = false;
  #isHeld = false;

  constructor(step: () => void) {
    this.#step = step;
  }

  /** Starts anew or stops. */
  run(isOn: boolean, interval: unknown): void {
    this.#isOn = isOn;
    // A timer of more than 24 days goes off at once.
    this.#everyMs = Math.min(2 ** 31 - 1, Math.max(1000, Number(interval) || 5000));
    this.#schedule();
  }

  /** Holds it for a while, or lets it go on. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#schedule();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (!this.#isOn || this.#isHeld) return;
    this.#timer = setTimeout(() => {
      if (!document.hidden) this.#step();
      this.#schedule();
    }, this.#everyMs);
  }
}
