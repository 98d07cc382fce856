import { type Source, Upstream } from '../streams/source.ts';

/** What the sending half of a stream does with values. */
export interface OutgoingEvents {
  data(seq: number, value: unknown): Promise<void>;
  end(seq: number): Promise<void>;
  fail(seq: number, error: unknown): Promise<void>;
}

/** The sending half of a stream: reads its source only when the other side has granted room for a value. */
export class Outgoing<T> {
  readonly #upstream: Upstream<T>;
  readonly #check: (value: T) => void;
  #credit: number;
  #seq = 0;
  #isOpen = true;
  #granted = Promise.withResolvers<void>();

  constructor(source: Source<T>, credit: number, check: (value: T) => void) {
    this.#upstream = new Upstream(source);
    this.#credit = credit;
    this.#check = check;
  }

  /** Values up to this number may be sent. What came before counts no less. */
  grant(total: number): void {
    if (total <= this.#credit) return;
    this.#credit = total;
    this.#wake();
  }

  #wake(): void {
    this.#granted.resolve();
    this.#granted = Promise.withResolvers<void>();
  }

  /** Sends all that there is. Resolves at the end, or when it is stopped; rejects when sending fails. */
  async run(events: OutgoingEvents): Promise<void> {
    try {
      while (this.#isOpen) {
        if (this.#seq >= this.#credit) {
          await this.#granted.promise;
          continue;
        }
        let value: T;
        try {
          const step = await this.#upstream.next();
          if (!this.#isOpen) return;
          if (step.done === true) {
            await events.end(this.#seq);
            return;
          }
          ({ value } = step);
          this.#check(value);
        } catch (error) {
          if (this.#isOpen) await events.fail(this.#seq, error);
          return;
        }
        await events.data(++this.#seq, value);
      }
    } finally {
      await this.stop();
    }
  }

  /** Sends no more, and closes the source. */
  async stop(): Promise<void> {
    this.#isOpen = false;
    this.#wake();
    await this.#upstream.close();
  }
}
