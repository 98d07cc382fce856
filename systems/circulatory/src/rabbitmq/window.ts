import type { Lease, LeaseRef, ReserveOrder, Settlement } from '../heart/driver.ts';
import { MemoryGroup } from '../memory/group.ts';
import { TimeHeap } from '../memory/heap.ts';
import { type Held, type Item, Stage } from '../memory/item.ts';
import type { Lane } from './lane.ts';
import type { Arrival } from './wire.ts';

/** A message that a lane has given and that is not acknowledged. */
export interface Delivery {
  readonly lane: Lane;
  readonly tag: number;
  readonly arrival: Arrival;
}

/** A {@link Delivery} among the others. */
export interface Entry extends Delivery {
  readonly held: Held;
  /** How often it was tried, and until when it is leased. */
  readonly item: Item;
}

/** A message that is out of attempts. */
export interface Exhausted {
  readonly delivery: Delivery;
  readonly attempts: number;
}

/**
 * The messages of a group that this process holds: leases, attempts and the order of keys are kept as the memory keeps
 * them, by this process's clock; to the server they are just not acknowledged.
 */
export class Window {
  readonly #group: MemoryGroup;
  readonly #entries = new Map<number, Entry>();
  readonly #mortal = new TimeHeap<Entry>();
  readonly #acknowledge: (delivery: Delivery) => void;
  #lastSeq = 0;
  #isForgetting = false;

  /** @param acknowledge Called with each message that is done. */
  constructor(nextToken: () => number, acknowledge: (delivery: Delivery) => void) {
    this.#acknowledge = acknowledge;
    this.#group = new MemoryGroup('', {
      nextToken,
      maxDeadLetters: Infinity,
      revive: () => {},
      done: ({ seq, items }) => this.#done(seq, items[0]),
    });
  }

  /** One that ran out of attempts keeps its entry until it is buried. */
  #done(seq: number, item: Item | undefined): void {
    const entry = this.#entries.get(seq);
    if (entry === undefined || item?.stage === Stage.dead) return;
    this.#entries.delete(seq);
    if (!this.#isForgetting) this.#acknowledge(entry);
  }

  /** How many there are. */
  get size(): number {
    return this.#entries.size;
  }

  /** Takes in what a lane has given. */
  add(delivery: Delivery, now: number): void {
    this.#lastSeq += 1;
    const { arrival } = delivery;
    const held: Held = {
      seq: this.#lastSeq,
      message: arrival,
      retainedUntil: 0,
      isMortal: false,
      items: [],
      pending: 0,
      before: undefined,
      after: undefined,
    };
    this.#group.add(held, now);
    const [item] = held.items;
    if (item === undefined) return;
    item.attempts = arrival.attempts;
    item.previousDelayMs = arrival.previousDelayMs;
    const entry: Entry = { lane: delivery.lane, tag: delivery.tag, arrival, held, item };
    this.#entries.set(held.seq, entry);
    if (arrival.expiresAt !== Infinity) this.#mortal.push(arrival.expiresAt, entry);
  }

  /** Leases what is ready. */
  reserve(order: ReserveOrder): readonly Lease[] {
    this.expire(order.now);
    return this.#group.reserve(order);
  }

  /** Acknowledges what has expired. Returns how many. */
  expire(now: number): number {
    const before = this.#entries.size;
    while (this.#mortal.soonest <= now) {
      const entry = this.#mortal.pop();
      if (entry !== undefined && this.#entries.has(entry.held.seq)) this.#group.drop(entry.item, now);
    }
    return before - this.#entries.size;
  }

  /** Takes out those whose last lease has run out. */
  exhausted(): Exhausted[] {
    const dead = this.#group.deadLetters({ limit: Infinity });
    if (dead.length === 0) return [];
    this.#group.discard({ limit: Infinity });
    return dead.flatMap(({ ref, attempts }) => {
      const delivery = this.#entries.get(ref as number);
      this.#entries.delete(ref as number);
      return delivery === undefined ? [] : [{ delivery, attempts }];
    });
  }

  /** Ends a lease here; false when it was no longer held. */
  settle(end: Settlement, now: number): boolean {
    return this.#group.settle(end, now);
  }

  /** Lets a lease run until then; false when it was no longer held. */
  extend(lease: LeaseRef, until: number, now: number): boolean {
    return this.#group.extend(lease, until, now);
  }

  /** The message of a lease. */
  get({ ref }: LeaseRef): Entry | undefined {
    return this.#entries.get(ref as number);
  }

  /** When {@link Window.reserve} may find more than now. */
  nextDue(): number | undefined {
    return this.#group.nextDue();
  }

  /** How many are not due, or wait for their retry. */
  get delayed(): number {
    return this.#group.counts(0).delayed;
  }

  /** Counters. */
  counts(now: number): { readonly lag: number; readonly delayed: number; readonly inFlight: number } {
    return this.#group.counts(now);
  }

  /** When the oldest was published. */
  oldest(): number | undefined {
    let oldest: number | undefined;
    for (const { arrival } of this.#entries.values())
      if (oldest === undefined || arrival.publishedAt < oldest) oldest = arrival.publishedAt;
    return oldest;
  }

  /** Whether a message of a lane is being handled, or waits for its retry. */
  isBusy(lane: Lane, now: number): boolean {
    for (const entry of this.#entries.values()) if (entry.lane === lane && isBusy(entry.item, now)) return true;
    return false;
  }

  /** Whether the lease of a message of a lane has run out, and nobody has asked for messages since. */
  hasExpired(lane: Lane, now: number): boolean {
    for (const entry of this.#entries.values()) if (entry.lane === lane && isExpired(entry.item, now)) return true;
    return false;
  }

  /** Forgets what is not being handled nor waits for its retry, and tells which, and how often each was tried here. */
  giveBack(
    lane: Lane,
    now: number,
  ): { readonly delivery: Delivery; readonly attempts: number; readonly isTried: boolean }[] {
    const given = [...this.#entries.values()].filter((entry) => entry.lane === lane && !isBusy(entry.item, now));
    const found = given.map((entry) => ({
      delivery: entry,
      attempts: entry.item.attempts,
      isTried: isExpired(entry.item, now),
    }));
    this.#forget(given, (item) => this.#group.abandon(item, now));
    return found;
  }

  /** Forgets all that a lane had given: its leases are lost. */
  abandon(lane: Lane, now: number): void {
    const lost = [...this.#entries.values()].filter((entry) => entry.lane === lane);
    this.#forget(lost, (item) => this.#group.abandon(item, now));
  }

  #forget(entries: readonly Entry[], drop: (item: Item) => void): void {
    this.#isForgetting = true;
    for (const { item, held } of entries) {
      drop(item);
      this.#entries.delete(held.seq);
    }
    this.#isForgetting = false;
  }
}

/** Whether a message is being handled, or waits for its retry. */
const isBusy = ({ stage, until }: Item, now: number): boolean =>
  stage === Stage.backoff || (stage === Stage.leased && until > now);

/** Whether its lease has run out. */
const isExpired = ({ stage, until }: Item, now: number): boolean => stage === Stage.leased && until <= now;
