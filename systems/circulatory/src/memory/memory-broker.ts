import { OptionError } from '@organism/cell';
import type {
  DeadQuery,
  DeadRecord,
  HeartDriver,
  JoinOrder,
  Lease,
  LeaseRef,
  NewMessage,
  PublishOrder,
  PublishOutcome,
  ReserveOrder,
  Settlement,
  TopicDepth,
} from '../heart/driver.ts';
import type { MemoryGroup } from './group.ts';
import { MemoryTopic } from './topic.ts';
import { Watchers } from './watchers.ts';

/** Options of a {@link MemoryBroker}. */
export interface MemoryBrokerOptions {
  /** Dead letters kept for each group of each topic; beyond them the oldest goes. Default 10 000. */
  readonly maxDeadLetters?: number;
}

/**
 * Broker driver in memory: the default of a Heart, fast, and gone with the process. Several Hearts of a process may share
 * one.
 *
 * Messages are kept as they are, not copied: whoever published a value must not change it afterwards.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Heart, MemoryBroker } from '@organism/circulatory';
 *
 * const driver = new MemoryBroker();
 * await using sender = await new Heart({ name: 'sender', driver }).start();
 * await using receiver = await new Heart({ name: 'receiver', driver }).start();
 * const got = Promise.withResolvers<unknown>();
 * await receiver.subscribe('greetings', (message) => got.resolve(message.data));
 * await sender.publish('greetings', 'hello');
 * assert.equal(await got.promise, 'hello');
 * ```
 */
export class MemoryBroker implements HeartDriver<never> {
  readonly name = 'memory';
  readonly durability = 'memory';
  readonly keeps = 'values';
  readonly pollMs: number = Infinity;
  readonly #topics = new Map<string, MemoryTopic>();
  readonly #watchers = new Watchers();
  readonly #maxDeadLetters: number;
  #lastToken = 0;
  readonly #nextToken = (): number => (this.#lastToken += 1);

  /** @throws {OptionError} `CELL_BAD_OPTION` for a bad option. */
  constructor({ maxDeadLetters = 10_000 }: MemoryBrokerOptions = {}) {
    if (!Number.isSafeInteger(maxDeadLetters) || maxDeadLetters < 1)
      throw new OptionError('maxDeadLetters', 'a whole number of 1 or more', maxDeadLetters);
    this.#maxDeadLetters = maxDeadLetters;
  }

  #topic(name: string): MemoryTopic {
    const found = this.#topics.get(name);
    if (found !== undefined) return found;
    const made = new MemoryTopic(name, this.#nextToken, this.#maxDeadLetters);
    this.#topics.set(name, made);
    return made;
  }

  #group(topic: string, group: string): MemoryGroup | undefined {
    return this.#topics.get(topic)?.group(group);
  }

  publish(topic: string, messages: readonly NewMessage[], order: PublishOrder): PublishOutcome {
    const outcome = this.#topic(topic).publish(messages, order);
    if (outcome !== 'full') this.#watchers.tell(topic);
    return outcome;
  }

  join(topic: string, group: string, order: JoinOrder): void {
    this.#topic(topic).join(group, order);
  }

  leave(topic: string, group: string, now: number): void {
    this.#topics.get(topic)?.leave(group, now);
    this.#watchers.tell(topic);
  }

  reserve(topic: string, group: string, order: ReserveOrder): readonly Lease[] {
    return this.#topics.get(topic)?.reserve(group, order) ?? [];
  }

  settle(topic: string, group: string, ends: readonly Settlement[], now: number): readonly boolean[] {
    const found = this.#group(topic, group);
    const done = ends.map((end) => found?.settle(end, now) ?? false);
    this.#watchers.tell(topic);
    return done;
  }

  extend(topic: string, group: string, leases: readonly LeaseRef[], until: number, now: number): readonly boolean[] {
    const found = this.#group(topic, group);
    return leases.map((lease) => found?.extend(lease, until, now) ?? false);
  }

  nextDue(topic: string, group: string): number | undefined {
    return this.#group(topic, group)?.nextDue();
  }

  deadLetters(topic: string, group: string, query: DeadQuery): readonly DeadRecord[] {
    return this.#group(topic, group)?.deadLetters(query) ?? [];
  }

  replay(topic: string, group: string, query: DeadQuery, now: number): number {
    const count = this.#group(topic, group)?.replay(query, now) ?? 0;
    if (count > 0) this.#watchers.tell(topic);
    return count;
  }

  discard(topic: string, group: string, query: DeadQuery): number {
    return this.#group(topic, group)?.discard(query) ?? 0;
  }

  inspect(topic: string, now: number): TopicDepth {
    return this.#topics.get(topic)?.inspect(now) ?? { topic, depth: 0, groups: [] };
  }

  sweep(now: number): number {
    let gone = 0;
    for (const [name, topic] of this.#topics) {
      const dropped = topic.sweep(now);
      gone += dropped;
      if (dropped > 0) this.#watchers.tell(name);
    }
    return gone;
  }

  watch(topic: string, listener: () => void): Disposable {
    return this.#watchers.add(topic, listener);
  }
}
