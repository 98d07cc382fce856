import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sleep, systemClock } from '@organism/cell';
import { DurabilityError, Heart, HeartDriverError } from '@organism/circulatory';
import { nodeRedis, RedisBroker, type RedisWarning } from '@organism/circulatory/redis';
import { heartDriverChecks } from '@organism/circulatory/testing';
import { Cluster, type Redis } from 'ioredis';
import { createClient } from 'redis';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { freePort, patient, RedisServer } from './proof.harness.ts';

const folder = mkdtempSync(join(tmpdir(), 'heart-redis-'));
const cleanUps: (() => Promise<unknown> | unknown)[] = [];
const cleanUp = async (): Promise<void> => {
  for (const one of cleanUps.splice(0).toReversed()) await one();
};
afterEach(cleanUp);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hasServer = spawnSync('redis-server', ['--version']).status === 0;
if (!hasServer) process.emitWarning('There is no redis-server: the tests of servers with settings are skipped.');

const serve = async (appendfsync: string, ...more: string[]): Promise<RedisServer> => {
  const server = new RedisServer(await freePort(), folder, appendfsync, more);
  await server.start();
  cleanUps.push(() => server.kill());
  return server;
};

describe.runIf(hasServer)('a RedisBroker and its server', () => {
  it('warns of a server that may throw messages away', async () => {
    const { port } = await serve('', '--maxmemory-policy', 'allkeys-lru');
    const client = patient(port);
    cleanUps.push(() => client.disconnect());
    const warnings: RedisWarning[] = [];
    await new RedisBroker({ client, onWarning: (warning) => warnings.push(warning) }).open();
    expect(warnings).toEqual([{ code: 'eviction', message: expect.stringContaining('allkeys-lru') as string }]);
    await client.config('SET', 'maxmemory-policy', 'noeviction');
    await new RedisBroker({ client, onWarning: (warning) => warnings.push(warning) }).open();
    expect(warnings.length).toBe(1);
  });

  it('tries to open for as long as it is told, says so, and starts when the server does', async () => {
    const server = new RedisServer(await freePort(), folder, '');
    const client = patient(server.port);
    cleanUps.push(
      () => server.kill(),
      () => client.disconnect(),
    );
    const warned = Promise.withResolvers<RedisWarning>();
    const driver = new RedisBroker({ client, openTimeoutMs: 10_000, onWarning: (warning) => warned.resolve(warning) });
    const heart = new Heart({ driver });
    const started = heart.start();
    expect(await warned.promise).toMatchObject({ code: 'unreachable' });
    expect((await heart.health()).status).not.toBe('pass');
    await server.start();
    await started;
    expect(await heart.health()).toEqual({ status: 'pass' });
    await heart.stop();
  });

  it('fails to open when that time is over', async () => {
    const client = patient(await freePort());
    cleanUps.push(() => client.disconnect());
    const warnings: RedisWarning[] = [];
    const driver = new RedisBroker({ client, openTimeoutMs: 200, onWarning: (warning) => warnings.push(warning) });
    await expect(driver.open()).rejects.toBeInstanceOf(HeartDriverError);
    expect(warnings.length).toBeGreaterThan(0);
  });

  it('says in its health that the server is gone, and that it is back', async () => {
    const server = await serve('always');
    const client = patient(server.port);
    cleanUps.push(() => client.disconnect());
    await using heart = await new Heart<{ jobs: number }>({ driver: new RedisBroker({ client, pollMs: 10 }) }).start();
    const got: number[] = [];
    await heart.subscribe('jobs', ({ data }) => void got.push(data));
    await server.kill();
    await expect.poll(async () => (await heart.health()).status, { timeout: 5000 }).toBe('fail');
    await expect(heart.publish('jobs', 1)).rejects.toMatchObject({ code: 'CIRCULATORY_DRIVER', retryable: true });
    await server.start();
    await expect.poll(async () => (await heart.health()).status, { timeout: 5000 }).toBe('pass');
    await heart.publish('jobs', 2);
    await expect.poll(() => got).toContain(2);
  });

  it('refuses what a full server has no room for, keeps what it had, and goes on handling', async () => {
    const { port } = await serve('', '--maxmemory', '4mb');
    const client = patient(port);
    cleanUps.push(() => client.disconnect());
    await using heart = await new Heart<{ jobs: string }>({ driver: new RedisBroker({ client, pollMs: 10 }) }).start();
    const sizes: number[] = [];
    const subscription = await heart.subscribe('jobs', ({ data }) => void sizes.push(data.length), { concurrency: 10 });
    subscription.pause();
    let accepted = 0;
    const fill = async (): Promise<unknown> => {
      for (;;) {
        const error = await heart.publish('jobs', 'x'.repeat(20_000)).then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        if (error !== undefined) return error;
        accepted += 1;
      }
    };
    const error = await fill();
    expect(error).toBeInstanceOf(HeartDriverError);
    expect(String((error as HeartDriverError).cause)).toContain('OOM');
    expect(accepted).toBeGreaterThan(10);
    expect(await heart.inspect('jobs')).toMatchObject({ depth: accepted });
    // A consumer that comes now can join, lease and acknowledge, which makes room.
    subscription.resume();
    await expect.poll(() => sizes.length, { timeout: 5000 }).toBe(accepted);
    await heart.publish('jobs', 'x'.repeat(20_000));
    await expect.poll(() => sizes.length).toBe(accepted + 1);
  });

  it('reads through node-redis, too, what it may promise', async () => {
    const { port } = await serve('always');
    for (const RESP of [2, 3] as const) {
      const client = createClient({ socket: { port, host: '127.0.0.1' }, RESP });
      client.on('error', () => {});
      await client.connect();
      cleanUps.push(() => client.destroy());
      const driver = new RedisBroker({ client: nodeRedis(client) });
      await driver.open();
      expect(driver.durability).toBe('fsync');
      const strict = await new Heart({ driver, durability: 'replicated' }).start().catch((thrown: unknown) => thrown);
      expect((strict as { errors: unknown[] }).errors[0]).toBeInstanceOf(DurabilityError);
    }
  });
});

describe.runIf(hasServer)('a RedisBroker on a cluster keeps the contract of a broker driver', async () => {
  const bus = ['--cluster-port', `${await freePort()}`, '--cluster-announce-ip', '127.0.0.1'];
  const server = new RedisServer(await freePort(), folder, '', ['--cluster-enabled', 'yes', ...bus]);
  const touched: string[] = [];
  const cluster = { client: undefined as Cluster | undefined, monitor: undefined as Redis | undefined };
  const open = async (): Promise<Cluster> => {
    if (cluster.client !== undefined) return cluster.client;
    await server.start();
    const one = patient(server.port);
    await one.call('CLUSTER', 'ADDSLOTSRANGE', 0, 16383);
    while (!String(await one.call('CLUSTER', 'INFO')).includes('cluster_state:ok')) await sleep(systemClock, 20);
    one.disconnect();
    const monitor = await patient(server.port).monitor();
    monitor.on(
      'monitor',
      (_time: string, [, key]: string[], source: string) => void (source === 'lua' && touched.push(key ?? '')),
    );
    cluster.monitor = monitor;
    cluster.client = new Cluster([{ port: server.port, host: '127.0.0.1' }]);
    cluster.client.on('error', () => {});
    return cluster.client;
  };
  afterAll(async () => {
    cluster.client?.disconnect();
    cluster.monitor?.disconnect();
    await server.kill();
  });
  let count = 0;
  const checks = hasServer
    ? heartDriverChecks(async () => new RedisBroker({ client: await open(), prefix: `c${count++}` }))
    : [];

  it.each(checks)('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });

  it('touches keys of one slot only in a script', async () => {
    await open();
    // The monitor may lag behind; the topics of the checks are known.
    await expect.poll(() => touched.length).toBeGreaterThan(1000);
    expect(touched.filter((key) => !/^c\d+:\{(orders|other)\}:/.test(key))).toEqual([]);
  });
});
