import { type Clock, OptionError, systemClock } from '@organism/cell';
import { whole } from './heart/check.ts';
import type { HeartDriver } from './heart/driver.ts';
import { MemoryBroker } from './memory/memory-broker.ts';
import { readQuery } from './url/query.ts';

/** Something that a driver made by {@link driverFromUrl} warns of. */
export interface DriverWarning {
  /** `unreachable`: a try to open has failed. `eviction`: the server may throw messages away when its memory is full. */
  readonly code: 'unreachable' | 'eviction';
  readonly message: string;
}

/** What a URL can't say. */
export interface DriverFromUrlOptions {
  /** Told of what should be looked into. Default: a warning of the process. */
  readonly onWarning?: (warning: DriverWarning) => void;
  readonly clock?: Clock;
}

type Open = (
  url: string,
  options: DriverFromUrlOptions & { readonly clock: Clock },
) => Promise<HeartDriver> | HeartDriver;

/** Path and query of a URL that has no host. */
const split = (url: string): [path: string, query: URLSearchParams] => {
  const [, path = '', query = ''] = /^[a-z]+:([^?]*)\??(.*)$/s.exec(url) ?? [];
  return [path, new URLSearchParams(query)];
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new OptionError('url', 'percent-encoded', text);
  }
};

/** The parts of a URL that has a host, and maybe a password: no error may quote it. */
const withHost = (url: string): { readonly address: URL; readonly user: string; readonly pass: string } => {
  if (!/^[a-z]+:\/\/[^/?#]/.test(url) || !URL.canParse(url))
    throw new OptionError('url', 'one with a host, such as redis://host:6379', url);
  const address = new URL(url);
  return { address, user: decoded(address.username), pass: decoded(address.password) };
};

const openMemory: Open = (url) => new MemoryBroker(readQuery(split(url)[1], { maxDeadLetters: 'number' }));

const openSqlite: Open = async (url, { clock }) => {
  const { SqliteBroker } = await import('./sqlite/index.ts');
  const [encoded, query] = split(url);
  const known = { synchronous: 'text', table: 'text', pollMs: 'number', busyTimeoutMs: 'number' } as const;
  const { synchronous = 'full', ...options } = readQuery(query, known);
  return new SqliteBroker({ path: decoded(encoded), synchronous: synchronous as 'full', clock, ...options });
};

/** Leaves in the URL what the client reads there. */
const forClient = (address: URL, options: Readonly<Record<string, number | undefined>>): void => {
  address.search = '';
  for (const [name, value] of Object.entries(options))
    if (value !== undefined) address.searchParams.set(name, String(whole(name, value, 0)));
};

const openRedis: Open = async (url, options) => {
  const { address } = withHost(url);
  const { OwnRedis } = await import('./url/own-redis.ts');
  const known = {
    prefix: 'text',
    pollMs: 'number',
    timeoutMs: 'number',
    openTimeoutMs: 'number',
    family: 'number',
  } as const;
  const { timeoutMs = 15_000, family, ...broker } = readQuery(address.searchParams, known);
  forClient(address, { family });
  return new OwnRedis(address.href, { ...options, ...broker, timeoutMs });
};

const openRabbit: Open = async (url, options) => {
  const { address } = withHost(url);
  const { RabbitBroker } = await import('./rabbitmq/index.ts');
  const known = {
    prefix: 'text',
    partitions: 'number',
    prefetch: 'number',
    maxRedeliveries: 'number',
    timeoutMs: 'number',
    openTimeoutMs: 'number',
    heartbeat: 'number',
    frameMax: 'number',
    channelMax: 'number',
  } as const;
  const { heartbeat, frameMax, channelMax, ...broker } = readQuery(address.searchParams, known);
  forClient(address, { heartbeat, frameMax, channelMax });
  return new RabbitBroker({ url: address.href, ...options, ...broker });
};

const openNats: Open = async (url, options) => {
  const { address, user, pass } = withHost(url);
  const { NatsBroker } = await import('./nats/index.ts');
  const known = {
    prefix: 'text',
    partitions: 'number',
    storage: 'text',
    replicas: 'number',
    timeoutMs: 'number',
    openTimeoutMs: 'number',
    pollMs: 'number',
  } as const;
  const { storage = 'file', ...broker } = readQuery(address.searchParams, known);
  return new NatsBroker({
    servers: address.host,
    connect: {
      ...(pass !== '' && { user, pass }),
      ...(pass === '' && user !== '' && { token: user }),
      ...(address.protocol === 'tls:' && { tls: {} }),
    },
    storage: storage as 'file',
    ...options,
    ...broker,
  });
};

const openers: ReadonlyMap<string, Open> = new Map([
  ['memory', openMemory],
  ['sqlite', openSqlite],
  ['redis', openRedis],
  ['rediss', openRedis],
  ['amqp', openRabbit],
  ['amqps', openRabbit],
  ['nats', openNats],
  ['tls', openNats],
]);

/**
 * Broker driver from a URL, so that configuration alone says where messages are kept; its query has options of the
 * driver, by their names:
 *
 * - `memory:` with `maxDeadLetters`
 * - `sqlite:path/to/file.db` (percent-encoded) with `synchronous`, `table`, `pollMs`, `busyTimeoutMs`
 * - `redis://user:password@host:6379/0` or `rediss://…` (needs `ioredis`) with `prefix`, `pollMs`, `openTimeoutMs`,
 *   `timeoutMs` (for an answer of the server; default 15 000), `family` (of IP: 4, 6, or 0, the default, for both)
 * - `nats://user:password@host:4222`, `nats://token@host` or `tls://…` (needs `@nats-io/jetstream` and
 *   `@nats-io/transport-node`) with `prefix`, `partitions`, `storage`, `replicas`, `timeoutMs`, `openTimeoutMs`, `pollMs`
 * - `amqp://user:password@host:5672/vhost` or `amqps://…` (needs `amqplib`) with `prefix`, `partitions`, `prefetch`,
 *   `maxRedeliveries`, `timeoutMs`, `openTimeoutMs`, and the client's `heartbeat` (seconds), `frameMax`, `channelMax`
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a URL of another kind, and for a parameter that is unknown or bad, by its name.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Heart } from '@organism/circulatory';
 * import { driverFromUrl } from '@organism/circulatory/url';
 *
 * const driver = await driverFromUrl(process.env['HEART_URL'] ?? 'memory:');
 * await using heart = await new Heart({ driver }).start();
 * assert.equal(heart.durability, 'memory');
 * ```
 */
export const driverFromUrl = async (url: string, options: DriverFromUrlOptions = {}): Promise<HeartDriver> => {
  const scheme = /^([a-z]+):/.exec(typeof url === 'string' ? url : '')?.[1] ?? '';
  const open = openers.get(scheme);
  if (open === undefined)
    throw new OptionError('url', `of ${[...openers.keys()].map((one) => `${one}:`).join(', ')}`, url);
  return await open(url, { ...options, clock: options.clock ?? systemClock });
};
