import { describe, expect, test } from 'vitest';
import { type ArrivalOptions, forAllSeeds, simulate } from '@organism/testing';

describe('a burst', () => {
  test('makes all calls at one instant, and gives every outcome in order', async () => {
    const { value, elapsedMs, trace } = await simulate('s', async ({ burst, clock, sleep }) => {
      const seen: number[] = [];
      const outcomes = await burst(4, async (index) => {
        seen.push(clock.monotonic());
        if (index === 2) throw new Error('full');
        await sleep(10 - index);
        return index;
      });
      expect(seen).toEqual([0, 0, 0, 0]);
      return outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : 'failed'));
    });
    expect([value, elapsedMs]).toEqual([[0, 1, 'failed', 3], 10]);
    expect(trace).toEqual([{ at: 0, event: 'burst of 4' }]);
  });

  test('takes calls that throw at once', async () => {
    const { value } = await simulate('s', async ({ burst }) => {
      return await burst(1, () => {
        throw new RangeError('now');
      });
    });
    expect(value).toMatchObject([{ status: 'rejected', reason: expect.any(RangeError) }]);
  });
});

describe('arrivals', () => {
  test('come at the rate asked for, on average, and no slower when calls are slow', async () => {
    let count = 0;
    const report = await forAllSeeds(50, async ({ arrivals, sleep }) => {
      const outcomes = await arrivals({ ratePerSecond: 40, forMs: 1000 }, () => sleep(500));
      count += outcomes.length;
    });
    // 2000 expected; five standard deviations are 224.
    expect(Math.abs(count - 2000)).toBeLessThan(224);
    expect(report.elapsedMs).toBeLessThanOrEqual(50 * 1500);
    expect(report.elapsedMs).toBeGreaterThanOrEqual(50 * 1000);
  });

  test('come at random times that belong to the seed', async () => {
    const times = async (seed: string): Promise<number[]> =>
      (
        await simulate(seed, async ({ arrivals, clock }) => {
          const at: number[] = [];
          await arrivals({ ratePerSecond: 100, forMs: 500, name: 'order' }, () => void at.push(clock.monotonic()));
          expect(clock.monotonic()).toBe(500);
          return at;
        })
      ).value;
    const one = await times('a');
    expect(await times('a')).toEqual(one);
    expect(await times('b')).not.toEqual(one);
    expect(one).toEqual(one.toSorted((a, b) => a - b));
    expect(new Set(one).size).toBeGreaterThan(20);
    // A seed in a bug report must mean the same next year: these values may never change.
    expect(one.slice(0, 8)).toEqual([7, 9, 15, 15, 24, 27, 32, 34]);
  });

  test('are in the trace by name, and their failures stay with their outcome', async () => {
    const { trace, value } = await simulate('s', async ({ arrivals }) => {
      return await arrivals({ ratePerSecond: 1000, forMs: 20, name: 'order' }, async () => {
        throw new Error('full');
      });
    });
    expect(trace.map(({ event }) => event)).toEqual(value.map((_, index) => `order ${index}`));
    expect(value.every(({ status }) => status === 'rejected')).toBe(true);
    expect(value.length).toBeGreaterThan(5);
  });

  test.each<[string, ArrivalOptions]>([
    ['ratePerSecond', { ratePerSecond: 0, forMs: 1 }],
    ['ratePerSecond', { ratePerSecond: Number.POSITIVE_INFINITY, forMs: 1 }],
    ['forMs', { ratePerSecond: 1, forMs: -1 }],
    ['forMs', { ratePerSecond: 1, forMs: Number.NaN }],
  ])('refuse a bad %s', async (field, options) => {
    await simulate('s', async ({ arrivals }) => {
      await expect(arrivals(options, () => {})).rejects.toMatchObject({ details: { field } });
    });
  });
});

test.each([-1, 1.5, Number.NaN])('%s is no size of a burst', async (count) => {
  await simulate('s', async ({ burst }) => {
    await expect(burst(count, () => {})).rejects.toMatchObject({ details: { field: 'count' } });
  });
});
