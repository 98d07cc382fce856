import { type Backoff, exponential, type Policy } from '@organism/homeostasis';
import { OptionError } from '@organism/cell';
import { duration, name, oneOf, period, whole } from './check.ts';
import type { JoinFrom } from './driver.ts';

/** Options of a consumer: of a subscription or a {@link Vein}. */
export interface ConsumeOptions {
  /** Consumers of one group share the messages; each group gets all of them. Default `default`. */
  readonly group?: string;
  /**
   * Every consumer gets every message published from now on: a group of its own, which ends with the consumer, or 60
   * seconds after its process has died. Excludes `group`.
   */
  readonly broadcast?: boolean;
  /**
   * Where a new group begins: at all that the topic still holds (`earliest`, the default), or at what is published from now
   * on (`latest`, as a broadcast does). When it is the topic's first group, what waited for one is then dropped.
   */
  readonly from?: JoinFrom;
  /** Most messages that this consumer holds at once, handled or waiting for it. Default 64, or twice the concurrency. */
  readonly prefetch?: number;
  /**
   * How long a handler may take before another consumer gets the message, in milliseconds, unless it extends the lease;
   * a tenth less when the message had to wait for it. Default 30 000.
   */
  readonly ackTimeoutMs?: number;
  /** How often a message is tried before it becomes a dead letter. Default 5. */
  readonly maxAttempts?: number;
  /** How long to wait before the next attempt. Default: exponential from 200 ms to a minute, with full jitter. */
  readonly backoff?: Backoff;
}

/** Options of a subscription. */
export interface SubscribeOptions extends ConsumeOptions {
  /** How many messages are handled at the same time; of one key never more than one. Default 1. */
  readonly concurrency?: number;
  /** What handlers run under: a rate limit, a timeout, a breaker. Default none. */
  readonly policy?: Policy;
  /** Whether a failure is worth another attempt. Default: unless it is a {@link RejectError}. */
  readonly retryIf?: (error: unknown) => boolean;
  /** Begin without taking messages, until `resume()`. Default false. */
  readonly paused?: boolean;
}

/** Options of a consumer, checked. */
export interface Consumption extends Required<ConsumeOptions> {
  readonly idleMs: number;
}

/** How long the group of a broadcast outlives a consumer that died. */
export const broadcastIdleMs = 60_000;

/** The options, with what is left out. @throws {OptionError} `CELL_BAD_OPTION` for a bad one. */
export const checkConsume = (options: ConsumeOptions, concurrency: number, ownGroup: () => string): Consumption => {
  const { broadcast = false } = options;
  if (typeof broadcast !== 'boolean') throw new OptionError('broadcast', 'true or false', broadcast);
  if (broadcast && options.group !== undefined)
    throw new OptionError('group', 'left out of a broadcast', options.group);
  const backoff = options.backoff ?? exponential({ baseMs: 200, maxMs: 60_000 });
  if (typeof backoff !== 'function') throw new OptionError('backoff', 'a function', backoff);
  return {
    group: broadcast ? ownGroup() : name('group', options.group ?? 'default'),
    broadcast,
    from: oneOf('from', options.from ?? (broadcast ? 'latest' : 'earliest'), ['earliest', 'latest']),
    prefetch: whole('prefetch', options.prefetch ?? Math.max(64, concurrency * 2), 1),
    ackTimeoutMs: period('ackTimeoutMs', options.ackTimeoutMs ?? 30_000),
    maxAttempts: whole('maxAttempts', options.maxAttempts ?? 5, 1),
    backoff,
    idleMs: broadcast ? duration('idleMs', broadcastIdleMs) : Infinity,
  };
};
