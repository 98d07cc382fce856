import type { HeartDriver, MaybePromise, Settlement } from './driver.ts';
import { isThenable } from './thenable.ts';

interface Waiting {
  readonly end: Settlement;
  readonly resolve: (held: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Sends the ends of leases to the driver. One that answers at once gets each at once; one that does not gets the
 * acknowledgements of a turn of promises together, since each call is a round trip. A message that is buried or put off
 * may take several, or fail: it goes by itself, so that no other has to wait for it.
 */
export class Settler {
  readonly #driver: HeartDriver;
  readonly #topic: string;
  readonly #group: string;
  readonly #now: () => number;
  #waiting: Waiting[] = [];
  /** Learned from the driver's first answer. */
  #isSlow = false;
  /** Ends that the driver has yet to confirm. */
  pending = 0;
  /** Called when one is confirmed, or has failed. */
  onConfirmed: () => void = () => {};

  constructor(driver: HeartDriver, topic: string, group: string, now: () => number) {
    this.#driver = driver;
    this.#topic = topic;
    this.#group = group;
    this.#now = now;
  }

  /** Ends a lease; false when it was no longer held. */
  settle(end: Settlement): MaybePromise<boolean> {
    if (this.#isSlow && end.kind === 'ack') return this.#together(end);
    const done = this.#driver.settle(this.#topic, this.#group, [end], this.#now());
    if (!isThenable(done)) {
      this.onConfirmed();
      return done[0] === true;
    }
    this.#isSlow = true;
    this.pending += 1;
    return this.#confirmed(Promise.resolve(done).then(([held]) => held === true));
  }

  async #confirmed<T>(result: Promise<T>): Promise<T> {
    try {
      return await result;
    } finally {
      this.pending -= 1;
      this.onConfirmed();
    }
  }

  #together(end: Settlement): Promise<boolean> {
    this.pending += 1;
    const result = new Promise<boolean>((resolve, reject) => {
      if (this.#waiting.length === 0) queueMicrotask(() => void this.#send());
      this.#waiting.push({ end, resolve, reject });
    });
    return this.#confirmed(result);
  }

  async #send(): Promise<void> {
    const batch = this.#waiting;
    this.#waiting = [];
    try {
      const ends = batch.map(({ end }) => end);
      const held = await this.#driver.settle(this.#topic, this.#group, ends, this.#now());
      for (const [index, { resolve }] of batch.entries()) resolve(held[index] === true);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  /** Gives leases back, together. */
  async release(ends: readonly Settlement[]): Promise<void> {
    this.pending += ends.length;
    try {
      await this.#driver.settle(this.#topic, this.#group, ends, this.#now());
    } finally {
      this.pending -= ends.length;
      this.onConfirmed();
    }
  }
}
