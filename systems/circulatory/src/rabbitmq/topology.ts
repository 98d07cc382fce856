import { sleep } from '@organism/cell';
import type { Channel, Options, Replies } from 'amqplib';
import type { JoinOrder } from '../heart/driver.ts';
import { HeartDriverError } from '../errors.ts';
import { closeQuietly, type Link, troubleWith } from './link.ts';
import { type Names, openLane, type QueueSet } from './names.ts';
import { Turns } from './turns.ts';

/**
 * A limit that nobody reaches: with none at all, what is given back goes to the end of its queue, and the order is lost.
 * @see https://www.rabbitmq.com/docs/quorum-queues#repeated-requeues
 */
const noLimit = 1_000_000_000;

const quorum = { 'x-queue-type': 'quorum', 'x-delivery-limit': noLimit } as const;

const notFound = 404;
const resourceLocked = 405;
const preconditionFailed = 406;

const lockWaitMs = 20;

/** Waits of the queues in which messages are put off, in milliseconds: 100, 200, 500, 1000 and so on up to a day. */
export const parkingTimes: readonly number[] = [100, 1000, 10_000, 100_000, 1_000_000, 10_000_000].flatMap((ms) => [
  ms,
  ms * 2,
  ms * 5,
]);

/** How much longer than its messages a queue lives in which nothing is put any more. */
const lingerMs = 600_000;

const codeOf = (error: unknown): unknown => {
  const { code, cause } = error as { readonly code?: unknown; readonly cause?: unknown };
  return typeof code === 'number' || cause === undefined ? code : codeOf(cause);
};

/** Makes and drops what messages go through: exchanges, queues, and who is the first group. */
export class Topology {
  readonly #link: Link;
  readonly #names: Names;
  readonly #topics = new Map<string, Promise<void>>();
  readonly #parking = new Map<string, Promise<void>>();
  /** Those that are there. */
  readonly #ready = new Set<string>();
  readonly #turns = new Turns();

  constructor(link: Link, names: Names) {
    this.#link = link;
    this.#names = names;
  }

  /** Forgets what was made: the server may have come back without it. */
  forget(): void {
    this.#topics.clear();
    this.#ready.clear();
    this.#parking.clear();
  }

  #once(made: Map<string, Promise<void>>, name: string, make: () => Promise<void>): Promise<void> {
    const found = made.get(name);
    if (found !== undefined) return found;
    const making = make().catch((error: unknown) => {
      if (made.get(name) === making) made.delete(name);
      throw error;
    });
    made.set(name, making);
    return making;
  }

  /** Whether a topic is there already, so that nobody has to wait. */
  has(topic: string): boolean {
    return this.#ready.has(topic);
  }

  /** Makes a topic's exchange, and the queues in which messages wait for the first group. */
  ensure(topic: string): Promise<void> {
    return this.#once(this.#topics, topic, async () => {
      await this.#link.use('make a topic', (channel) => this.#makeTopic(channel, topic));
      this.#ready.add(topic);
    });
  }

  /** Forgets one topic: its messages have found no queue. */
  forgetTopic(topic: string): void {
    this.#topics.delete(topic);
    this.#ready.delete(topic);
  }

  async #makeTopic(channel: Channel, topic: string): Promise<void> {
    const [exchange, waiting] = [this.#names.exchange(topic), this.#names.waiting(topic)];
    await channel.assertExchange(waiting, 'direct', { durable: true });
    await this.#makeWaiting(channel, topic);
    // Last, since who publishes to it must find the others.
    await channel.assertExchange(exchange, 'direct', { durable: true, alternateExchange: waiting });
  }

  async #makeWaiting(channel: Channel, topic: string): Promise<void> {
    for (const lane of this.#names.lanes) {
      const queue = this.#names.first(topic, lane);
      await channel.assertQueue(queue, this.#laneOptions(lane, Infinity));
      await channel.bindQueue(queue, this.#names.waiting(topic), lane);
    }
  }

  #laneOptions(lane: string, idleMs: number): Options.AssertQueue {
    return {
      durable: true,
      arguments: {
        ...quorum,
        ...(lane !== openLane && { 'x-single-active-consumer': true }),
        ...(idleMs !== Infinity && { 'x-expires': Math.max(1, Math.round(idleMs)) }),
      },
    };
  }

  /** Makes a group, or says that it is still wanted. The first one of a topic takes over what waits there. */
  async join(topic: string, group: string, { from, idleMs }: JoinOrder): Promise<QueueSet> {
    await this.ensure(topic);
    return await this.#locked(topic, async (channel) => {
      const names = this.#names;
      const isNew = !(await this.exists(names.dead(topic, group)));
      const set = idleMs === Infinity && (await this.#claims(topic, group)) ? 'first' : 'own';
      const expires = idleMs === Infinity ? {} : { 'x-expires': Math.max(1, Math.round(idleMs)) };
      for (const lane of names.lanes) {
        const queue = names.lane(topic, group, set, lane);
        if (set === 'own') await channel.assertQueue(queue, this.#laneOptions(lane, idleMs));
        else if (isNew && from === 'latest') await channel.purgeQueue(queue);
        await channel.bindQueue(queue, names.exchange(topic), lane);
      }
      // Last: a group that has it is complete.
      await channel.assertQueue(names.dead(topic, group), { durable: true, arguments: { ...quorum, ...expires } });
      return set;
    });
  }

  /** Which queues a group has; undefined when there is no such group. */
  async find(topic: string, group: string): Promise<QueueSet | undefined> {
    if (!(await this.exists(this.#names.dead(topic, group)))) return undefined;
    if (await this.exists(this.#names.lane(topic, group, 'own', openLane))) return 'own';
    return 'first';
  }

  /** Whether a group is complete, with these queues. */
  async isComplete(topic: string, group: string, set: QueueSet): Promise<boolean> {
    const [isThere, hasOwn] = await Promise.all([
      this.exists(this.#names.dead(topic, group)),
      this.exists(this.#names.lane(topic, group, 'own', openLane)),
    ]);
    return isThere && hasOwn === (set === 'own');
  }

  /** What there is of a group, also when it was dropped half-way. */
  async #remains(topic: string, group: string): Promise<QueueSet | undefined> {
    if (await this.exists(this.#names.lane(topic, group, 'own', openLane))) return 'own';
    const isFirst = (await this.exists(this.#names.marker(topic))) && (await this.#claims(topic, group));
    return isFirst ? 'first' : undefined;
  }

  /** Drops a group with all that it has; false when there is no such group. */
  async leave(topic: string, group: string): Promise<boolean> {
    await this.ensure(topic);
    return await this.#locked(topic, async (channel) => {
      const names = this.#names;
      const set = await this.#remains(topic, group);
      if (set === undefined) return false;
      // First: without it nobody takes the group for one, nor consumes what is made anew.
      await channel.deleteQueue(names.dead(topic, group));
      for (const lane of names.lanes) {
        const queue = names.lane(topic, group, set, lane);
        await channel.deleteQueue(queue);
        for (const ms of parkingTimes) await channel.deleteQueue(names.parked(queue, ms));
      }
      if (set === 'first') {
        await this.#makeWaiting(channel, topic);
        await channel.deleteQueue(names.marker(topic));
      }
      this.#parking.clear();
      return true;
    });
  }

  /** Whether a group is the first, or becomes it now: a queue takes no other arguments than those it was made with. */
  async #claims(topic: string, group: string): Promise<boolean> {
    try {
      await this.#link.use('join', (channel) =>
        channel.assertQueue(this.#names.marker(topic), {
          durable: true,
          deadLetterExchange: '',
          deadLetterRoutingKey: this.#names.dead(topic, group),
          arguments: { 'x-queue-type': 'quorum' },
        }),
      );
      return true;
    } catch (error) {
      if (codeOf(error) === preconditionFailed) return false;
      throw error;
    }
  }

  /** Whether there is such a queue. */
  async exists(queue: string): Promise<boolean> {
    return (await this.look(queue)) !== undefined;
  }

  /** How many messages of a queue are ready to be given, and how many consume it; undefined when there is none. */
  async look(queue: string): Promise<Replies.AssertQueue | undefined> {
    try {
      return await this.#link.use('look at a queue', (channel) => channel.checkQueue(queue));
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** How many messages of queues that should be there are ready to be given; undefined when one is not. */
  async count(queues: readonly string[]): Promise<number | undefined> {
    if (queues.length === 0) return 0;
    try {
      return await this.#link.use('look at queues', async (channel) => {
        const found = await Promise.all(queues.map((queue) => channel.checkQueue(queue)));
        return found.reduce((sum, { messageCount }) => sum + messageCount, 0);
      });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** One at a time, also among processes: an exclusive queue is a lock that ends with its connection. */
  #locked<T>(topic: string, work: (channel: Channel) => Promise<T>): Promise<T> {
    return this.#turns.take(topic, () => this.#locking(topic, work));
  }

  async #locking<T>(topic: string, work: (channel: Channel) => Promise<T>): Promise<T> {
    const channel = await this.#lock(topic);
    const lock = this.#names.lock(topic);
    try {
      return await work(channel);
    } catch (error) {
      throw troubleWith('change a group', error);
    } finally {
      try {
        await channel.deleteQueue(lock);
      } catch {
        await this.#link.use('unlock', (other) => other.deleteQueue(lock)).catch(() => {});
      }
      closeQuietly(channel);
    }
  }

  async #lock(topic: string): Promise<Channel> {
    const { clock, entropy, timeoutMs } = this.#link.host;
    const until = clock.monotonic() + timeoutMs;
    for (;;) {
      const channel = await this.#link.channel('join');
      try {
        await channel.assertQueue(this.#names.lock(topic), { exclusive: true, durable: false });
        return channel;
      } catch (error) {
        closeQuietly(channel);
        if (codeOf(error) !== resourceLocked || clock.monotonic() > until) throw troubleWith('join', error);
        await sleep(clock, lockWaitMs * (0.5 + entropy.random()));
      }
    }
  }

  /** Queue from which messages come back to a lane when they have waited for a part of `waitMs`. */
  async parking(lane: string, waitMs: number): Promise<string> {
    const ms = parkingTimes.findLast((time) => time <= waitMs) ?? parkingTimes[0] ?? 100;
    const queue = this.#names.parked(lane, ms);
    await this.#once(this.#parking, queue, async () => {
      await this.#link.use('put off', (channel) => channel.assertQueue(queue, parkingOptions(lane, ms)));
      // Asked for again now and then, since one that nobody asks for is dropped, whatever it holds.
      const { clock } = this.#link.host;
      clock.setTimeout(() => this.#parking.delete(queue), lingerMs / 3).unref();
    });
    return queue;
  }

  /** The queues in which this process has put off messages of a lane. */
  parkedOf(lane: string): string[] {
    return [...this.#parking.keys()].filter((queue) => queue.startsWith(`${lane}:wait:`));
  }
}

/** @see https://www.rabbitmq.com/docs/quorum-queues#dead-lettering */
const parkingOptions = (lane: string, ms: number): Options.AssertQueue => ({
  durable: true,
  messageTtl: ms,
  expires: ms + lingerMs,
  deadLetterExchange: '',
  deadLetterRoutingKey: lane,
  overflow: 'reject-publish',
  arguments: { ...quorum, 'x-dead-letter-strategy': 'at-least-once' },
});

/** Whether an error says that there is no such queue. */
export const isNotFound = (error: unknown): boolean => codeOf(error) === notFound;

/** What a driver says that is not open. */
export const notOpen = (what: string): HeartDriverError =>
  new HeartDriverError(what, { cause: new Error('The driver is not open.'), retryable: false });
