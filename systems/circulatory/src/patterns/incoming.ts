import { Outlet } from '../streams/outlet.ts';
import { StreamBrokenError } from './errors.ts';

/** What the receiving half of a stream tells its session. */
export interface IncomingEvents {
  /** The reader has room: the other side may send up to this number. */
  grant(total: number): void;
  /** The reader has left before the end. */
  left(): void;
  /** A value that is next is missing, or none is any more. */
  gap(isOpen: boolean): void;
}

/**
 * The receiving half of a stream: puts values into their order, drops those that came before, and grants credit as its reader
 * reads. Holds no more than the window.
 */
export class Incoming<T> extends Outlet<T> {
  readonly #window: number;
  readonly #events: IncomingEvents;
  readonly #read: (value: unknown) => T;
  /** Values that came before one that is still missing. */
  readonly #early = new Map<number, unknown>();
  /** The number of the last value that was given on. */
  #seq = 0;
  #taken = 0;
  #granted: number;
  #end: { readonly seq: number; readonly error?: unknown } | undefined;

  constructor(window: number, read: (value: unknown) => T, events: IncomingEvents) {
    super();
    this.#window = window;
    this.#granted = window;
    this.#read = read;
    this.#events = events;
  }

  /** Whether all has come that will. */
  get isDone(): boolean {
    return this.isLast || this.hasEnded;
  }

  /** A value. */
  data(seq: number, value: unknown): void {
    if (this.isDone || seq <= this.#seq) return;
    if (seq > this.#granted || seq === 0) {
      this.fault(new StreamBrokenError('more values came than were asked for'));
      return;
    }
    this.#early.set(seq, value);
    this.#advance();
  }

  /** The end: after so many values, with an error or without. */
  last(seq: number, failure?: { readonly error: unknown }): void {
    this.#end ??= { seq, ...failure };
    this.#advance();
  }

  /** Ends it with an error, after what is in order. */
  fault(error: unknown): void {
    this.finish({ error });
    this.#events.gap(false);
  }

  #advance(): void {
    while (this.#early.has(this.#seq + 1) && !this.isDone) {
      this.#seq += 1;
      const value = this.#early.get(this.#seq);
      this.#early.delete(this.#seq);
      try {
        this.put(this.#read(value));
      } catch (error) {
        this.fault(error);
        return;
      }
      // A value that a reader was waiting for is read at once.
      if (this.waiting === 0) this.#count();
    }
    if (this.#end !== undefined && this.#seq >= this.#end.seq)
      this.finish('error' in this.#end ? { error: this.#end.error } : {});
    this.#events.gap(!this.isDone && (this.#early.size > 0 || this.#end !== undefined));
  }

  /** Grants in steps of half a window, so that not every value costs a message back. */
  #count(): void {
    this.#taken += 1;
    if (this.isLast || this.#granted - this.#taken > this.#window / 2) return;
    this.#granted = this.#taken + this.#window;
    this.#events.grant(this.#granted);
  }

  protected override wanted(): void {}

  protected override taken(): void {
    this.#count();
  }

  protected override close(): undefined {
    this.#early.clear();
    if (!this.isLast) this.#events.left();
  }
}
