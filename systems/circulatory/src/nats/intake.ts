import type { Timer } from '@organism/cell';
import type { Msg } from '@nats-io/transport-node';
import type { Lease, ReserveOrder } from '../heart/driver.ts';
import { type Arrival, arrivalOf, bodyOf, type Passage } from './arrival.ts';
import { Attempts } from './attempts.ts';
import type { Services } from './services.ts';
import { type Held, Holdings } from './holdings.ts';
import { encodeName, unkeyedLane } from './names.ts';
import { Puller } from './puller.ts';
import { SettlementDesk } from './settlement-desk.ts';
import type { TopicStream } from './streams.ts';
import { counted, isCurrent, later, type Tally } from './tally.ts';
import { inOrder, type Waiting } from './waiting.ts';

/** How often it looks after what it has. */
const tickMs = 200;

/** How long a message waits here for somebody who asks, before it goes back to the group. */
const mostUnclaimedMs = 1000;

/** So much of what a consumer is about to ask for is asked for before it does. */
const aheadMs = 50;

/** Part of the time for which the server waits, after which it is not sure that it still does: clocks and words are late. */
const sure = 3 / 4;

/** A lane that takes so long to say what it has is slow. */
const slowMs = 50;

/**
 * The messages of one group that the server has sent to this process: takes them in, leases them out, and looks after the
 * leases. Times inside are monotonic.
 */
export class Intake {
  readonly topic: TopicStream;
  readonly group: string;
  readonly #services: Services;
  readonly #encodedGroup: string;
  readonly #puller: Puller;
  readonly #waiting = new Map<string, Waiting>();
  /** Leases, and what this process has put off: until when, by reference. */
  readonly holdings: Holdings = new Holdings();
  readonly attempts: Attempts;
  readonly desk: SettlementDesk;
  /** Arrivals that are being looked into. */
  readonly #pending = new Set<Promise<void>>();
  #ackWaitMs: number;
  #hasChosen = false;
  #tick: Timer | undefined;
  #askedAt = 0;
  /** When a consumer last got as many as it asked for. */
  #fullAt = 0;
  #wanted = 0;
  #trouble: unknown;

  constructor(services: Services, topic: TopicStream, group: string, ackWaitMs: number) {
    this.#services = services;
    this.topic = topic;
    this.group = group;
    this.#encodedGroup = encodeName(group);
    this.#ackWaitMs = ackWaitMs;
    const { link, names, settings } = services;
    this.attempts = new Attempts(link, names, topic.topic, group);
    this.#puller = new Puller(link, names, topic, group, settings, {
      arrived: (message, passage) => this.#arrived(message, passage),
      isBlocked: (lane) => this.#isBlocked(lane),
      ended: () => this.#standOn(),
    });
    this.desk = new SettlementDesk(services, this);
  }

  /** Messages that are here, and that nobody has asked for yet. */
  get unclaimed(): number {
    return this.#waiting.size;
  }

  #now(): number {
    return this.#services.settings.clock.monotonic();
  }

  #isBlocked(lane: string): boolean {
    for (const { arrival } of this.#waiting.values()) if (arrival.lane === lane) return true;
    for (const { arrival } of this.holdings.values()) if (arrival.lane === lane) return true;
    return false;
  }

  /** There may be something in a lane from a moment on. */
  suspect(lane: string, from?: number): void {
    this.#puller.suspect(lane, from);
  }

  /** A message of this number has been stored for a lane. */
  expect(lane: string, seq: number): void {
    this.#puller.expect(lane, seq);
  }

  #arrived(message: Msg, passage: Passage): void {
    const arrival = arrivalOf(message, this.topic.root);
    const arrivedAt = this.#now();
    if (arrival.target !== undefined && arrival.target !== this.#encodedGroup) return this.#track(this.#drop(arrival));
    if (arrival.expiresAt <= this.#services.settings.clock.now()) return this.#track(this.#drop(arrival));
    if (passage.isAgain) this.#track(this.#recall(arrival, passage, arrivedAt));
    else this.#admit({ arrival, tally: counted(arrival, passage, undefined), arrivedAt });
  }

  #admit(waiting: Waiting): void {
    this.#waiting.set(waiting.arrival.ref, waiting);
    this.#services.tell(this.topic.topic);
  }

  #track(work: Promise<void>): void {
    const tracked = work
      .catch((error: unknown) => {
        this.#trouble ??= error;
      })
      .finally(() => this.#pending.delete(tracked));
    this.#pending.add(tracked);
  }

  /** What this process knows of a message that was here before. */
  #tallyOf({ ref, seq }: Arrival): Tally | undefined {
    const held = this.holdings.of(ref);
    // What has come again has not to be asked for once more.
    if (held !== undefined && held.until <= this.#now()) this.#lapse(held);
    return this.#waiting.get(ref)?.tally ?? this.holdings.of(ref)?.tally ?? this.attempts.known(seq);
  }

  /** Ends a lease that has run out. */
  #lapse(held: Held): Tally {
    const tally = { ...held.tally, hasRunOut: true };
    this.holdings.remove(held);
    this.attempts.remember(held.arrival.seq, tally);
    return tally;
  }

  async #recall(arrival: Arrival, passage: Passage, arrivedAt: number): Promise<void> {
    const known = this.#tallyOf(arrival);
    const isEnough = known !== undefined && isCurrent(known, arrival, passage);
    const note = isEnough ? undefined : await this.attempts.read(arrival.seq);
    const tally = counted(arrival, passage, later(this.#tallyOf(arrival), note));
    const held = this.holdings.of(arrival.ref);
    if (held === undefined) this.#admit({ arrival, tally, arrivedAt });
    // Sent once more though it is leased, since some word of that came late: the lease goes on, and the server waits anew.
    else Object.assign(held, { arrival, tally, touchedAt: arrivedAt });
  }

  /** Not for this group, or too late for anybody. */
  async #drop({ lane, reply, sent, seq }: Arrival): Promise<void> {
    await this.#services.link.confirm(reply, '+ACK');
    if (sent > 1) this.attempts.forget(seq);
    this.#puller.suspect(lane);
    this.#services.tell(this.topic.topic);
  }

  /** Leases messages: those that are here, or else those that the server has now. */
  async reserve(order: ReserveOrder): Promise<readonly Lease[]> {
    this.#askedAt = this.#now();
    this.#throwTrouble();
    this.#tick ??= this.#services.settings.clock.setInterval(() => this.#look(), tickMs).unref();
    if (!this.#hasChosen) await this.#choose(order.leaseMs);
    this.expire();
    const leases: Lease[] = [];
    this.#take(leases, order);
    while (leases.length === 0) {
      const looked = await this.#seek(order.max);
      const isBusy = this.#pending.size > 0;
      if (isBusy) await Promise.all(this.#pending);
      this.#throwTrouble();
      this.#take(leases, order);
      if (!looked && !isBusy) break;
    }
    this.#wanted = order.max - leases.length + this.#ahead(leases.length, order.max);
    this.#stand();
    return leases;
  }

  /** Looks what there is; but when something has come, it does not wait long for lanes that are slow to answer. */
  async #seek(max: number): Promise<boolean> {
    const look = this.#puller.look(max);
    const enough = Promise.withResolvers<true>();
    const timer = this.#services.settings.clock.setInterval(() => {
      if (this.#waiting.size > 0) enough.resolve(true);
    }, slowMs);
    try {
      return await Promise.race([look, enough.promise]);
    } finally {
      timer[Symbol.dispose]();
    }
  }

  /** How many messages more than were asked for will be asked for in a moment, at the rate at which this consumer takes them. */
  #ahead(taken: number, max: number): number {
    if (taken < max) return 0;
    const tookMs = this.#askedAt - this.#fullAt;
    this.#fullAt = this.#askedAt;
    return Math.min(max, Math.floor((max * aheadMs) / Math.max(1, tookMs)));
  }

  #stand(): void {
    this.#puller.stand(this.#wanted - this.#waiting.size, this.#ackWaitMs);
  }

  /** Asks on for what is to come, as long as there is somebody who asks for it. */
  #standOn(): void {
    const { link, settings } = this.#services;
    if (link.isUp && this.#now() - this.#askedAt < settings.pollMs * 3) this.#stand();
  }

  #throwTrouble(): void {
    const trouble = this.#trouble;
    this.#trouble = undefined;
    if (trouble !== undefined) throw trouble;
  }

  /** The first lease says how long the server is to wait, so that the messages of a process that dies come again in time. */
  async #choose(leaseMs: number): Promise<void> {
    if (this.#ackWaitMs !== leaseMs) await this.#services.groups.setAckWait(this.topic, this.group, leaseMs);
    this.#ackWaitMs = leaseMs;
    this.#hasChosen = true;
  }

  #take(leases: Lease[], order: ReserveOrder): void {
    if (this.#waiting.size === 0) return;
    const clock = this.#services.settings.clock;
    const [now, wall] = [this.#now(), clock.now()];
    for (const waiting of inOrder(this.#waiting.values())) {
      if (leases.length === order.max) return;
      this.#waiting.delete(waiting.arrival.ref);
      const lease = this.#lease(waiting, order, now, wall);
      if (lease !== undefined) leases.push(lease);
    }
  }

  #lease(waiting: Waiting, order: ReserveOrder, now: number, wall: number): Lease | undefined {
    const { arrival, tally, arrivedAt } = waiting;
    // The server is about to send it to somebody, or has done so.
    if (now >= arrivedAt + this.#ackWaitMs) {
      this.attempts.remember(arrival.seq, tally);
      this.#puller.suspect(arrival.lane);
      return undefined;
    }
    if (arrival.expiresAt <= wall) {
      this.#track(this.#drop(arrival));
      return undefined;
    }
    if (tally.hasRunOut && tally.attempts >= order.maxAttempts) {
      this.#track(this.desk.buryExpired(arrival, tally));
      return undefined;
    }
    const attempt = tally.attempts + 1;
    let touchedAt = arrivedAt;
    if (now - arrivedAt > this.#ackWaitMs / 10) {
      this.#services.link.send(arrival.reply, '+WPI');
      touchedAt = now;
    }
    const token = arrival.consumerSeq * (this.topic.partitions + 1) + this.#laneNumber(arrival.lane);
    const until = now + order.leaseMs;
    this.holdings.add({ arrival, token, tally: { ...tally, attempts: attempt }, until, touchedAt });
    return {
      ref: arrival.ref,
      token,
      attempt,
      until: wall + order.leaseMs,
      previousDelayMs: tally.delayMs,
      publishedAt: arrival.publishedAt,
      body: bodyOf(arrival.subject, arrival.data, this.topic.root.length + arrival.lane.length + 2),
    };
  }

  /** So that no two lanes give the same token. */
  #laneNumber(lane: string): number {
    return lane === unkeyedLane ? this.topic.partitions : Number(lane);
  }

  /** Ends leases that have run out, and gives their messages to whoever asks next. */
  expire(): void {
    const now = this.#now();
    for (const held of this.holdings.expire(now)) this.#giveBack(held.arrival, this.#lapse(held), held.touchedAt);
    this.desk.expire(now);
  }

  /**
   * Gives a message to whoever asks next. Where the server's wait for it is about to end, or may have ended, it sends it by
   * itself: somebody may have it already, and would lose it.
   */
  #giveBack(arrival: Arrival, tally: Tally, touchedAt: number): void {
    const isOurs = this.#now() < touchedAt + this.#ackWaitMs * sure;
    if (isOurs && this.#services.link.isUp) return this.#track(this.desk.giveBack(arrival, tally));
    this.attempts.remember(arrival.seq, tally);
    this.#puller.suspect(arrival.lane);
  }

  /** Looks after what is here: leases longer than the server waits, messages that nobody asks for. */
  #look(): void {
    if (!this.#services.link.isUp) return;
    const now = this.#now();
    this.expire();
    for (const held of this.holdings.values()) {
      const end = held.touchedAt + this.#ackWaitMs;
      if (held.until <= end || now < end - this.#ackWaitMs / 2) continue;
      this.#services.link.send(held.arrival.reply, '+WPI');
      held.touchedAt = now;
    }
    const { pollMs } = this.#services.settings;
    this.#standOn();
    const patienceMs = Math.min(mostUnclaimedMs, this.#ackWaitMs / 3);
    const unclaimed = [...this.#waiting.values()].filter(({ arrivedAt }) => now - arrivedAt > patienceMs);
    this.#giveUp(unclaimed);
    const isIdle = this.#waiting.size === 0 && this.#pending.size === 0;
    if (now - this.#askedAt > Math.max(pollMs * 3, patienceMs) && isIdle && this.#puller.isOn) this.#rest();
  }

  #giveUp(unclaimed: Iterable<Waiting>): void {
    for (const { arrival, tally, arrivedAt } of unclaimed) {
      this.#waiting.delete(arrival.ref);
      this.#giveBack(arrival, tally, arrivedAt);
    }
  }

  /** Nobody asks any more. */
  #rest(): void {
    this.#track(this.#puller.off());
  }

  /** Lets a lease run until a moment. */
  prolong(held: Held, until: number): void {
    held.until = until;
    held.touchedAt = this.#now();
    this.holdings.add(held);
  }

  /** The connection is back, and with it what the server knows. */
  reconnected(): void {
    this.#puller.reset(new Error('The connection to the server was lost.'));
    // A server that kept all in memory has begun anew, and with it the numbers of messages.
    this.attempts.reset();
    this.#trouble = undefined;
    if (this.#askedAt > 0) this.#stand();
  }

  /** Gives back what waits here, and takes nothing more. Leases go on. */
  async close(): Promise<void> {
    this.#tick?.[Symbol.dispose]();
    this.#tick = undefined;
    // A group that is gone, or a server: there is nobody to tell.
    await this.#puller.off().catch(() => {});
    this.#giveUp(this.#waiting.values());
    await Promise.all(this.#pending);
  }
}
