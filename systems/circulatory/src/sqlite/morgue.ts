import type { DeadQuery, DeadRecord } from '../heart/driver.ts';
import type { Deliveries } from './deliveries.ts';
import type { Groups } from './groups.ts';
import type { Statements } from './statements.ts';

/** Dead letters, as part of a transaction. */
export class Morgue {
  readonly #run: Statements;
  readonly #groups: Groups;
  readonly #deliveries: Deliveries;

  constructor(run: Statements, groups: Groups, deliveries: Deliveries) {
    this.#run = run;
    this.#groups = groups;
    this.#deliveries = deliveries;
  }

  #rows(group: number, { limit, refs }: DeadQuery): Record<string, unknown>[] {
    // -1 is no limit. @see https://www.sqlite.org/lang_select.html#limitoffset
    if (refs === undefined) return this.#run.dead.all(group, null, limit === Infinity ? -1 : limit);
    return refs.slice(0, limit).flatMap((ref) => this.#run.dead.all(group, ref, 1));
  }

  /** The dead letters of a group, the oldest first. */
  list(topic: string, name: string, query: DeadQuery): DeadRecord[] {
    const group = this.#groups.group(topic, name);
    if (group === undefined) return [];
    return this.#rows(group.id, query).map((row) => ({
      ref: row['seq'] as number,
      reason: { code: row['code'] as string, detail: row['detail'] as string },
      attempts: row['attempts'] as number,
      failedAt: row['failed_at'] as number,
      publishedAt: row['published_at'] as number,
      body: row['body'] as string | Uint8Array,
    }));
  }

  /** Gives dead letters back to their group. */
  replay(topic: string, name: string, query: DeadQuery, now: number): number {
    const group = this.#groups.group(topic, name);
    if (group === undefined) return 0;
    const rows = this.#rows(group.id, query);
    for (const row of rows) {
      const { seq, key, priority } = row as unknown as { seq: number; key: string | null; priority: number };
      this.#run.unbury.run(group.id, seq);
      if (this.#run.revive.get(1, seq)?.['pending'] === 1) this.#run.deepen.run(1, group.topic);
      this.#deliveries.add(group.id, { seq, key, priority, dueAt: row['due_at'] as number, expiresAt: null }, now);
    }
    return rows.length;
  }

  /** Deletes dead letters. */
  discard(topic: string, name: string, query: DeadQuery): number {
    const group = this.#groups.group(topic, name);
    if (group === undefined) return 0;
    const rows = this.#rows(group.id, query);
    for (const { seq } of rows) this.#groups.unbury(group.id, seq as number);
    return rows.length;
  }
}
