import { HeartDriverError } from '../errors.ts';
import type {
  DeadQuery,
  DeadRecord,
  DriverFeature,
  HeartDriver,
  JoinFrom,
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
import { Opening } from '../heart/opening.ts';
import { Watchers } from '../memory/watchers.ts';
import { Attempts } from './attempts.ts';
import { Groups } from './groups.ts';
import { IdleGroups } from './idle-groups.ts';
import { inspect, type LocalCounts } from './inspection.ts';
import { Intake } from './intake.ts';
import { Link } from './link.ts';
import { Morgue } from './morgue.ts';
import { Mover } from './mover.ts';
import { Names } from './names.ts';
import { checkOptions, type NatsBrokerOptions } from './options.ts';
import { NatsPublisher } from './publisher.ts';
import type { Services } from './services.ts';
import { Streams } from './streams.ts';

const keyOf = (topic: string, group: string): string => JSON.stringify([topic, group]);

/**
 * Broker driver on NATS JetStream (server 2.9 or newer): shared by processes on many machines.
 *
 * A topic is a stream that keeps a message until every group has handled it. A group is a durable consumer for messages
 * without a key, and one for each of the lanes into which keys are hashed; in a lane one message is out at a time, so the
 * order of a key holds over retries and across processes.
 *
 * What an acknowledged publish has reached the streams' own settings say; `open` reads them. In a file on one server that is
 * `page-cache`, since the server acknowledges before it flushes; on three or more `replicated`; else `memory`.
 *
 * @see https://docs.nats.io/nats-concepts/jetstream
 * @example
 * ```ts no-run
 * import { Heart } from '@organism/circulatory';
 * import { NatsBroker } from '@organism/circulatory/nats';
 *
 * const driver = new NatsBroker({ servers: 'localhost:4222' });
 * await using heart = await new Heart({ driver, durability: 'page-cache' }).start();
 * await heart.publish('mail.send', { to: 'ada@example.org' });
 * ```
 */
export class NatsBroker implements HeartDriver<never> {
  readonly name = 'nats';
  readonly keeps = 'bytes';
  readonly lacks: readonly DriverFeature[] = ['priority', 'shed', 'retention', 'batch', 'fencing'];
  readonly pollMs: number;
  readonly #services: Services;
  readonly #publisher: NatsPublisher;
  readonly #idle: IdleGroups;
  readonly #opening: Opening;
  readonly #watchers = new Watchers();
  readonly #intakes = new Map<string, Intake>();
  readonly #movers = new Map<string, Mover>();
  readonly #joining = new Map<string, Promise<void>>();
  /** Groups that consumers of this process have joined. */
  readonly #joined = new Map<string, JoinFrom>();
  #durability: Durability = 'memory';

  /** @throws {OptionError} `CELL_BAD_OPTION` for a bad option. */
  constructor(options: NatsBrokerOptions) {
    const settings = checkOptions(options);
    this.pollMs = settings.pollMs;
    const names = new Names(settings.prefix);
    const link = new Link(settings, { up: () => this.#reconnected(), down: () => this.#watchers.tellAll() });
    const streams = new Streams(link, names, settings);
    this.#services = {
      settings,
      names,
      link,
      streams,
      groups: new Groups(link, names),
      morgue: new Morgue(link, names, settings),
      tell: (topic) => this.#watchers.tell(topic),
    };
    this.#publisher = new NatsPublisher(link, streams);
    this.#idle = new IdleGroups(link, names);
    this.#opening = new Opening({
      ...settings,
      server: 'NATS',
      connect: () => this.#connect(),
      disconnect: () => this.#disconnect(),
    });
  }

  get durability(): Durability {
    return this.#durability;
  }

  /**
   * Connects; goes on trying for `openTimeoutMs`. A server that goes later is waited for.
   *
   * @throws {HeartDriverError} when the server can't be reached, or the driver is closed meanwhile.
   */
  open(options?: OpenOptions): Promise<void> {
    return this.#opening.open(options);
  }

  async #connect(): Promise<void> {
    const { link, streams } = this.#services;
    await this.#attempt('connect', async () => {
      try {
        await link.open();
        this.#durability = await streams.open();
      } catch (error) {
        await link.close().catch(() => {});
        throw error;
      }
    });
  }

  close(): Promise<void> {
    return this.#opening.close();
  }

  async #disconnect(): Promise<void> {
    const { link, streams } = this.#services;
    await Promise.all([...this.#intakes.values(), ...this.#movers.values()].map((part) => part.close()));
    this.#movers.clear();
    streams.forget();
    await link.close();
  }

  async #attempt<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      if (cause instanceof HeartDriverError) throw cause;
      throw new HeartDriverError(what, { cause, retryable: true });
    }
  }

  #reconnected(): void {
    this.#services.streams.forget();
    for (const part of [...this.#intakes.values(), ...this.#movers.values()]) part.reconnected();
    this.#watchers.tellAll();
  }

  #intakesOf(topic: string): readonly Intake[] {
    return [...this.#intakes.values()].filter((intake) => intake.topic.topic === topic);
  }

  async publish(topic: string, messages: readonly NewMessage[], order: PublishOrder): Promise<PublishOutcome> {
    return await this.#attempt('publish', async () => {
      const intakes = this.#intakesOf(topic);
      const outcome = await this.#publisher.publish(topic, messages, order, ({ lane, seq }) => {
        for (const intake of intakes) intake.expect(lane, seq);
      });
      if (messages.some(({ dueAt }) => dueAt > order.now)) await this.#move(topic);
      if (outcome !== 'full') this.#watchers.tell(topic);
      return outcome;
    });
  }

  async join(topic: string, group: string, { from, idleMs }: JoinOrder): Promise<void> {
    const key = keyOf(topic, group);
    await this.#attempt('join', async () => {
      await this.#idle.join(topic, group, idleMs, this.#services.settings.clock.now());
      // Many consumers of one process start together: one of them makes the group.
      const begun = this.#joining.get(key) ?? this.#make(topic, group, from);
      this.#joining.set(key, begun);
      try {
        await begun;
        this.#joined.set(key, from);
      } finally {
        this.#joining.delete(key);
      }
    });
  }

  async #make(topic: string, group: string, from: JoinFrom): Promise<void> {
    const { streams, groups } = this.#services;
    const stream = await streams.get(topic);
    const ackWaitMs = await groups.join(stream, group, from);
    this.#admit(topic, group, () => new Intake(this.#services, stream, group, ackWaitMs));
    await this.#move(topic);
  }

  /** From now on this process, too, moves messages of a topic when they are due. */
  async #move(topic: string): Promise<void> {
    const { link, settings, streams } = this.#services;
    const stream = await streams.get(topic);
    const mover = this.#movers.get(topic) ?? new Mover(link, settings.clock, stream);
    this.#movers.set(topic, mover);
    mover.start();
  }

  #admit(topic: string, group: string, make: () => Intake): Intake {
    const key = keyOf(topic, group);
    const found = this.#intakes.get(key);
    if (found !== undefined) return found;
    const made = make();
    this.#intakes.set(key, made);
    return made;
  }

  /** The group's intake; undefined when there is no such group. */
  async #intake(topic: string, group: string): Promise<Intake | undefined> {
    const known = this.#intakes.get(keyOf(topic, group));
    if (known !== undefined) return known;
    const { streams, groups } = this.#services;
    const stream = await streams.find(topic);
    const ackWaitMs = stream === undefined ? undefined : await groups.ackWaitMs(stream, group);
    if (stream === undefined || ackWaitMs === undefined) return undefined;
    return this.#admit(topic, group, () => new Intake(this.#services, stream, group, ackWaitMs));
  }

  async leave(topic: string, group: string): Promise<void> {
    await this.#attempt('leave', async () => {
      const { link, names, streams, groups, morgue } = this.#services;
      const stream = await streams.find(topic);
      if (stream === undefined) return;
      const key = keyOf(topic, group);
      const intake = this.#intakes.get(key);
      this.#intakes.delete(key);
      this.#joined.delete(key);
      await intake?.close();
      await groups.leave(stream, group);
      (intake?.attempts ?? new Attempts(link, names, topic, group)).forget('*');
      await Promise.all([morgue.clear(topic, group), this.#idle.forget(topic, group)]);
      this.#watchers.tell(topic);
    });
  }

  async reserve(topic: string, group: string, order: ReserveOrder): Promise<readonly Lease[]> {
    return await this.#attempt('reserve', async () => {
      const intake = await this.#intake(topic, group);
      if (intake === undefined) return [];
      try {
        await this.#idle.asked(topic, group, this.#services.settings.clock.now());
        return await intake.reserve(order);
      } catch (error) {
        if (this.#services.link.isUp) await this.#verify(topic, group, intake);
        throw error;
      }
    });
  }

  /** A server that has lost a group (it was in memory, or another process has dropped it) does not say so: it is silent. */
  async #verify(topic: string, group: string, intake: Intake): Promise<void> {
    const { streams, groups } = this.#services;
    streams.forget(topic);
    const stream = await streams.find(topic);
    if (stream !== undefined && (await groups.ackWaitMs(stream, group)) !== undefined) return;
    const key = keyOf(topic, group);
    this.#intakes.delete(key);
    await intake.close().catch(() => {});
    const from = this.#joined.get(key);
    if (from !== undefined) await this.#make(topic, group, from);
  }

  async settle(topic: string, group: string, ends: readonly Settlement[]): Promise<readonly boolean[]> {
    return await this.#attempt('settle', async () => {
      const intake = this.#intakes.get(keyOf(topic, group));
      if (intake === undefined) return ends.map(() => false);
      const outcome = await intake.desk.settle(ends, this.#monotonic());
      this.#watchers.tell(topic);
      return outcome;
    });
  }

  #monotonic(): number {
    return this.#services.settings.clock.monotonic();
  }

  async extend(
    topic: string,
    group: string,
    leases: readonly LeaseRef[],
    until: number,
    now: number,
  ): Promise<readonly boolean[]> {
    return await this.#attempt('extend', async () => {
      const intake = this.#intakes.get(keyOf(topic, group));
      if (intake === undefined) return leases.map(() => false);
      const monotonic = this.#monotonic();
      return await intake.desk.extend(leases, monotonic + until - now, monotonic);
    });
  }

  nextDue(topic: string, group: string): number | undefined {
    const intake = this.#intakes.get(keyOf(topic, group));
    const end = Math.min(intake?.holdings.nextEnd() ?? Infinity, intake?.desk.nextDue() ?? Infinity);
    const wall = this.#services.settings.clock.now() + end - this.#monotonic();
    const next = Math.min(wall, this.#movers.get(topic)?.nextDue() ?? Infinity);
    return next === Infinity ? undefined : next;
  }

  async deadLetters(topic: string, group: string, query: DeadQuery): Promise<readonly DeadRecord[]> {
    return await this.#attempt('read dead letters', () => this.#services.morgue.list(topic, group, query));
  }

  async replay(topic: string, group: string, query: DeadQuery): Promise<number> {
    return await this.#attempt('replay', async () => {
      const stream = await this.#services.streams.find(topic);
      if (stream === undefined) return 0;
      const intake = this.#intakes.get(keyOf(topic, group));
      const count = await this.#services.morgue.replay(stream, group, query, (lane, seq) => intake?.expect(lane, seq));
      if (count > 0) this.#watchers.tell(topic);
      return count;
    });
  }

  async discard(topic: string, group: string, query: DeadQuery): Promise<number> {
    return await this.#attempt('discard', () => this.#services.morgue.discard(topic, group, query));
  }

  async inspect(topic: string): Promise<TopicDepth> {
    return await this.#attempt('inspect', async () => {
      const stream = await this.#services.streams.find(topic);
      if (stream === undefined) return { topic, depth: 0, groups: [] };
      const local = (group: string): LocalCounts => {
        const intake = this.#intakes.get(keyOf(topic, group));
        return { putOff: intake?.desk.putOff ?? 0, unclaimed: intake?.unclaimed ?? 0 };
      };
      return await inspect(this.#services, stream, local, this.#services.settings.clock.now());
    });
  }

  /** Drops groups that nobody asks for. What has expired goes when a consumer comes by it. */
  async sweep(): Promise<number> {
    return await this.#attempt('sweep', async () => {
      for (const { topic, group } of await this.#idle.ended(this.#services.settings.clock.now()))
        await this.leave(topic, group);
      return 0;
    });
  }

  watch(topic: string, listener: () => void): Disposable {
    return this.#watchers.add(topic, listener);
  }
}
