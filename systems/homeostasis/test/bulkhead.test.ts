import { CancelledError, sleep } from '@organism/cell';
import { Bulkhead, BulkheadFullError, type Decision, regulate, Timeout } from '@organism/homeostasis';
import { VirtualClock } from '@organism/testing';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

const work = (clock: VirtualClock, ms: number, log: string[], name: string) => async (): Promise<string> => {
  log.push(`${name} starts`);
  await sleep(clock, ms);
  log.push(`${name} ends`);
  return name;
};

test('runs so many at once, lets so many wait in order, turns the others away', async () => {
  const clock = new VirtualClock();
  const bulkhead = new Bulkhead({ concurrency: 1, queue: 2, clock });
  const decisions: Decision[] = [];
  bulkhead.observe((decision) => decisions.push(decision));
  const log: string[] = [];
  const calls = ['a', 'b', 'c'].map((name) => bulkhead.execute(work(clock, 10, log, name)));
  expect([bulkhead.running, bulkhead.waiting]).toEqual([1, 2]);
  await expect(bulkhead.execute(work(clock, 10, log, 'd'))).rejects.toMatchObject({
    code: 'HOMEOSTASIS_BULKHEAD_FULL',
    status: 503,
    retryable: true,
  });
  expect(await clock.runUntil(Promise.all(calls))).toEqual(['a', 'b', 'c']);
  expect(log).toEqual(['a starts', 'a ends', 'b starts', 'b ends', 'c starts', 'c ends']);
  expect(decisions.map(({ type }) => type)).toEqual(['queue', 'queue', 'reject', 'dequeue', 'dequeue']);
  expect([bulkhead.running, bulkhead.waiting, clock.pending]).toEqual([0, 0, 0]);
});

test('a failure frees its place', async () => {
  const bulkhead = new Bulkhead({ concurrency: 1 });
  for (let call = 0; call < 3; call += 1) {
    await expect(
      bulkhead.execute(() => {
        throw new Error('boom');
      }),
    ).rejects.toThrow('boom');
  }
  expect([bulkhead.running, await bulkhead.execute(() => 1)]).toEqual([0, 1]);
});

test('who is cancelled leaves the queue at once, from any place', async () => {
  const clock = new VirtualClock();
  const bulkhead = new Bulkhead({ concurrency: 1, queue: 3, clock });
  const log: string[] = [];
  const controllers = [1, 2, 3].map(() => new AbortController());
  const first = bulkhead.execute(work(clock, 10, log, 'first'));
  const waiting = controllers.map(({ signal }, index) =>
    bulkhead.execute(work(clock, 10, log, `waiter ${index}`), { signal }),
  );
  controllers[1]?.abort();
  await expect(waiting[1]).rejects.toThrow(CancelledError);
  expect([bulkhead.waiting, clock.monotonic()]).toEqual([2, 0]);
  await clock.runUntil(Promise.all([first, waiting[0], waiting[2]]));
  expect(log.filter((line) => line.endsWith('starts'))).toEqual(['first starts', 'waiter 0 starts', 'waiter 2 starts']);
});

test('an outer timeout takes the caller out of the queue; the place stays taken until the work ends', async () => {
  const clock = new VirtualClock();
  const bulkhead = new Bulkhead({ concurrency: 1, queue: 1, clock });
  const policy = regulate(new Timeout({ ms: 100, clock }), bulkhead);
  const log: string[] = [];
  const calls = [1, 2].map((name) =>
    policy.execute(work(clock, 500, log, String(name))).catch((error: unknown) => error),
  );
  await clock.advance(100);
  expect(await Promise.all(calls)).toMatchObject([{ code: 'HOMEOSTASIS_TIMEOUT' }, { code: 'HOMEOSTASIS_TIMEOUT' }]);
  expect([bulkhead.running, bulkhead.waiting]).toEqual([1, 0]);
  await clock.advance(400);
  expect([bulkhead.running, log]).toEqual([0, ['1 starts', '1 ends']]);
});

test('refuses bad options by name', () => {
  expect(() => new Bulkhead({ concurrency: 0 })).toThrow('concurrency must be a whole number >= 1');
  expect(() => new Bulkhead({ queue: -1 })).toThrow('queue must be a whole number >= 0');
});

test('never runs more than its concurrency, nor queues more than its limit, and leaves nobody waiting', async () => {
  const step = fc.record({
    wait: fc.integer({ min: 0, max: 20 }),
    takes: fc.integer({ min: 0, max: 50 }),
    cancelAfter: fc.option(fc.integer({ min: 0, max: 40 })),
    fails: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: 4 }),
      fc.array(step, { maxLength: 40, size: 'max' }),
      async (concurrency, queue, steps) => {
        const clock = new VirtualClock();
        const bulkhead = new Bulkhead({ concurrency, queue, clock });
        let running = 0;
        const started: number[] = [];
        const ends: Promise<unknown>[] = [];
        for (const [index, { wait, takes, cancelAfter, fails }] of steps.entries()) {
          await clock.advance(wait);
          const full = bulkhead.running === concurrency && bulkhead.waiting === queue;
          const controller = new AbortController();
          if (cancelAfter !== null) clock.setTimeout(() => controller.abort(), cancelAfter);
          const result = bulkhead.execute(
            async () => {
              started.push(index);
              running += 1;
              expect(running).toBeLessThanOrEqual(concurrency);
              if (takes > 0) await sleep(clock, takes);
              running -= 1;
              if (fails) throw new Error('boom');
            },
            { signal: controller.signal },
          );
          expect(bulkhead.waiting).toBeLessThanOrEqual(queue);
          const outcome = result.then(
            () => 'done',
            (error: unknown) => error,
          );
          ends.push(outcome);
          if (full) expect(await outcome).toBeInstanceOf(BulkheadFullError);
        }
        await clock.runUntil(Promise.all(ends));
        await clock.runAll();
        expect([running, bulkhead.running, bulkhead.waiting]).toEqual([0, 0, 0]);
        expect(started).toEqual(started.toSorted((a, b) => a - b));
      },
    ),
    { numRuns: 100 },
  );
});
