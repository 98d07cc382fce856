import { Heart, type HeartDriver, type HeartPublishOptions, MemoryBroker } from '@organism/circulatory';
import { RedisBroker } from '@organism/circulatory/redis';
import { SqliteBroker } from '@organism/circulatory/sqlite';
import { constant } from '@organism/homeostasis';
import { Bone } from '@organism/skeletal';
import { Redis } from 'ioredis';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { consumed, type Queue, type Reading, type Store } from './contender.ts';

const ReadingBone = new Bone(
  'readings',
  z.object({ n: z.number(), station: z.string(), place: z.string(), values: z.array(z.number()) }),
);

/** How a Heart is to be measured. */
export interface HeartSetup {
  /** Whether values are checked against a Bone at publish and at consume, and ids are looked up for duplicates. */
  readonly isChecked?: boolean;
  readonly concurrency?: number;
}

/** A Heart on a driver. */
export const openHeart = async (
  driver: HeartDriver,
  close: () => Promise<void> | void = () => {},
  { isChecked = false, concurrency = 100 }: HeartSetup = {},
): Promise<Store> => {
  const heart = await new Heart({ driver, defaults: { maxDepth: 1_000_000 } }).start();
  const topic = isChecked ? ReadingBone : 'readings';
  // Its own number and not the value's: a value that is published again is no duplicate.
  let ids = 0;
  const optionsOf = (): HeartPublishOptions | undefined => (isChecked ? { id: `reading-${(ids += 1)}` } : undefined);
  return {
    publish: (value) => heart.publish(topic, value, optionsOf()),
    publishAll: (all) =>
      heart.publishBatch(
        topic,
        all.map((value) => ({ value, ...optionsOf() })),
      ),
    consume: (handler) =>
      heart.subscribe(topic, ({ data }) => handler(data as Reading), {
        concurrency,
        prefetch: 500,
        maxAttempts: 1,
        backoff: constant(1),
      }),
    [Symbol.asyncDispose]: async () => {
      await heart.stop();
      await close();
    },
  };
};

/** A Heart in memory. */
export const memoryStore = (): Promise<Store> => openHeart(new MemoryBroker());

/** A Heart on a file of its own. */
export const sqliteStore = (synchronous: 'full' | 'normal', setup?: HeartSetup) => (): Promise<Store> => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-heart-'));
  const driver = new SqliteBroker({ path: join(folder, 'heart.db'), synchronous });
  return openHeart(driver, () => rmSync(folder, { recursive: true }), setup);
};

let stores = 0;

/** A Heart on the local Redis. */
export const redisStore = (setup?: HeartSetup) => async (): Promise<Store> => {
  const client = new Redis({ host: '127.0.0.1', port: 6379 });
  const prefix = `bench-heart-${process.pid}-${(stores += 1)}`;
  const close = async (): Promise<void> => {
    const keys = await client.keys(`${prefix}*`);
    if (keys.length > 0) await client.del(...keys);
    client.disconnect();
  };
  return await openHeart(new RedisBroker({ client, prefix }), close, setup);
};

/** A Heart in memory, consumed from. */
export const memoryHeart: () => Promise<Queue> = consumed(memoryStore);

/** A Heart on a file of its own, consumed from. */
export const sqliteHeart = (synchronous: 'full' | 'normal', setup?: HeartSetup): (() => Promise<Queue>) =>
  consumed(sqliteStore(synchronous, setup));

/** A Heart on the local Redis, consumed from. */
export const redisHeart = (setup?: HeartSetup): (() => Promise<Queue>) => consumed(redisStore(setup));
