import type {
  GroupDepth,
  JoinOrder,
  Lease,
  NewMessage,
  PublishOrder,
  PublishOutcome,
  ReserveOrder,
  TopicDepth,
} from '../heart/driver.ts';
import { Chain } from '../heart/chain.ts';
import { type GroupHost, MemoryGroup } from './group.ts';
import { TimeHeap } from './heap.ts';
import { type Held, type Item, Stage } from './item.ts';

const stored: PublishOutcome = ['stored'];
const duplicate: PublishOutcome = ['duplicate'];
const bySeq = (one: Held, other: Held): number => one.seq - other.seq;

/** One topic in memory: its messages, its groups and the ids that were seen. */
export class MemoryTopic {
  readonly name: string;
  readonly #host: GroupHost;
  readonly #groups: MemoryGroup[];
  /** Messages that some group has yet to handle, by priority, the oldest first. */
  readonly #waiting: (Chain<Held> | undefined)[] = [];
  #depth = 0;
  /** Handled messages that are kept for groups to come. */
  readonly #retained = new Map<number, Held>();
  readonly #mortal = new TimeHeap<Held>();
  /** Messages in that heap that are handled. */
  #stale = 0;
  /** Until when an id is a duplicate. */
  readonly #seen = new Map<string, number>();
  #lastSeq = 0;

  constructor(name: string, nextToken: () => number, maxDeadLetters: number) {
    this.name = name;
    this.#host = {
      nextToken,
      maxDeadLetters,
      done: (held, now) => this.#done(held, now),
      revive: (held) => this.#revive(held),
    };
    // Holds the messages until the first group comes, and then is that group.
    this.#groups = [new MemoryGroup('', this.#host)];
  }

  /** The group of a name, if it has joined. */
  group(name: string): MemoryGroup | undefined {
    return this.#groups.find((group) => group.name === name);
  }

  #done(held: Held, now: number): void {
    held.pending -= 1;
    if (held.pending > 0) return;
    this.#waiting[held.message.priority]?.delete(held);
    this.#depth -= 1;
    if (held.isMortal) this.#forgetMortal();
    if (held.retainedUntil > now) this.#retained.set(held.seq, held);
  }

  #forgetMortal(): void {
    this.#stale += 1;
    if (this.#stale <= 1024 || this.#stale * 2 <= this.#mortal.size) return;
    this.#mortal.retain(({ pending }) => pending > 0);
    this.#stale = 0;
  }

  #revive(held: Held): void {
    held.pending += 1;
    if (held.pending > 1) return;
    this.#retained.delete(held.seq);
    this.#await(held);
  }

  #await(held: Held): void {
    (this.#waiting[held.message.priority] ??= new Chain()).add(held);
    this.#depth += 1;
  }

  /** Stores messages, all or none. */
  publish(messages: readonly NewMessage[], order: PublishOrder): PublishOutcome {
    const { now } = order;
    if (this.#mortal.soonest <= now) this.#expire(now);
    this.#forgetSeen(now);
    const [only] = messages;
    if (messages.length === 1 && only !== undefined) {
      if (this.#isDuplicate(only, now)) return duplicate;
      if (!this.#makeRoom(1, only.priority, order)) return 'full';
      this.#store(only, order);
      return stored;
    }
    const ids = new Set<string>();
    const isNew = messages.map((message) => {
      if (message.uniqueUntil === 0) return true;
      if (ids.has(message.id) || this.#isDuplicate(message, now)) return false;
      ids.add(message.id);
      return true;
    });
    const fresh = messages.filter((_message, index) => isNew[index]);
    const lowest = fresh.reduce((least, { priority }) => Math.min(least, priority), 9);
    if (!this.#makeRoom(fresh.length, lowest, order)) return 'full';
    for (const message of fresh) this.#store(message, order);
    return isNew.map((is) => (is ? 'stored' : 'duplicate'));
  }

  #isDuplicate({ id, uniqueUntil }: NewMessage, now: number): boolean {
    return uniqueUntil !== 0 && (this.#seen.get(id) ?? 0) > now;
  }

  #store(message: NewMessage, { now, retentionMs }: PublishOrder): void {
    this.#lastSeq += 1;
    const retainedUntil = retentionMs === 0 ? 0 : message.publishedAt + retentionMs;
    const isMortal = message.expiresAt !== Infinity;
    const held: Held = {
      seq: this.#lastSeq,
      message,
      retainedUntil,
      isMortal,
      items: [],
      pending: 0,
      before: undefined,
      after: undefined,
    };
    this.#await(held);
    for (const group of this.#groups) group.add(held, now);
    if (isMortal) this.#mortal.push(message.expiresAt, held);
    if (message.uniqueUntil !== 0) {
      // Taken out first, so that the order is that of the last sight.
      this.#seen.delete(message.id);
      this.#seen.set(message.id, message.uniqueUntil);
    }
  }

  /** Makes sure that so many more fit, at the cost of lower priorities where that is allowed. */
  #makeRoom(count: number, priority: number, { now, maxDepth, shed }: PublishOrder): boolean {
    const missing = this.#depth + count - maxDepth;
    if (missing <= 0) return true;
    if (!shed) return false;
    const victims: Held[] = [];
    for (let lower = 0; lower < priority && victims.length < missing; lower += 1) {
      for (const held of this.#waiting[lower] ?? []) {
        if (held.items.every(({ stage }) => stage !== Stage.leased)) victims.push(held);
        if (victims.length === missing) break;
      }
    }
    if (victims.length < missing) return false;
    for (const held of victims) this.#drop(held, () => true, now);
    return true;
  }

  #drop(held: Held, isDropped: (item: Item) => boolean, now: number): void {
    held.retainedUntil = 0;
    for (const item of held.items) if (isDropped(item)) item.owner.drop(item, now);
  }

  #expire(now: number): void {
    while (this.#mortal.soonest <= now) {
      const held = this.#mortal.pop();
      if (held === undefined) return;
      held.isMortal = false;
      if (held.pending === 0) this.#stale -= 1;
      else this.#drop(held, ({ expiresAt }) => expiresAt <= now, now);
    }
  }

  #forgetSeen(now: number): void {
    if (this.#seen.size === 0) return;
    for (const [id, until] of this.#seen) {
      if (until > now) return;
      this.#seen.delete(id);
    }
  }

  /** Makes a group. */
  join(name: string, order: JoinOrder): void {
    const { from, now } = order;
    const [first] = this.#groups;
    const found = this.group(name) ?? (first?.name === '' ? first : undefined);
    if (found !== undefined) {
      if (found.name === '' && from === 'latest') this.#dropWaiting(now);
      found.join(name, order);
      return;
    }
    const group = new MemoryGroup(name, this.#host);
    group.join(name, order);
    this.#groups.push(group);
    if (from === 'earliest') for (const held of this.#all()) this.#readmit(held, group, now);
  }

  /** Drops what has waited for a first group. What is kept for groups to come stays: another may want it. */
  #dropWaiting(now: number): void {
    for (const held of this.#all()) if (held.pending > 0) this.#drop(held, () => true, now);
  }

  /** Drops a group with all that it had yet to handle. The last one leaves a place for the next. */
  leave(name: string, now: number): void {
    const index = this.#groups.findIndex((group) => group.name === name);
    const group = this.#groups[index];
    if (group === undefined) return;
    for (const { items } of this.#all()) for (const item of items) if (item.owner === group) group.abandon(item, now);
    this.#groups.splice(index, 1);
    if (this.#groups.length === 0) this.#groups.push(new MemoryGroup('', this.#host));
  }

  #all(): Held[] {
    const waiting = this.#waiting.flatMap((messages) => [...(messages ?? [])]);
    return [...waiting, ...this.#retained.values()].toSorted(bySeq);
  }

  #readmit(held: Held, group: MemoryGroup, now: number): void {
    if (held.message.expiresAt <= now) return;
    if (held.pending === 0) {
      if (held.retainedUntil <= now) return;
      this.#retained.delete(held.seq);
      this.#await(held);
    }
    group.add(held, now);
  }

  /** Leases to a group what is ready. */
  reserve(name: string, order: ReserveOrder): readonly Lease[] {
    if (this.#mortal.soonest <= order.now) this.#expire(order.now);
    return this.group(name)?.reserve(order) ?? [];
  }

  /** State of the topic. */
  inspect(now: number): TopicDepth {
    if (this.#mortal.soonest <= now) this.#expire(now);
    const all = this.#all();
    const groups = this.#groups.map((group): GroupDepth => {
      const isOpen = ({ items }: Held): boolean => {
        const stage = items.find(({ owner }) => owner === group)?.stage;
        return stage !== undefined && stage !== Stage.gone && stage !== Stage.dead;
      };
      const oldest = all.find(isOpen);
      const oldestAgeMs = oldest === undefined ? 0 : Math.max(0, now - oldest.message.publishedAt);
      return { group: group.name, ...group.counts(now), oldestAgeMs };
    });
    return { topic: this.name, depth: this.#depth, groups: groups.filter(({ group, lag }) => group !== '' || lag > 0) };
  }

  /** Drops what has expired and what need not be kept. */
  sweep(now: number): number {
    const before = this.#depth + this.#retained.size;
    for (const group of this.#groups.filter((one) => one.isIdle(now))) this.leave(group.name, now);
    this.#expire(now);
    for (const [seq, { retainedUntil }] of this.#retained) if (retainedUntil <= now) this.#retained.delete(seq);
    for (const [id, until] of this.#seen) if (until <= now) this.#seen.delete(id);
    return before - this.#depth - this.#retained.size;
  }
}
