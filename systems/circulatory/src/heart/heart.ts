import {
  type Anatomy,
  Cell,
  type Context,
  type Health,
  messageOf,
  OptionError,
  type StartScope,
  type StopScope,
} from '@organism/cell';
import type { TopicKey, TopicValue } from '@organism/nervous';
import { ClosedError, DurabilityError } from '../errors.ts';
import { MemoryBroker } from '../memory/memory-broker.ts';
import { name as checkName, count, having, maybeFunction, oneOf, period, whole } from './check.ts';
import { Artery, type ArteryOptions } from '../artery/artery.ts';
import { codecFor, jsonEnvelopes } from './codec.ts';
import { checkConsume, type ConsumeOptions, type SubscribeOptions } from './consume-options.ts';
import { Consumer } from './consumer.ts';
import { HeartHost } from './host.ts';
import { Vein } from '../vein/vein.ts';
import { type DeadLetter, type DeadLetterQuery, toDeadLetter } from './dead-letter.ts';
import type { DeadQuery, HeartDriver, TopicDepth } from './driver.ts';
import { durabilities, type Durability, isAtLeast } from './durability.ts';
import type { HeartOptions } from './heart-options.ts';
import type { HeartPublishOptions, Published } from './publish-options.ts';
import { Publisher } from './publisher.ts';
import { type MessageHandler, Subscription } from './subscription.ts';
import type { HeartTopicInfo } from './topic-info.ts';
import type { TopicOptions } from './topic-options.ts';
import type { PublishedValue } from './topic-value.ts';
import { HeartTopics } from './topics.ts';

/** A value of a batch, and how to publish it. */
export interface BatchEntry<T> extends HeartPublishOptions {
  readonly value: T;
}

/**
 * Message broker: topics with consumer groups, delivered at least once, with retries and dead letters. What keeps the
 * messages is a driver: memory by default, SQLite or a server by configuration.
 *
 * Every message goes to each group of its topic, and to one consumer in each. What is published before the first group
 * joins waits for it.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Heart } from '@organism/circulatory';
 *
 * await using heart = await new Heart<{ 'mail.send': { to: string } }>().start();
 * const sent = Promise.withResolvers<string>();
 * await heart.subscribe('mail.send', ({ data }) => sent.resolve(data.to), { concurrency: 10 });
 * await heart.publish('mail.send', { to: 'ada@example.org' });
 * assert.equal(await sent.promise, 'ada@example.org');
 * ```
 */
export class Heart<Events extends object = Record<string, unknown>, Tx = unknown> extends Cell {
  readonly #driver: HeartDriver<Tx>;
  readonly #required: Durability;
  readonly #sweepMs: number;
  readonly #topics: HeartTopics;
  readonly #publisher: Publisher;
  readonly #host: HeartHost;
  /** Subscriptions, veins and arteries that are open. */
  readonly #parts = new Set<AsyncDisposable>();

  /** @throws {OptionError} `CELL_BAD_OPTION` for a bad option. */
  constructor(options: HeartOptions<Tx> = {}) {
    const { name = 'heart', driver = new MemoryBroker() as HeartDriver<Tx> } = options;
    super({ ...options, name });
    having('driver', 'a broker driver', driver, ['publish', 'reserve', 'settle']);
    this.#driver = driver;
    this.#required = oneOf('durability', options.durability ?? 'memory', durabilities);
    this.#sweepMs = period('sweepMs', options.sweepMs ?? 30_000);
    this.#topics = new HeartTopics(options.defaults ?? {}, options.strict === true, driver);
    const source = checkName('source', options.source ?? name);
    const codec = having('codec', 'a codec of envelopes', options.codec ?? jsonEnvelopes, ['encode', 'decode']);
    const parts = { driver, codec: codecFor(driver, codec), source, trusted: options.trusted === true };
    this.#host = new HeartHost(this, parts, maybeFunction('onError', options.onError));
    this.#publisher = new Publisher(this.#host);
  }

  /** What an acknowledged publish has reached. Known once started. */
  get durability(): Durability {
    return this.#driver.durability;
  }

  /** The topics that it knows: those that were declared, published to or consumed so far. */
  get topics(): readonly HeartTopicInfo[] {
    const consumers = [...this.#host.consumers];
    return this.#topics.all.map(({ name, shape, options }) => {
      const here = consumers.filter(({ topic }) => topic.name === name);
      const groups = new Set(here.map(({ options: { broadcast, group } }) => (broadcast ? 'broadcast' : group)));
      return { name, shape, options, groups: [...groups].toSorted() };
    });
  }

  /** Gives a topic its Bone and its options. Topics that are not declared have the Heart's defaults. */
  declare(topic: TopicKey<Events>, options: TopicOptions = {}): this {
    this.#topics.declare(topic, options);
    return this;
  }

  /**
   * Stores a message for each group of a topic. Resolves when it has reached what {@link Heart.durability} says.
   *
   * @throws {ValidationError} when the value does not fit the topic's Bone.
   * @throws {NotEncodableError} when the codec has no form for the value.
   * @throws {QueueFullError} `CIRCULATORY_QUEUE_FULL` when the topic is full.
   * @throws {UnknownTopicError} when only declared topics are taken and this is none.
   * @throws {UnsupportedError} when the driver can't do what an option asks for.
   * @throws {ClosedError} when the Heart is not running, or stops while the publish waits for room.
   * @throws {HeartDriverError} when the store fails; then the message may or may not be stored, so publish it again with
   *   an `id`.
   * @throws {OptionError} for a bad option.
   */
  publish<K extends TopicKey<Events>>(
    topic: K,
    value: PublishedValue<Events, K>,
    options?: HeartPublishOptions,
  ): Promise<Published> {
    try {
      this.#open('publish');
      return this.#publisher.publish(this.#topics.get(topic), value, options);
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  /** Stores many messages at once: all or none. Throws as {@link Heart.publish} does. */
  async publishBatch<K extends TopicKey<Events>>(
    topic: K,
    entries: readonly BatchEntry<PublishedValue<Events, K>>[],
    options: { readonly context?: Context } = {},
  ): Promise<readonly Published[]> {
    this.#open('publish');
    if (!Array.isArray(entries)) throw new OptionError('entries', 'an array', entries);
    const outgoing = entries.map((entry) => ({ value: entry.value, options: { ...options, ...entry } }));
    return await this.#publisher.publishAll(this.#topics.get(topic), outgoing, options.context);
  }

  /**
   * Hands a topic's messages to a handler. Resolves when the group has joined: what is published from then on is its own.
   *
   * @throws {OptionError} for a bad option.
   * @throws {UnknownTopicError} when only declared topics are taken and this is none.
   */
  async subscribe<K extends TopicKey<Events>>(
    topic: K,
    handler: MessageHandler<TopicValue<Events, K>, Tx>,
    options: SubscribeOptions = {},
  ): Promise<Subscription> {
    if (typeof handler !== 'function') throw new OptionError('handler', 'a function', handler);
    const concurrency = whole('concurrency', options.concurrency ?? 1, 1);
    const consumer = this.#consumer(topic, options, concurrency, options.paused === true);
    const subscription = new Subscription(consumer, this.#host, handler as MessageHandler, options);
    return await this.#add(subscription, () => consumer.open());
  }

  /** A pull consumer of a topic. Resolves when the group has joined. Throws as {@link Heart.subscribe} does. */
  async vein<K extends TopicKey<Events>>(topic: K, options: ConsumeOptions = {}): Promise<Vein<TopicValue<Events, K>>> {
    const consumer = this.#consumer(topic, options, 1, false);
    return await this.#add(new Vein<TopicValue<Events, K>>(consumer), () => consumer.open());
  }

  /** A producer stream for a topic: batches, with flow control. @throws {OptionError} for a bad option. */
  artery<K extends TopicKey<Events>>(topic: K, options: ArteryOptions = {}): Artery<PublishedValue<Events, K>> {
    this.#open('publish');
    const found = this.#topics.get(topic);
    const artery = new Artery<PublishedValue<Events, K>>(this.clock, found.name, options, (entries) =>
      this.#publisher.publishAll(this.#topics.get(topic), entries),
    );
    artery.onClose = () => void this.#parts.delete(artery);
    this.#parts.add(artery);
    return artery;
  }

  #consumer(topic: TopicKey<Events>, options: ConsumeOptions, concurrency: number, paused: boolean): Consumer {
    this.#open('subscribe');
    const consumption = checkConsume(options, concurrency, () => `broadcast-${this.entropy.uuid()}`);
    return new Consumer(this.#host, this.#topics.get(topic), consumption, paused);
  }

  async #add<P extends AsyncDisposable & { onClose: () => void }>(part: P, open: () => Promise<void>): Promise<P> {
    this.#parts.add(part);
    part.onClose = () => void this.#parts.delete(part);
    try {
      await open();
    } catch (error) {
      this.#parts.delete(part);
      throw error;
    }
    return part;
  }

  #open(operation: string): void {
    if (this.state !== 'running') throw new ClosedError(`The Heart "${this.name}"`, operation);
  }

  /** State of a topic and its groups. */
  async inspect(topic: TopicKey<Events>): Promise<TopicDepth> {
    this.#open('inspect');
    return await this.#driver.inspect(this.#topics.get(topic).name, this.clock.now());
  }

  /** The dead letters of a group, the oldest first. */
  async deadLetters(topic: TopicKey<Events>, query: DeadLetterQuery = {}): Promise<readonly DeadLetter[]> {
    this.#open('inspect');
    const { group, ...which } = this.#query(query, 100);
    const records = await this.#driver.deadLetters(this.#topics.get(topic).name, group, which);
    return records.map((record) => toDeadLetter(record, this.#host.codec));
  }

  /** Gives dead letters back to their group, as if they were new and without an end of their life. Returns how many. */
  async replay(topic: TopicKey<Events>, query: DeadLetterQuery = {}): Promise<number> {
    this.#open('replay');
    const { group, ...which } = this.#query(query, Infinity);
    return await this.#driver.replay(this.#topics.get(topic).name, group, which, this.clock.now());
  }

  /** Deletes dead letters. Returns how many. */
  async discard(topic: TopicKey<Events>, query: DeadLetterQuery = {}): Promise<number> {
    this.#open('discard');
    const { group, ...which } = this.#query(query, Infinity);
    return await this.#driver.discard(this.#topics.get(topic).name, group, which);
  }

  #query({ group = 'default', limit, refs }: DeadLetterQuery, most: number): DeadQuery & { readonly group: string } {
    if (refs !== undefined && !Array.isArray(refs)) throw new OptionError('refs', 'an array', refs);
    return {
      group: checkName('group', group),
      limit: count('limit', limit ?? most, 0),
      ...(refs !== undefined && { refs }),
    };
  }

  /** Drops a consumer group, with all that it had yet to handle. */
  async leave(topic: TopicKey<Events>, group: string): Promise<void> {
    this.#open('leave');
    await this.#driver.leave(this.#topics.get(topic).name, checkName('group', group), this.clock.now());
  }

  protected override async onStart({ defer, signal }: StartScope): Promise<void> {
    const driver = this.#driver;
    await driver.open?.({ signal });
    defer(async () => await driver.close?.());
    if (!isAtLeast(driver.durability, this.#required))
      throw new DurabilityError(driver.name, driver.durability, this.#required);
    const sweep = this.clock.setInterval(() => void this.#sweep(), this.#sweepMs).unref();
    defer(() => sweep[Symbol.dispose]());
  }

  async #sweep(): Promise<void> {
    try {
      await this.#driver.sweep(this.clock.now());
      this.#host.answered();
    } catch (error) {
      this.#host.answered(error);
    }
  }

  /** Lets what is being handled end, up to the deadline; the rest stays with the store for the next to come. */
  protected override async onStop({ signal }: StopScope): Promise<void> {
    const late = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    const failures: unknown[] = [];
    const closing = [...this.#parts].map(async (part) => {
      try {
        await part[Symbol.asyncDispose]();
      } catch (error) {
        failures.push(error);
      }
    });
    await Promise.race([Promise.all(closing), late]);
    // Last, so that what handlers and Arteries have yet to publish may still find room.
    this.#publisher.close(new ClosedError(`The Heart "${this.name}"`, 'publish'));
    if (failures.length > 0) throw new AggregateError(failures, 'Parts of the Heart did not close cleanly.');
  }

  protected override onHealth(): Health {
    const { trouble } = this.#host;
    if (trouble !== undefined) return { status: 'fail', output: messageOf(trouble) };
    return { status: 'pass' };
  }

  protected override onDescribe(): Partial<Anatomy> {
    const sum = (counter: 'delivered' | 'acked' | 'retried' | 'dead' | 'lost'): number =>
      [...this.#host.consumers].reduce((total, { counters }) => total + counters[counter], this.#host.past[counter]);
    const { published, duplicates, refused, waiting } = this.#publisher;
    return {
      ports: this.#topics.all.map(({ name, shape }) => ({
        name,
        direction: 'in',
        protocol: 'message',
        ...(shape !== undefined && { shape: { name: shape.name, version: shape.version } }),
      })),
      counters: {
        published,
        duplicates,
        refused,
        waiting,
        consumers: this.#host.consumers.size,
        delivered: sum('delivered'),
        acked: sum('acked'),
        retried: sum('retried'),
        dead: sum('dead'),
        lost: sum('lost'),
      },
    };
  }
}
