import type { JoinOrder } from '../heart/driver.ts';
import type { Deliveries } from './deliveries.ts';
import type { Statements } from './statements.ts';

/** A group's row. */
export interface GroupRow {
  readonly id: number;
  readonly topic: number;
  readonly idleMs: number | null;
}

/** Topics and their groups. A topic begins with a group without a name, which the first to join becomes. */
export class Groups {
  readonly #run: Statements;
  readonly #deliveries: Deliveries;
  /** Topics are never deleted, so their ids may be kept. */
  readonly #topics = new Map<string, number>();

  constructor(run: Statements, deliveries: Deliveries) {
    this.#run = run;
    this.#deliveries = deliveries;
  }

  /** Forgets what a transaction that was undone may have made. */
  forget(): void {
    this.#topics.clear();
  }

  /** The id of a topic, if there is one. */
  find(topic: string): number | undefined {
    const known = this.#topics.get(topic);
    if (known !== undefined) return known;
    const id = this.#run.topic.get(topic)?.['id'] as number | undefined;
    if (id !== undefined) this.#topics.set(topic, id);
    return id;
  }

  /** The id of a topic; made when there is none. */
  topic(topic: string): number {
    const found = this.find(topic);
    if (found !== undefined) return found;
    const id = this.#run.addTopic.get(topic)?.['id'] as number;
    this.#run.addGroup.get(id, '', null, 0);
    this.#topics.set(topic, id);
    return id;
  }

  /** A group of a topic, if it has joined. */
  group(topic: string, name: string): GroupRow | undefined {
    const id = this.find(topic);
    const row = id === undefined ? undefined : this.#run.group.get(id, name);
    if (id === undefined || row === undefined) return undefined;
    return { id: row['id'] as number, topic: id, idleMs: row['idle_ms'] as number | null };
  }

  /** Makes a group. */
  join(name: string, group: string, { from, idleMs, now }: JoinOrder): void {
    const topic = this.topic(name);
    const idle = idleMs === Infinity ? null : idleMs;
    const [own, first] = [this.group(name, group), this.group(name, '')];
    const found = own ?? first;
    if (found !== undefined) {
      if (own === undefined && from === 'latest') this.#empty(found, now);
      this.#run.renameGroup.run(group, idle, now, found.id);
      return;
    }
    const id = this.#run.addGroup.get(topic, group, idle, now)?.['id'] as number;
    if (from === 'latest') return;
    for (const row of this.#run.readmit.all(topic, now)) {
      const seq = row['seq'] as number;
      if (this.#run.revive.get(0, seq)?.['pending'] === 1) this.#run.deepen.run(1, topic);
      const { key, priority } = row as unknown as { key: string | null; priority: number };
      const expiresAt = row['expires_at'] as number | null;
      this.#deliveries.add(id, { seq, key, priority, dueAt: row['due_at'] as number, expiresAt }, now);
    }
  }

  #empty({ id, topic }: GroupRow, now: number): void {
    for (const row of this.#run.deliveriesIn.all(id)) {
      const seq = row['seq'] as number;
      this.#run.unretain.run(seq);
      this.#deliveries.drop({ seq, grp: id, topic, key: null }, now);
    }
  }

  /** Drops a group with all that is its own. The last one leaves a place for the next. */
  leave(name: string, group: string, now: number): void {
    const found = this.group(name, group);
    if (found === undefined) return;
    const { id, topic } = found;
    for (const row of this.#run.deliveriesIn.all(id)) {
      this.#run.dropDelivery.get(row['seq'] as number, id);
      this.#deliveries.finish(row['seq'] as number, topic, now);
    }
    for (const { seq } of this.#run.dead.all(id, null, -1) as unknown as { seq: number }[]) this.unbury(id, seq);
    this.#run.dropGroup.run(id);
    if (this.#run.groups.all(topic).length === 0) this.#run.addGroup.get(topic, '', null, 0);
  }

  /** Deletes a dead letter, and its message when nobody else wants it. */
  unbury(grp: number, seq: number): void {
    this.#run.unbury.run(grp, seq);
    this.#run.forgetDead.run(seq);
    this.#run.forgetHandled.run(seq);
  }
}
