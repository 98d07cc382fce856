import type { NewMessage, PublishOrder, PublishOutcome } from '../heart/driver.ts';
import type { Deliveries } from './deliveries.ts';
import type { Groups } from './groups.ts';
import type { Statements } from './statements.ts';

/** Infinity is no number for SQL. */
const orNull = (time: number): number | null => (time === Infinity ? null : time);

/** Publishing, as part of a transaction. */
export class Inlet {
  readonly #run: Statements;
  readonly #groups: Groups;
  readonly #deliveries: Deliveries;

  constructor(run: Statements, groups: Groups, deliveries: Deliveries) {
    this.#run = run;
    this.#groups = groups;
    this.#deliveries = deliveries;
  }

  /** Stores messages, all or none. */
  publish(name: string, messages: readonly NewMessage[], order: PublishOrder): PublishOutcome {
    const topic = this.#groups.topic(name);
    const ids = new Set<string>();
    const isNew = messages.map(({ id, uniqueUntil }) => {
      if (uniqueUntil === 0) return true;
      if (ids.has(id) || this.#run.seen.get(topic, id, order.now) !== undefined) return false;
      ids.add(id);
      return true;
    });
    const fresh = messages.filter((_message, index) => isNew[index]);
    if (!this.#makeRoom(name, topic, fresh, order)) return 'full';
    const groups = this.#run.groups.all(topic).map(({ id }) => id as number);
    for (const message of fresh) this.#store(topic, groups, message, order);
    if (fresh.length > 0) this.#run.deepen.run(fresh.length, topic);
    return isNew.map((is) => (is ? 'stored' : 'duplicate'));
  }

  #store(topic: number, groups: readonly number[], message: NewMessage, { now, retentionMs }: PublishOrder): void {
    const { priority, publishedAt, dueAt, body } = message;
    const [key, expiresAt] = [message.key ?? null, orNull(message.expiresAt)];
    const retained = retentionMs === 0 ? 0 : Math.min(publishedAt + retentionMs, Number.MAX_VALUE);
    const stored = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
    const values = [topic, key, priority, publishedAt, dueAt, expiresAt, retained, groups.length, stored] as const;
    const seq = this.#run.addMessage.get(...values)?.['seq'] as number;
    for (const group of groups) this.#deliveries.add(group, { seq, key, priority, dueAt, expiresAt }, now);
    if (message.uniqueUntil !== 0) this.#run.see.run(topic, message.id, message.uniqueUntil);
  }

  #missing(name: string, count: number, maxDepth: number): number {
    return maxDepth === Infinity ? 0 : (this.#run.topic.get(name)?.['depth'] as number) + count - maxDepth;
  }

  /** Makes sure that the messages fit, at the cost of lower priorities where that is allowed. */
  #makeRoom(name: string, topic: number, fresh: readonly NewMessage[], { now, maxDepth, shed }: PublishOrder): boolean {
    if (this.#missing(name, fresh.length, maxDepth) <= 0) return true;
    this.#deliveries.expire(now);
    const missing = this.#missing(name, fresh.length, maxDepth);
    if (missing <= 0) return true;
    if (!shed) return false;
    const lowest = fresh.reduce((least, { priority }) => Math.min(least, priority), 9);
    const victims = this.#run.victims.all(topic, lowest, missing);
    if (victims.length < missing) return false;
    for (const { seq } of victims) this.#deliveries.shed(seq as number, topic, now);
    return true;
  }
}
