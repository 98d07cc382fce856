import type { Timer } from '@organism/cell';
import type { ConfirmChannel, Options } from 'amqplib';
import { HeartDriverError } from '../errors.ts';
import { type Link, troubleWith } from './link.ts';

interface Pending {
  readonly since: number;
  readonly fail: (error: unknown) => void;
}

/**
 * Publishes with confirms: many may be on their way at once. A confirm of quorum queues says that most members have written
 * the message to disk. @see https://www.rabbitmq.com/docs/confirms
 */
export class Outlet {
  readonly #link: Link;
  readonly #pending = new Set<Pending>();
  /** Ids of messages that no queue has taken, until they are confirmed all the same. */
  readonly #returned = new Map<string, number>();
  #channel: ConfirmChannel | undefined;
  #opening: Promise<ConfirmChannel> | undefined;
  #timer: Timer | undefined;
  /** Called when the channel is lost: what it had declared may be gone. */
  onLost: () => void = () => {};

  constructor(link: Link) {
    this.#link = link;
  }

  /** Whether what is sent now is written now. */
  get isOpen(): boolean {
    return this.#channel !== undefined;
  }

  /**
   * Publishes and waits for the confirm; false when no queue took the message.
   *
   * @throws {HeartDriverError} when the confirm does not come; then the message may be stored or not.
   */
  send(exchange: string, key: string, content: Buffer, properties: Options.Publish): Promise<boolean> {
    if (this.#channel !== undefined) return this.#send(this.#channel, exchange, key, content, properties);
    return this.#open().then((channel) => this.#send(channel, exchange, key, content, properties));
  }

  #send(
    channel: ConfirmChannel,
    exchange: string,
    key: string,
    content: Buffer,
    properties: Options.Publish,
  ): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const pending: Pending = { since: this.#link.host.clock.monotonic(), fail: reject };
      try {
        // One that is alone need not wait for others.
        if (this.#pending.size > 0) this.#link.cork();
        channel.publish(exchange, key, content, properties, (error: unknown) => {
          this.#pending.delete(pending);
          if (error !== null && error !== undefined) reject(troubleWith('publish', error));
          else resolve(this.#returned.size === 0 || !this.#wasReturned(properties.messageId));
        });
        this.#pending.add(pending);
        this.#timer ??= this.#watch();
      } catch (error) {
        reject(
          error instanceof RangeError
            ? new HeartDriverError('publish', { cause: error, retryable: false })
            : troubleWith('publish', error),
        );
      }
    });
  }

  #wasReturned(id: string | undefined): boolean {
    const times = this.#returned.get(id ?? '');
    if (times === undefined) return false;
    if (times === 1) this.#returned.delete(id ?? '');
    else this.#returned.set(id ?? '', times - 1);
    return true;
  }

  async #open(): Promise<ConfirmChannel> {
    this.#opening ??= this.#make().finally(() => (this.#opening = undefined));
    return await this.#opening;
  }

  async #make(): Promise<ConfirmChannel> {
    const channel = await this.#link.confirmChannel('publish');
    channel.on('return', ({ properties }) => {
      const id = String(properties.messageId);
      this.#returned.set(id, (this.#returned.get(id) ?? 0) + 1);
    });
    channel.on('close', () => {
      if (this.#channel !== channel) return;
      this.#channel = undefined;
      this.#returned.clear();
      this.onLost();
    });
    this.#channel = channel;
    return channel;
  }

  /** Looks after those that wait for their confirm. */
  #watch(): Timer {
    const { clock, timeoutMs } = this.#link.host;
    return clock
      .setInterval(() => {
        const [oldest] = this.#pending;
        if (oldest === undefined) {
          this.#timer?.[Symbol.dispose]();
          this.#timer = undefined;
        } else if (clock.monotonic() - oldest.since >= timeoutMs) this.#late(timeoutMs);
      }, timeoutMs / 4)
      .unref();
  }

  #late(timeoutMs: number): void {
    const cause = new Error(`No confirm in ${timeoutMs} ms.`);
    const before = this.#link.host.clock.monotonic() - timeoutMs;
    for (const pending of this.#pending) {
      if (pending.since > before) break;
      this.#pending.delete(pending);
      pending.fail(troubleWith('publish', cause));
    }
    this.#link.probe(cause);
  }
}
