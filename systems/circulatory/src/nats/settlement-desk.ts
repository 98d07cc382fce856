import type { DeathReason, LeaseRef, Settlement } from '../heart/driver.ts';
import type { Arrival } from './arrival.ts';
import type { Held, Holdings } from './holdings.ts';
import type { Services } from './services.ts';
import type { TopicStream } from './streams.ts';

/** Whose leases are settled. */
export interface Ledger {
  readonly topic: TopicStream;
  readonly group: string;
  readonly holdings: Holdings;
  suspect(lane: string, from?: number): void;
  prolong(held: Held, until: number): void;
}

/** Ends leases on the server, and knows that it has taken note when it says so. */
export class SettlementDesk {
  readonly #services: Services;
  readonly #ledger: Ledger;
  /** Messages that this process has put off: until when (monotonic), by reference. */
  readonly #putOff = new Map<string, number>();

  constructor(services: Services, ledger: Ledger) {
    this.#services = services;
    this.#ledger = ledger;
  }

  /** How many messages this process has put off. */
  get putOff(): number {
    return this.#putOff.size;
  }

  /** When the next of these is due; undefined when there is none. */
  nextDue(): number | undefined {
    return this.#putOff.size === 0 ? undefined : Math.min(...this.#putOff.values());
  }

  /** Forgets those that are due. */
  expire(now: number): void {
    if (this.#putOff.size === 0) return;
    for (const [ref, until] of this.#putOff) if (until <= now) this.#putOff.delete(ref);
  }

  /** Ends leases; false for each that had run out. */
  async settle(ends: readonly Settlement[], now: number): Promise<readonly boolean[]> {
    const { holdings } = this.#ledger;
    const acks: Held[] = [];
    const others: Promise<void>[] = [];
    const outcome = ends.map((end) => {
      const held = holdings.get(end.ref, end.token, now);
      if (held === undefined) return false;
      // Taken out before it is confirmed, so that one lease is not ended twice.
      holdings.remove(held);
      if (end.kind === 'ack') acks.push(held);
      else others.push(this.#end(held, end, now));
      return true;
    });
    await Promise.all([this.#acknowledge(acks), ...others]);
    return outcome;
  }

  /** The server takes the words to one consumer in the order in which they come, so that one answer stands for all before. */
  async #confirmLast(held: readonly Held[], word: string): Promise<void> {
    const last = new Map<string, Held>();
    for (const one of held) last.set(one.arrival.lane, one);
    const confirmations: Promise<void>[] = [];
    for (const one of held)
      if (last.get(one.arrival.lane) === one) confirmations.push(this.#services.link.confirm(one.arrival.reply, word));
      else this.#services.link.send(one.arrival.reply, word);
    await Promise.all(confirmations);
  }

  async #acknowledge(held: readonly Held[]): Promise<void> {
    if (held.length === 0) return;
    await this.#confirmLast(held, '+ACK');
    for (const { arrival } of held) this.#over(arrival);
  }

  /** A message is done with. */
  #over({ lane, sent, seq }: Arrival): void {
    this.#ledger.suspect(lane);
    if (sent > 1) this.#services.attempts.forget(this.#ledger.topic.topic, this.#ledger.group, seq);
  }

  async #end({ arrival, attempt }: Held, end: Settlement, now: number): Promise<void> {
    if (end.kind === 'dead') return await this.#bury(arrival, attempt, end.reason);
    if (end.kind === 'retry') return await this.#putBack(arrival, attempt, end.delayMs, now);
    await this.giveBack(arrival, attempt - 1, 0);
  }

  async #putBack(arrival: Arrival, attempts: number, delayMs: number, now: number): Promise<void> {
    const { lane, ref, reply } = arrival;
    await this.#note(arrival, attempts, delayMs);
    if (delayMs > 0) this.#putOff.set(ref, now + delayMs);
    await this.#services.link.confirm(reply, delayMs > 0 ? `-NAK {"delay":${Math.ceil(delayMs * 1e6)}}` : '-NAK');
    this.#ledger.suspect(lane, now + delayMs);
  }

  /** Gives back a message that was not handled. */
  async giveBack(arrival: Arrival, attempts: number, delayMs: number): Promise<void> {
    await this.#note(arrival, attempts, delayMs);
    await this.#services.link.confirm(arrival.reply, '-NAK');
    this.#ledger.suspect(arrival.lane);
  }

  #note({ seq, sent }: Arrival, attempts: number, delayMs: number): Promise<void> {
    const { topic, group } = this.#ledger;
    return this.#services.attempts.write(topic.topic, group, seq, { sent, attempts, delayMs });
  }

  async #bury(arrival: Arrival, attempts: number, reason: DeathReason): Promise<void> {
    const { topic, group } = this.#ledger;
    // Stored before the message goes: it may then be in both places, and never in none.
    await this.#services.morgue.bury(topic, group, arrival, attempts, reason);
    await this.#services.link.confirm(arrival.reply, '+TERM');
    this.#over(arrival);
  }

  /** A message whose last lease ran out. */
  async buryExpired(arrival: Arrival, attempts: number): Promise<void> {
    const detail = `The lease ran out on attempt ${attempts}.`;
    await this.#bury(arrival, attempts, { code: 'lease-expired', detail });
  }

  /** Lets leases run until a moment (monotonic); false for each that had run out. */
  async extend(leases: readonly LeaseRef[], until: number, now: number): Promise<readonly boolean[]> {
    const { holdings } = this.#ledger;
    const held = leases.map(({ ref, token }) => holdings.get(ref, token, now));
    await this.#confirmLast(
      held.filter((one) => one !== undefined),
      '+WPI',
    );
    for (const one of held) if (one !== undefined) this.#ledger.prolong(one, until);
    return held.map((one) => one !== undefined);
  }
}
