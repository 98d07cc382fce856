import type { MaybePromise } from '../heart/driver.ts';

/** A lane that one relay holds for a while. */
export interface OutboxLease {
  readonly lane: number;
  /** Grows with each lease of the lane: who has an older one holds it no more. */
  readonly fence: number;
}

/** A stored message that is to be relayed. */
export interface OutboxRecord {
  /** Its place: the order in which messages were added. */
  readonly seq: number;
  readonly id: string;
  readonly topic: string;
  readonly key: string | undefined;
  readonly body: string;
}

/** A message that can't be relayed, and why. */
export interface FailedRecord extends OutboxRecord {
  readonly reason: string;
}

/** How much waits in an outbox. */
export interface OutboxDepth {
  readonly waiting: number;
  readonly failed: number;
  /** Milliseconds since the oldest that waits was added; 0 when none does. */
  readonly oldestAgeMs: number;
}

/**
 * Outbox port: what a relay reads from. Messages are in lanes, by the hash of topic and key; a relay leases a lane, so that no two
 * work on one, and relays it in order.
 */
export interface OutboxStore {
  /** Makes the tables if need be; also while others do the same. */
  setup(): MaybePromise<void>;
  /** Leases a lane with messages to relay that nobody holds, the one that was served longest ago. */
  claim(leaseMs: number): MaybePromise<OutboxLease | undefined>;
  /** Lets a lease run for another while from now. False when another has taken the lane. */
  extend(lease: OutboxLease, leaseMs: number): MaybePromise<boolean>;
  /** Lets a lane go, for others to take at once. */
  release(lease: OutboxLease): MaybePromise<void>;
  /** The first messages of a lane. */
  read(lane: number, max: number): MaybePromise<readonly OutboxRecord[]>;
  /** Deletes messages that were relayed. */
  done(seqs: readonly number[]): MaybePromise<void>;
  /** Puts a message aside that can't be relayed. */
  fail(seq: number, reason: string): MaybePromise<void>;
  /** Messages that were put aside, the oldest first: 100 unless told otherwise. */
  failed(max?: number): MaybePromise<readonly FailedRecord[]>;
  /** Lets messages that were put aside be relayed again, in their old places. Returns how many. */
  retryFailed(seqs?: readonly number[]): MaybePromise<number>;
  /** Deletes messages that were put aside. Returns how many. */
  discardFailed(seqs?: readonly number[]): MaybePromise<number>;
  depth(): MaybePromise<OutboxDepth>;
  /** Lets go of what `setup` opened. */
  close?(): MaybePromise<void>;
}
