import { OptionError } from '@organism/cell';
import { OverflowError } from '../errors.ts';
import { Ring } from '../ring.ts';

/** Bounds of ordered publishing. */
export interface OrderedOptions {
  /** How many values of different keys may be handled at the same time. Default 64. */
  readonly concurrency?: number;
  /** How many values may wait for their turn, over all keys. Default 1024. */
  readonly capacity?: number;
}

/** A whole number of 1 or more, or infinity. @throws {OptionError} when it is not. */
export const checkCount = (field: string, value: number): number => {
  if (!(Number.isSafeInteger(value) || value === Infinity) || value < 1)
    throw new OptionError(field, 'a whole number of 1 or more', value);
  return value;
};

/** The bounds, with what is left out. @throws {OptionError} when one of them is not a whole number of 1 or more. */
export const checkOrdered = ({ concurrency = 64, capacity = 1024 }: OrderedOptions = {}): Required<OrderedOptions> => ({
  concurrency: checkCount('ordered.concurrency', concurrency),
  capacity: checkCount('ordered.capacity', capacity),
});

interface Lane {
  readonly key: unknown;
  /** Each lets one that waits begin. */
  readonly turns: Ring<() => void>;
}

/** Ordered work: what has one key runs one after another in the order it came, different keys side by side. */
export class KeyedQueue {
  readonly #name: string;
  readonly #concurrency: number;
  readonly #capacity: number;
  /** Keys that are at work or wait for it. */
  readonly #lanes = new Map<unknown, Lane>();
  /** Those that wait only because as many as may be are at work already. */
  readonly #ready = new Ring<Lane>();
  #running = 0;
  #waiting = 0;

  constructor(name: string, options?: OrderedOptions) {
    const { concurrency, capacity } = checkOrdered(options);
    this.#name = name;
    this.#concurrency = concurrency;
    this.#capacity = capacity;
  }

  /** How many jobs run or wait. */
  get size(): number {
    return this.#running + this.#waiting;
  }

  /**
   * Runs a job when those of its key that came before are done. Begins at once when it can.
   *
   * @throws {OverflowError} when as many wait as may.
   */
  run<T>(key: unknown, work: () => Promise<T>): Promise<T> {
    const busy = this.#lanes.get(key);
    const mustWait = busy !== undefined || this.#running >= this.#concurrency;
    if (mustWait && this.#waiting >= this.#capacity)
      return Promise.reject(new OverflowError(`The queue of "${this.#name}"`, this.#capacity));
    const lane = busy ?? { key, turns: new Ring<() => void>(4) };
    if (busy === undefined) this.#lanes.set(key, lane);
    if (!mustWait) {
      this.#running += 1;
      return this.#follow(lane, work());
    }
    this.#waiting += 1;
    if (busy === undefined) this.#ready.push(lane);
    const turn = Promise.withResolvers<void>();
    lane.turns.push(turn.resolve);
    // Begun by its own promise, not by whoever was before it: so it runs in the ambient context of its caller.
    return this.#follow(lane, turn.promise.then(work));
  }

  #follow<T>(lane: Lane, done: Promise<T>): Promise<T> {
    const end = (): void => {
      this.#running -= 1;
      // To the end of the line: a key with many values must not hold up the others.
      if (lane.turns.length > 0) this.#ready.push(lane);
      else this.#lanes.delete(lane.key);
      this.#beginNext();
    };
    done.then(end, end);
    return done;
  }

  #beginNext(): void {
    while (this.#running < this.#concurrency) {
      const begin = this.#ready.shift()?.turns.shift();
      if (begin === undefined) return;
      this.#waiting -= 1;
      this.#running += 1;
      begin();
    }
  }
}
