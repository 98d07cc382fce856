import { CancelledError, sleep } from '@organism/cell';
import { Coalesce, type Decision } from '@organism/homeostasis';
import { VirtualClock } from '@organism/testing';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

const given = () => {
  const clock = new VirtualClock();
  const coalesce = new Coalesce({ clock });
  const decisions: Decision[] = [];
  coalesce.observe((decision) => decisions.push(decision));
  let runs = 0;
  const state = { aborted: 0 };
  const read = (key: string | undefined, signal?: AbortSignal): Promise<number> =>
    coalesce.execute(
      async (scope) => {
        runs += 1;
        const run = runs;
        scope.signal.addEventListener('abort', () => (state.aborted += 1));
        await sleep(clock, 100, { signal: scope.signal });
        return run;
      },
      { key, signal },
    );
  return { clock, coalesce, decisions, state, read };
};

test('calls of one key share one run; others do not', async () => {
  const { clock, coalesce, decisions, read } = given();
  const calls = [read('a'), read('a'), read('b'), read('a'), read(undefined), read(undefined)];
  expect(coalesce.running).toBe(2);
  expect(await clock.runUntil(Promise.all(calls))).toEqual([1, 1, 2, 1, 3, 4]);
  expect([coalesce.running, await clock.runUntil(read('a')), clock.pending]).toEqual([0, 5, 0]);
  expect(decisions).toMatchObject([
    { policy: 'coalesce', type: 'join', key: 'a', callers: 2 },
    { type: 'join', key: 'a', callers: 3 },
  ]);
});

test('an error is shared too, and forgotten', async () => {
  const { coalesce } = given();
  const fail = (): Promise<never> => coalesce.execute(() => Promise.reject(new Error('boom')), { key: 'a' });
  const outcomes = await Promise.allSettled([fail(), fail()]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await coalesce.execute(() => 'fine', { key: 'a' })).toBe('fine');
});

test('who is cancelled leaves without disturbing the others', async () => {
  const { clock, state, read } = given();
  const controller = new AbortController();
  const [first, second] = [read('a', controller.signal), read('a')];
  const failure = expect(first).rejects.toThrow(CancelledError);
  await clock.advance(10);
  controller.abort();
  await failure;
  expect([await clock.runUntil(second), state.aborted]).toEqual([1, 0]);
});

test('the last to leave aborts the work, and a newcomer starts afresh', async () => {
  const { clock, coalesce, decisions, state, read } = given();
  const controllers = [new AbortController(), new AbortController()];
  const calls = controllers.map(({ signal }) => read('a', signal));
  const failures = Promise.allSettled(calls);
  await clock.advance(10);
  controllers[0]?.abort();
  expect(state.aborted).toBe(0);
  controllers[1]?.abort();
  expect([state.aborted, coalesce.running]).toEqual([1, 0]);
  const fresh = read('a');
  await failures;
  expect([await clock.runUntil(fresh), clock.pending]).toEqual([2, 0]);
  expect(decisions.at(-1)).toMatchObject({ type: 'abort', key: 'a', callers: 0 });
});

test('work that asks for its own key joins itself', async () => {
  const { coalesce } = given();
  const inner: Promise<string>[] = [];
  const work = (): string => {
    inner.push(coalesce.execute(() => 'never runs', { key: 'a' }));
    return 'once';
  };
  expect([await coalesce.execute(work, { key: 'a' }), await inner[0]]).toEqual(['once', 'once']);
});

test('never runs one key twice at a time, and each caller gets the run it joined', async () => {
  const step = fc.record({ wait: fc.integer({ min: 0, max: 60 }), key: fc.constantFrom('x', 'y') });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async (steps) => {
      const clock = new VirtualClock();
      const coalesce = new Coalesce({ clock });
      const running = new Set<string>();
      const calls: Promise<unknown>[] = [];
      for (const { wait, key } of steps) {
        await clock.advance(wait);
        const asked = clock.monotonic();
        const work = async (): Promise<number> => {
          expect(running.has(key)).toBe(false);
          running.add(key);
          const began = clock.monotonic();
          await sleep(clock, 100);
          running.delete(key);
          return began;
        };
        calls.push(
          coalesce.execute(work, { key }).then((began) => {
            expect(began).toBeLessThanOrEqual(asked);
            expect(asked - began).toBeLessThanOrEqual(100);
            return began;
          }),
        );
      }
      await clock.runUntil(Promise.all(calls));
      expect(coalesce.running).toBe(0);
    }),
    { numRuns: 60 },
  );
});
