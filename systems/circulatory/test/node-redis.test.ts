import { Heart, type HeartDriver } from '@organism/circulatory';
import { nodeRedis, RedisBroker } from '@organism/circulatory/redis';
import { heartDriverChecks } from '@organism/circulatory/testing';
import { createClient } from 'redis';
import { afterAll, describe, expect, it } from 'vitest';

const client = createClient({
  socket: { host: '127.0.0.1', port: 6379, connectTimeout: 500, reconnectStrategy: false },
});
client.on('error', () => {});
const isUp = await client.connect().then(
  () => true,
  () => false,
);
const prefix = `heart-node-redis-${process.pid}`;
let count = 0;
const make = (): HeartDriver => new RedisBroker({ client: nodeRedis(client), prefix: `${prefix}-${count++}` });
afterAll(async () => {
  if (!isUp) return;
  const keys = await client.keys(`${prefix}-*`);
  if (keys.length > 0) await client.del(keys);
  await client.close();
});

if (!isUp) process.emitWarning('No Redis at 127.0.0.1:6379: the tests of node-redis are skipped.');

describe.runIf(isUp)('RedisBroker on node-redis keeps the contract of a broker driver', () => {
  it.each(heartDriverChecks(make, { isDurable: true }))('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});

describe.runIf(isUp)('RedisBroker on node-redis', () => {
  it('keeps bytes as bytes, and any text', async () => {
    const driver = make();
    const order = { now: 1000, maxDepth: 10, shed: false, retentionMs: 0 };
    const bodies = [new Uint8Array([0, 255, 254, 13, 10]), 'ünïcode \u{1f600}\r\n', ''];
    await driver.join('t', 'g', { from: 'earliest', idleMs: Infinity, now: 1000 });
    for (const [index, body] of bodies.entries()) {
      const times = { publishedAt: 1000, dueAt: 1000, expiresAt: Infinity, uniqueUntil: 0 };
      await driver.publish('t', [{ id: `${index}`, key: undefined, priority: 4, ...times, body }], order);
    }
    const leases = await driver.reserve('t', 'g', { now: 1000, max: 9, leaseMs: 1000, maxAttempts: 1 });
    expect(leases.map(({ body }) => (typeof body === 'string' ? body : [...(body as Uint8Array)]))).toEqual([
      [0, 255, 254, 13, 10],
      bodies[1],
      '',
    ]);
  });

  it('carries messages from publish to handler', async () => {
    await using heart = await new Heart<{ jobs: number }>({ driver: make() }).start();
    const got = Promise.withResolvers<number>();
    await heart.subscribe('jobs', ({ data }) => got.resolve(data));
    await heart.publish('jobs', 7);
    expect(await got.promise).toBe(7);
  });
});
