import type { DeathReason, Lease, LeaseRef, ReserveOrder, Settlement } from '../heart/driver.ts';
import { Stage } from '../memory/item.ts';
import { type Deliveries, hasPassed } from './deliveries.ts';
import type { GroupRow, Groups } from './groups.ts';
import type { Statements } from './statements.ts';

const lapse = (attempts: number): DeathReason => ({
  code: 'lease-expired',
  detail: `The lease ran out on attempt ${attempts}.`,
});

/** Leasing and settling, as part of a transaction. */
export class Leases {
  readonly #run: Statements;
  readonly #groups: Groups;
  readonly #deliveries: Deliveries;

  constructor(run: Statements, groups: Groups, deliveries: Deliveries) {
    this.#run = run;
    this.#groups = groups;
    this.#deliveries = deliveries;
  }

  /** Leases what is ready. */
  reserve(topic: string, name: string, order: ReserveOrder): Lease[] {
    const group = this.#groups.group(topic, name);
    if (group === undefined) return [];
    const { now, max } = order;
    if (group.idleMs !== null) this.#run.touchGroup.run(now, group.id);
    this.#wake(group, order);
    const leases: Lease[] = [];
    for (;;) {
      const rows = this.#run.ready.all(group.id, max - leases.length);
      const alive = rows.filter((row) => !hasPassed(row['expires_at'], now));
      this.#lease(group, alive, order, leases);
      if (alive.length === rows.length) return leases;
      for (const row of rows) if (!alive.includes(row)) this.#expire(group, row, now);
    }
  }

  #expire({ id, topic }: GroupRow, row: Record<string, unknown>, now: number): void {
    const seq = row['seq'] as number;
    this.#run.unretain.run(seq);
    this.#deliveries.drop({ seq, grp: id, topic, key: row['key'] as string | null }, now);
  }

  #lease(
    group: GroupRow,
    rows: readonly Record<string, unknown>[],
    { now, leaseMs }: ReserveOrder,
    leases: Lease[],
  ): void {
    if (rows.length === 0) return;
    const until = now + leaseMs;
    let token = (this.#run.tokens.get(rows.length)?.['last'] as number) - rows.length;
    for (const row of rows) {
      token += 1;
      const ref = row['seq'] as number;
      this.#run.lease.run(token, until, ref, group.id);
      leases.push({
        ref,
        token,
        attempt: (row['attempts'] as number) + 1,
        until,
        previousDelayMs: row['previous_delay'] as number,
        publishedAt: row['published_at'] as number,
        body: row['body'] as string | Uint8Array,
      });
    }
  }

  /** Brings back what has become due, and what was leased for too long. */
  #wake({ id, topic }: GroupRow, { now, maxAttempts }: ReserveOrder): void {
    for (const row of this.#run.due.all(id, now)) {
      const isNew = row['stage'] === Stage.delayed;
      const stage = isNew ? this.#deliveries.enter(id, row['key'] as string | null) : Stage.ready;
      this.#run.stage.run(stage, row['seq'] as number, id);
    }
    for (const row of this.#run.lapsed.all(id, now)) {
      const { seq, key, attempts } = row as unknown as { seq: number; key: string | null; attempts: number };
      const delivery = { seq, grp: id, topic, key };
      if (hasPassed(row['expires_at'], now)) this.#expire({ id, topic, idleMs: null }, row, now);
      else if (attempts >= maxAttempts) this.#deliveries.bury(delivery, lapse(attempts), attempts, now);
      else this.#run.stage.run(Stage.ready, seq, id);
    }
  }

  /** Ends a lease; false when it was no longer held. */
  settle(topic: string, name: string, end: Settlement, now: number): boolean {
    const group = this.#groups.group(topic, name);
    if (group === undefined) return false;
    const seq = end.ref as number;
    const named = [seq, group.id, end.token, now] as const;
    if (end.kind === 'ack') {
      const row = this.#run.ack.get(...named);
      if (row === undefined) return false;
      this.#deliveries.leave(group.id, row['key'] as string | null);
      this.#deliveries.finish(seq, group.topic, now);
      return true;
    }
    const row = this.#run.held.get(...named);
    if (row === undefined) return false;
    if (end.kind === 'dead') {
      const delivery = { seq, grp: group.id, topic: group.topic, key: row['key'] as string | null };
      this.#deliveries.bury(delivery, end.reason, row['attempts'] as number, now);
    } else if (hasPassed(row['expires_at'], now)) this.#expire(group, { ...row, seq }, now);
    else if (end.kind === 'release') this.#run.putBack.run(1, seq, group.id);
    else if (end.delayMs > 0) this.#run.putOff.run(now + end.delayMs, end.delayMs, seq, group.id);
    else this.#run.putBack.run(0, seq, group.id);
    return true;
  }

  /** Whether a lease is held. */
  isHeld(topic: string, name: string, { ref, token }: LeaseRef, now: number): boolean {
    const group = this.#groups.group(topic, name);
    return group !== undefined && this.#run.held.get(ref, group.id, token, now) !== undefined;
  }

  /** Moves the end of a lease; false when it was no longer held. */
  extend(topic: string, name: string, { ref, token }: LeaseRef, until: number, now: number): boolean {
    const group = this.#groups.group(topic, name);
    return group !== undefined && Number(this.#run.extend.run(until, ref, group.id, token, now).changes) === 1;
  }

  /** When {@link Leases.reserve} may find more than now. */
  nextDue(topic: string, name: string): number | undefined {
    const group = this.#groups.group(topic, name);
    return group && ((this.#run.soonest.get(group.id)?.['at'] as number | null) ?? undefined);
  }
}
