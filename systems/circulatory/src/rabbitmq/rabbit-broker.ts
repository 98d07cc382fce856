import type {
  DeadQuery,
  DeadRecord,
  DriverFeature,
  HeartDriver,
  JoinOrder,
  Lease,
  LeaseRef,
  MaybePromise,
  NewMessage,
  OpenOptions,
  PublishOrder,
  PublishOutcome,
  ReserveOrder,
  Settlement,
  TopicDepth,
} from '../heart/driver.ts';
import { HeartDriverError } from '../errors.ts';
import { Opening } from '../heart/opening.ts';
import { isThenable } from '../heart/thenable.ts';
import { Watchers } from '../memory/watchers.ts';
import { Bound } from './bound.ts';
import type { GroupHost } from './consumer-group.ts';
import { Depths } from './depths.ts';
import { Groups } from './groups.ts';
import { Link, type RabbitState } from './link.ts';
import { Morgue } from './morgue.ts';
import { Names, openLane } from './names.ts';
import { checkRabbit, type RabbitBrokerOptions } from './options.ts';
import { Outlet } from './outlet.ts';
import { Registry } from './registry.ts';
import { isNotFound, notOpen, Topology } from './topology.ts';
import { OrdinaryProperties, toContent, toProperties } from './wire.ts';

const lacks: readonly DriverFeature[] = ['priority', 'shed', 'retention', 'deduplication', 'batch'];

const storedOne: PublishOutcome = ['stored'];

/** Tokens are times: those of a process that starts later are greater. So many may be given in a millisecond. */
const tokensPerMs = 1024;

/**
 * Broker driver on RabbitMQ 3.10 or newer: quorum queues, publisher confirms and manual acknowledgements.
 *
 * Each group of a topic has a queue for messages without a key, and some for those with one, of which each has a single
 * active consumer: so one process at a time handles a key, in order. A lease is a delivery that is not acknowledged; it is
 * timed by the consumer's process, and ends with its connection. An acknowledgement that comes later goes nowhere.
 *
 * @example
 * ```ts no-run
 * import { Heart } from '@organism/circulatory';
 * import { RabbitBroker } from '@organism/circulatory/rabbitmq';
 *
 * const driver = new RabbitBroker({ url: 'amqp://guest:guest@localhost:5672' });
 * await using heart = await new Heart({ driver, durability: 'fsync' }).start();
 * await heart.publish('mail.send', { to: 'ada@example.org' });
 * ```
 * @see https://www.rabbitmq.com/docs/quorum-queues
 */
export class RabbitBroker implements HeartDriver<never> {
  readonly name = 'rabbitmq';
  readonly keeps = 'bytes';
  /** Quorum queues confirm what most of their members have written to disk; how many members there are AMQP does not tell. */
  readonly durability = 'fsync';
  readonly lacks: readonly DriverFeature[] = lacks;
  readonly pollMs = 100;
  readonly #names: Names;
  readonly #watchers = new Watchers();
  /** One connection to publish and one to consume: a server that is short of memory stops those that publish. */
  readonly #out: Link;
  readonly #in: Link;
  readonly #outlet: Outlet;
  readonly #topology: Topology;
  readonly #registry: Registry;
  readonly #morgue: Morgue;
  readonly #bound: Bound;
  readonly #groups: Groups;
  readonly #depths: Depths;
  readonly #ordinary = new OrdinaryProperties();
  readonly #refPrefix: string;
  readonly #opening: Opening;
  #lastToken = 0;
  #lastRef = 0;

  /** @throws {OptionError} `CELL_BAD_OPTION` for a bad option. */
  constructor(options: RabbitBrokerOptions) {
    const settings = checkRabbit(options);
    const { connect, prefix, partitions, prefetch, maxRedeliveries, timeoutMs, clock, entropy } = settings;
    this.#opening = new Opening({
      ...settings,
      server: 'RabbitMQ',
      connect: () => this.#connect(),
      disconnect: async () => {
        await this.#groups.close();
        await this.#disconnect();
      },
    });
    this.#names = new Names(prefix, partitions);
    this.#out = new Link(connect, { clock, entropy, timeoutMs });
    this.#in = new Link(connect, { clock, entropy, timeoutMs });
    this.#outlet = new Outlet(this.#out);
    this.#topology = new Topology(this.#out, this.#names);
    this.#registry = new Registry(this.#names, this.#out, this.#outlet);
    this.#morgue = new Morgue(this.#out, this.#outlet);
    this.#refPrefix = entropy.uuid();
    this.#outlet.onLost = () => this.#topology.forget();
    const host: GroupHost = {
      inlet: this.#in,
      outlet: this.#outlet,
      topology: this.#topology,
      names: this.#names,
      prefetch,
      maxRedeliveries,
      nextToken: () => (this.#lastToken = Math.max(this.#lastToken + 1, Math.floor(clock.now() * tokensPerMs))),
      nextRef: () => `${this.#refPrefix}-${(this.#lastRef += 1)}`,
      tell: (topic) => this.#watchers.tell(topic),
    };
    this.#groups = new Groups(host);
    this.#depths = new Depths(this.#names, this.#topology, this.#registry, this.#groups);
    this.#bound = new Bound(clock, async (topic) => (await this.#depths.inspect(topic, clock.now())).depth);
    const changed = { up: () => this.#watchers.tellAll(), down: () => this.#watchers.tellAll() };
    this.#in.observe(changed);
    this.#out.observe(changed);
  }

  /** Where its connections stand: the worse of the two. While `open` goes on trying, `reconnecting`. */
  get state(): RabbitState {
    if (this.#opening.isTrying) return 'reconnecting';
    const states = [this.#out.state, this.#in.state];
    return (
      states.find((state) => state === 'closed') ?? states.find((state) => state === 'reconnecting') ?? 'connected'
    );
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
    try {
      await Promise.all([this.#out.open(), this.#in.open()]);
    } catch (error) {
      await this.#disconnect();
      throw error;
    }
  }

  async #disconnect(): Promise<void> {
    await Promise.all([this.#out.close(), this.#in.close()]);
  }

  close(): Promise<void> {
    return this.#opening.close();
  }

  #checkOpen(what: string): void {
    if (!this.#opening.isOpen) throw notOpen(what);
  }

  async publish(topic: string, messages: readonly NewMessage[], order: PublishOrder): Promise<PublishOutcome> {
    this.#checkOpen('publish');
    if (!this.#topology.has(topic)) await this.#topology.ensure(topic);
    const { length } = messages;
    if (order.maxDepth !== Infinity) {
      const fits = this.#bound.take(topic, length, order.maxDepth);
      if (!(fits === true || (await fits))) return 'full';
    }
    try {
      await (messages[0] !== undefined && length === 1
        ? this.#send(topic, messages[0], order.now)
        : Promise.all(messages.map((message) => this.#send(topic, message, order.now))));
    } finally {
      if (order.maxDepth !== Infinity) this.#bound.release(topic, length);
    }
    this.#watchers.tell(topic);
    return length === 1 ? storedOne : messages.map(() => 'stored' as const);
  }

  #send(topic: string, message: NewMessage, now: number): Promise<true> {
    const properties = this.#outlet.isOpen ? this.#ordinary.of(message, now) : toProperties(message, now);
    const [exchange, lane] = [this.#names.exchange(topic), this.#names.laneOf(message.key)];
    const sent = this.#outlet.send(exchange, lane, toContent(message.body), properties);
    return sent.then((isTaken) => isTaken || this.#sendAgain(topic, message, now));
  }

  /** Its queues are gone, as when the first group is leaving: they are made again. */
  async #sendAgain(topic: string, message: NewMessage, now: number): Promise<true> {
    this.#topology.forgetTopic(topic);
    await this.#topology.ensure(topic);
    const [exchange, lane] = [this.#names.exchange(topic), this.#names.laneOf(message.key)];
    if (await this.#outlet.send(exchange, lane, toContent(message.body), toProperties(message, now))) return true;
    const cause = new Error(`No queue takes messages of lane "${lane}".`);
    throw new HeartDriverError('publish', { cause, retryable: true });
  }

  async join(topic: string, group: string, order: JoinOrder): Promise<void> {
    this.#checkOpen('join');
    if (order.idleMs === Infinity && (await this.#isJoined(topic, group))) return;
    const set = await this.#topology.join(topic, group, order);
    await this.#groups.joined(topic, group, set, order.idleMs);
    // One that is to end by itself is known to those who use it.
    if (order.idleMs === Infinity) await this.#registry.add(topic, group, set);
  }

  /** Whether this process has joined it before, and nobody has dropped it since: to join again takes long. */
  async #isJoined(topic: string, group: string): Promise<boolean> {
    const set = this.#groups.joinedSet(topic, group);
    if (set === undefined || !this.#topology.has(topic)) return false;
    if (!(await this.#topology.isComplete(topic, group, set))) return false;
    // It may have been left here meanwhile.
    return this.#groups.joinedSet(topic, group) === set;
  }

  async leave(topic: string, group: string): Promise<void> {
    this.#checkOpen('leave');
    const isGone = await this.#groups.leaving(topic, group, () => this.#topology.leave(topic, group));
    if (isGone) await this.#registry.remove(topic, group);
    this.#watchers.tell(topic);
  }

  reserve(topic: string, group: string, order: ReserveOrder): MaybePromise<readonly Lease[]> {
    this.#checkOpen('reserve');
    this.#in.check('reserve');
    const consumed = this.#groups.get(topic, group);
    const leases =
      consumed === undefined || consumed.isGone ? this.#findAndReserve(topic, group, order) : consumed.reserve(order);
    return isThenable(leases) ? this.#unlessGone(topic, group, leases) : leases;
  }

  async #findAndReserve(topic: string, group: string, order: ReserveOrder): Promise<readonly Lease[]> {
    if (this.#groups.get(topic, group)?.isGone === true) await this.#groups.forget(topic, group);
    const found = await this.#groups.find(topic, group);
    return (await found?.reserve(order)) ?? [];
  }

  /** A group that another process has dropped has no messages. */
  async #unlessGone(topic: string, group: string, leases: PromiseLike<readonly Lease[]>): Promise<readonly Lease[]> {
    try {
      return await leases;
    } catch (error) {
      if (!isNotFound(error)) throw error;
      await this.#groups.forget(topic, group);
      return [];
    }
  }

  async settle(topic: string, group: string, ends: readonly Settlement[], now: number): Promise<readonly boolean[]> {
    this.#checkOpen('settle');
    const done = (await this.#groups.get(topic, group)?.settle(ends, now)) ?? ends.map(() => false);
    this.#watchers.tell(topic);
    return done;
  }

  extend(topic: string, group: string, leases: readonly LeaseRef[], until: number, now: number): readonly boolean[] {
    return this.#groups.get(topic, group)?.extend(leases, until, now) ?? leases.map(() => false);
  }

  nextDue(topic: string, group: string): number | undefined {
    return this.#groups.get(topic, group)?.nextDue();
  }

  async deadLetters(topic: string, group: string, query: DeadQuery): Promise<readonly DeadRecord[]> {
    await this.#groups.get(topic, group)?.buried();
    return await this.#morgue.list(this.#names.dead(topic, group), query);
  }

  async replay(topic: string, group: string, query: DeadQuery, now: number): Promise<number> {
    await this.#groups.get(topic, group)?.buried();
    const count = await this.#morgue.replay(this.#names.dead(topic, group), query, now);
    if (count > 0) this.#watchers.tell(topic);
    return count;
  }

  async discard(topic: string, group: string, query: DeadQuery): Promise<number> {
    await this.#groups.get(topic, group)?.buried();
    return await this.#morgue.discard(this.#names.dead(topic, group), query);
  }

  /**
   * What of a topic is known here. What other processes hold, and what they have put off, is not counted: AMQP does not tell.
   */
  inspect(topic: string, now: number): Promise<TopicDepth> {
    this.#checkOpen('inspect');
    return this.#depths.inspect(topic, now);
  }

  /** Drops what has expired here; the server drops the rest when it comes to it. */
  async sweep(now: number): Promise<number> {
    this.#checkOpen('sweep');
    let gone = 0;
    for (const { topic, group, found } of this.#groups.all) {
      const dropped = found?.expire(now) ?? 0;
      if (dropped > 0) this.#watchers.tell(topic);
      gone += dropped;
      if (this.#groups.isIdle(topic, group)) await this.#dropIdle(topic, group);
    }
    return gone;
  }

  async #dropIdle(topic: string, group: string): Promise<void> {
    const queue = this.#names.lane(topic, group, 'own', openLane);
    await this.#groups.leaving(topic, group, () => this.#dropUnused(topic, group, queue));
    this.#watchers.tell(topic);
  }

  async #dropUnused(topic: string, group: string, queue: string): Promise<void> {
    // Another process may still want it; if not, and this one dies first, the server drops its queues by itself.
    const look = await this.#topology.look(queue);
    if (look === undefined || look.consumerCount === 0) await this.#topology.leave(topic, group);
  }

  watch(topic: string, listener: () => void): Disposable {
    return this.#watchers.add(topic, listener);
  }

  /**
   * Resolves when the messages that a group's queues had for this process are here. Messages are pushed, so one that was just
   * published may be on its way when `reserve` is called; `watch` tells when it has come.
   */
  async arrived(topic: string, group: string): Promise<void> {
    const found = await this.#groups.find(topic, group);
    await found?.wake();
    await found?.arrived();
  }
}
