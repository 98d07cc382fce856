import { MemoryBroker } from '@organism/circulatory';
import { SqliteBroker } from '@organism/circulatory/sqlite';
import { heartDriverChecks } from '@organism/circulatory/testing';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { RedisBroker } from '@organism/circulatory/redis';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'heart-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

describe('MemoryBroker keeps the contract of a broker driver', () => {
  it.each(heartDriverChecks(() => new MemoryBroker()))('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});

describe('SqliteBroker keeps the contract of a broker driver', () => {
  const make = (): SqliteBroker => new SqliteBroker({ path: join(folder, `${files++}.db`), synchronous: 'normal' });
  it.each(heartDriverChecks(make, { isDurable: true }))('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});

const client = new Redis({
  host: '127.0.0.1',
  port: 6379,
  lazyConnect: true,
  maxRetriesPerRequest: 1,
  retryStrategy: null,
});
const isUp = await client.connect().then(
  () => true,
  () => false,
);
const prefix = `heart-check-${process.pid}`;
afterAll(async () => {
  if (!isUp) return;
  const keys = await client.keys(`${prefix}-*`);
  if (keys.length > 0) await client.del(...keys);
  client.disconnect();
});

// Tests that need a server run where there is one.
describe.runIf(isUp)('RedisBroker keeps the contract of a broker driver', () => {
  const make = (): RedisBroker => new RedisBroker({ client, prefix: `${prefix}-${files++}` });
  it.each(heartDriverChecks(make, { isDurable: true }))('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
