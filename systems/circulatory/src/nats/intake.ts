import type { Timer } from '@organism/cell';
import type { Msg } from '@nats-io/transport-node';
import type { Lease, ReserveOrder } from '../heart/driver.ts';
import { type Arrival, arrivalOf, bodyOf } from './arrival.ts';
import type { Services } from './services.ts';
import { Holdings } from './holdings.ts';
import { encodeName, unkeyedLane } from './names.ts';
import { Puller } from './puller.ts';
import { SettlementDesk } from './settlement-desk.ts';
import type { TopicStream } from './streams.ts';
import { attemptOf, hasRunOut, inOrder, type Waiting } from './waiting.ts';

/** How often it looks after what it has. */
const tickMs = 200;

/** How long a message waits here for somebody who asks, before it goes back to the group. */
const mostUnclaimedMs = 1000;

/** So much of what a consumer is about to ask for is asked for before it does. */
const aheadMs = 50;

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
    this.#puller = new Puller(link, names, topic, group, settings, {
      arrived: (message) => this.#arrived(message),
      isBlocked: (lane) => this.#isBlocked(lane),
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

  #arrived(message: Msg): void {
    const arrival = arrivalOf(message, this.topic.root);
    const arrivedAt = this.#now();
    // It is here a second time: the first one has run out.
    this.#waiting.delete(arrival.ref);
    if (arrival.target !== undefined && arrival.target !== this.#encodedGroup) return this.#track(this.#drop(arrival));
    if (arrival.expiresAt <= this.#services.settings.clock.now()) return this.#track(this.#drop(arrival));
    if (arrival.sent > 1) return this.#track(this.#recall(arrival, arrivedAt));
    this.#admit({ arrival, note: undefined, arrivedAt });
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

  async #recall(arrival: Arrival, arrivedAt: number): Promise<void> {
    const { topic } = this.topic;
    const note = await this.#services.attempts.read(topic, this.group, arrival.seq, arrival.sent);
    this.#admit({ arrival, note, arrivedAt });
  }

  /** Not for this group, or too late for anybody. */
  async #drop({ lane, reply }: Arrival): Promise<void> {
    await this.#services.link.confirm(reply, '+ACK');
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
    this.#puller.stand(this.#wanted - this.#waiting.size);
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
    const { arrival, note, arrivedAt } = waiting;
    // The server is about to send it to somebody, or has done so.
    if (now >= arrivedAt + this.#ackWaitMs) {
      this.#puller.suspect(arrival.lane);
      return undefined;
    }
    if (arrival.expiresAt <= wall) {
      this.#track(this.#drop(arrival));
      return undefined;
    }
    const attempt = attemptOf(waiting);
    if (hasRunOut(waiting) && attempt > order.maxAttempts) {
      this.#track(this.desk.buryExpired(arrival, attempt - 1));
      return undefined;
    }
    let touchedAt = arrivedAt;
    if (now - arrivedAt > this.#ackWaitMs / 10) {
      this.#services.link.send(arrival.reply, '+WPI');
      touchedAt = now;
    }
    const token = arrival.consumerSeq * (this.topic.partitions + 1) + this.#laneNumber(arrival.lane);
    this.holdings.add({ arrival, token, attempt, until: now + order.leaseMs, touchedAt });
    return {
      ref: arrival.ref,
      token,
      attempt,
      until: wall + order.leaseMs,
      previousDelayMs: note?.delayMs ?? 0,
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
    for (const { arrival, touchedAt } of this.holdings.expire(now)) {
      // A lease that was shorter than what the server waits.
      if (touchedAt + this.#ackWaitMs > now && this.#services.link.isUp)
        this.#services.link.send(arrival.reply, '-NAK');
      this.#puller.suspect(arrival.lane);
    }
    this.desk.expire(now);
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
    if (now - this.#askedAt < pollMs * 3) this.#stand();
    const patienceMs = Math.min(mostUnclaimedMs, this.#ackWaitMs / 3);
    const unclaimed = [...this.#waiting.values()].filter(({ arrivedAt }) => now - arrivedAt > patienceMs);
    if (unclaimed.length > 0) this.#giveBack(unclaimed);
    if (now - this.#askedAt > Math.max(pollMs * 3, patienceMs) && this.#waiting.size === 0 && this.#puller.isOn)
      this.#rest();
  }

  #giveBack(unclaimed: readonly Waiting[]): void {
    for (const waiting of unclaimed) {
      const { arrival, note } = waiting;
      this.#waiting.delete(arrival.ref);
      this.#track(this.desk.giveBack(arrival, attemptOf(waiting) - 1, note?.delayMs ?? 0));
    }
  }

  /** Nobody asks any more. */
  #rest(): void {
    this.#track(this.#puller.off());
  }

  /** Lets a lease run until a moment. */
  prolong(held: ReturnType<Holdings['get']> & object, until: number): void {
    held.until = until;
    held.touchedAt = this.#now();
    this.holdings.add(held);
  }

  /** The connection is back, and with it what the server knows. */
  reconnected(): void {
    this.#puller.reset(new Error('The connection to the server was lost.'));
    this.#trouble = undefined;
    if (this.#askedAt > 0) this.#stand();
  }

  /** Gives back what waits here, and takes nothing more. Leases go on. */
  async close(): Promise<void> {
    this.#tick?.[Symbol.dispose]();
    this.#tick = undefined;
    // A group that is gone, or a server: there is nobody to tell.
    await this.#puller.off().catch(() => {});
    if (this.#services.link.isUp) this.#giveBack([...this.#waiting.values()]);
    this.#waiting.clear();
    await Promise.all(this.#pending);
  }
}
