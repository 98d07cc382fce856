import { Heart, type HeartDriver, HeartDriverError, MemoryBroker } from '@organism/circulatory';
import { VirtualClock } from '@organism/testing';
import { expect, it } from 'vitest';

type Settle = HeartDriver['settle'];

/** A store that takes its time, and longer for a burial: until `burial` is settled. */
class SlowMorgue extends MemoryBroker {
  readonly burial = Promise.withResolvers<void>();
  readonly calls: string[][] = [];

  override settle(...[topic, group, ends, now]: Parameters<Settle>): never {
    this.calls.push(ends.map(({ kind }) => kind));
    const done = super.settle(topic, group, ends, now);
    const isBurial = ends.some(({ kind }) => kind === 'dead');
    return (isBurial ? this.burial.promise.then(() => done) : Promise.resolve(done)) as never;
  }
}

const make = async (): Promise<{ heart: Heart<{ jobs: number }>; driver: SlowMorgue; clock: VirtualClock }> => {
  const driver = new SlowMorgue();
  const clock = new VirtualClock();
  return { heart: await new Heart<{ jobs: number }>({ driver, clock }).start(), driver, clock };
};

it('keeps no acknowledgement waiting for a message that is being buried', async () => {
  const { heart, driver, clock } = await make();
  await using vein = await heart.vein('jobs');
  await heart.publishBatch('jobs', [{ value: 0 }, { value: 1 }, { value: 2 }, { value: 3 }]);
  const [first, second, poison, last] = await vein.pull({ max: 4 });
  await first?.ack();
  const buried = poison?.reject('poison');
  await Promise.all([second?.ack(), last?.ack()]);
  expect(driver.calls).toEqual([['ack'], ['dead'], ['ack', 'ack']]);
  driver.burial.resolve();
  await buried;
  await clock.runUntil(heart.stop());
});

it('tells of a burial that failed to the one whose message it was, and to no other', async () => {
  const { heart, driver, clock } = await make();
  await using vein = await heart.vein('jobs');
  await heart.publishBatch('jobs', [{ value: 0 }, { value: 1 }, { value: 2 }, { value: 3 }]);
  const [first, second, poison, last] = await vein.pull({ max: 4 });
  await first?.ack();
  driver.burial.reject(new HeartDriverError('bury', { cause: new Error('The morgue is full.'), retryable: true }));
  const ends = await Promise.allSettled([second?.ack(), poison?.reject('poison'), last?.nack({ delayMs: 5 })]);
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  await clock.runUntil(heart.stop());
});
