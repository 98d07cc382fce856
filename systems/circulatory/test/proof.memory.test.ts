import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { constant } from '@organism/homeostasis';
import { SeededEntropy, VirtualClock } from '@organism/testing';
import { Heart, MemoryBroker, RejectError } from '@organism/circulatory';
import { expect, it } from 'vitest';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;
const heap = (): number => {
  gc();
  gc();
  return process.memoryUsage().heapUsed;
};

it('does not grow over an hour of load with retries, keys, delays, ids, ends of life and dead letters', async () => {
  const clock = new VirtualClock();
  const chance = new SeededEntropy('an hour');
  const driver = new MemoryBroker({ maxDeadLetters: 100 });
  const defaults = { dedupWindowMs: 60_000, retentionMs: 10_000 };
  const heart = await new Heart<{ jobs: number }>({ driver, clock, entropy: chance, defaults }).start();
  for (const group of ['one', 'two'])
    await heart.subscribe(
      'jobs',
      ({ data, attempt }) => {
        if (data % 50 === 7) throw new RejectError('poison');
        if (data % 10 === 3 && attempt === 1) throw new Error('not yet');
      },
      { group, concurrency: 10, backoff: constant(500), maxAttempts: 3 },
    );
  const perSecond = 20;
  let n = 0;
  const second = async (): Promise<void> => {
    for (let count = 0; count < perSecond; count += 1, n += 1)
      await heart.publish('jobs', n, {
        id: `job-${n}`,
        ...(n % 2 === 0 ? { key: `key-${n % 1000}` } : { delayMs: Math.floor(chance.random() * 2000) }),
        ...(n % 3 === 0 && { ttlMs: 30_000 }),
      });
    await clock.advance(1000);
  };
  const minutes: number[] = [];
  for (let at = 0; at < 3600; at += 1) {
    await second();
    if (at % 300 === 299) minutes.push(heap());
  }
  await clock.advance(120_000);
  expect(await heart.inspect('jobs')).toMatchObject({ depth: 0 });
  expect(heart.describe().counters).toMatchObject({ published: 3600 * perSecond, lost: 0 });
  // The first ten minutes fill what has a bound.
  const [, early = 0, ...later] = minutes;
  expect(Math.max(...later) - early).toBeLessThan(3 * 2 ** 20);
  await heart.stop();
}, 60_000);
