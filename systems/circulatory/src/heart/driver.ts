import type { Envelope } from '../envelope.ts';
import type { Durability } from './durability.ts';

/** A result now or later: drivers that need not wait answer at once. */
export type MaybePromise<T> = T | PromiseLike<T>;

/** What a driver stores of a message: the envelope itself, or what a codec made of it. See {@link HeartDriver.keeps}. */
export type Body = Envelope | string | Uint8Array;

/** A message to store. Times are milliseconds since the epoch. */
export interface NewMessage {
  readonly id: string;
  readonly key: string | undefined;
  /** 0 to 9; the highest is handled first. */
  readonly priority: number;
  readonly publishedAt: number;
  /** Not handled before; a time in the past means at once. */
  readonly dueAt: number;
  /** Not handled from then on; Infinity for never. */
  readonly expiresAt: number;
  /** Another message of this id is a duplicate until then; 0 for no such check. */
  readonly uniqueUntil: number;
  readonly body: Body;
}

/** How a publish is to be done. */
export interface PublishOrder {
  readonly now: number;
  /** Most messages of the topic that may wait to be handled; Infinity for no bound. */
  readonly maxDepth: number;
  /** Whether waiting messages of a lower priority give way when the topic is full. */
  readonly shed: boolean;
  /** How long after its publish a handled message is kept for groups that join later. */
  readonly retentionMs: number;
}

/** What came of each message of a publish; `full`: nothing was stored, as it would have broken the bound. */
export type PublishOutcome = readonly ('stored' | 'duplicate')[] | 'full';

/** How messages are to be leased. */
export interface ReserveOrder {
  readonly now: number;
  readonly max: number;
  readonly leaseMs: number;
  /** A message whose last lease ran out, and that has been tried so often, becomes a dead letter. */
  readonly maxAttempts: number;
}

/** A message that one consumer holds for a while. */
export interface Lease {
  /** Names the message within its topic and group. */
  readonly ref: number | string;
  /** Fencing token: grows with each lease that the driver gives. */
  readonly token: number;
  /** Which attempt this is, from 1. */
  readonly attempt: number;
  readonly until: number;
  /** How long the last retry was put off; 0 at first. */
  readonly previousDelayMs: number;
  readonly publishedAt: number;
  readonly body: Body;
}

/** Names a lease. */
export type LeaseRef = Pick<Lease, 'ref' | 'token'>;

/** Why a message became a dead letter. */
export interface DeathReason {
  /**
   * `max-attempts`, `lease-expired`, `rejected`, `invalid`, `corrupt`, `unknown-version`, `unknown-schema`, `unknown-key`,
   * `not-encrypted`, `too-large`, or the consumer's own.
   */
  readonly code: string;
  /** For people who look into it; may hold what the handler threw. */
  readonly detail: string;
}

/** How a lease ends. */
export type Settlement = LeaseRef &
  (
    | { readonly kind: 'ack' }
    | { readonly kind: 'retry'; readonly delayMs: number }
    /** Given back unhandled: the attempt does not count. */
    | { readonly kind: 'release' }
    | { readonly kind: 'dead'; readonly reason: DeathReason }
  );

/** A dead letter as it is stored. */
export interface DeadRecord {
  readonly ref: number | string;
  readonly reason: DeathReason;
  readonly attempts: number;
  readonly failedAt: number;
  readonly publishedAt: number;
  readonly body: Body;
}

/** Which dead letters. */
export interface DeadQuery {
  readonly limit: number;
  /** Only these; undefined: the oldest. */
  readonly refs?: readonly (number | string)[];
}

/** State of one consumer group of a topic. */
export interface GroupDepth {
  /** Empty: messages that wait for the first group to come. */
  readonly group: string;
  /** Messages that the group has yet to handle: ready, delayed and in flight together. */
  readonly lag: number;
  /** Of these, not due yet or waiting for a retry. */
  readonly delayed: number;
  /** Of these, leased by a consumer. */
  readonly inFlight: number;
  readonly dead: number;
  /** Milliseconds since the oldest of them was published; 0 when there is none. */
  readonly oldestAgeMs: number;
}

/** State of a topic. */
export interface TopicDepth {
  readonly topic: string;
  /** Messages that some group has yet to handle. */
  readonly depth: number;
  readonly groups: readonly GroupDepth[];
}

/**
 * Where a group begins that joins a topic: at all that it still holds, or at what is published from now on. A first group
 * that begins there drops what has waited for it.
 */
export type JoinFrom = 'earliest' | 'latest';

/** How a group joins. */
export interface JoinOrder {
  /** Only for a group that is new. */
  readonly from: JoinFrom;
  /** A sweep drops the group when nobody has asked for messages for so long. */
  readonly idleMs: number;
  readonly now: number;
}

/**
 * What a driver may lack, since its server has no such thing. The Heart refuses what would need it with an
 * {@link UnsupportedError}: `priority`, `shed` and `retention` (kept for groups to come), `deduplication` (of ids, within a
 * window), `delay`, `expiry`. A driver without `batch` stores a batch one by one, so that a failure may leave a part of it;
 * one without `fencing` lets the server take the acknowledgement of a lease that has run out, as far as the consumer's own
 * clock has not noticed.
 */
export type DriverFeature =
  | 'priority'
  | 'shed'
  | 'retention'
  | 'deduplication'
  | 'delay'
  | 'expiry'
  | 'bound'
  | 'batch'
  | 'fencing';

/** How a driver is opened. */
export interface OpenOptions {
  /** Aborts when nobody wants it open any more. */
  readonly signal?: AbortSignal;
}

/**
 * Broker driver port: where a Heart keeps its messages. Each call is atomic, also against other processes that share the
 * storage. `heartDriverChecks` of `@organism/circulatory/testing` proves a driver.
 *
 * Every message goes to each group of its topic; one that comes before the first group waits for it. Within a group the
 * order is: higher priority first, then the order of publishing. Among messages of one key that are due, none is leased
 * while an earlier one is leased or waits for its retry.
 *
 * `now` is the caller's time in milliseconds since the epoch: processes that share a storage should have clocks that agree
 * to well within a lease.
 */
export interface HeartDriver<Tx = unknown> {
  readonly name: string;
  /** What an acknowledged publish has reached; known once open. */
  readonly durability: Durability;
  /** What it can't do; nothing when left out. */
  readonly lacks?: readonly DriverFeature[];
  /**
   * What bodies it keeps: `values` as they are, so that nobody may change them afterwards; `text` only; or `bytes`, which
   * means that text comes back as text and bytes as bytes. A codec's bytes go to a driver that keeps text as base64.
   */
  readonly keeps: 'values' | 'text' | 'bytes';
  /** How often consumers should ask again, since other processes may have published; Infinity: never. */
  readonly pollMs: number;
  /**
   * Makes it ready; for each Heart that uses it, once. A wait for a server that is down ends, and this rejects, when the
   * signal aborts. When it rejects, it has taken nothing that is to be let go of.
   */
  open?(options?: OpenOptions): MaybePromise<void>;
  /** Lets go of everything that `open` took, when all calls are done and no other Heart uses it. What is durable stays. */
  close?(): MaybePromise<void>;
  /** Stores messages, all or none. Resolves when they have reached what {@link HeartDriver.durability} says. */
  publish(topic: string, messages: readonly NewMessage[], order: PublishOrder): MaybePromise<PublishOutcome>;
  /** Makes a consumer group, or changes how long one may be idle. The first group of a topic gets what waits there. */
  join(topic: string, group: string, order: JoinOrder): MaybePromise<void>;
  /** Drops a consumer group, with all that it had yet to handle. */
  leave(topic: string, group: string, now: number): MaybePromise<void>;
  /** Leases messages that are ready, up to `max`. */
  reserve(topic: string, group: string, order: ReserveOrder): MaybePromise<readonly Lease[]>;
  /** Ends leases. False for each that was no longer held: it had run out, and nothing has changed. */
  settle(topic: string, group: string, ends: readonly Settlement[], now: number): MaybePromise<readonly boolean[]>;
  /** Lets leases run until `until`. False for each that was no longer held. */
  extend(
    topic: string,
    group: string,
    leases: readonly LeaseRef[],
    until: number,
    now: number,
  ): MaybePromise<readonly boolean[]>;
  /**
   * Does `work` and acknowledges the lease in one transaction; neither happens when the lease is no longer held, when
   * `work` throws, or when the commit fails. Only for drivers whose storage can.
   *
   * @throws {LeaseLostError} when the lease is no longer held; `work` is not called.
   */
  transact?<R>(topic: string, group: string, lease: LeaseRef, work: (transaction: Tx) => R, now: number): Promise<R>;
  /** When a delayed message is due or a lease runs out next; undefined when neither is to come. */
  nextDue(topic: string, group: string, now: number): MaybePromise<number | undefined>;
  deadLetters(topic: string, group: string, query: DeadQuery): MaybePromise<readonly DeadRecord[]>;
  /** Gives dead letters back to their group as if new. Returns how many. */
  replay(topic: string, group: string, query: DeadQuery, now: number): MaybePromise<number>;
  /** Deletes dead letters. Returns how many. */
  discard(topic: string, group: string, query: DeadQuery): MaybePromise<number>;
  inspect(topic: string, now: number): MaybePromise<TopicDepth>;
  /** Drops what has expired and what need not be kept any longer. Returns how many messages went. */
  sweep(now: number): MaybePromise<number>;
  /** Calls back when a topic may have something ready, or room, that it had not before; spurious calls are fine. */
  watch(topic: string, listener: () => void): Disposable;
}
