import { OptionError } from '@organism/cell';

/** Listeners that pile up on one topic: most often they were never taken away. */
export interface Leak {
  /** Name of the topic, or the pattern. */
  readonly topic: string;
  /** How many listen. */
  readonly listeners: number;
  readonly maxListeners: number;
}

/** Tells of a leak on the console. */
const warn = ({ topic, listeners, maxListeners }: Leak): void =>
  console.warn(
    `Possible leak: ${listeners} listeners on "${topic}", more than maxListeners (${maxListeners}). ` +
      'Unsubscribe those that are no longer needed, or raise the limit.',
  );

/** Watches how many listen to each topic, and tells once for each. */
export class LeakWatch {
  readonly #maxListeners: number;
  readonly #onLeak: (leak: Leak) => void;
  readonly #told = new Set<string>();

  constructor(maxListeners = 100, onLeak: (leak: Leak) => void = warn) {
    if (!(maxListeners >= 0)) throw new OptionError('maxListeners', 'a number of 0 or more', maxListeners);
    this.#maxListeners = maxListeners === 0 ? Infinity : maxListeners;
    this.#onLeak = onLeak;
  }

  /** Told when a topic has one listener more. */
  check(topic: string, listeners: number): void {
    if (listeners <= this.#maxListeners || this.#told.has(topic)) return;
    this.#told.add(topic);
    this.#onLeak({ topic, listeners, maxListeners: this.#maxListeners });
  }
}
