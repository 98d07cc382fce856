import { exponential } from '@organism/homeostasis';
import type { Channel, ConsumeMessage, Message, MessageProperties } from 'amqplib';
import { closeQuietly, type Link } from './link.ts';
import { isNotFound } from './topology.ts';

/** Who gets what a lane delivers. */
export interface LaneHost {
  /** @param tag What names the message in this lane. */
  arrived(lane: Lane, message: ConsumeMessage, tag: number): void;
  /** What it has delivered and nobody has acknowledged is the server's again. */
  lost(lane: Lane): void;
  /** Its queue was deleted. */
  deleted(): void;
}

/** Acknowledgements wait no longer than this for each other, in milliseconds. */
const mostHeldMs = 50;

/** How long a queue that does not answer is left alone. */
const backoff = exponential({ baseMs: 500, maxMs: 30_000 });

const channelGone = (): Error => new Error('The channel is gone.');

const empty = Buffer.alloc(0);
const noProperties = {} as MessageProperties;

/** A delivery by its tag: all that an answer to it needs. */
const tagged = (deliveryTag: number): Message => ({
  content: empty,
  properties: noProperties,
  fields: { deliveryTag, redelivered: false, exchange: '', routingKey: '' },
});

/** One queue that is consumed on a channel of its own, so that what it gave goes back as a whole. */
export class Lane {
  readonly queue: string;
  /** Whether its messages have keys: then one consumer of all processes gets them, in order. */
  readonly isKeyed: boolean;
  readonly #link: Link;
  readonly #host: LaneHost;
  #channel: Channel | undefined;
  #tag: string | undefined;
  #prefetch = 0;
  /**
   * Tags are those of the channel, counted on from the last of the channel before: one of a channel that is gone, as of a
   * message that was being moved meanwhile, is none of this one.
   */
  #before = 0;
  /** The last that was given. */
  #given = 0;
  /** The first tag that is open: all before it are settled. */
  #next = 1;
  /** The last of those before it that the server does not know of; 0 when it knows of all. */
  #last = 0;
  /** Tags above the first that is open, to acknowledge. */
  readonly #done = new Set<number>();
  /** Tags above the first that is open, of messages that are settled. */
  readonly #settled = new Set<number>();
  #isFlushing = false;
  /** How many hold acknowledgements back, and what tells that nobody does. */
  #holds = 0;
  #freed: PromiseWithResolvers<void> | undefined;
  #syncing: Promise<unknown> | undefined;
  #nextSync: Promise<unknown> | undefined;
  #opening: Promise<void> | undefined;
  /** How often in a row its queue did not let itself be consumed, and when it is asked again. */
  #failures = 0;
  #againAt = 0;

  constructor(queue: string, isKeyed: boolean, link: Link, host: LaneHost) {
    this.queue = queue;
    this.isKeyed = isKeyed;
    this.#link = link;
    this.#host = host;
  }

  /** Whether a message may still be settled: the channel that gave it is open. */
  gave(tag: number): boolean {
    return this.#channel !== undefined && tag > this.#before;
  }

  /** Whether messages come. */
  get isConsuming(): boolean {
    return this.#tag !== undefined;
  }

  /** Whether its queue did not let itself be consumed when it was last asked. */
  get isBad(): boolean {
    return this.#failures > 0;
  }

  /** Whether it is time to ask a bad one again. */
  get isDue(): boolean {
    return this.#opening === undefined && this.#link.host.clock.monotonic() >= this.#againAt;
  }

  /** How many messages it may have given. */
  get prefetch(): number {
    return this.#prefetch;
  }

  /** Begins to consume, or goes on with another number of messages ahead. */
  open(prefetch: number): Promise<void> {
    this.#opening ??= this.#open(prefetch).finally(() => (this.#opening = undefined));
    return this.#opening;
  }

  async #open(prefetch: number): Promise<void> {
    const channel = this.#channel ?? (await this.#begin());
    const before = this.#tag;
    if (before !== undefined && this.#prefetch === prefetch) return;
    this.#prefetch = prefetch;
    try {
      await this.#consume(channel, prefetch);
      this.#failures = 0;
    } catch (error) {
      const { clock, entropy } = this.#link.host;
      this.#failures += 1;
      this.#againAt = clock.monotonic() + backoff(this.#failures, 0, entropy);
      throw error;
    }
    if (before !== undefined) await this.#ask('consume', channel, channel.cancel(before));
  }

  async #consume(channel: Channel, prefetch: number): Promise<void> {
    await this.#ask('consume', channel, channel.prefetch(prefetch));
    const onMessage = (message: ConsumeMessage | null): void => {
      // One that was given up may still begin; what it gives goes back when it ends.
      if (this.#channel !== channel) return;
      if (message !== null) this.#arrived(message);
      else {
        this.#host.deleted();
        closeQuietly(channel);
      }
    };
    const { consumerTag } = await this.#ask('consume', channel, channel.consume(this.queue, onMessage));
    if (this.#channel !== channel) throw channelGone();
    this.#tag = consumerTag;
  }

  #arrived(message: ConsumeMessage): void {
    this.#given = this.#before + message.fields.deliveryTag;
    this.#host.arrived(this, message, this.#given);
  }

  /** What the server answers. A channel on which it does not is given up: it would answer nothing else on it either. */
  async #ask<T>(what: string, channel: Channel, work: Promise<T>): Promise<T> {
    try {
      return await this.#link.ask(what, work);
    } catch (error) {
      this.#ended(channel);
      closeQuietly(channel);
      throw error;
    }
  }

  #ended(channel: Channel): void {
    if (this.#channel !== channel) return;
    this.#channel = this.#tag = undefined;
    this.#abandon();
    this.#host.lost(this);
  }

  async #begin(): Promise<Channel> {
    const channel = await this.#link.channel('consume');
    this.#before = this.#given;
    this.#next = this.#before + 1;
    channel.on('close', () => this.#ended(channel));
    this.#channel = channel;
    return channel;
  }

  /** What is acknowledged now the server will not hear. */
  #abandon(): void {
    this.#last = 0;
    this.#done.clear();
    this.#settled.clear();
    this.#syncing = this.#nextSync = undefined;
  }

  /** Acknowledges, at the end of this turn of promises; false when the channel is gone, and the message with it. */
  ack(tag: number): boolean {
    if (!this.gave(tag)) return false;
    if (tag === this.#next) {
      this.#last = tag;
      this.#next += 1;
    } else this.#done.add(tag);
    if (this.#isFlushing) return true;
    this.#isFlushing = true;
    queueMicrotask(() => {
      this.#isFlushing = false;
      if (this.#holds === 0) this.#flush();
    });
    return true;
  }

  /**
   * Acknowledges nothing until then, or for a little while: one message that is not settled, as it is being moved, costs each
   * one behind it an acknowledgement of its own.
   */
  hold(until: Promise<unknown>): void {
    this.#holds += 1;
    this.#freed ??= Promise.withResolvers();
    let isHeld = true;
    const free = (): void => {
      if (!isHeld) return;
      isHeld = false;
      timer[Symbol.dispose]();
      this.#holds -= 1;
      if (this.#holds > 0) return;
      this.#freed?.resolve();
      this.#freed = undefined;
      this.#flush();
    };
    const timer = this.#link.host.clock.setTimeout(free, mostHeldMs);
    until.then(free, free);
  }

  /** One acknowledgement for all up to the first that is open, and one for each of the others. */
  #flush(): void {
    const [channel, done, before] = [this.#channel, this.#done, this.#before];
    if (channel === undefined) return;
    this.#advance();
    if (this.#last === 0 && done.size === 0) return;
    this.#link.cork();
    try {
      if (this.#last > 0) channel.ack(tagged(this.#last - before), true);
      for (const tag of done) {
        channel.ack(tagged(tag - before));
        this.#settled.add(tag);
      }
    } catch {
      // The channel is gone, and what it gave is the server's again.
    }
    this.#last = 0;
    done.clear();
  }

  /** The server takes no acknowledgement of a message that is settled, not even as the last of many. */
  #advance(): void {
    const [done, settled] = [this.#done, this.#settled];
    for (; done.size > 0 || settled.size > 0; this.#next += 1)
      if (done.delete(this.#next)) this.#last = this.#next;
      else if (!settled.delete(this.#next)) return;
  }

  /** Gives a message back. */
  nack(tag: number): void {
    if (this.#channel === undefined || tag <= this.#before) return;
    try {
      this.#channel.nack(tagged(tag - this.#before), false, true);
      this.#settled.add(tag);
    } catch {
      // The channel is gone, and so the message is back.
    }
  }

  /**
   * Resolves when the server has all acknowledgements that were sent before, among them that of a tag: it answers a channel's
   * calls in their order. Many wait for one answer.
   *
   * @throws {Error} when the channel is gone that gave the tag.
   */
  async synced(tag: number): Promise<void> {
    const channel = this.#channel;
    if (channel === undefined || tag <= this.#before) throw channelGone();
    this.#nextSync ??= Promise.allSettled([this.#syncing, this.#freed?.promise]).then(() => this.#sync(channel));
    await this.#nextSync;
  }

  #sync(channel: Channel): Promise<unknown> {
    if (channel !== this.#channel) throw channelGone();
    this.#flush();
    this.#syncing = this.#ask('settle', channel, channel.prefetch(this.#prefetch));
    this.#nextSync = undefined;
    return this.#syncing;
  }

  /**
   * How many messages of the queue wait for a consumer; what was on its way to this one has arrived by then. Undefined when it
   * has no channel.
   */
  async waiting(): Promise<number | undefined> {
    const channel = this.#channel;
    if (channel === undefined) return undefined;
    this.#flush();
    try {
      return (await this.#ask('look at a queue', channel, channel.checkQueue(this.queue))).messageCount;
    } catch (error) {
      if (isNotFound(error)) throw error;
      // It was closed meanwhile, since nobody asks for messages, or given up.
      return undefined;
    }
  }

  /** Takes no more; what it has given may still be settled. */
  async rest(): Promise<void> {
    const [channel, tag] = [this.#channel, this.#tag];
    this.#tag = undefined;
    this.#flush();
    if (channel !== undefined && tag !== undefined) await this.#ask('rest', channel, channel.cancel(tag));
  }

  /** Gives back all that is not settled. */
  async close(): Promise<void> {
    this.#flush();
    const channel = this.#channel;
    this.#channel = this.#tag = undefined;
    if (channel === undefined) return;
    this.#abandon();
    try {
      await this.#link.within(channel.close());
    } catch {
      // It is closed, then.
    }
  }
}
