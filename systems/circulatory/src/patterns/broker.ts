import type { Clock, Entropy } from '@organism/cell';
import { UnknownTopicError, UnsupportedError } from '../errors.ts';
import type { Message } from '../heart/message.ts';
import type { HeartPublishOptions } from '../heart/publish-options.ts';
import type { SubscribeOptions } from '../heart/consume-options.ts';
import type { Subscription } from '../heart/subscription.ts';

/** What messaging patterns need of a broker: a Heart, on any driver. */
export interface MessageBroker {
  readonly clock: Clock;
  readonly entropy: Entropy;
  publish(topic: string, value: unknown, options?: HeartPublishOptions): Promise<unknown>;
  subscribe(
    topic: string,
    handler: (message: Message<unknown>) => unknown,
    options?: SubscribeOptions,
  ): Promise<Pick<Subscription, 'pause' | 'resume' | 'close'>>;
  /** Makes a topic known to a broker that takes known ones only. */
  declare?(topic: string): unknown;
}

/** Sends messages that are of no use after a while. */
export class Post {
  readonly #broker: MessageBroker;
  /** Some drivers have no end of a message: then an unread one stays. */
  #expires = true;

  constructor(broker: MessageBroker) {
    this.#broker = broker;
  }

  /** Publishes; `ttlMs` as far as the broker can. */
  async send(topic: string, value: unknown, options: HeartPublishOptions): Promise<void> {
    const { ttlMs, ...rest } = options;
    const limited = this.#expires && ttlMs !== undefined && ttlMs !== Infinity ? { ...rest, ttlMs } : rest;
    try {
      await this.#broker.publish(topic, value, limited);
    } catch (error) {
      if (error instanceof UnsupportedError && this.#expires) this.#expires = false;
      else if (error instanceof UnknownTopicError && this.#broker.declare !== undefined) this.#broker.declare(topic);
      else throw error;
      await this.send(topic, value, options);
    }
  }
}
