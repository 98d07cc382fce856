import type { Timer } from '@organism/cell';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { forAllSeeds, type Scenario, SeededEntropy, simulate, VirtualClock } from '@organism/testing';

const orderOf = async (seed: string, names: readonly string[]): Promise<string> => {
  const seen: string[] = [];
  const clock = new VirtualClock({ shuffle: new SeededEntropy(seed) });
  for (const name of names) clock.setTimeout(() => seen.push(name), 10);
  await clock.advance(10);
  return seen.join('');
};

describe('timers due at the same instant', () => {
  test('fire in the order in which they were set, unless told otherwise', async () => {
    const { value } = await simulate('s', async ({ clock, sleep }) => {
      const seen: string[] = [];
      for (const name of 'abcdefgh') clock.setTimeout(() => seen.push(name), 10);
      await sleep(10);
      return seen.join('');
    });
    expect(value).toBe('abcdefgh');
  });

  test('fire in every order over the seeds, each about as often', async () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 1200; seed++) {
      const order = await orderOf(`s${seed}`, ['a', 'b', 'c']);
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect([...counts.keys()].toSorted()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
    // 200 expected of each; five standard deviations are 65. The seeds are fixed, so this never wavers.
    for (const count of counts.values()) expect(Math.abs(count - 200)).toBeLessThan(65);
  });

  test('fire in the same order for the same seed', async () => {
    const names = [...'abcdefghijklmnop'];
    expect(await orderOf('x', names)).toBe(await orderOf('x', names));
    expect(await orderOf('x', names)).not.toBe(await orderOf('y', names));
  });

  test('an interval takes a new place each time', async () => {
    const clock = new VirtualClock({ shuffle: new SeededEntropy('s') });
    const firsts = new Set<string>();
    let round: string[] = [];
    for (const name of ['a', 'b']) clock.setInterval(() => round.push(name), 10);
    for (let index = 0; index < 50; index++) {
      round = [];
      await clock.advance(10);
      firsts.add(round.join(''));
    }
    expect(firsts).toEqual(new Set(['ab', 'ba']));
  });
});

test('any mix of timers fires completely, once, in the order of time, whatever the seed', async () => {
  const timer = fc.record({ delay: fc.nat(4), cancelled: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.string(), fc.array(timer, { maxLength: 40 }), async (seed, plan) => {
      const clock = new VirtualClock({ shuffle: new SeededEntropy(seed) });
      const fired: { readonly id: number; readonly at: number }[] = [];
      const timers: Timer[] = plan.map(({ delay }, id) =>
        clock.setTimeout(() => fired.push({ id, at: clock.monotonic() }), delay),
      );
      plan.forEach(({ cancelled }, id) => {
        if (cancelled) timers[id]?.[Symbol.dispose]();
      });
      await clock.runAll();
      const wanted = plan.flatMap(({ delay, cancelled }, id) => (cancelled ? [] : [{ id, at: delay }]));
      expect(fired.toSorted((a, b) => a.id - b.id)).toEqual(wanted);
      expect(fired.map(({ at }) => at)).toEqual(fired.map(({ at }) => at).toSorted((a, b) => a - b));
    }),
    { numRuns: 200 },
  );
});

describe('a shuffled simulation', () => {
  const scenario: Scenario<string> = async ({ log, sleep }) => {
    const seen: string[] = [];
    const worker = async (name: string): Promise<void> => {
      for (let round = 0; round < 5; round++) {
        await sleep(10);
        seen.push(name);
        log(name, round);
      }
    };
    await Promise.all(['a', 'b', 'c'].map((name) => worker(name)));
    return seen.join('');
  };

  test('goes the same way for the same seed, and another for another', async () => {
    const [one, two, other] = [
      await simulate('a', scenario, { shuffle: true }),
      await simulate('a', scenario, { shuffle: true }),
      await simulate('b', scenario, { shuffle: true }),
    ];
    expect([two.value, two.digest]).toEqual([one.value, one.digest]);
    expect(other.value).not.toBe(one.value);
    expect(other.digest).not.toBe(one.digest);
    expect((await simulate('a', scenario)).value).toBe('abcabcabcabcabc');
    await forAllSeeds(50, scenario, { shuffle: true, checkReplay: true });
  });

  test('leaves the order of promise jobs to the engine', async () => {
    const { value } = await simulate(
      's',
      async () => {
        const seen: number[] = [];
        await Promise.all([1, 2, 3, 4, 5].map(async (id) => await Promise.resolve().then(() => seen.push(id))));
        return seen;
      },
      { shuffle: true },
    );
    expect(value).toEqual([1, 2, 3, 4, 5]);
  });

  test('finds a bug that hides in the usual order, and its line replays it', async () => {
    const fragile: Scenario<void> = async ({ sleep }) => {
      const state = { opened: false };
      const open = async (): Promise<void> => {
        await sleep(10);
        state.opened = true;
      };
      const use = async (): Promise<void> => {
        await sleep(10);
        if (!state.opened) throw new Error('used before it was opened');
      };
      await Promise.all([open(), use()]);
    };
    await forAllSeeds(100, fragile);
    await expect(forAllSeeds(100, fragile, { shuffle: true })).rejects.toThrow(
      /used before it was opened\nReplay: simulate\('seed-\d+', scenario, \{ shuffle: true \}\)/,
    );
  });
});
