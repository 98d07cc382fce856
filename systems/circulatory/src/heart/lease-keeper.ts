import type { Clock, Timer } from '@organism/cell';

/** What is kept: messages that wait for a handler. */
export interface Kept {
  readonly waiting: number;
  /** Lets their leases run longer. */
  prolong(): Promise<void>;
  /** Gives them back to the group. */
  giveBack(): Promise<void>;
}

/**
 * Looks after messages that wait for a handler: they must not run out while others of this consumer are being handled.
 * When none has been asked for in half the time of a lease, they go back to the group: another consumer may have time for
 * them.
 */
export class LeaseKeeper {
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #kept: Kept;
  #timer: Timer | undefined;
  #isAsked = false;

  constructor(clock: Clock, everyMs: number, kept: Kept) {
    this.#clock = clock;
    this.#everyMs = everyMs;
    this.#kept = kept;
  }

  /** A message was asked for. */
  asked(): void {
    this.#isAsked = true;
  }

  /** Begins to look after them, if it does not yet. */
  keep(): void {
    this.#timer ??= this.#clock.setTimeout(() => {
      this.#timer = undefined;
      void this.#look();
    }, this.#everyMs);
  }

  async #look(): Promise<void> {
    if (this.#kept.waiting === 0) return;
    if (!this.#isAsked) return await this.#kept.giveBack();
    this.#isAsked = false;
    await this.#kept.prolong();
    if (this.#kept.waiting > 0) this.keep();
  }

  /** Looks after nothing any more. */
  off(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }
}
