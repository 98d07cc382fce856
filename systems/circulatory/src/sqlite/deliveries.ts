import type { DeathReason } from '../heart/driver.ts';
import { Stage } from '../memory/item.ts';
import type { Statements } from './statements.ts';

/** A delivery that is about to end. */
export interface Delivery {
  readonly seq: number;
  readonly grp: number;
  readonly topic: number;
  readonly key: string | null;
}

/** A message, as a group takes it in. */
export interface Arrival {
  readonly seq: number;
  readonly key: string | null;
  readonly priority: number;
  readonly dueAt: number;
  readonly expiresAt: number | null;
}

/** The time that a row says; null is never. */
export const hasPassed = (time: unknown, now: number): boolean => time !== null && (time as number) <= now;

/** Deliveries come and go: lanes of keys, counts of groups, depth of topics. Each call is part of a transaction. */
export class Deliveries {
  readonly #run: Statements;

  constructor(run: Statements) {
    this.#run = run;
  }

  /** Gives a message to a group. */
  add(grp: number, { seq, key, priority, dueAt, expiresAt }: Arrival, now: number): void {
    const stage = dueAt > now ? Stage.delayed : this.enter(grp, key);
    this.#run.addDelivery.run(seq, grp, stage, priority, key, dueAt, expiresAt);
  }

  /** Where a due delivery stands: ready, or behind another of its key. */
  enter(grp: number, key: string | null): Stage {
    return key !== null && this.#run.laneTaken.get(grp, key) !== undefined ? Stage.blocked : Stage.ready;
  }

  /** Lets the next of a key go. */
  leave(grp: number, key: string | null): void {
    if (key !== null) this.#run.nextInLane.run(grp, key);
  }

  /** Ends a delivery for good; one that holds its key's turn passes it on. */
  drop({ seq, grp, topic, key }: Delivery, now: number): void {
    const stage = this.#run.dropDelivery.get(seq, grp)?.['stage'];
    if (stage !== Stage.delayed && stage !== Stage.blocked) this.leave(grp, key);
    this.finish(seq, topic, now);
  }

  /** A group is done with a message, whose delivery is gone already. */
  finish(seq: number, topic: number, now: number): void {
    const isLast = Number(this.#run.finishLast.run(seq, now).changes) === 1;
    if (isLast || this.#run.finish.get(0, seq)?.['pending'] === 0) this.#run.deepen.run(-1, topic);
  }

  /** Makes a dead letter of a delivery. */
  bury({ seq, grp, topic, key }: Delivery, reason: DeathReason, attempts: number, now: number): void {
    this.#run.dropDelivery.get(seq, grp);
    this.leave(grp, key);
    this.#run.bury.run(seq, grp, reason.code, reason.detail, attempts, now);
    if (this.#run.finish.get(1, seq)?.['pending'] === 0) this.#run.deepen.run(-1, topic);
  }

  /** Drops what has expired and is not being handled. Returns how many deliveries went. */
  expire(now: number): number {
    let count = 0;
    for (;;) {
      const rows = this.#run.expired.all(now, 1000);
      for (const row of rows) {
        this.#run.unretain.run(row['seq'] as number);
        this.drop(row as unknown as Delivery, now);
      }
      count += rows.length;
      if (rows.length < 1000) return count;
    }
  }

  /** Drops a message that nobody handles, for all groups. */
  shed(seq: number, topic: number, now: number): void {
    this.#run.unretain.run(seq);
    for (const row of this.#run.deliveriesOf.all(seq)) {
      this.drop({ seq, grp: row['grp'] as number, topic, key: row['key'] as string | null }, now);
    }
  }
}
