/** A message that waits to be handled. */
interface Waiting {
  readonly seq: number;
  readonly data: unknown;
}

/** What an {@link Inbox} needs from its owner. */
export interface InboxOptions {
  /** Handles one message; must not throw. */
  readonly handle: (data: unknown, seq: number) => void | Promise<void>;
  /** Some messages have been handled. */
  readonly handled: () => void;
}

/**
 * The numbered messages from one client: each handled once, one after another, in order, whatever is sent again.
 */
export class Inbox {
  readonly #options: InboxOptions;
  readonly #queue: Waiting[] = [];
  #received: number;
  #handled: number;
  #halted = false;
  #idle: Promise<void> | undefined;

  /** @param handled Number of the last message that was handled before. */
  constructor(options: InboxOptions, handled = 0) {
    this.#options = options;
    this.#received = this.#handled = handled;
  }

  /** How many messages wait or are being handled. */
  get size(): number {
    return this.#received - this.#handled;
  }

  /** Number of the last message that was handled. */
  get handled(): number {
    return this.#handled;
  }

  /** Takes a message; one that came before does nothing. Gives false when one in between is missing. */
  take(seq: number, data: unknown): boolean {
    if (seq <= this.#received || this.#halted) return true;
    if (seq !== this.#received + 1) return false;
    this.#received = seq;
    if (this.#idle === undefined) {
      const work = this.#options.handle(data, seq);
      if (work === undefined) this.#finish(seq);
      else this.#idle = this.#drain(work, seq);
    } else this.#queue.push({ seq, data });
    return true;
  }

  #finish(seq: number): void {
    this.#handled = seq;
    this.#options.handled();
  }

  async #drain(first: Promise<void>, seq: number): Promise<void> {
    await first;
    this.#finish(seq);
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      await this.#options.handle(next.data, next.seq);
      this.#finish(next.seq);
    }
    this.#idle = undefined;
  }

  /** Begins no more of what waits, since the client will send it again; resolves when what is at work is done. */
  async halt(): Promise<void> {
    this.#halted = true;
    this.#queue.length = 0;
    await this.settled();
    this.#received = this.#handled;
  }

  /** Takes messages again. */
  resume(): void {
    this.#halted = false;
  }

  /** Resolves when nothing waits. */
  async settled(): Promise<void> {
    while (this.#idle !== undefined) await this.#idle;
  }
}
