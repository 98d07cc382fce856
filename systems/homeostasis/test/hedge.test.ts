import { CancelledError, sleep } from '@organism/cell';
import {
  type Decision,
  Hedge,
  type HedgeOptions,
  regulate,
  RetryBudget,
  type Scope,
  Timeout,
} from '@organism/homeostasis';
import { VirtualClock } from '@organism/testing';
import { expect, test } from 'vitest';

const given = (options: Partial<HedgeOptions> = {}) => {
  const clock = new VirtualClock();
  const hedge = new Hedge({ delayMs: 100, clock, ...options });
  const decisions: Decision[] = [];
  hedge.observe((decision) => decisions.push(decision));
  const log: string[] = [];
  /** Takes so long at each attempt; Infinity fails at once, negative fails after that time. */
  const taking =
    (...ms: number[]) =>
    async ({ attempt, signal }: Scope): Promise<number> => {
      log.push(`${attempt}@${clock.monotonic()}`);
      signal.addEventListener('abort', () => log.push(`${attempt} aborted`));
      const [takes = 0] = ms.slice(attempt - 1);
      await sleep(clock, Math.abs(takes), { signal });
      if (takes < 0) throw new Error(`attempt ${attempt} failed`);
      return attempt;
    };
  return { clock, hedge, decisions, log, taking, types: () => decisions.map(({ type }) => type) };
};

test('a fast answer needs no second attempt', async () => {
  const { clock, hedge, log, taking, types } = given();
  expect(await clock.runUntil(hedge.execute(taking(99)))).toBe(1);
  expect([log, types(), clock.pending]).toEqual([['1@0'], [], 0]);
});

test('the first success wins, and the loser’s signal aborts', async () => {
  const { clock, hedge, log, taking, types } = given();
  expect(await clock.runUntil(hedge.execute(taking(1000, 50)))).toBe(2);
  expect([clock.monotonic(), clock.pending]).toEqual([150, 0]);
  expect([log, types()]).toEqual([
    ['1@0', '2@100', '1 aborted'],
    ['hedge', 'win'],
  ]);
});

test('the first attempt may still win', async () => {
  const { clock, hedge, log, taking, types } = given();
  expect(await clock.runUntil(hedge.execute(taking(120, 50)))).toBe(1);
  expect([log, types(), clock.pending]).toEqual([['1@0', '2@100', '2 aborted'], ['hedge'], 0]);
});

test('starts as many as said', async () => {
  const { clock, hedge, log, taking } = given({ maxHedges: 3 });
  expect(await clock.runUntil(hedge.execute(taking(1000, 1000, 1000, 1000)))).toBe(1);
  expect(log.slice(0, 4)).toEqual(['1@0', '2@100', '3@200', '4@300']);
});

test('a failure waits for the attempts that run; when all have failed, so does the call', async () => {
  const { clock, hedge, taking } = given();
  expect(await clock.runUntil(hedge.execute(taking(-150, 100)))).toBe(2);
  await expect(clock.runUntil(hedge.execute(taking(-150, -100)))).rejects.toThrow('attempt 2 failed');
  await expect(clock.runUntil(hedge.execute(taking(-50)))).rejects.toThrow('attempt 1 failed');
  expect(clock.pending).toBe(0);
});

test('a cancelled call starts no further attempt', async () => {
  const { clock, hedge, log, taking } = given();
  const controller = new AbortController();
  const result = hedge.execute(taking(1000), { signal: controller.signal });
  const failure = expect(result).rejects.toThrow(CancelledError);
  await clock.advance(50);
  controller.abort();
  await failure;
  expect([log, clock.pending]).toEqual([['1@0', '1 aborted'], 0]);
  await expect(hedge.execute(taking(1), { signal: controller.signal })).rejects.toThrow(CancelledError);
});

test('an outer timeout ends all attempts, whether they heed their signal or not', async () => {
  const { clock, hedge, log, taking } = given({ maxHedges: 5 });
  const policy = regulate(new Timeout({ ms: 150, clock }), hedge);
  await expect(clock.runUntil(policy.execute(taking(1000, 1000)))).rejects.toThrow('within 150 ms');
  await clock.settle();
  expect([log, clock.pending]).toEqual([['1@0', '2@100', '1 aborted', '2 aborted'], 0]);
  await expect(clock.runUntil(policy.execute(() => new Promise(() => {})))).rejects.toThrow('within 150 ms');
  expect(clock.pending).toBe(0);
});

test('waits as long as most successes took, once there are some', async () => {
  const { clock, hedge, log, taking } = given({ percentile: 0.5 });
  for (let call = 1; call <= 16; call += 1) await clock.runUntil(hedge.execute(taking(call * 2)));
  log.length = 0;
  const from = clock.monotonic();
  await clock.runUntil(hedge.execute(taking(1000, 1)));
  expect(log[1]).toBe(`2@${from + 18}`);
});

test('never hedges at once, however fast the clock says calls are', async () => {
  const { clock, hedge, types } = given({ percentile: 0.5 });
  for (let call = 0; call < 20; call += 1) await hedge.execute(() => call);
  await clock.runUntil(hedge.execute(() => sleep(clock, 0.5)));
  expect([types(), clock.pending]).toEqual([[], 0]);
});

test('holds back when the budget is spent', async () => {
  const clock = new VirtualClock();
  const budget = new RetryBudget({ ratio: 0, minimumPerSecond: 0, clock });
  const { types, ...own } = given({ clock, budget });
  const result = own.hedge.execute(() => sleep(clock, 1000));
  await clock.runUntil(result);
  expect(types()).toEqual(['withhold']);
});

test('refuses bad options by name', () => {
  expect(() => new Hedge({ delayMs: 0 })).toThrow('delayMs must be');
  expect(() => new Hedge({ delayMs: 1, percentile: 95 })).toThrow('percentile must be');
  expect(() => new Hedge({ delayMs: 1, maxHedges: 0 })).toThrow('maxHedges must be');
});
