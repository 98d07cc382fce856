import { OptionError } from '@organism/cell';
import type { AnyListener, ListenOptions, Listener, Subscription } from './listener.ts';

/** What stands in the place of a listener that was taken away while its list is walked. */
export const gone: AnyListener = () => undefined;

/** Whether a listener gets a value before another: by priority, then by age. */
const isBefore = (one: Entry, other: Entry): boolean =>
  one.priority > other.priority || (one.priority === other.priority && one.order < other.order);

/** Where an entry belongs in a list that is in order. Looked for from the end, where most belong. */
export const placeOf = (entry: Entry, entries: readonly Entry[]): number => {
  let place = entries.length;
  while (place > 0 && isBefore(entry, entries[place - 1] as Entry)) place -= 1;
  return place;
};

/** Where subscriptions live: a topic, or the pattern that many topics match. */
export interface Home {
  /** Takes away a subscription that has ended. */
  remove(entry: Entry): void;
}

/** One subscription. Kept small: there may be very many. */
export class Entry {
  /** What the subscriber gave, to be found again by `off`. */
  readonly listener: AnyListener;
  readonly home: Home;
  readonly priority: number;
  readonly order: number;
  /** What an emit calls: the listener itself, as a wrapper would cost a call for each value. */
  readonly call: AnyListener;
  active: boolean = true;
  readonly #options: ListenOptions;
  #abort: (() => void) | undefined;

  constructor(listener: AnyListener, options: ListenOptions, order: number, home: Home) {
    if (typeof listener !== 'function') throw new OptionError('listener', 'a function', listener);
    this.priority = options.priority ?? 0;
    if (!Number.isFinite(this.priority)) throw new OptionError('priority', 'a finite number', options.priority);
    this.listener = listener;
    this.home = home;
    this.order = order;
    this.#options = options;
    this.call = options.once === true ? this.#makeOnce() : listener;
    const { signal } = options;
    // An aborted signal tells nobody any more.
    if (signal?.aborted === true) this.active = false;
    else if (signal !== undefined) {
      this.#abort = () => this.end();
      signal.addEventListener('abort', this.#abort, { once: true });
    }
  }

  #makeOnce(): Listener<never> {
    // The flag counts, not the list: an emit within an emit may come here twice.
    return (value, topic) => {
      if (!this.active) return undefined;
      this.end();
      return this.listener(value, topic);
    };
  }

  #leave(): boolean {
    if (!this.active) return false;
    this.active = false;
    if (this.#abort !== undefined) this.#options.signal?.removeEventListener('abort', this.#abort);
    return true;
  }

  /** Ends the subscription; a second time does nothing. */
  end(): void {
    if (this.#leave()) this.home.remove(this);
  }

  /** Ends the subscription because the bus has stopped, after its list was dropped as a whole. */
  close(): void {
    if (this.#leave()) this.#options.onClose?.();
  }
}

/** The handle that a subscriber gets. */
export const subscriptionOf = (entry: Entry): Subscription => {
  const unsubscribe = (): void => entry.end();
  return { unsubscribe, [Symbol.dispose]: unsubscribe };
};
