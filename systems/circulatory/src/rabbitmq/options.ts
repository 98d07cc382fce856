import { type Clock, type Entropy, OptionError, systemClock, systemEntropy } from '@organism/cell';
import { duration, period, whole } from '../heart/check.ts';
import { type UnreachableWarning, warnProcess } from '../heart/opening.ts';
import type { RabbitConnect } from './link.ts';

/** Options of a {@link RabbitBroker}. */
export interface RabbitBrokerOptions {
  /** `amqp://user:password@host:5672/vhost` or `amqps:`. This or `connect`. */
  readonly url?: string;
  /** Makes a connection, each time that one is needed: for certificates, several hosts and the like. */
  readonly connect?: RabbitConnect;
  /** Begin of the names of all its exchanges and queues. Default `heart`. */
  readonly prefix?: string;
  /**
   * Queues into which the messages with keys of a topic are spread, for each group; each is handled by one process at a
   * time. All processes must agree on it. Default 8.
   */
  readonly partitions?: number;
  /** Messages without a key that a process fetches ahead, for each group. Default: twice what its consumers ask for. */
  readonly prefetch?: number;
  /**
   * How often a message may come back from consumers that ended, with their process or connection, before it becomes a dead
   * letter (`lease-expired`). Default 20.
   */
  readonly maxRedeliveries?: number;
  /** A server that does not answer for so long counts as gone, in milliseconds. Default 15 000. */
  readonly timeoutMs?: number;
  /** How long `open` goes on trying while the server does not answer, in milliseconds. Default 0: it tries once. */
  readonly openTimeoutMs?: number;
  /** Told of what should be looked into. Default: a warning of the process. */
  readonly onWarning?: (warning: RabbitWarning) => void;
  readonly clock?: Clock;
  readonly entropy?: Entropy;
}

/** Something that does not stop the driver, but has cost time. */
export type RabbitWarning = UnreachableWarning;

/** Options, checked. */
export interface RabbitSettings {
  readonly connect: RabbitConnect;
  readonly prefix: string;
  readonly partitions: number;
  readonly prefetch: number | undefined;
  readonly maxRedeliveries: number;
  readonly timeoutMs: number;
  readonly openTimeoutMs: number;
  readonly warn: (warning: RabbitWarning) => void;
  readonly clock: Clock;
  readonly entropy: Entropy;
}

/** Heartbeats in seconds, unless the URL says otherwise: two that are missed, and the connection counts as lost. */
const heartbeatSeconds = 10;

const withHeartbeat = (url: string): string => {
  const parsed = new URL(url);
  if (!parsed.searchParams.has('heartbeat')) parsed.searchParams.set('heartbeat', String(heartbeatSeconds));
  return parsed.href;
};

const connectTo = (url: string, timeout: number): RabbitConnect => {
  const address = withHeartbeat(url);
  return async () => {
    const { connect } = await import('amqplib');
    return await connect(address, { timeout, noDelay: true, keepAlive: true });
  };
};

/** The options, with what is left out. @throws {OptionError} `CELL_BAD_OPTION` for a bad one. */
export const checkRabbit = (options: RabbitBrokerOptions): RabbitSettings => {
  const { url, connect, prefix = 'heart', partitions = 8, prefetch, clock, entropy } = options;
  const timeoutMs = period('timeoutMs', options.timeoutMs ?? 15_000);
  if (connect !== undefined && typeof connect !== 'function') throw new OptionError('connect', 'a function', connect);
  // A URL may hold a password, so it is not quoted; OptionError names its type only.
  if (connect === undefined && (typeof url !== 'string' || !/^amqps?:\/\//.test(url) || !URL.canParse(url)))
    throw new OptionError('url', 'of amqp: or amqps:, unless there is a connect', url);
  if (typeof prefix !== 'string' || !/^[\w.-]{1,40}$/.test(prefix) || prefix.startsWith('amq.'))
    throw new OptionError('prefix', 'a text of 1 to 40 letters, digits, dots, hyphens and underscores', prefix);
  if (whole('partitions', partitions, 1) > 1024) throw new OptionError('partitions', 'at most 1024', partitions);
  if (prefetch !== undefined && whole('prefetch', prefetch, 1) > 65_535)
    throw new OptionError('prefetch', 'at most 65 535', prefetch);
  return {
    connect: connect ?? connectTo(url ?? '', timeoutMs),
    prefix,
    partitions,
    prefetch,
    maxRedeliveries: whole('maxRedeliveries', options.maxRedeliveries ?? 20, 1),
    timeoutMs,
    openTimeoutMs: duration('openTimeoutMs', options.openTimeoutMs ?? 0),
    warn: options.onWarning ?? warnProcess('RABBITMQ'),
    clock: clock ?? systemClock,
    entropy: entropy ?? systemEntropy,
  };
};
