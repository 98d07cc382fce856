import type { Arrival } from './arrival.ts';
import type { Tally } from './tally.ts';

/** A lease: a message that somebody in this process has. Times are monotonic. */
export interface Held {
  /** Its last delivery. */
  arrival: Arrival;
  readonly token: number;
  /** With this lease. */
  tally: Tally;
  until: number;
  /** When the server last heard that it is being worked on. */
  touchedAt: number;
}

/** Leases of a group that were given in this process. */
export class Holdings {
  readonly #held = new Map<string, Held>();
  /** Nothing runs out before. */
  #soonest = Infinity;

  get size(): number {
    return this.#held.size;
  }

  values(): Iterable<Held> {
    return this.#held.values();
  }

  add(held: Held): void {
    this.#held.set(held.arrival.ref, held);
    this.#soonest = Math.min(this.#soonest, held.until);
  }

  /** Whoever has a message, also when the lease has run out just now. */
  of(ref: string): Held | undefined {
    return this.#held.get(ref);
  }

  /** A lease that has not run out. */
  get(ref: number | string, token: number, now: number): Held | undefined {
    const held = this.#held.get(String(ref));
    return held !== undefined && held.token === token && held.until > now ? held : undefined;
  }

  /** Ends a lease, unless the message has been leased again since. */
  remove({ arrival: { ref }, token }: Held): void {
    if (this.#held.get(ref)?.token === token) this.#held.delete(ref);
  }

  /** Takes out those that have run out. */
  expire(now: number): readonly Held[] {
    if (now < this.#soonest) return [];
    const over: Held[] = [];
    this.#soonest = Infinity;
    for (const [ref, held] of this.#held)
      if (held.until <= now) {
        this.#held.delete(ref);
        over.push(held);
      } else this.#soonest = Math.min(this.#soonest, held.until);
    return over;
  }

  /** When the next one runs out; undefined when there is none. */
  nextEnd(): number | undefined {
    let soonest = Infinity;
    for (const { until } of this.#held.values()) soonest = Math.min(soonest, until);
    return soonest === Infinity ? undefined : soonest;
  }
}
