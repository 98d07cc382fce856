import type { Invalidation, InvalidationBus, InvalidationListener } from '../cache/bus.ts';
import { checkFunction, checkText } from '../check.ts';
import type { RedisClient, RedisSubscriber } from './client.ts';

/** Options of a {@link RedisInvalidationBus}. */
export interface RedisBusOptions {
  readonly publisher: RedisClient;
  /** A connection of its own, since one that subscribes can do nothing else. Opened and closed by its owner. */
  readonly subscriber: RedisSubscriber;
  /** May be shared by several caches. */
  readonly channel: string;
}

const readMessage = (text: string): Invalidation | undefined => {
  try {
    const message = JSON.parse(text) as Partial<Invalidation> | null;
    const { cache, source, sequence, keys = [], tags = [] } = message ?? {};
    const isMessage =
      typeof cache === 'string' &&
      typeof source === 'string' &&
      typeof sequence === 'number' &&
      Array.isArray(keys) &&
      Array.isArray(tags);
    return isMessage ? (message as Invalidation) : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Invalidation bus on Redis publish and subscribe. When the connection was down, listeners are told of a gap as soon as
 * it is down and again when it is back. What is not a message is ignored.
 */
export class RedisInvalidationBus implements InvalidationBus {
  readonly #options: RedisBusOptions;

  /** @throws {OptionError} `CELL_BAD_OPTION` that names the option. */
  constructor(options: RedisBusOptions) {
    checkFunction('publisher.call', options.publisher?.call);
    checkFunction('subscriber.subscribe', options.subscriber?.subscribe);
    checkText('channel', options.channel);
    this.#options = options;
  }

  /** Sends a message to every process. */
  async publish(message: Invalidation): Promise<void> {
    await this.#options.publisher.call('PUBLISH', this.#options.channel, JSON.stringify(message));
  }

  /** Listens until the returned handle is disposed. */
  async subscribe(listener: InvalidationListener): Promise<AsyncDisposable> {
    const { subscriber, channel } = this.#options;
    const onMessage = (from: string, text: string): void => {
      const message = from === channel ? readMessage(text) : undefined;
      if (message !== undefined) listener.message(message);
    };
    const onClose = (): void => listener.gap();
    const onReady = (): void => {
      // Only once it is subscribed again can nothing more be lost. A failure here ends in another close.
      const tell = (): void => listener.gap();
      subscriber.subscribe(channel).then(tell, tell);
    };
    subscriber.on('message', onMessage);
    await subscriber.subscribe(channel);
    subscriber.on('close', onClose);
    subscriber.on('ready', onReady);
    return {
      [Symbol.asyncDispose]: async () => {
        subscriber.off('message', onMessage);
        subscriber.off('close', onClose);
        subscriber.off('ready', onReady);
        await subscriber.unsubscribe(channel);
      },
    };
  }
}
