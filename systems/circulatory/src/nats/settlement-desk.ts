import type { DeathReason, LeaseRef, Settlement } from '../heart/driver.ts';
import type { Arrival } from './arrival.ts';
import type { Attempts } from './attempts.ts';
import type { Held, Holdings } from './holdings.ts';
import type { Services } from './services.ts';
import type { TopicStream } from './streams.ts';
import type { Tally } from './tally.ts';

/** Whose leases are settled. */
export interface Ledger {
  readonly topic: TopicStream;
  readonly group: string;
  readonly holdings: Holdings;
  readonly attempts: Attempts;
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
    for (const { arrival, tally } of held) this.#over(arrival, tally);
  }

  /** A message is done with. */
  #over({ lane, seq }: Arrival, { sent }: Tally): void {
    this.#ledger.suspect(lane);
    if (sent > 1) this.#ledger.attempts.forget(seq);
  }

  async #end({ arrival, tally }: Held, end: Settlement, now: number): Promise<void> {
    const over = { ...tally, hasRunOut: false };
    if (end.kind === 'dead') await this.#bury(arrival, tally, end.reason);
    else if (end.kind === 'retry') await this.#putBack(arrival, { ...over, delayMs: end.delayMs }, now);
    else await this.giveBack(arrival, { ...over, attempts: tally.attempts - 1 });
  }

  async #putBack(arrival: Arrival, tally: Tally, now: number): Promise<void> {
    const { lane, ref, reply, seq } = arrival;
    const { delayMs } = tally;
    await this.#ledger.attempts.write(seq, tally);
    if (delayMs > 0) this.#putOff.set(ref, now + delayMs);
    await this.#services.link.confirm(reply, delayMs > 0 ? `-NAK {"delay":${Math.ceil(delayMs * 1e6)}}` : '-NAK');
    this.#ledger.suspect(lane, now + delayMs);
  }

  /** Gives a message to whoever asks next. */
  async giveBack(arrival: Arrival, tally: Tally): Promise<void> {
    await this.#ledger.attempts.write(arrival.seq, tally);
    await this.#services.link.confirm(arrival.reply, '-NAK');
    this.#ledger.suspect(arrival.lane);
  }

  async #bury(arrival: Arrival, tally: Tally, reason: DeathReason): Promise<void> {
    const { topic, group } = this.#ledger;
    // Stored before the message goes: it may then be in both places, and never in none.
    await this.#services.morgue.bury(topic, group, arrival, tally.attempts, reason);
    await this.#services.link.confirm(arrival.reply, '+TERM');
    this.#over(arrival, tally);
  }

  /** A message whose last lease ran out. */
  async buryExpired(arrival: Arrival, tally: Tally): Promise<void> {
    const detail = `The lease ran out on attempt ${tally.attempts}.`;
    await this.#bury(arrival, tally, { code: 'lease-expired', detail });
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
