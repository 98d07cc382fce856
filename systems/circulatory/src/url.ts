import { OptionError } from '@organism/cell';
import type { HeartDriver, OpenOptions } from './heart/driver.ts';
import { MemoryBroker } from './memory/memory-broker.ts';

const openSqlite = async (rest: string): Promise<HeartDriver> => {
  const { SqliteBroker } = await import('./sqlite/index.ts');
  const [path = '', query = ''] = rest.split('?');
  const synchronous = new URLSearchParams(query).get('synchronous') ?? 'full';
  return new SqliteBroker({ path: decodeURIComponent(path), synchronous: synchronous as 'full' });
};

const openRedis = async (url: string): Promise<HeartDriver> => {
  const [{ Redis }, { RedisBroker }] = await Promise.all([import('ioredis'), import('./redis/index.ts')]);
  const client = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1 });
  // Failures reach the caller through its commands.
  client.on('error', () => {});
  /** Its client is its own, so it connects and ends it. */
  class OwnRedis extends RedisBroker {
    override async open(options?: OpenOptions): Promise<void> {
      if (client.status === 'wait' || client.status === 'end') await client.connect();
      await super.open(options);
    }

    close(): void {
      client.disconnect();
    }
  }
  return new OwnRedis({ client });
};

const openRabbit = async (url: string): Promise<HeartDriver> => {
  const { RabbitBroker } = await import('./rabbitmq/index.ts');
  if (!URL.canParse(url)) return new RabbitBroker({ url });
  const address = new URL(url);
  const prefix = address.searchParams.get('prefix');
  // What is left of the query is the client's, such as `heartbeat`.
  address.searchParams.delete('prefix');
  return new RabbitBroker({ url: address.href, ...(prefix !== null && { prefix }) });
};

const openNats = async (url: string): Promise<HeartDriver> => {
  const { NatsBroker } = await import('./nats/index.ts');
  if (!URL.canParse(url)) throw new OptionError('url', 'a URL of a NATS server', url);
  const { protocol, host, username, password, searchParams } = new URL(url);
  const user = username !== '' && { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
  const [prefix, storage, replicas] = ['prefix', 'storage', 'replicas'].map((name) => searchParams.get(name));
  return new NatsBroker({
    servers: host,
    connect: { ...user, ...(protocol === 'tls:' && { tls: {} }) },
    ...(prefix != null && { prefix }),
    ...(storage != null && { storage: storage as 'file' }),
    ...(replicas != null && { replicas: Number(replicas) }),
  });
};

/**
 * Broker driver from a URL, so that configuration alone says where messages are kept: `memory:`,
 * `sqlite:path/to/file.db` (with `?synchronous=normal`), `redis://host:6379` or `rediss://…` (needs `ioredis`),
 * `amqp://host:5672` or `amqps://…` (needs `amqplib`; with `?prefix=`), `nats://host:4222` or `tls://…` (needs `@nats-io/jetstream` and
 * `@nats-io/transport-node`; with `?prefix=`, `?storage=memory`, `?replicas=3`).
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a URL of another kind.
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
export const driverFromUrl = async (url: string): Promise<HeartDriver> => {
  const [, scheme = '', rest = ''] = /^([a-z]+):(.*)$/.exec(typeof url === 'string' ? url : '') ?? [];
  if (scheme === 'memory') return new MemoryBroker();
  if (scheme === 'sqlite') return await openSqlite(rest);
  if (scheme === 'redis' || scheme === 'rediss') return await openRedis(url);
  if (scheme === 'amqp' || scheme === 'amqps') return await openRabbit(url);
  if (scheme === 'nats' || scheme === 'tls') return await openNats(url);
  throw new OptionError('url', 'of memory:, sqlite:, redis:, rediss:, amqp:, amqps:, nats: or tls:', url);
};
