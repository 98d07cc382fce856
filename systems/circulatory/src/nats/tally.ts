import type { Arrival, Passage } from './arrival.ts';

/** What is known of the leases of a message since it was published. */
export interface Tally {
  /** How often it has come, as far as is known: what the server says, unless that is too little. */
  readonly sent: number;
  /** Number of its last delivery among all of its lane. */
  readonly at: number;
  /** How many leases count as attempts: not those that were given back. */
  readonly attempts: number;
  /** Whether the last of these ran out. */
  readonly hasRunOut: boolean;
  /** How long it was put off last. */
  readonly delayMs: number;
}

/** Whether nobody but this process can have had a message since. */
const isLast = ({ at }: Tally, { unbrokenFrom }: Passage): boolean => at >= unbrokenFrom - 1;

/** Whether a tally that this process has can't be behind what another has left. */
export const isCurrent = (tally: Tally, { sent }: Arrival, passage: Passage): boolean =>
  isLast(tally, passage) || tally.sent === sent - 1;

/** The one of a later delivery. */
export const later = (one: Tally | undefined, other: Tally | undefined): Tally | undefined =>
  one === undefined || (other !== undefined && other.at > one.at) ? other : one;

/**
 * Takes down that a message has come, which is no lease yet.
 *
 * The server's own count is no count of leases. What it sends twice, or what its consumer has not asked for in time, nobody
 * leases. A server before 2.10.14 counts what it has prepared for a request whose asker is gone, and does not send it; and
 * then it goes one message back, and sends that as if it were new. So deliveries that came here count as what became of
 * them, and the server's word is taken only for those that may have gone elsewhere: each for a lease that ended with its
 * process.
 */
export const counted = (arrival: Arrival, passage: Passage, last: Tally | undefined): Tally => {
  const { sent, consumerSeq: at } = arrival;
  if (!passage.isAgain) return { sent: 1, at, attempts: 0, hasRunOut: false, delayMs: 0 };
  if (last === undefined) {
    const count = Math.max(2, sent);
    return { sent: count, at, attempts: count - 1, hasRunOut: true, delayMs: 0 };
  }
  const count = Math.max(last.sent + 1, sent);
  const elsewhere = isLast(last, passage) ? 0 : count - last.sent - 1;
  return {
    sent: count,
    at,
    attempts: last.attempts + elsewhere,
    hasRunOut: last.hasRunOut || elsewhere > 0,
    delayMs: last.delayMs,
  };
};
