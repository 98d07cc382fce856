import { type Clock, OptionError, systemClock } from '@organism/cell';
import type { NatsConnection, NodeConnectionOptions } from '@nats-io/transport-node';
import { duration, oneOf, period, whole } from '../heart/check.ts';
import { type UnreachableWarning, warnProcess } from '../heart/opening.ts';

/** Options of a {@link NatsBroker}: either a `connection`, or `servers` to connect to. */
export interface NatsBrokerOptions {
  /** A connection; it stays yours to close. */
  readonly connection?: NatsConnection;
  /** Where to connect to: `host:port`, or several. The connection is the driver's: made by `open`, and kept up for ever. */
  readonly servers?: string | readonly string[];
  /** More options of that connection: credentials, TLS, how to reconnect. */
  readonly connect?: NodeConnectionOptions;
  /** Begin of the names of all its streams and subjects: letters, digits and `-`. Default `heart`. */
  readonly prefix?: string;
  /**
   * Lanes for messages with a key. Those of a lane are handled one at a time, so this is how many keyed messages a group
   * can handle at once. Holds for topics that are new; one that exists keeps what it has. Default 16, at most 256.
   */
  readonly partitions?: number;
  /** Where the streams of new topics are. Default `file`. */
  readonly storage?: 'file' | 'memory';
  /** On how many servers: 1 to 5, as many as the cluster has at most. Default 1. */
  readonly replicas?: number;
  /** How long to wait for an answer of the server, in milliseconds. Default 5000. */
  readonly timeoutMs?: number;
  /** How long `open` goes on trying while the server does not answer, in milliseconds. Default 0: it tries once. */
  readonly openTimeoutMs?: number;
  /** Told of what should be looked into. Default: a warning of the process. */
  readonly onWarning?: (warning: NatsWarning) => void;
  /** How often consumers ask even when they have heard of nothing, in milliseconds. Default 1000. */
  readonly pollMs?: number;
  /** Default the system's. */
  readonly clock?: Clock;
}

/** Something that does not stop the driver, but has cost time. */
export type NatsWarning = UnreachableWarning;

/** The options, checked, with what is left out. */
export interface NatsSettings extends Required<
  Omit<NatsBrokerOptions, 'connection' | 'servers' | 'connect' | 'onWarning'>
> {
  readonly warn: (warning: NatsWarning) => void;
  readonly connection: NatsConnection | undefined;
  readonly servers: string[];
  readonly connect: NodeConnectionOptions;
}

const isConnection = (value: unknown): value is NatsConnection =>
  typeof (value as Partial<NatsConnection> | undefined)?.publish === 'function';

const serversOf = ({ connection, servers }: NatsBrokerOptions): string[] => {
  if (connection !== undefined) {
    if (!isConnection(connection)) throw new OptionError('connection', 'a connection to NATS', connection);
    if (servers !== undefined) throw new OptionError('servers', 'left out where there is a connection', servers);
    return [];
  }
  const list = typeof servers === 'string' ? [servers] : Array.isArray(servers) ? (servers as readonly string[]) : [];
  if (list.length === 0 || !list.every((one) => typeof one === 'string' && one !== ''))
    throw new OptionError('servers', 'the address of a server, or several, where there is no connection', servers);
  return [...list];
};

/** @throws {OptionError} `CELL_BAD_OPTION` for a bad option. */
export const checkOptions = (options: NatsBrokerOptions): NatsSettings => {
  if (typeof options !== 'object' || options === null) throw new OptionError('options', 'an object', options);
  const { prefix = 'heart', partitions = 16, replicas = 1 } = options;
  if (typeof prefix !== 'string' || !/^[A-Za-z0-9-]{1,64}$/.test(prefix))
    throw new OptionError('prefix', 'a text of 1 to 64 letters, digits and -', prefix);
  if (whole('partitions', partitions, 1) > 256) throw new OptionError('partitions', 'at most 256', partitions);
  if (whole('replicas', replicas, 1) > 5) throw new OptionError('replicas', 'at most 5', replicas);
  return {
    connection: options.connection,
    servers: serversOf(options),
    connect: options.connect ?? {},
    prefix,
    partitions,
    replicas,
    storage: oneOf('storage', options.storage ?? 'file', ['file', 'memory']),
    timeoutMs: period('timeoutMs', options.timeoutMs ?? 5000),
    pollMs: period('pollMs', options.pollMs ?? 1000),
    openTimeoutMs: duration('openTimeoutMs', options.openTimeoutMs ?? 0),
    warn: options.onWarning ?? warnProcess('NATS'),
    clock: options.clock ?? systemClock,
  };
};
