import { describe, expect, test } from 'vitest';
import { type Actor, forAllSeeds, formatTrace, type Scenario, simulate, SimulationError } from '@organism/testing';

const twoSteps =
  (name: string, seen: string[]): Actor<void> =>
  async (step) => {
    seen.push(`${name}1`);
    await step();
    seen.push(`${name}2`);
  };

const interleave: Scenario<string> = async ({ spawn }) => {
  const seen: string[] = [];
  await Promise.all(['a', 'b'].map((name) => spawn(name, twoSteps(name, seen))));
  return seen.join(' ');
};

describe('actors', () => {
  test('are interleaved in every way over the seeds, each step whole', async () => {
    const orders = new Set<string>();
    await forAllSeeds(200, async (world) => orders.add(await interleave(world)));
    expect([...orders].toSorted()).toEqual([
      'a1 a2 b1 b2',
      'a1 b1 a2 b2',
      'a1 b1 b2 a2',
      'b1 a1 a2 b2',
      'b1 a1 b2 a2',
      'b1 b2 a1 a2',
    ]);
  });

  test('go the same way for the same seed, shuffled or not', async () => {
    for (const shuffle of [false, true]) {
      const run = async (seed: string) => await simulate(seed, interleave, { shuffle });
      expect((await run('a')).digest).toBe((await run('a')).digest);
      const orders = new Set(await Promise.all(['a', 'b', 'c', 'd'].map(async (seed) => (await run(seed)).digest)));
      expect(orders.size).toBeGreaterThan(1);
    }
  });

  test('give what they return, and tell their steps in the trace', async () => {
    const { trace, value } = await simulate('s', async ({ spawn }) => {
      return await spawn('ann', async (step) => {
        await step('reads');
        await step();
        return 7;
      });
    });
    expect(value).toBe(7);
    expect(formatTrace(trace)).toBe('+0 ms  ann: begins\n+0 ms  ann: reads\n+0 ms  ann: step\n+0 ms  ann: ends\n');
  });

  test('may sleep, start others, and be left to run: the simulation waits for them', async () => {
    const ended: string[] = [];
    const { elapsedMs } = await simulate('s', ({ spawn, sleep }) => {
      void spawn('outer', async (step) => {
        await sleep(50);
        void spawn('inner', async () => {
          await sleep(50);
          ended.push('inner');
        });
        await step();
        ended.push('outer');
      });
    });
    expect([elapsedMs, ended]).toEqual([100, ['outer', 'inner']]);
  });

  test('that fail fail the simulation, also when nobody waits for them', async () => {
    const error: unknown = await simulate('s', async ({ spawn, sleep }) => {
      void spawn('bad', async (step) => {
        await step();
        throw new Error('of its own');
      });
      await sleep(1000);
    }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SimulationError);
    expect(error).toMatchObject({ message: expect.stringContaining('failed 0 ms into virtual time: of its own') });
    expect(error).toMatchObject({ message: expect.stringContaining('bad: failed "Error: of its own"') });
  });

  test('find a lost update that only some orders show', async () => {
    const scenario: Scenario<void> = async ({ spawn }) => {
      let balance = 0;
      const deposit: Actor<void> = async (step) => {
        const read = balance;
        await step('has read');
        balance = read + 1;
      };
      await Promise.all([spawn('ann', deposit), spawn('bob', deposit)]);
      expect(balance).toBe(2);
    };
    await expect(forAllSeeds(50, scenario)).rejects.toThrow('has read');
  });
});
