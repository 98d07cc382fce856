import type {
  DeadQuery,
  DeadRecord,
  DeathReason,
  JoinOrder,
  Lease,
  LeaseRef,
  ReserveOrder,
  Settlement,
} from '../heart/driver.ts';
import { TimeHeap } from './heap.ts';
import { type Held, type Item, type ItemOwner, makeItem, Stage } from './item.ts';
import { Lanes } from './lanes.ts';
import { ReadyQueue } from './ready-queue.ts';

/** What a group tells its topic. */
export interface GroupHost {
  nextToken(): number;
  /** A group is done with a message, for good or as a dead letter. */
  done(held: Held, now: number): void;
  /** A group wants a message again. */
  revive(held: Held): void;
  readonly maxDeadLetters: number;
}

interface Dead {
  readonly item: Item;
  readonly reason: DeathReason;
  readonly failedAt: number;
}

/** One consumer group's state of a topic. */
export class MemoryGroup implements ItemOwner {
  name: string;
  readonly #host: GroupHost;
  readonly #ready = new ReadyQueue();
  readonly #delayed = new TimeHeap<Item>();
  readonly #lanes = new Lanes();
  readonly #leased = new Map<number, Item>();
  readonly #dead = new Map<number, Dead>();
  /** No lease runs out before. Looking at all that are out is cheap, since there are few, and rare. */
  #soonest = Infinity;
  #lag = 0;
  /** Items in the heap that have gone. */
  #stale = 0;

  /** How long nobody may ask before the group is dropped. */
  #idleMs = Infinity;
  #lastAskedAt = 0;

  constructor(name: string, host: GroupHost) {
    this.name = name;
    this.#host = host;
  }

  /** Says that the group is in use, and how long it may be idle from then on. */
  join(name: string, { idleMs, now }: JoinOrder): void {
    this.name = name;
    this.#idleMs = idleMs;
    this.#lastAskedAt = now;
  }

  /** Takes a message in. */
  add(held: Held, now: number): void {
    const item = makeItem(held, this);
    held.items.push(item);
    held.pending += 1;
    this.#lag += 1;
    if (item.dueAt > now) this.#delayed.push(item.dueAt, item);
    else if (this.#lanes.enter(item)) this.#ready.push(item);
  }

  /** Whether nobody has asked for messages for longer than the group may be idle. */
  isIdle(now: number): boolean {
    return now - this.#lastAskedAt >= this.#idleMs;
  }

  /** Drops an item that is not leased. Returns whether it did. */
  drop(item: Item, now: number): boolean {
    const { stage } = item;
    if (stage === Stage.leased || stage === Stage.dead || stage === Stage.gone) return false;
    this.#finish(item, stage === Stage.ready || stage === Stage.backoff, now);
    if (stage === Stage.ready) this.#ready.forget(item);
    else if (stage === Stage.blocked) this.#lanes.forget(item);
    else this.#forgetDelayed();
    return true;
  }

  #forgetDelayed(): void {
    this.#stale += 1;
    if (this.#stale <= 1024 || this.#stale * 2 <= this.#delayed.size) return;
    this.#delayed.retain(({ stage }) => stage !== Stage.gone);
    this.#stale = 0;
  }

  #finish(item: Item, heldLane: boolean, now: number, stage: Stage = Stage.gone): void {
    item.stage = stage;
    this.#lag -= 1;
    if (heldLane) {
      const next = this.#lanes.leave(item.held.message);
      if (next !== undefined) this.#ready.push(next);
    }
    this.#host.done(item.held, now);
  }

  /** Leases what is ready. */
  reserve({ now, max, leaseMs, maxAttempts }: ReserveOrder): Lease[] {
    this.#lastAskedAt = now;
    this.#wake(now, maxAttempts);
    const leases: Lease[] = [];
    const until = now + leaseMs;
    while (leases.length < max) {
      const item = this.#ready.take();
      if (item === undefined) break;
      item.stage = Stage.leased;
      item.until = until;
      item.attempts += 1;
      item.token = this.#host.nextToken();
      const { seq, message } = item.held;
      this.#leased.set(seq, item);
      leases.push({
        ref: seq,
        token: item.token,
        attempt: item.attempts,
        until,
        previousDelayMs: item.previousDelayMs,
        publishedAt: message.publishedAt,
        body: message.body,
      });
    }
    if (leases.length > 0 && until < this.#soonest) this.#soonest = until;
    return leases;
  }

  /** Brings back what has become due, and what was leased for too long. */
  #wake(now: number, maxAttempts: number): void {
    while (this.#delayed.soonest <= now) {
      const item = this.#delayed.pop();
      if (item === undefined) break;
      if (item.stage === Stage.backoff) this.#ready.unshift(item);
      else if (item.stage !== Stage.delayed) this.#stale -= 1;
      else if (this.#lanes.enter(item)) this.#ready.push(item);
    }
    if (this.#soonest > now) return;
    this.#soonest = Infinity;
    for (const item of this.#leased.values()) {
      if (item.until > now) this.#soonest = Math.min(this.#soonest, item.until);
      else {
        this.#leased.delete(item.held.seq);
        if (item.attempts < maxAttempts) this.#again(item, 0, now);
        else this.#bury(item, { code: 'lease-expired', detail: `The lease ran out on attempt ${item.attempts}.` }, now);
      }
    }
  }

  #again(item: Item, delayMs: number, now: number): void {
    if (item.expiresAt <= now) this.#finish(item, true, now);
    else if (delayMs > 0) {
      item.stage = Stage.backoff;
      item.previousDelayMs = delayMs;
      item.dueAt = now + delayMs;
      this.#delayed.push(item.dueAt, item);
    } else this.#ready.unshift(item);
  }

  #bury(item: Item, reason: DeathReason, now: number): void {
    this.#dead.set(item.held.seq, { item, reason, failedAt: now });
    this.#finish(item, true, now, Stage.dead);
    if (this.#dead.size <= this.#host.maxDeadLetters) return;
    for (const oldest of this.#dead.keys()) {
      this.#dead.delete(oldest);
      return;
    }
  }

  #held({ ref, token }: LeaseRef, now: number): Item | undefined {
    const item = this.#leased.get(ref as number);
    return item !== undefined && item.token === token && item.until > now ? item : undefined;
  }

  /** Drops an item, leased or not: the group is going. */
  abandon(item: Item, now: number): void {
    if (this.drop(item, now) || item.stage !== Stage.leased) return;
    this.#leased.delete(item.held.seq);
    this.#finish(item, true, now);
  }

  /** Ends a lease; false when it was no longer held. */
  settle(end: Settlement, now: number): boolean {
    const item = this.#held(end, now);
    if (item === undefined) return false;
    this.#leased.delete(item.held.seq);
    if (end.kind === 'ack') this.#finish(item, true, now);
    else if (end.kind === 'dead') this.#bury(item, end.reason, now);
    else if (end.kind === 'retry') this.#again(item, end.delayMs, now);
    else {
      item.attempts -= 1;
      this.#again(item, 0, now);
    }
    return true;
  }

  /** Moves the end of a lease; false when it was no longer held. */
  extend(lease: LeaseRef, until: number, now: number): boolean {
    const item = this.#held(lease, now);
    if (item === undefined) return false;
    item.until = until;
    if (until < this.#soonest) this.#soonest = until;
    return true;
  }

  /** When {@link MemoryGroup.reserve} may find more than now. */
  nextDue(): number | undefined {
    let soonest = this.#delayed.soonest;
    for (const { until } of this.#leased.values()) if (until < soonest) soonest = until;
    return soonest === Infinity ? undefined : soonest;
  }

  #pick({ limit, refs }: DeadQuery): Dead[] {
    if (refs === undefined) return [...this.#dead.values()].slice(0, limit);
    return refs.slice(0, limit).flatMap((ref) => this.#dead.get(ref as number) ?? []);
  }

  /** The dead letters, the oldest first. */
  deadLetters(query: DeadQuery): DeadRecord[] {
    return this.#pick(query).map(({ item, reason, failedAt }) => ({
      ref: item.held.seq,
      reason,
      attempts: item.attempts,
      failedAt,
      publishedAt: item.held.message.publishedAt,
      body: item.held.message.body,
    }));
  }

  /** Takes dead letters in again. */
  replay(query: DeadQuery, now: number): number {
    const found = this.#pick(query);
    for (const { item } of found) {
      this.#dead.delete(item.held.seq);
      Object.assign(item, { ...makeItem(item.held, this), expiresAt: Infinity });
      this.#host.revive(item.held);
      this.#lag += 1;
      if (item.dueAt > now) this.#delayed.push(item.dueAt, item);
      else if (this.#lanes.enter(item)) this.#ready.push(item);
    }
    return found.length;
  }

  /** Deletes dead letters. */
  discard(query: DeadQuery): number {
    const found = this.#pick(query);
    for (const { item } of found) {
      this.#dead.delete(item.held.seq);
      item.stage = Stage.gone;
    }
    return found.length;
  }

  /** Counters, but for the age. */
  counts(now: number): {
    readonly lag: number;
    readonly delayed: number;
    readonly inFlight: number;
    readonly dead: number;
  } {
    let inFlight = 0;
    for (const { until } of this.#leased.values()) if (until > now) inFlight += 1;
    return { lag: this.#lag, delayed: this.#delayed.size - this.#stale, inFlight, dead: this.#dead.size };
  }
}
