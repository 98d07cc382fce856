import type { Clock, Entropy } from '@organism/cell';
import { UnknownTopicError, UnsupportedError } from '../errors.ts';
import type { Message } from '../heart/message.ts';
import type { HeartPublishOptions } from '../heart/publish-options.ts';
import type { SubscribeOptions } from '../heart/consume-options.ts';
import type { Subscription } from '../heart/subscription.ts';
import { isOwnTopic } from './wire.ts';

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

/** Does something with a topic of the patterns' own, which a broker that takes declared topics only has yet to be told of. */
const withTopic = async <T>(broker: MessageBroker, topic: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UnknownTopicError) || !isOwnTopic(topic) || broker.declare === undefined) throw error;
    broker.declare(topic);
    return await work();
  }
};

/** Sends messages that are of no use after a while, and hears them. */
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
    const publish = (given: HeartPublishOptions): Promise<unknown> =>
      withTopic(this.#broker, topic, () => this.#broker.publish(topic, value, given));
    if (!this.#expires || ttlMs === undefined || ttlMs === Infinity) {
      await publish(rest);
      return;
    }
    try {
      await publish({ ...rest, ttlMs });
    } catch (error) {
      if (!(error instanceof UnsupportedError)) throw error;
      this.#expires = false;
      await publish(rest);
    }
  }

  /** Hears all that comes to a topic from now on. */
  listen(topic: string, listener: (data: unknown) => void): Promise<Pick<Subscription, 'close'>> {
    // A group of its own, which the store drops when this process has died.
    const options = { broadcast: true, prefetch: 256 };
    return withTopic(this.#broker, topic, () =>
      this.#broker.subscribe(topic, ({ data }) => void listener(data), options),
    );
  }
}
