import { constant } from '@organism/homeostasis';
import { forAllSeeds, type Scenario } from '@organism/testing';
import {
  type Envelope,
  Heart,
  type HeartDriver,
  LeaseLostError,
  MemoryBroker,
  QueueFullError,
} from '@organism/circulatory';
import { expect, it } from 'vitest';

interface Job {
  readonly n: number;
  readonly key: string | undefined;
  readonly dueAt: number;
}

/** A driver as a process sees it that may be killed: from then on, nothing of it reaches the store or hears of it. */
class Mortal implements HeartDriver {
  readonly name = 'mortal';
  readonly durability = 'memory';
  readonly keeps = 'values';
  readonly pollMs = Infinity;
  readonly #store: MemoryBroker;
  #isDead = false;

  constructor(store: MemoryBroker) {
    this.#store = store;
  }

  kill(): void {
    this.#isDead = true;
  }

  publish: HeartDriver['publish'] = (...call) => this.#store.publish(...call);
  join: HeartDriver['join'] = (...call) => this.#store.join(...call);
  leave: HeartDriver['leave'] = (...call) => (this.#isDead ? undefined : this.#store.leave(...call));
  reserve: HeartDriver['reserve'] = (...call) => (this.#isDead ? [] : this.#store.reserve(...call));
  settle: HeartDriver['settle'] = (...call) => (this.#isDead ? [] : this.#store.settle(...call));
  extend: HeartDriver['extend'] = (...call) => (this.#isDead ? [] : this.#store.extend(...call));
  nextDue: HeartDriver['nextDue'] = (topic, group) => (this.#isDead ? undefined : this.#store.nextDue(topic, group));
  deadLetters: HeartDriver['deadLetters'] = (...call) => this.#store.deadLetters(...call);
  replay: HeartDriver['replay'] = (...call) => this.#store.replay(...call);
  discard: HeartDriver['discard'] = (...call) => this.#store.discard(...call);
  inspect: HeartDriver['inspect'] = (...call) => this.#store.inspect(...call);
  sweep: HeartDriver['sweep'] = (...call) => (this.#isDead ? 0 : this.#store.sweep(...call));
  watch: HeartDriver['watch'] = (topic, listener) => this.#store.watch(topic, () => void (this.#isDead || listener()));
}

/**
 * Publishers and consumers that fail, stall past their leases, die and come back, while messages are delayed, of all
 * priorities and of few keys. Afterwards every message that was accepted has been handled or is a dead letter.
 */
const ordeal: Scenario<unknown> = async ({ chance, clock, entropy, log, sleep }) => {
  const store = new MemoryBroker();
  const ackTimeoutMs = 500;
  const maxAttempts = chance.pick([3, 50]);
  const heart = await new Heart<{ jobs: Job }>({ driver: store, clock, entropy, defaults: { maxDepth: 60 } }).start();
  const accepted = new Map<number, Job>();
  const handled = new Map<number, number>();
  const done = new Set<number>();
  /** Until when a message is leased, by its number. */
  const leased = new Map<number, number>();
  const lastOfKey = new Map<string, number>();
  const state = { stopped: false };

  const handle = (job: Job): void => {
    handled.set(job.n, (handled.get(job.n) ?? 0) + 1);
  };

  const consume = async (id: number): Promise<void> => {
    while (!state.stopped) {
      const driver = new Mortal(store);
      const consumer = await new Heart<{ jobs: Job }>({ name: `consumer-${id}`, driver, clock, entropy }).start();
      const vein = await consumer.vein('jobs', {
        ackTimeoutMs,
        maxAttempts,
        prefetch: chance.integer(1, 8),
        backoff: constant(chance.integer(1, 300)),
      });
      const work = async (): Promise<void> => {
        for (let count = chance.integer(1, 30); count > 0 && !state.stopped; count -= 1) {
          const [message] = await vein.pull({ waitMs: 100 });
          if (message === undefined) continue;
          const { n, key, dueAt } = message.data;
          expect(clock.now()).toBeGreaterThanOrEqual(dueAt);
          expect(message.attempt).toBeLessThanOrEqual(maxAttempts);
          // No two hold a message at the same time.
          expect(clock.now()).toBeGreaterThanOrEqual(leased.get(n) ?? 0);
          expect(done.has(n)).toBe(false);
          leased.set(n, message.leasedUntil);
          if (key !== undefined) {
            expect(n).toBeGreaterThanOrEqual(lastOfKey.get(key) ?? -1);
            lastOfKey.set(key, n);
          }
          await sleep(chance.pick([0, 1, 10, 100, ackTimeoutMs - 1, ackTimeoutMs, ackTimeoutMs * 2]));
          const dies = chance.boolean(0.05);
          if (dies) return;
          try {
            if (chance.boolean(0.2)) await message.nack();
            else {
              await message.ack();
              done.add(n);
            }
            // Settled in time: nobody else can have had it.
            expect(clock.now()).toBeLessThan(message.leasedUntil);
            leased.set(n, 0);
            handle(message.data);
          } catch (error) {
            expect(error).toBeInstanceOf(LeaseLostError);
            expect(clock.now()).toBeGreaterThanOrEqual(message.leasedUntil);
          }
        }
      };
      await Promise.all(Array.from({ length: chance.integer(1, 3) }, work));
      // Now and then it dies without giving anything back.
      if (chance.boolean(0.5)) driver.kill();
      await consumer.stop();
      await sleep(chance.integer(0, 50));
    }
  };

  const consumers = Array.from({ length: chance.integer(1, 4) }, (_, id) => consume(id));
  for (let n = 0; n < 50; n += 1) {
    const key = chance.boolean(0.5) ? chance.pick(['a', 'b', 'c']) : undefined;
    const delayMs = key === undefined && chance.boolean(0.2) ? chance.integer(0, 2000) : 0;
    const job = { n, key, dueAt: clock.now() + delayMs };
    try {
      const options = { priority: chance.integer(0, 9), delayMs, ...(key !== undefined && { key }) };
      await heart.publish('jobs', job, options);
      accepted.set(n, job);
    } catch (error) {
      expect(error).toBeInstanceOf(QueueFullError);
      await sleep(chance.integer(1, 200));
    }
    if (chance.boolean(0.3)) await sleep(chance.integer(0, 100));
  }
  for (let waited = 0; (await heart.inspect('jobs')).depth > 0; waited += 1000) {
    expect(waited).toBeLessThan(600_000);
    await sleep(1000);
  }
  state.stopped = true;
  await Promise.all(consumers);
  const letters = await heart.deadLetters('jobs', { limit: Infinity });
  const dead = letters.map(({ envelope }) => (envelope as Envelope<Job>).data.n);
  for (const n of dead) expect(done.has(n)).toBe(false);
  for (const { attempts } of letters) expect(attempts).toBe(maxAttempts);
  // No count has leaked.
  expect(await heart.inspect('jobs')).toEqual({
    topic: 'jobs',
    depth: 0,
    groups: [{ group: 'default', lag: 0, delayed: 0, inFlight: 0, dead: dead.length, oldestAgeMs: 0 }],
  });
  // Nothing lost, nothing made up, nothing done twice.
  expect([...done, ...dead].toSorted((a, b) => a - b)).toEqual([...accepted.keys()]);
  await heart.stop();
  log('outcome', { accepted: accepted.size, done: done.size, dead: dead.length, handled: handled.size });
  return accepted.size;
};

it('loses nothing, keeps the order of keys and never leases twice, whatever its consumers do', async () => {
  const { count } = await forAllSeeds(500, ordeal, { prefix: 'heart' });
  expect(count).toBe(500);
}, 120_000);

it('replays exactly', async () => {
  const { count } = await forAllSeeds(20, ordeal, { prefix: 'replay', checkReplay: true });
  expect(count).toBe(20);
});
