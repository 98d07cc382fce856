import type { Context, Timer } from '@organism/cell';
import { OverflowError, UndeliveredError } from '../errors.ts';
import type { Nerve } from './nerve.ts';
import { Ring } from '../ring.ts';

interface OnItsWay<T> {
  readonly value: T;
  readonly due: number;
  readonly context: Context | undefined;
}

/** How many values are on their way before senders must wait; twice as many, and those that don't are refused. */
const capacity = 1024;

/**
 * Values on their way: each arrives a fixed time after it was sent, in order, with one timer for all of them. Where there
 * is no room for one, those behind it wait, and so do senders.
 */
export class DelayLine<T> {
  readonly #name: string;
  readonly #delayMs: number;
  readonly #nerve: Nerve;
  readonly #arrive: (value: T) => Promise<void> | undefined;
  readonly #values: Ring<OnItsWay<T>> = new Ring();
  #timer: Timer | undefined;
  /** Set while senders must wait. */
  #full: PromiseWithResolvers<void> | undefined;
  #blocked = false;

  constructor(name: string, delayMs: number, nerve: Nerve, arrive: (value: T) => Promise<void> | undefined) {
    this.#name = name;
    this.#delayMs = delayMs;
    this.#nerve = nerve;
    this.#arrive = arrive;
  }

  /** Sends a value on its way. The promise says when there is room for more. */
  push(value: T): Promise<void> | undefined {
    if (this.#values.length >= 2 * capacity) {
      this.#nerve.fail({ source: this.#name, error: new OverflowError(this.#name, 2 * capacity), value });
      return this.#full?.promise;
    }
    const due = this.#nerve.clock.monotonic() + this.#delayMs;
    this.#nerve.begin();
    this.#values.push({ value, due, context: this.#nerve.present() });
    if (this.#timer === undefined && !this.#blocked) this.#arm(this.#delayMs);
    if (this.#blocked || this.#values.length >= capacity) this.#full ??= Promise.withResolvers();
    return this.#full?.promise;
  }

  #arm(delayMs: number): void {
    this.#timer = this.#nerve.clock.setTimeout(() => this.#fire(), delayMs);
  }

  #fire(): void {
    this.#timer = undefined;
    this.#blocked = false;
    const now = this.#nerve.clock.monotonic();
    for (let next = this.#values.peek(); next !== undefined && !this.#blocked; next = this.#values.peek()) {
      const { due, value, context } = next;
      // A host's timer may be up to a millisecond early by the monotonic clock.
      if (due > now + 1) {
        if (this.#timer === undefined) this.#arm(due - now);
        break;
      }
      this.#values.shift();
      const pressure = this.#nerve.within(context, () => this.#arrive(value));
      this.#nerve.end();
      if (pressure === undefined) continue;
      this.#blocked = true;
      void pressure.then(() => this.#fire());
    }
    if (this.#blocked || this.#values.length >= capacity) return;
    this.#full?.resolve();
    this.#full = undefined;
  }

  /** Reports what is on its way as undelivered, and forgets it. */
  cut(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    for (let next = this.#values.shift(); next !== undefined; next = this.#values.shift()) {
      this.#nerve.fail({ source: this.#name, error: new UndeliveredError(this.#name), value: next.value });
      this.#nerve.end();
    }
    this.#full?.resolve();
    this.#full = undefined;
  }
}
