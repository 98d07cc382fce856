import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { Context } from '@organism/cell';
import {
  kafka,
  memcached,
  type MemcachedClientLike,
  mongodb,
  mysql,
  Oxygen,
  type OxygenDriver,
  postgres,
  rabbitmq,
  redis,
  ResourceDownError,
  s3,
} from '@organism/respiratory/oxygen';
import { oxygenDriverChecks, type OxygenDriverSubjects } from '@organism/respiratory/testing';
import { connect as connectRabbit } from 'amqplib';
import { Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import { MongoClient } from 'mongodb';
import { createPool } from 'mysql2/promise';
import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { type AddressInfo, connect as connectTcp, createServer as createTcpServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { Pool } from 'pg';
import { createClient } from 'redis';
import { afterAll, describe, expect, it } from 'vitest';

const require = createRequire(import.meta.url);
// It has no types.
const memjs = require('memjs') as {
  readonly Client: { create(servers: string, options: object): MemcachedClientLike };
};

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createTcpServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connectTcp({ port, host: '127.0.0.1' });
    socket.once('connect', () => socket.destroy());
    socket.once('error', () => resolve(false));
    socket.once('close', (hadError) => resolve(!hadError));
  });

/** Nobody listens there. */
const nowhere = await freePort();

/** A memcached of our own, where the program is installed. */
const memcachedPort = await freePort();
const hasMemcached = spawnSync('memcached', ['-V']).status === 0;
const memcachedServer = hasMemcached
  ? spawn('memcached', ['-l', '127.0.0.1', '-p', String(memcachedPort), '-u', 'nobody'], { stdio: 'ignore' })
  : undefined;
if (hasMemcached) for (let tries = 0; tries < 100 && !(await listens(memcachedPort)); tries += 1) await setTimeout(20);

/** Answers as S3 does for one bucket that exists, by the documentation of HeadBucket. It is no S3. */
const bucketServer = createServer((request, response) => {
  response.statusCode = request.method === 'HEAD' && request.url?.startsWith('/pictures') === true ? 200 : 404;
  response.end();
}).listen(0, '127.0.0.1');
await new Promise((resolve) => bucketServer.once('listening', resolve));
const bucketPort = (bucketServer.address() as AddressInfo).port;

afterAll(() => {
  memcachedServer?.kill();
  bucketServer.close();
});

const pg = (port: number) => () =>
  new Pool({ host: '127.0.0.1', port, user: 'postgres', database: 'test', max: 2, connectionTimeoutMillis: 2000 });
const maria = (port: number) => () =>
  createPool({ host: '127.0.0.1', port, user: 'root', database: 'test', connectionLimit: 2, connectTimeout: 2000 });
const ioredis = (port: number) => () =>
  new Redis({ host: '127.0.0.1', port, lazyConnect: true, maxRetriesPerRequest: 1, retryStrategy: () => null });
const nodeRedis = (port: number) => () =>
  createClient({ socket: { host: '127.0.0.1', port, reconnectStrategy: false } });
const rabbit = (port: number) => () => connectRabbit(`amqp://guest:guest@127.0.0.1:${port}`);
const memjsClient = (port: number) => () =>
  memjs.Client.create(`127.0.0.1:${port}`, { timeout: 0.5, conntimeout: 0.5, retries: 0 });
const s3Client = (port: number) => () =>
  new S3Client({
    region: 'eu-west-1',
    endpoint: `http://127.0.0.1:${port}`,
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
  });
const bucket = (client: S3Client, abortSignal: AbortSignal) =>
  client.send(new HeadBucketCommand({ Bucket: 'pictures' }), { abortSignal });

interface Kind {
  readonly port: number;
  readonly subjects: OxygenDriverSubjects<never, never>;
}

const kindOf = <Client, Connection>(port: number, make: (port: number) => OxygenDriver<Client, Connection>): Kind => ({
  port,
  subjects: { up: () => make(port), down: () => make(nowhere) } as unknown as OxygenDriverSubjects<never, never>,
});

const kinds: Readonly<Record<string, Kind>> = {
  PostgreSQL: kindOf(5432, (port) => postgres(pg(port))),
  MariaDB: kindOf(3306, (port) => mysql(maria(port))),
  'Redis by ioredis': kindOf(6379, (port) => redis(ioredis(port))),
  'Redis by node-redis': kindOf(6379, (port) => redis(nodeRedis(port))),
  RabbitMQ: kindOf(5672, (port) => rabbitmq(rabbit(port))),
  Memcached: kindOf(memcachedPort, (port) => memcached(memjsClient(port))),
  'a server that speaks HeadBucket': kindOf(bucketPort, (port) => s3(s3Client(port), bucket)),
};

for (const [name, { port, subjects }] of Object.entries(kinds)) {
  const isUp = await listens(port);
  describe.runIf(isUp)(name, () => {
    it.each(oxygenDriverChecks(subjects))('$name', async ({ run }) => {
      await expect(run()).resolves.toBeUndefined();
    });
  });
  if (!isUp) it.skip(`${name}: skipped, since nothing listens on port ${port}`, () => {});
}

// No server of these can be had here: what is tested is that they fail as they should, and that the types fit.
describe.each<[string, OxygenDriver<never, never>]>([
  [
    'MongoDB',
    mongodb(() => new MongoClient(`mongodb://127.0.0.1:${nowhere}`, { serverSelectionTimeoutMS: 300 })),
  ] as unknown as [string, OxygenDriver<never, never>],
  [
    'Kafka',
    kafka(() => new Kafka({ brokers: [`127.0.0.1:${nowhere}`], logLevel: logLevel.NOTHING, retry: { retries: 0 } })),
  ] as unknown as [string, OxygenDriver<never, never>],
])('%s, without a server', (_name, driver) => {
  it('is refused with the reason', async () => {
    const oxygen = new Oxygen<never, never>({ name: 'absent', driver, startTimeoutMs: 400, backoff: () => 1000 });
    const error = (await oxygen.start().catch((thrown: unknown) => thrown)) as { readonly errors: readonly unknown[] };
    expect(error.errors[0]).toBeInstanceOf(ResourceDownError);
    expect((error.errors[0] as ResourceDownError).cause).toBeInstanceOf(Error);
    expect(oxygen.state).toBe('failed');
  });
});

const hasPostgres = await listens(5432);
describe.runIf(hasPostgres)('PostgreSQL under an Oxygen', () => {
  const open = (options: { readonly leakAfterMs?: number } = {}) =>
    new Oxygen({ name: 'shop', driver: postgres(pg(5432)), acquireTimeoutMs: 2000, ...options }).start();

  it('answers queries, with the types of pg', async () => {
    await using shop = await open();
    const { rows } = await shop.use((client) => client.query<{ sum: number }>('SELECT 1 + $1::int AS sum', [2]));
    expect(rows).toEqual([{ sum: 3 }]);
    expect(shop.describe()).toMatchObject({ ports: [{ protocol: 'postgres', direction: 'out' }] });
  });

  it('ends a query when its caller gives up, and goes on with a fresh connection', async () => {
    await using shop = await open();
    const context = new Context({ deadline: Date.now() + 100 });
    await expect(shop.use((client) => client.query('SELECT pg_sleep(30)'), { context })).rejects.toMatchObject({
      name: 'DeadlineError',
    });
    expect(shop.describe().counters).toMatchObject({ held: 0, open: 0 });
    await expect(shop.use((client) => client.query('SELECT 1'))).resolves.toMatchObject({ rowCount: 1 });
  });

  it('survives that the server cuts its connections', async () => {
    await using shop = await open();
    const pid = await shop.use(async (client) => {
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      return rows[0]?.pid;
    });
    const killer = pg(5432)();
    await killer.query('SELECT pg_terminate_backend($1)', [pid]);
    await killer.end();
    await expect
      .poll(() =>
        shop
          .use((client) => client.query('SELECT 1'))
          .then(
            () => true,
            () => false,
          ),
      )
      .toBe(true);
    await shop.check();
    expect(await shop.health()).toEqual({ status: 'pass' });
  });

  it('leaves no connection behind', async () => {
    const shop = await open();
    await Promise.all(Array.from({ length: 20 }, () => shop.use((client) => client.query('SELECT 1'))));
    const { client } = shop;
    await shop.stop();
    expect([client.totalCount, client.ended]).toEqual([0, true]);
  });
});

const hasRabbit = await listens(5672);
describe.runIf(hasRabbit)('RabbitMQ under an Oxygen', () => {
  it('connects anew when its connection is lost', async () => {
    await using broker = await new Oxygen({
      name: 'broker',
      driver: rabbitmq(rabbit(5672)),
      backoff: () => 10,
    }).start();
    const lost = broker.client;
    await lost.close();
    await expect.poll(() => broker.resource).toBe('up');
    expect(broker.client).not.toBe(lost);
    const name = await broker.use(async (channel) => {
      const { queue } = await channel.assertQueue('', { exclusive: true });
      channel.sendToQueue(queue, Buffer.from('hello'));
      await channel.waitForConfirms();
      return (await channel.get(queue, { noAck: true })) || undefined;
    });
    expect(name?.content.toString()).toBe('hello');
  });
});
