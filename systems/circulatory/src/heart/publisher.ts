import { type Clock, Context, type Entropy } from '@organism/cell';
import type { Envelope } from '../envelope.ts';
import { type ClosedError, QueueFullError } from '../errors.ts';
import { WaitingRoom } from './backpressure.ts';
import type { EnvelopeCodec } from './codec.ts';
import { requireSchedule } from './features.ts';
import type { HeartDriver, MaybePromise, NewMessage, PublishOutcome } from './driver.ts';
import { defaultPriority, type HeartPublishOptions, type Published, schedule } from './publish-options.ts';
import type { HeartTopic } from './topic.ts';
import { isThenable } from './thenable.ts';

/** What a publisher needs of its Heart. */
export interface PublisherHost {
  readonly driver: HeartDriver;
  readonly codec: EnvelopeCodec;
  readonly source: string;
  readonly trusted: boolean;
  readonly clock: Clock;
  readonly entropy: Entropy;
}

/** A value, and how to publish it. */
export interface Outgoing {
  readonly value: unknown;
  readonly options: HeartPublishOptions | undefined;
}

/** Turns values into messages and stores them, with the topic's bounds. */
export class Publisher {
  readonly #host: PublisherHost;
  readonly #rooms = new Map<string, WaitingRoom>();
  // Formatting the time takes longer than the rest of an envelope; many messages share a millisecond.
  #formatted = { at: Number.NaN, text: '' };
  #prefix: string | undefined;
  #lastId = 0;
  /** Messages stored. */
  published = 0;
  /** Messages that had been published before. */
  duplicates = 0;
  /** Messages that a full topic did not take. */
  refused = 0;

  constructor(host: PublisherHost) {
    this.#host = host;
  }

  /** Publishers that wait for room. */
  get waiting(): number {
    return [...this.#rooms.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** Checks and stores one value. */
  publish(topic: HeartTopic, value: unknown, options: HeartPublishOptions | undefined): Promise<Published> {
    try {
      const now = this.#host.clock.now();
      const message = this.#toMessage(topic, value, options, now);
      const outcome = this.#store(topic, [message], now, options?.context);
      if (isThenable(outcome)) return Promise.resolve(outcome).then((done) => this.#toPublished(topic, message, done));
      return Promise.resolve(this.#toPublished(topic, message, outcome));
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  #toPublished(topic: HeartTopic, message: NewMessage, outcome: PublishOutcome): Published {
    if (outcome === 'full') throw this.#refuse(topic, 1);
    const duplicate = outcome[0] === 'duplicate';
    if (duplicate) this.duplicates += 1;
    else this.published += 1;
    return { id: message.id, duplicate };
  }

  /** Checks and stores many values: all or none. */
  async publishAll(topic: HeartTopic, entries: readonly Outgoing[], context?: Context): Promise<readonly Published[]> {
    if (entries.length === 0) return [];
    const now = this.#host.clock.now();
    const messages = entries.map(({ value, options }) => this.#toMessage(topic, value, options, now));
    const outcome = await this.#store(topic, messages, now, context);
    if (outcome === 'full') throw this.#refuse(topic, messages.length);
    return messages.map(({ id }, index) => {
      const duplicate = outcome[index] === 'duplicate';
      if (duplicate) this.duplicates += 1;
      else this.published += 1;
      return { id, duplicate };
    });
  }

  #refuse({ name, options }: HeartTopic, count: number): QueueFullError {
    this.refused += count;
    return new QueueFullError(name, options.maxDepth);
  }

  /** One random id for all, and a number for each: a random one each would take as long as storing it in memory. */
  #freshId(): string {
    this.#prefix ??= `${this.#host.entropy.uuid()}-`;
    this.#lastId += 1;
    return this.#prefix + this.#lastId.toString(36);
  }

  #time(now: number): string {
    if (this.#formatted.at !== now) this.#formatted = { at: now, text: new Date(now).toISOString() };
    return this.#formatted.text;
  }

  #toMessage(topic: HeartTopic, value: unknown, options: HeartPublishOptions | undefined, now: number): NewMessage {
    topic.checkPublished(value);
    const { driver, codec, source, trusted } = this.#host;
    const times = options === undefined ? undefined : schedule(options, now);
    if (times !== undefined) requireSchedule(driver, times, now);
    const id = options?.id ?? this.#freshId();
    const key = options?.key;
    const envelope: Envelope = {
      id,
      type: topic.name,
      source,
      time: this.#time(now),
      data: value,
      ...(key !== undefined && { key }),
      headers: topic.headers(options?.context ?? Context.current(), options?.headers, trusted),
    };
    const { dedupWindowMs } = topic.options;
    return {
      id,
      key,
      priority: times?.priority ?? defaultPriority,
      publishedAt: now,
      dueAt: times?.dueAt ?? now,
      expiresAt: times?.expiresAt ?? Infinity,
      uniqueUntil: options?.id === undefined || dedupWindowMs === 0 ? 0 : now + dedupWindowMs,
      body: driver.keeps === 'values' ? envelope : codec.encode(envelope),
    };
  }

  #store(
    topic: HeartTopic,
    messages: readonly NewMessage[],
    now: number,
    context: Context | undefined,
  ): MaybePromise<PublishOutcome> {
    const { driver, clock } = this.#host;
    const { maxDepth, overflow, retentionMs } = topic.options;
    const bounds = { maxDepth, shed: overflow === 'shed', retentionMs };
    if (overflow !== 'wait') return driver.publish(topic.name, messages, { now, ...bounds });
    const attempt = (): MaybePromise<PublishOutcome> =>
      driver.publish(topic.name, messages, { now: clock.now(), ...bounds });
    const room = this.#room(topic);
    // Who comes later must not get ahead of those that wait.
    if (room.size > 0) return room.enter(attempt, context);
    const outcome = attempt();
    const orWait = (done: PublishOutcome): MaybePromise<PublishOutcome> =>
      done === 'full' ? room.enter(attempt, context) : done;
    return isThenable(outcome) ? Promise.resolve(outcome).then(orWait) : orWait(outcome);
  }

  /** Sends away those that wait for room. */
  close(reason: ClosedError): void {
    for (const room of this.#rooms.values()) room.close(reason);
    this.#rooms.clear();
  }

  #room(topic: HeartTopic): WaitingRoom {
    const found = this.#rooms.get(topic.name);
    if (found !== undefined) return found;
    const made = new WaitingRoom(this.#host.driver, this.#host.clock, topic);
    this.#rooms.set(topic.name, made);
    return made;
  }
}
