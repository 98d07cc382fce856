import type { Clock, Entropy } from '@organism/cell';
import { UnsupportedError } from '../errors.ts';
import { Fifo } from '../memory/fifo.ts';
import { afterFailure, type Attempt } from './after-failure.ts';
import { Alarm } from './alarm.ts';
import { Chain } from './chain.ts';
import { envelopeOf } from './codec.ts';
import type { ConsumerCounters, ConsumerHost } from './consumer-host.ts';
import type { Consumption } from './consume-options.ts';
import type { HeartDriver, Lease, MaybePromise, Settlement } from './driver.ts';
import { Latch } from './latch.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { Membership } from './membership.ts';
import { Message } from './message.ts';
import { type HeartTopic, unreadable } from './topic.ts';
import { Settler } from './settler.ts';
import { isThenable } from './thenable.ts';

/** Waits after a driver's failure: this long at first, then ever longer. */
const retryMs = { least: 100, most: 5000 };

const counterOf = { ack: 'acked', retry: 'retried', dead: 'dead' } as const;

/** A message that waited for its handler until less than this share of its lease was left gets a new one. */
const mostWaited = 0.9;

/**
 * Leases messages ahead of those who handle them, keeps the leases of those that wait, and settles what was handled. A
 * subscription and a Vein are two faces of it.
 */
export class Consumer {
  readonly topic: HeartTopic;
  readonly options: Consumption;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly trusted: boolean;
  readonly #host: ConsumerHost;
  readonly #driver: HeartDriver;
  readonly #alarm: Alarm;
  readonly #buffer = new Fifo<Message>();
  /** Handed out and not settled. */
  readonly #out = new Chain<Message>();
  readonly #counters = { delivered: 0, acked: 0, retried: 0, dead: 0, lost: 0 };
  readonly #settler: Settler;
  readonly #membership: Membership;
  /** Called when there is something to take. */
  onReady: () => void = () => {};
  readonly #idle = new Latch();
  #watch: Disposable | undefined;
  readonly #keeper: LeaseKeeper;
  /** Nobody asks: leases nothing ahead until somebody does. */
  #dormant = false;
  #filling = false;
  #reserving: Promise<void> | undefined;
  #again = false;
  #scheduled = false;
  #paused: boolean;
  #open = false;
  #failures = 0;

  constructor(host: ConsumerHost, topic: HeartTopic, options: Consumption, paused: boolean) {
    this.#host = host;
    this.#driver = host.driver;
    this.topic = topic;
    this.options = options;
    this.clock = host.clock;
    this.entropy = host.entropy;
    this.trusted = host.trusted;
    this.#paused = paused;
    this.#membership = new Membership(host.driver, topic.name, options, host.clock);
    this.#settler = new Settler(host.driver, topic.name, options.group, () => this.clock.now());
    this.#settler.onConfirmed = () => this.#settled();
    this.#alarm = new Alarm(this.clock, () => this.#fill());
    const waiting = (): number => (this.#open ? this.#buffer.size : 0);
    this.#keeper = new LeaseKeeper(this.clock, options.ackTimeoutMs / 2, {
      get waiting() {
        return waiting();
      },
      prolong: () => this.#prolong(this.#buffer.items()),
      giveBack: () => {
        this.#dormant = true;
        return this.#giveBack();
      },
    });
  }

  /** Joins the group and begins to lease. */
  async open(): Promise<void> {
    await this.#membership.join();
    this.#open = true;
    this.#host.opened(this);
    this.#watch = this.#driver.watch(this.topic.name, () => this.#schedule());
    this.#fill();
  }

  /** Also while paused. */
  #stay(): void {
    const { everyMs, isDue } = this.#membership;
    if (everyMs === Infinity) return;
    this.#alarm.in(everyMs);
    if (isDue) this.#membership.join().catch((error: unknown) => this.#troubled(error));
  }

  /** Counters. */
  get counters(): ConsumerCounters {
    return this.#counters;
  }

  /** Messages that this consumer holds, handled or not. */
  get held(): number {
    return this.#buffer.size + this.#out.size;
  }

  /** Whether it is open. */
  get isOpen(): boolean {
    return this.#open;
  }

  /** The next message to handle, if there is one. */
  take(): Message | undefined {
    if (this.#paused) return undefined;
    this.#keeper.asked();
    this.#dormant = false;
    for (let message = this.#buffer.shift(); message !== undefined; message = this.#buffer.shift()) {
      const leftMs = message.leasedUntil - this.clock.now();
      if (leftMs > 0) {
        if (leftMs < this.options.ackTimeoutMs * mostWaited) void this.#prolong([message]);
        this.#out.add(message);
        this.#counters.delivered += 1;
        // Asked again when half is used up, so that a driver with round trips has whole batches to give.
        if (this.#buffer.size * 2 <= this.options.prefetch) this.#schedule();
        return message;
      }
      this.#drop(message);
    }
    this.#schedule();
    return undefined;
  }

  /** Looks for messages now, and resolves when it has. */
  async filled(): Promise<void> {
    await Promise.resolve();
    const asked = this.#reserving;
    if (asked !== undefined) await asked.then(undefined, () => {});
    this.#fill();
    await this.#reserving?.then(undefined, () => {});
    await Promise.resolve();
  }

  /** A message whose lease has run out. */
  lose(message: Message): void {
    this.#out.delete(message);
    this.#drop(message);
    this.#settled();
  }

  #drop(message: Message): void {
    if (message.settled === 'lost') return;
    message.mark('lost');
    this.#counters.lost += 1;
  }

  /** Many notices of one turn lead to one look. */
  #schedule(): void {
    if (this.#scheduled || !this.#open || this.#paused || this.#dormant) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#fill();
    });
  }

  #room(): number {
    const { prefetch } = this.options;
    if (this.held + this.#settler.pending < prefetch) return prefetch - this.held - this.#settler.pending;
    // A handler that neither settles nor returns must not keep its place for ever.
    const now = this.clock.now();
    for (const message of this.#out) {
      if (message.leasedUntil > now) continue;
      this.#out.delete(message);
      this.#drop(message);
    }
    return prefetch - this.held - this.#settler.pending;
  }

  #fill(): void {
    if (!this.#open) return;
    this.#stay();
    if (this.#paused || this.#dormant) return;
    if (this.#filling) {
      this.#again = true;
      return;
    }
    const max = this.#room();
    if (max <= 0) {
      this.#wakeAtLeaseEnd();
      return;
    }
    this.#filling = true;
    this.#again = false;
    const { group, ackTimeoutMs: leaseMs, maxAttempts } = this.options;
    try {
      const leases = this.#driver.reserve(this.topic.name, group, { now: this.clock.now(), max, leaseMs, maxAttempts });
      if (isThenable(leases))
        this.#reserving = Promise.resolve(leases).then(
          (found) => this.#filled(found, max),
          (error: unknown) => this.#failed(error),
        );
      else this.#filled(leases, max);
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#filling = false;
    this.#troubled(error);
  }

  #troubled(error: unknown): void {
    this.#host.answered(error);
    if (!this.#open) return;
    this.#host.report(error, this);
    this.#failures += 1;
    this.#alarm.in(Math.min(retryMs.most, retryMs.least * 2 ** Math.min(10, this.#failures - 1)));
  }

  #filled(leases: readonly Lease[], asked: number): void {
    this.#filling = false;
    this.#failures = 0;
    this.#host.answered();
    if (!this.#open || this.#paused) {
      void this.#release(leases);
      return;
    }
    for (const lease of leases) this.#take(lease);
    if (this.#buffer.size > 0) {
      this.#keeper.keep();
      this.onReady();
    }
    if (leases.length === asked || this.#again) this.#schedule();
    else this.#waitForMore(leases.length > 0);
  }

  #take(lease: Lease): void {
    let message: Message;
    try {
      const envelope = envelopeOf(lease.body, this.#host.codec);
      message = new Message(this, lease, envelope, this.topic.read(envelope));
    } catch (error) {
      this.#host.report(error, this);
      this.#counters.dead += 1;
      void this.#buryUnread({ ref: lease.ref, token: lease.token, kind: 'dead', reason: unreadable(error) });
      return;
    }
    this.#buffer.push(message);
  }

  async #buryUnread(end: Settlement): Promise<void> {
    try {
      await this.#settler.settle(end);
    } catch (error) {
      this.#host.report(error, this);
    }
  }

  /** Looks again when something is due, or, where others may publish unseen, after a while. */
  #waitForMore(isBusy: boolean): void {
    const { pollMs } = this.#driver;
    if (pollMs !== Infinity) this.#alarm.in(pollMs);
    // While messages come, the next look is near anyway: a round trip spared for each.
    if (isBusy && pollMs !== Infinity) return;
    const arm = (at: number | undefined): void => {
      if (at !== undefined && this.#open) this.#alarm.in(Math.max(1, at - this.clock.now()));
    };
    const due = this.#driver.nextDue(this.topic.name, this.options.group, this.clock.now());
    if (isThenable(due)) Promise.resolve(due).then(arm, (error: unknown) => this.#troubled(error));
    else arm(due);
  }

  #wakeAtLeaseEnd(): void {
    let soonest = Infinity;
    for (const { leasedUntil } of this.#out) soonest = Math.min(soonest, leasedUntil);
    if (soonest !== Infinity) this.#alarm.in(Math.max(1, soonest - this.clock.now()));
  }

  async #prolong(messages: readonly Message[]): Promise<void> {
    try {
      await this.extend(messages);
    } catch (error) {
      this.#host.report(error, this);
    }
  }

  /** Lets leases run for another while from now. */
  async extend(messages: readonly Message[], ms: number = this.options.ackTimeoutMs): Promise<readonly boolean[]> {
    const now = this.clock.now();
    const until = now + ms;
    const leases = messages.map(({ lease }) => lease);
    const held = await this.#driver.extend(this.topic.name, this.options.group, leases, until, now);
    for (const [index, message] of messages.entries()) if (held[index] === true) message.prolong(until);
    return held;
  }

  /** What becomes of a message that failed. */
  failed(message: Message, failure: Omit<Attempt, 'lease'>): Settlement {
    return afterFailure({ ...failure, lease: message.lease }, this.options, this.entropy);
  }

  /** Settles a message that was handed out. False when its lease had run out. */
  settle(message: Message, end: Settlement): MaybePromise<boolean> {
    message.mark(end.kind);
    this.#out.delete(message);
    const finish = (held: boolean): boolean => {
      if (!held) this.#drop(message);
      else if (end.kind !== 'release') this.#counters[counterOf[end.kind]] += 1;
      return held;
    };
    const done = this.#settler.settle(end);
    return isThenable(done) ? Promise.resolve(done).then(finish) : finish(done);
  }

  #settled(): void {
    if (this.#out.size === 0 && this.#settler.pending === 0) this.#idle.open();
    if (this.#buffer.size * 2 <= this.options.prefetch) this.#schedule();
  }

  /** Settles and works in one transaction of the driver. */
  async transact<Tx, R>(message: Message, work: (transaction: Tx) => R): Promise<R> {
    const transact = (this.#driver as HeartDriver<Tx>).transact?.bind(this.#driver);
    if (transact === undefined) throw new UnsupportedError(this.#driver.name, 'transactions');
    this.#settler.pending += 1;
    // Taken as done from now on, so that a handler that does not wait for it can't settle the message twice.
    message.mark('ack');
    try {
      const result = await transact(this.topic.name, this.options.group, message.lease, work, this.clock.now());
      this.#counters.acked += 1;
      this.#out.delete(message);
      return result;
    } catch (error) {
      message.mark(undefined);
      throw error;
    } finally {
      this.#settler.pending -= 1;
      this.#settled();
    }
  }

  /** Takes no messages until {@link Consumer.resume}; what waits for a handler goes back to the group. */
  pause(): void {
    this.#paused = true;
    void this.#giveBack();
  }

  /** Takes messages again. */
  resume(): void {
    this.#paused = false;
    this.#schedule();
  }

  #giveBack(): Promise<void> {
    const waiting: Message[] = [];
    for (let message = this.#buffer.shift(); message !== undefined; message = this.#buffer.shift())
      waiting.push(message);
    return this.#release(waiting.map(({ lease }) => lease));
  }

  async #release(leases: readonly Lease[]): Promise<void> {
    if (leases.length === 0) return;
    // The last first: each goes to the front.
    const ends = leases.toReversed().map(({ ref, token }) => ({ ref, token, kind: 'release' as const }));
    try {
      await this.#settler.release(ends);
    } catch (error) {
      this.#host.report(error, this);
    }
  }

  /** Resolves when all that was handed out is settled. */
  drained(): Promise<void> {
    return this.#out.size === 0 && this.#settler.pending === 0 ? Promise.resolve() : this.#idle.wait();
  }

  /** Leases no more, gives back what waits, and ends. What is out may still be settled. */
  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    this.#watch?.[Symbol.dispose]();
    this.#alarm.off();
    this.#keeper.off();
    await this.#giveBack();
  }

  /** The end: drops the group of a broadcast. */
  async leave(): Promise<void> {
    this.#host.closed(this);
    await this.#membership.leave();
  }
}
