import type {
  DeadQuery,
  DeadRecord,
  DriverFeature,
  HeartDriver,
  JoinOrder,
  Lease,
  LeaseRef,
  NewMessage,
  OpenOptions,
  PublishOrder,
  PublishOutcome,
  ReserveOrder,
  Settlement,
  TopicDepth,
} from '../heart/driver.ts';
import type { Durability } from '../heart/durability.ts';
import type { RealTime } from './time.ts';

/** A driver as a rule sees it whose time is slowed: times that go in become longer, and those that come out shorter. */
export class SlowedDriver implements HeartDriver {
  readonly name: string;
  readonly lacks: readonly DriverFeature[];
  readonly keeps: HeartDriver['keeps'];
  readonly pollMs: number;
  readonly #driver: HeartDriver;
  readonly #time: RealTime;

  constructor(driver: HeartDriver, time: RealTime) {
    this.name = driver.name;
    this.lacks = driver.lacks ?? [];
    this.keeps = driver.keeps;
    this.pollMs = driver.pollMs;
    this.#driver = driver;
    this.#time = time;
  }

  get durability(): Durability {
    return this.#driver.durability;
  }

  async open(options?: OpenOptions): Promise<void> {
    await this.#driver.open?.(options);
  }

  async close(): Promise<void> {
    await this.#driver.close?.();
  }

  async publish(topic: string, messages: readonly NewMessage[], order: PublishOrder): Promise<PublishOutcome> {
    const time = this.#time;
    const longer = ({ publishedAt, dueAt, expiresAt, uniqueUntil, ...rest }: NewMessage): NewMessage => ({
      ...rest,
      publishedAt: time.toMachine(publishedAt),
      dueAt: time.toMachine(dueAt),
      expiresAt: time.toMachine(expiresAt),
      // No moment, but that there is no such check.
      uniqueUntil: uniqueUntil === 0 ? 0 : time.toMachine(uniqueUntil),
    });
    const { now, retentionMs } = order;
    const slow = { ...order, now: time.toMachine(now), retentionMs: retentionMs * time.scale };
    return await this.#driver.publish(topic, messages.map(longer), slow);
  }

  async join(topic: string, group: string, { from, idleMs, now }: JoinOrder): Promise<void> {
    const { scale } = this.#time;
    await this.#driver.join(topic, group, { from, idleMs: idleMs * scale, now: this.#time.toMachine(now) });
  }

  async leave(topic: string, group: string, now: number): Promise<void> {
    await this.#driver.leave(topic, group, this.#time.toMachine(now));
  }

  async reserve(topic: string, group: string, order: ReserveOrder): Promise<readonly Lease[]> {
    const time = this.#time;
    const { now, leaseMs } = order;
    const slow = { ...order, now: time.toMachine(now), leaseMs: leaseMs * time.scale };
    const leases = await this.#driver.reserve(topic, group, slow);
    return leases.map((lease) => ({
      ...lease,
      until: time.toRule(lease.until),
      previousDelayMs: lease.previousDelayMs / time.scale,
      publishedAt: time.toRule(lease.publishedAt),
    }));
  }

  async settle(topic: string, group: string, ends: readonly Settlement[], now: number): Promise<readonly boolean[]> {
    const { scale } = this.#time;
    const slow = ends.map((end) => (end.kind === 'retry' ? { ...end, delayMs: end.delayMs * scale } : end));
    return await this.#driver.settle(topic, group, slow, this.#time.toMachine(now));
  }

  async extend(
    topic: string,
    group: string,
    leases: readonly LeaseRef[],
    until: number,
    now: number,
  ): Promise<readonly boolean[]> {
    const time = this.#time;
    return await this.#driver.extend(topic, group, leases, time.toMachine(until), time.toMachine(now));
  }

  async nextDue(topic: string, group: string, now: number): Promise<number | undefined> {
    const due = await this.#driver.nextDue(topic, group, this.#time.toMachine(now));
    return due === undefined ? undefined : this.#time.toRule(due);
  }

  async deadLetters(topic: string, group: string, query: DeadQuery): Promise<readonly DeadRecord[]> {
    const time = this.#time;
    const records = await this.#driver.deadLetters(topic, group, query);
    return records.map((record) => ({
      ...record,
      failedAt: time.toRule(record.failedAt),
      publishedAt: time.toRule(record.publishedAt),
    }));
  }

  async replay(topic: string, group: string, query: DeadQuery, now: number): Promise<number> {
    return await this.#driver.replay(topic, group, query, this.#time.toMachine(now));
  }

  async discard(topic: string, group: string, query: DeadQuery): Promise<number> {
    return await this.#driver.discard(topic, group, query);
  }

  async inspect(topic: string, now: number): Promise<TopicDepth> {
    const depth = await this.#driver.inspect(topic, this.#time.toMachine(now));
    const shorter = depth.groups.map((group) => ({ ...group, oldestAgeMs: group.oldestAgeMs / this.#time.scale }));
    return { ...depth, groups: shorter };
  }

  async sweep(now: number): Promise<number> {
    return await this.#driver.sweep(this.#time.toMachine(now));
  }

  watch(topic: string, listener: () => void): Disposable {
    return this.#driver.watch(topic, listener);
  }
}
