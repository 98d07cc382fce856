import type { Clock } from '@organism/cell';
import { Redis } from 'ioredis';
import { HeartDriverError } from '../errors.ts';
import { duration, period } from '../heart/check.ts';
import type { OpenOptions } from '../heart/driver.ts';
import { Opening, type UnreachableWarning, warnProcess } from '../heart/opening.ts';
import { RedisBroker, type RedisBrokerOptions } from '../redis/index.ts';

/** Options of an {@link OwnRedis}. */
export interface OwnRedisOptions extends Omit<RedisBrokerOptions, 'client' | 'clock'> {
  readonly clock: Clock;
  /** How long to wait for an answer of the server, in milliseconds. */
  readonly timeoutMs: number;
}

/** A RedisBroker whose client is its own: it makes one when it opens, and ends it. */
export class OwnRedis extends RedisBroker {
  readonly #opening: Opening;

  constructor(url: string, { openTimeoutMs = 0, timeoutMs, ...options }: OwnRedisOptions) {
    let client: Redis | undefined;
    const closed = (): Promise<never> => Promise.reject(new Error('The driver is not open.'));
    super({
      ...options,
      client: {
        call: (command, ...args) => client?.call(command, ...args) ?? closed(),
        callBuffer: (command, ...args) => client?.callBuffer(command, ...args) ?? closed(),
      },
    });
    const timeouts = { connectTimeout: period('timeoutMs', timeoutMs), commandTimeout: timeoutMs };
    const disconnect = async (): Promise<void> => {
      client?.disconnect();
      client = undefined;
    };
    const connect = async (): Promise<void> => {
      // A new one for each try: one that was told to end while it waits to connect again would not come back later.
      const made = new Redis(url, { ...timeouts, lazyConnect: true, maxRetriesPerRequest: 1 });
      client = made;
      let trouble: unknown;
      // Failures reach the caller through its commands; why there is no connection, or no such database, is told here only.
      made.on('error', (error) => (trouble = error));
      try {
        await made.connect();
        await super.open();
        if (trouble !== undefined) throw trouble as Error;
      } catch (error) {
        await disconnect();
        throw new HeartDriverError('connect', { cause: trouble ?? error, retryable: true });
      }
    };
    const warn: (warning: UnreachableWarning) => void = options.onWarning ?? warnProcess('REDIS');
    duration('openTimeoutMs', openTimeoutMs);
    this.#opening = new Opening({ server: 'Redis', clock: options.clock, openTimeoutMs, warn, connect, disconnect });
  }

  override open(options?: OpenOptions): Promise<void> {
    return this.#opening.open(options);
  }

  close(): Promise<void> {
    return this.#opening.close();
  }
}
