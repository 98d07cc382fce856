import { Heart, type HeartDriver, MemoryBroker } from '@organism/circulatory';
import { RedisBroker } from '@organism/circulatory/redis';
import { SqliteBroker } from '@organism/circulatory/sqlite';
import { Redis } from 'ioredis';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Queue, Reading } from './contender.ts';

const openHeart = async (driver: HeartDriver, close: () => Promise<void> | void = () => {}): Promise<Queue> => {
  const heart = await new Heart<{ readings: Reading }>({ driver, defaults: { maxDepth: 1_000_000 } }).start();
  const queue: Queue = {
    publish: (value) => heart.publish('readings', value),
    onValue: () => {},
    [Symbol.asyncDispose]: async () => {
      await heart.stop();
      await close();
    },
  };
  await heart.subscribe('readings', ({ data }) => queue.onValue(data), { concurrency: 100, prefetch: 500 });
  return queue;
};

/** A Heart in memory. */
export const memoryHeart = (): Promise<Queue> => openHeart(new MemoryBroker());

/** A Heart on a file of its own. */
export const sqliteHeart = (synchronous: 'full' | 'normal') => (): Promise<Queue> => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-heart-'));
  const driver = new SqliteBroker({ path: join(folder, 'heart.db'), synchronous });
  return openHeart(driver, () => rmSync(folder, { recursive: true }));
};

/** A Heart on the local Redis. */
export const redisHeart = async (): Promise<Queue> => {
  const client = new Redis({ host: '127.0.0.1', port: 6379 });
  const prefix = `bench-heart-${process.pid}`;
  return await openHeart(new RedisBroker({ client, prefix }), async () => {
    const keys = await client.keys(`${prefix}*`);
    if (keys.length > 0) await client.del(...keys);
    client.disconnect();
  });
};
