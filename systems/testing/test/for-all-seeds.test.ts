import { Cell, OptionError, Organism } from '@organism/cell';
import { describe, expect, test } from 'vitest';
import {
  forAllSeeds,
  NotDeterministicError,
  type Scenario,
  type SeedOptions,
  simulate,
  SimulationError,
} from '@organism/testing';

const failureOf = async (count: number, scenario: Scenario<unknown>, options?: SeedOptions): Promise<unknown> =>
  await forAllSeeds(count, scenario, options).then(
    () => expect.unreachable('it should have failed'),
    (thrown: unknown) => thrown,
  );

describe('many seeds', () => {
  test('are all run, each a different one', async () => {
    const seeds: string[] = [];
    const report = await forAllSeeds(3, async ({ seed, sleep }) => {
      seeds.push(seed);
      await sleep(10);
    });
    expect(seeds).toEqual(['seed-1', 'seed-2', 'seed-3']);
    expect(report).toEqual({ count: 3, elapsedMs: 30, timersFired: 3, faults: {} });
  });

  test('find a bug that only one order of events shows, and the line they print replays it', async () => {
    // Two withdrawals that read before either writes: the bug shows only when their waits overlap.
    const scenario: Scenario<void> = async ({ chance, sleep }) => {
      let balance = 100;
      const withdraw = async (amount: number): Promise<void> => {
        const read = balance;
        await sleep(chance.integer(0, 3));
        balance = read - amount;
      };
      const first = withdraw(10);
      await sleep(chance.integer(0, 50));
      await Promise.all([first, withdraw(20)]);
      expect(balance).toBe(70);
    };
    const error = await failureOf(1000, scenario);
    if (!(error instanceof SimulationError)) throw error;
    const [, seed] = /Replay: simulate\('(.*)', scenario\)/.exec(error.message) ?? [];
    expect(seed).toBe(error.seed);
    expect(error.message).toMatch(/It was seed \d+ of 1000\.$/m);
    await expect(simulate(seed ?? '', scenario)).rejects.toMatchObject({ digest: error.digest });
  });

  test('take a prefix, to look elsewhere on another day', async () => {
    const seen: string[] = [];
    await forAllSeeds(1, ({ seed }) => void seen.push(seed), { prefix: '2026-11-21' });
    expect(seen).toEqual(['2026-11-21-1']);
  });

  test('name the lines of leaked timers, which the first run does not keep', async () => {
    const error = await failureOf(1, ({ clock }) => void clock.setTimeout(() => {}, 5));
    expect(error).toMatchObject({ message: expect.stringContaining('for-all-seeds.test.ts') });
  });

  test.each([0, -1, 1.5, Number.NaN])('%s is no number of seeds', async (count) => {
    expect(await failureOf(count, () => {})).toBeInstanceOf(OptionError);
  });
});

describe('a scenario that is not deterministic', () => {
  test('is told when a failing seed goes another way the second time', async () => {
    let runs = 0;
    const error = await failureOf(1, ({ log }) => {
      log('run', ++runs);
      throw new Error('boom');
    });
    expect(error).toMatchObject({
      message: expect.stringContaining('Its replay went differently: their traces differ from entry 1 on.'),
    });
  });

  test('is told when only the first run fails', async () => {
    let runs = 0;
    const error = await failureOf(1, () => {
      if (++runs === 1) throw new Error('flaky');
    });
    expect(error).toMatchObject({ message: expect.stringContaining('flaky') });
    expect(error).toMatchObject({ message: expect.stringContaining('only the first failed') });
  });

  test('is an error when replays are checked, even where nothing fails', async () => {
    let runs = 0;
    const hidden = await failureOf(1, async ({ sleep }) => await sleep(++runs), { checkReplay: true });
    expect(hidden).toBeInstanceOf(NotDeterministicError);
    expect(hidden).toMatchObject({ message: expect.stringContaining('they set other timers or drew other') });
    const logged = await failureOf(1, ({ log }) => void (++runs % 2 === 0 && log('odd')), { checkReplay: true });
    expect(logged).toMatchObject({ message: expect.stringContaining('their traces differ from entry 1 on') });
  });
});

test('bodies of many cells are the same in every replay', async () => {
  const scenario: Scenario<void> = async ({ chance, sleep, start }) => {
    const cells = Array.from({ length: chance.integer(1, 8) }, (_, index) => {
      const needs = Array.from({ length: index }, (__, other) => `c${other}`).filter(() => chance.boolean(0.3));
      const [startMs, stopMs] = [chance.integer(0, 50), chance.integer(0, 50)];
      return new Cell({ name: `c${index}`, needs, start: () => sleep(startMs), stop: () => sleep(stopMs) });
    });
    await start(new Organism({ name: 'body', cells }));
    await sleep(chance.integer(0, 1000));
  };
  await forAllSeeds(200, scenario, { checkReplay: true });
});
