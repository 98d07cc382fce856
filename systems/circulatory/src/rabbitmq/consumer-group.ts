import { sleep, type Timer } from '@organism/cell';
import type { ConsumeMessage } from 'amqplib';
import type { DeathReason, Lease, LeaseRef, ReserveOrder, Settlement } from '../heart/driver.ts';
import { Lane } from './lane.ts';
import { Lanes, unsynced } from './lanes.ts';
import { Mover, type MoverHost } from './mover.ts';
import { type Names, openLane, type QueueSet } from './names.ts';
import { type Delivery, type Entry, Window } from './window.ts';
import { toArrival } from './wire.ts';

/** What the groups of a driver share. */
export interface GroupHost extends MoverHost {
  readonly names: Names;
  /** Messages fetched ahead without a key; undefined: twice what was asked for at once. */
  readonly prefetch: number | undefined;
  readonly maxRedeliveries: number;
  nextToken(): number;
  tell(topic: string): void;
}

/** Nobody has asked for messages for so long: others may have time for them. */
const restAfterMs = 1000;

/** Attempts at messages with keys are counted here, and for so long after the last who asked. */
const forgetAfterMs = 30_000;

/** What is put off for longer waits at the server, not here. */
const parkAfterMs = 5000;

/** Bounds of what is fetched ahead. */
const ahead = { least: 32, most: 5000 } as const;

const againMs = 200;

/** One group of a topic, as this process consumes it. */
export class ConsumerGroup {
  readonly topic: string;
  readonly name: string;
  readonly set: QueueSet;
  readonly #host: GroupHost;
  readonly #lanes: Lanes;
  readonly #window: Window;
  readonly #mover: Mover;
  readonly #deadQueue: string;
  /** Burials that nobody waits for. */
  readonly #burials = new Set<Promise<void>>();
  #askedAt = 0;
  #wanted = 0;
  #maxAttempts = Infinity;
  #timer: Timer | undefined;
  #starting: Promise<void> | undefined;
  #isOpen = true;
  /** Whether one of its queues was deleted, as when another process drops the group. */
  isGone = false;
  /** Lanes consume, or are to. */
  #isAwake = false;
  /** Messages on their way to another queue. */
  #leaving = 0;

  constructor(host: GroupHost, topic: string, name: string, set: QueueSet) {
    this.#host = host;
    this.topic = topic;
    this.name = name;
    this.set = set;
    const { names, inlet } = host;
    this.#deadQueue = names.dead(topic, name);
    this.#mover = new Mover(host, this.#deadQueue);
    this.#window = new Window(
      () => host.nextToken(),
      ({ lane, tag }) => void lane.ack(tag),
    );
    const laneHost = {
      arrived: (lane: Lane, message: ConsumeMessage, tag: number) => this.#arrived(lane, message, tag),
      lost: (lane: Lane) => this.#lost(lane),
      deleted: () => void (this.isGone = true),
    };
    const lanes = names.lanes.map(
      (lane) => new Lane(names.lane(topic, name, set, lane), lane !== openLane, inlet, laneHost),
    );
    this.#lanes = new Lanes(lanes, () => this.#wakeAgain());
  }

  get #now(): number {
    return this.#host.inlet.host.clock.now();
  }

  /** Queues of its lanes. */
  get queues(): readonly string[] {
    return this.#lanes.queues;
  }

  /** How long nobody has asked for messages, in milliseconds. */
  get idleMs(): number {
    return this.#host.inlet.host.clock.monotonic() - this.#askedAt;
  }

  /** Leases what is here, and sees to it that more comes. */
  reserve(order: ReserveOrder): readonly Lease[] | Promise<readonly Lease[]> {
    this.#askedAt = this.#host.inlet.host.clock.monotonic();
    if (order.max * 2 > this.#wanted) {
      this.#wanted = order.max * 2;
      this.#isAwake = false;
    }
    return this.#isAwake ? this.#take(order) : this.wake().then(() => this.#take(order));
  }

  #take(order: ReserveOrder): readonly Lease[] | Promise<readonly Lease[]> {
    if (this.isGone) return [];
    const leases = this.#reserve(order);
    if (leases.length === order.max) return leases;
    return this.#starting !== undefined || this.#isCramped ? this.#reserveMore(order, leases) : leases;
  }

  /** Whether nothing more can come, since all that may be fetched is held. */
  get #isCramped(): boolean {
    return this.#host.prefetch === undefined && this.#wanted < ahead.most && this.#window.size >= this.#prefetch;
  }

  /** Many consumers share what is fetched ahead, and together may hold all of it. */
  async #reserveMore(order: ReserveOrder, leases: readonly Lease[]): Promise<readonly Lease[]> {
    if (this.#starting === undefined) this.#wanted = 2 * this.#prefetch;
    this.#isAwake = false;
    try {
      await this.wake();
    } catch {
      return leases;
    }
    return [...leases, ...this.#reserve({ ...order, max: order.max - leases.length })];
  }

  /** How many messages without a key are fetched ahead. */
  get #prefetch(): number {
    return this.#host.prefetch ?? Math.min(ahead.most, Math.max(ahead.least, this.#wanted));
  }

  #reserve(order: ReserveOrder): readonly Lease[] {
    this.#maxAttempts = order.maxAttempts;
    const leases = this.#window.reserve(order);
    for (const { delivery, attempts } of this.#window.exhausted())
      this.#buryUnasked(delivery, ranOut(attempts), attempts, order.now);
    return leases;
  }

  /** Begins to consume. Resolves when what the server has for this process now is here. */
  async wake(): Promise<void> {
    this.#starting ??= this.#wake().finally(() => (this.#starting = undefined));
    await this.#starting;
  }

  async #wake(): Promise<void> {
    await this.#lanes.open(this.#prefetch);
    const arrived = this.arrived();
    arrived.catch(() => {});
    // Its queues may be those that were made anew when it was dropped, in which messages wait for another group.
    if (!(await this.#host.topology.exists(this.#deadQueue))) this.isGone = true;
    // One may have been lost while others were opened: the next who asks opens it again.
    this.#isAwake = this.#lanes.areConsuming;
    this.#timer ??= this.#host.inlet.host.clock.setInterval(() => this.#tick(), restAfterMs / 2).unref();
    await arrived;
  }

  /** Resolves when what was on its way from the server has come. */
  async arrived(): Promise<void> {
    await this.#lanes.waiting();
  }

  #arrived(lane: Lane, message: ConsumeMessage, tag: number): void {
    const now = this.#now;
    const arrival = toArrival(message, now);
    const delivery: Delivery = { lane, tag, arrival };
    const { maxRedeliveries } = this.#host;
    if (arrival.expiresAt <= now) {
      lane.ack(tag);
      this.#host.tell(this.topic);
    } else if (arrival.redeliveries > maxRedeliveries) {
      const detail = `It came back ${arrival.redeliveries} times from consumers that had ended.`;
      this.#buryUnasked(delivery, { code: 'lease-expired', detail }, arrival.attempts + 1, now);
    } else if (this.#isToPark(arrival.dueAt - now)) void this.#parkOrHold(delivery);
    else this.#hold(delivery, now);
  }

  #hold(delivery: Delivery, now: number): void {
    this.#window.add(delivery, now);
    this.#host.tell(this.topic);
  }

  /** Long waits are the server's; short ones too, when many of those fetched ahead wait already. */
  #isToPark(waitMs: number): boolean {
    if (waitMs <= 0) return false;
    return waitMs >= parkAfterMs || this.#window.delayed * 2 > this.#prefetch;
  }

  async #parkOrHold(delivery: Delivery): Promise<void> {
    this.#leaving += 1;
    try {
      await this.#mover.park(delivery, delivery.arrival);
      delivery.lane.ack(delivery.tag);
    } catch {
      if (delivery.lane.gave(delivery.tag)) this.#hold(delivery, this.#now);
    } finally {
      this.#leaving -= 1;
    }
  }

  /** Tries until it is done, or the message is the server's again. */
  #buryUnasked(delivery: Delivery, reason: DeathReason, attempts: number, now: number): void {
    const burial = (async () => {
      while (this.#isOpen && delivery.lane.gave(delivery.tag)) {
        try {
          await this.#mover.bury(delivery, reason, attempts, now);
          delivery.lane.ack(delivery.tag);
          this.#host.tell(this.topic);
          return;
        } catch {
          await sleep(this.#host.inlet.host.clock, againMs);
        }
      }
    })();
    this.#burials.add(burial);
    void burial.finally(() => this.#burials.delete(burial));
  }

  /** Resolves when what ran out of attempts is among the dead letters. */
  async buried(): Promise<void> {
    await Promise.all(this.#burials);
  }

  /** Ends leases. */
  async settle(ends: readonly Settlement[], now: number): Promise<readonly boolean[]> {
    const lanes: (Lane | undefined)[] = [];
    const results: boolean[] = [];
    const done: Entry[] = [];
    const moves: Promise<void>[] = [];
    for (const [index, end] of ends.entries()) {
      const entry = this.#window.get(end);
      lanes.push(entry?.lane);
      results.push(false);
      if (entry === undefined) continue;
      if (this.#isMove(end, entry.lane)) {
        const move = async (): Promise<void> => {
          if (!(await this.#move(end, entry, now))) return;
          results[index] = true;
          done.push(entry);
        };
        moves.push(move());
      } else if (this.#window.settle(end, now)) {
        results[index] = true;
        if (end.kind === 'ack') done.push(entry);
      }
    }
    if (moves.length > 0) {
      const moved = Promise.all(moves);
      for (const lane of new Set(lanes)) lane?.hold(moved);
      await moved;
    }
    const lost = await unsynced(done);
    if (lost.size === 0) return results;
    return results.map((isHeld, index) => {
      const lane = lanes[index];
      return isHeld && !(lane !== undefined && lost.has(lane));
    });
  }

  /** Whether a message goes to another queue. */
  #isMove(end: Settlement, { isKeyed }: Lane): boolean {
    return end.kind === 'dead' || (end.kind === 'retry' && !isKeyed && this.#isToPark(end.delayMs));
  }

  /** The lease holds until the message is where it goes, so that nobody gets it, or the next of its key, meanwhile. */
  async #move(end: Settlement, found: Entry, now: number): Promise<boolean> {
    const { until, attempts } = found.item;
    if (!this.#window.extend(end, Infinity, now)) return false;
    try {
      if (end.kind === 'dead') await this.#mover.bury(found, end.reason, attempts, now);
      else if (end.kind === 'retry') {
        const { delayMs } = end;
        const retry = { ...found.arrival, attempts, previousDelayMs: delayMs, dueAt: now + delayMs };
        await this.#mover.park(found, retry);
      }
    } catch (error) {
      this.#window.extend(end, until, now);
      throw error;
    }
    return this.#window.settle({ ref: end.ref, token: end.token, kind: 'ack' }, now);
  }

  /** Lets leases run longer. */
  extend(leases: readonly LeaseRef[], until: number, now: number): readonly boolean[] {
    return leases.map((lease) => this.#window.extend(lease, until, now));
  }

  /** When {@link ConsumerGroup.reserve} may find more. */
  nextDue(): number | undefined {
    return this.#window.nextDue();
  }

  /** Drops what has expired here. Returns how many. */
  expire(now: number): number {
    return this.#window.expire(now);
  }

  /** What is held here, and how much of its queues waits for anyone. */
  async depth(now: number): Promise<{
    readonly lag: number;
    readonly delayed: number;
    readonly inFlight: number;
    readonly oldest: number | undefined;
  }> {
    const { topology } = this.#host;
    const [parked = 0, waiting] = await Promise.all([
      topology.count(this.queues.flatMap((queue) => topology.parkedOf(queue))),
      this.#lanes.waiting(),
    ]);
    const ready = waiting.reduce<number>((sum, count) => sum + (count ?? 0), 0);
    const resting = this.queues.filter((_, index) => waiting[index] === undefined);
    const atServer = ready + parked + this.#leaving + ((await topology.count(resting)) ?? 0);
    const { lag, delayed, inFlight } = this.#window.counts(now);
    return { lag: lag + atServer, delayed: delayed + parked, inFlight, oldest: this.#window.oldest() };
  }

  /** A lane's channel is gone, and what it gave is the server's again. */
  #lost(lane: Lane): void {
    this.#window.abandon(lane, this.#now);
    this.#wakeAgain();
  }

  /** Whoever asks next wakes it, and hears what is wrong. */
  #wakeAgain(): void {
    this.#isAwake = false;
    if (this.#isOpen) this.#host.tell(this.topic);
  }

  #tick(): void {
    if (this.idleMs < restAfterMs) {
      this.#lanes.retry(this.#prefetch);
      return;
    }
    for (const lane of this.#lanes) {
      if (!lane.isConsuming) continue;
      if (lane.isKeyed) this.#restKeyed(lane);
      else void this.#restOpen(lane);
    }
  }

  /** What a keyed lane gave goes back as a whole, in order, once nothing of it is being handled. */
  #restKeyed(lane: Lane): void {
    if (this.#window.isBusy(lane, this.#now)) return;
    // What was tried here is counted here only.
    if (this.#window.hasExpired(lane, this.#now) && this.idleMs < forgetAfterMs) return;
    this.#isAwake = false;
    this.#window.abandon(lane, this.#now);
    void lane.close();
  }

  async #restOpen(lane: Lane): Promise<void> {
    this.#isAwake = false;
    try {
      await lane.rest();
    } catch {
      // Its channel is gone, and all that it gave with it.
    }
    const now = this.#now;
    for (const { delivery, attempts, isTried } of this.#window.giveBack(lane, now))
      if (!isTried) lane.nack(delivery.tag);
      else if (attempts >= this.#maxAttempts) this.#buryUnasked(delivery, ranOut(attempts), attempts, now);
      else void this.#putBack(delivery, attempts);
  }

  /** What was tried goes to the end of its queue, with the number of its attempts. */
  async #putBack(delivery: Delivery, attempts: number): Promise<void> {
    const { lane, tag } = delivery;
    this.#leaving += 1;
    try {
      await this.#mover.again(delivery, attempts);
      lane.ack(tag);
    } catch {
      lane.nack(tag);
    } finally {
      this.#leaving -= 1;
    }
  }

  /** Gives back all that is held. */
  async close(): Promise<void> {
    this.#isOpen = false;
    this.#isAwake = false;
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    for (const lane of this.#lanes) this.#window.abandon(lane, this.#now);
    await this.#lanes.close();
    await this.buried();
  }
}

const ranOut = (attempts: number): DeathReason => ({
  code: 'lease-expired',
  detail: `The lease ran out on attempt ${attempts}.`,
});
