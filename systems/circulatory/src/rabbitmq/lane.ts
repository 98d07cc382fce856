import type { Channel, ConsumeMessage, Message, MessageProperties } from 'amqplib';
import { closeQuietly, type Link } from './link.ts';

/** Who gets what a lane delivers. */
export interface LaneHost {
  arrived(lane: Lane, message: ConsumeMessage): void;
  /** What it has delivered and nobody has acknowledged is the server's again. */
  lost(lane: Lane): void;
  /** Its queue was deleted. */
  deleted(): void;
}

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
  /** Tags to acknowledge. */
  readonly #done = new Set<number>();
  /** Tags above the first that is open, of messages that are settled. */
  readonly #settled = new Set<number>();
  /** The first tag that is open. */
  #next = 1;
  #syncing: Promise<unknown> | undefined;
  #nextSync: Promise<unknown> | undefined;
  #opening: Promise<void> | undefined;

  constructor(queue: string, isKeyed: boolean, link: Link, host: LaneHost) {
    this.queue = queue;
    this.isKeyed = isKeyed;
    this.#link = link;
    this.#host = host;
  }

  /** Whether it has a channel: what was delivered on it may be settled. */
  get isOpen(): boolean {
    return this.#channel !== undefined;
  }

  /** Whether messages come. */
  get isConsuming(): boolean {
    return this.#tag !== undefined;
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
    await this.#link.ask('consume', channel.prefetch(prefetch));
    const onMessage = (message: ConsumeMessage | null): void => {
      if (message !== null) this.#host.arrived(this, message);
      else {
        this.#host.deleted();
        closeQuietly(channel);
      }
    };
    const { consumerTag } = await this.#link.ask('consume', channel.consume(this.queue, onMessage));
    if (this.#channel !== channel) throw new Error('The channel was lost.');
    this.#tag = consumerTag;
    if (before !== undefined) await this.#link.ask('consume', channel.cancel(before));
  }

  async #begin(): Promise<Channel> {
    const channel = await this.#link.channel('consume');
    this.#done.clear();
    this.#settled.clear();
    this.#next = 1;
    channel.on('close', () => {
      if (this.#channel !== channel) return;
      this.#channel = this.#tag = undefined;
      this.#syncing = this.#nextSync = undefined;
      this.#host.lost(this);
    });
    this.#channel = channel;
    return channel;
  }

  /** Acknowledges, at the end of this turn of promises; false when the channel is gone, and the message with it. */
  ack(tag: number): boolean {
    if (this.#channel === undefined) return false;
    if (this.#done.size === 0) queueMicrotask(() => this.#flush());
    this.#done.add(tag);
    return true;
  }

  /** One acknowledgement for all up to the first that is not done, and one for each of the others. */
  #flush(): void {
    const [channel, done] = [this.#channel, this.#done];
    if (channel === undefined || done.size === 0) return;
    this.#link.cork();
    // Up to one of these: the server takes no acknowledgement of a message that is settled, not even as the last of many.
    let last = 0;
    for (; done.has(this.#next) || this.#settled.has(this.#next); this.#next += 1)
      if (done.delete(this.#next)) last = this.#next;
      else this.#settled.delete(this.#next);
    try {
      if (last > 0) channel.ack(tagged(last), true);
      for (const tag of done) {
        channel.ack(tagged(tag));
        this.#settled.add(tag);
      }
    } catch {
      // The channel is gone, and what it gave is the server's again.
    }
    done.clear();
  }

  /** Gives a message back. */
  nack(tag: number): void {
    try {
      this.#channel?.nack(tagged(tag), false, true);
      this.#settled.add(tag);
    } catch {
      // The channel is gone, and so the message is back.
    }
  }

  /**
   * Resolves when the server has all acknowledgements that were sent before: it answers a channel's calls in their order.
   * Many wait for one answer.
   */
  synced(): Promise<unknown> {
    const channel = this.#channel;
    this.#nextSync ??= (this.#syncing ?? Promise.resolve()).then(
      () => this.#sync(channel),
      () => this.#sync(channel),
    );
    return this.#nextSync;
  }

  #sync(channel: Channel | undefined): Promise<unknown> {
    if (channel === undefined || channel !== this.#channel) return Promise.reject(new Error('The channel is gone.'));
    this.#flush();
    this.#syncing = this.#link.ask('settle', channel.prefetch(this.#prefetch));
    this.#nextSync = undefined;
    return this.#syncing;
  }

  /** How many messages of the queue wait for a consumer; what was on its way to this one has arrived by then. */
  async waiting(): Promise<number | undefined> {
    const channel = this.#channel;
    if (channel === undefined) return undefined;
    this.#flush();
    return (await this.#link.ask('look at a queue', channel.checkQueue(this.queue))).messageCount;
  }

  /** Takes no more; what it has given may still be settled. */
  async rest(): Promise<void> {
    const [channel, tag] = [this.#channel, this.#tag];
    this.#tag = undefined;
    this.#flush();
    if (channel !== undefined && tag !== undefined) await this.#link.ask('rest', channel.cancel(tag));
  }

  /** Gives back all that is not settled. */
  async close(): Promise<void> {
    this.#flush();
    const channel = this.#channel;
    this.#channel = this.#tag = undefined;
    if (channel === undefined) return;
    try {
      await this.#link.within(channel.close());
    } catch {
      // It is closed, then.
    }
  }
}
