import { OptionError } from '@organism/cell';
import * as fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  DeadlockError,
  type FaultPlan,
  type Faults,
  forAllSeeds,
  formatTrace,
  InjectedFault,
  type PortPlan,
  type Scenario,
  simulate,
  SimulationError,
} from '@organism/testing';
import { runStorm, stormDigest } from './fixtures/storm.ts';

/** Calls a wrapped counter `calls` times, one after another, and tells what came of it. */
const outcomes =
  (calls: number, plan: FaultPlan): Scenario<{ readonly effects: number; readonly results: string }> =>
  async ({ faults }) => {
    let effects = 0;
    const count = faults.wrap(async () => ++effects, { name: 'count', ...plan });
    let results = '';
    for (let index = 0; index < calls; index++)
      results += await count().then(
        () => '.',
        (error: unknown) => (error instanceof InjectedFault ? error.kind.charAt(0) : '?'),
      );
    return { effects, results };
  };

const storm: FaultPlan = {
  delayMs: [0, 50],
  replyDelayMs: [0, 20],
  reorder: true,
  failRate: 0.2,
  lostReplyRate: 0.1,
  duplicateRate: 0.1,
};

describe('a wrapped function', () => {
  test('without faults does what it did, at once', async () => {
    const { value, elapsedMs, faults } = await simulate('s', async ({ faults: ours }) => {
      const add = ours.wrap((a: number, b: number) => a + b);
      expectTypeOf(add).toEqualTypeOf<(a: number, b: number) => Promise<number>>();
      const order: string[] = [];
      const call = ours.wrap(() => order.push('called'))();
      order.push('after');
      await call;
      return [await add(1, 2), ...order];
    });
    expect([value, elapsedMs, faults]).toEqual([[3, 'called', 'after'], 0, {}]);
  });

  test('that fails has no effect; one whose reply is lost has', async () => {
    const failing = await simulate('s', outcomes(1000, { failRate: 0.3 }));
    const fails = failing.faults.fail ?? 0;
    expect(failing.value.effects).toBe(1000 - fails);
    expect(failing.value.results.replaceAll('.', '')).toBe('f'.repeat(fails));
    expect(Math.abs(fails - 300)).toBeLessThan(75);
    const losing = await simulate('s', outcomes(1000, { lostReplyRate: 0.3 }));
    expect(losing.value.effects).toBe(1000);
    expect(losing.value.results.replaceAll('.', '')).toBe('l'.repeat(losing.faults.lostReply ?? 0));
  });

  test('throws a typed, retryable error, or one of the plan', async () => {
    await simulate('s', async ({ faults }) => {
      const read = faults.wrap(async (path: string) => path, { name: 'read', failRate: 1 });
      await expect(read('a')).rejects.toMatchObject({
        code: 'TESTING_INJECTED_FAULT',
        retryable: true,
        call: 'read',
        kind: 'fail',
      });
      const reset = faults.wrap(async () => 1, { failRate: 1, error: () => new TypeError('socket closed') });
      await expect(reset()).rejects.toThrow(TypeError);
    });
  });

  test('passes on what its target throws', async () => {
    await simulate('s', async ({ faults }) => {
      const bad = faults.wrap(() => {
        throw new RangeError('own');
      }, storm);
      await expect(faults.wrap(bad, { delayMs: 5 })()).rejects.toThrow();
      faults.calm();
      await expect(bad()).rejects.toThrow(RangeError);
    });
  });

  test('that is called twice has its effect twice, and says so once', async () => {
    const { value, faults } = await simulate('s', outcomes(100, { duplicateRate: 1, delayMs: [0, 3] }));
    expect(value.results).toBe('.'.repeat(100));
    expect(value.effects).toBe(100 + (faults.duplicate ?? 0));
    expect(faults.duplicate).toBeGreaterThanOrEqual(99);
  });

  test('that hangs never settles: a deadlock for who waits for it without a limit', async () => {
    const error: unknown = await simulate('s', outcomes(5, { hangRate: 1 })).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SimulationError);
    expect(error).toMatchObject({ cause: expect.any(DeadlockError) });
  });

  test('takes its time in both directions', async () => {
    const { value } = await simulate('s', async ({ faults, clock }) => {
      const reached = faults.wrap(() => clock.monotonic(), { delayMs: 7, replyDelayMs: [5, 5] });
      return [await reached(), clock.monotonic()];
    });
    expect(value).toEqual([7, 12]);
  });
});

describe('calls under way', () => {
  const arrive =
    (reorder: boolean): Scenario<number[]> =>
    async ({ faults }) => {
      const reached: number[] = [];
      const send = faults.wrap(async (id: number) => reached.push(id), { delayMs: [0, 30], reorder });
      await Promise.all(Array.from({ length: 12 }, (_, id) => send(id)));
      return reached;
    };
  const inOrder = Array.from({ length: 12 }, (_, id) => id);

  test('keep their order over one connection, for every seed', async () => {
    const check: Scenario<void> = async (world) => expect(await arrive(false)(world)).toEqual(inOrder);
    await forAllSeeds(100, check);
    await forAllSeeds(100, check, { shuffle: true });
  });

  test('overtake each other when told to, and none is lost', async () => {
    const orders = new Set<string>();
    await forAllSeeds(50, async (world) => {
      const order = await arrive(true)(world);
      expect(order.toSorted((a, b) => a - b)).toEqual(inOrder);
      orders.add(order.join());
    });
    expect(orders.size).toBe(50);
  });

  test('are forgotten when the scenario is over', async () => {
    let reached = 0;
    const { elapsedMs } = await simulate('s', ({ faults }) => {
      void faults.wrap(async () => ++reached, { delayMs: 1000 })();
    });
    expect([reached, elapsedMs]).toEqual([0, 0]);
  });
});

describe('a wrapped port', () => {
  class Store {
    readonly #rows = new Map<string, number>();
    readonly label = 'rows';
    get size(): number {
      return this.#rows.size;
    }
    async put(key: string, value: number): Promise<void> {
      this.#rows.set(key, value);
    }
    async get<K extends string>(key: K): Promise<{ readonly key: K; readonly value: number | undefined }> {
      return { key, value: this.#rows.get(key) };
    }
    has(key: string): boolean {
      return this.#rows.has(key);
    }
  }

  test('keeps its types, its state and its class', async () => {
    await simulate('s', async ({ faults }) => {
      const store = faults.wrap(new Store(), { delayMs: [1, 5] });
      expectTypeOf(await store.get('a')).toEqualTypeOf<{ readonly key: 'a'; readonly value: number | undefined }>();
      expectTypeOf(store.has).returns.toEqualTypeOf<Promise<boolean>>();
      await store.put('a', 1);
      expect([await store.get('a'), await store.has('a'), store.size, store.label]).toEqual([
        { key: 'a', value: 1 },
        true,
        1,
        'rows',
      ]);
      expect(store).toBeInstanceOf(Store);
      expect([store.put === store.put, 'put' in store]).toEqual([true, true]);
    });
  });

  test('may have faults in some methods only', async () => {
    const { trace } = await simulate('s', async ({ faults }) => {
      const store = faults.wrap(new Store(), { only: ['put'], failRate: 1 });
      expectTypeOf(store.has).returns.toEqualTypeOf<boolean>();
      await expect(store.put('a', 1)).rejects.toThrow('Call "Store.put" was made to fail.');
      expect([store.has('a'), await store.get('a')]).toEqual([false, { key: 'a', value: undefined }]);
    });
    expect(formatTrace(trace)).toBe('+0 ms  fault: fail Store.put\n');
  });

  test('keeps the order of calls across its methods, and may be frozen', async () => {
    await forAllSeeds(50, async ({ faults }) => {
      const seen: string[] = [];
      const port = faults.wrap(
        Object.freeze({ write: async () => seen.push('write'), read: async () => seen.push('read') }),
        { delayMs: [0, 20] },
      );
      await Promise.all([port.write(), port.read()]);
      expect(seen).toEqual(['write', 'read']);
    });
  });

  test('may be written to', async () => {
    await simulate('s', ({ faults }) => {
      const target = { rate: 1 };
      const port: { rate: number } = faults.wrap(target);
      port.rate = 2;
      expect(target.rate).toBe(2);
    });
  });
});

describe('all faults', () => {
  test('are in the trace, and counted', async () => {
    const { trace, faults } = await simulate('s', outcomes(300, storm));
    const seen: Record<string, number> = {};
    for (const { event } of trace) {
      const [, kind] = /^fault: (\w+) count/.exec(event) ?? [];
      if (kind !== undefined) seen[kind] = (seen[kind] ?? 0) + 1;
    }
    expect(seen).toEqual(faults);
    expect(Object.keys(faults).toSorted()).toEqual(['delay', 'duplicate', 'fail', 'lostReply']);
  });

  test('are the same for the same seed, others for another, and counted over many', async () => {
    const run = async (seed: string) => await simulate(seed, outcomes(100, storm));
    const [one, two, other] = [await run('a'), await run('a'), await run('b')];
    expect([two.digest, two.faults, two.value]).toEqual([one.digest, one.faults, one.value]);
    expect(other.value.results).not.toBe(one.value.results);
    expect(other.digest).not.toBe(one.digest);
    const report = await forAllSeeds(20, outcomes(20, storm), { checkReplay: true });
    expect(report.faults.fail).toBeGreaterThan(20);
  });

  test('go the very same way on every machine, and in browsers', async () => {
    expect((await runStorm('seed-1')).digest).toBe(stormDigest);
  });

  test("don't change the scenario's choices nor what the code under test draws", async () => {
    const drawn = async (plan: FaultPlan): Promise<unknown> =>
      (
        await simulate('s', async (world) => {
          await outcomes(20, plan)(world);
          return [world.chance.number(0, 1), world.entropy.random()];
        })
      ).value;
    expect(await drawn(storm)).toEqual(await drawn({}));
  });

  test('may come from the options, which the line to replay names', async () => {
    const scenario: Scenario<void> = async ({ faults }) => {
      await faults.wrap(async () => 1, { name: 'ping' })();
      await faults.wrap(async () => 1, { failRate: 0 })();
    };
    await simulate('s', scenario);
    const options = { start: new Date(0), shuffle: true, faults: { delayMs: [1, 2], failRate: 1 } } as const;
    await expect(simulate('s', scenario, options)).rejects.toThrow(
      "simulate('s', scenario, { start: '1970-01-01T00:00:00.000Z', shuffle: true, faults: { delayMs: [1, 2], failRate: 1 } })",
    );
    await expect(simulate('s', scenario, { faults: { failRate: 2 } })).rejects.toThrow(OptionError);
  });

  test('end when told to, and with the scenario', async () => {
    await simulate('s', async ({ faults, log }) => {
      const ping = faults.wrap(async () => 1, { failRate: 1, delayMs: 5 });
      await expect(ping()).rejects.toThrow(InjectedFault);
      faults.calm();
      expect([await ping(), faults.hit('x', 1), faults.counts]).toEqual([1, false, { delay: 1, fail: 1 }]);
      log('calm');
    });
  });

  test('that are over no longer strike calls under way', async () => {
    const { value, faults } = await simulate('s', async ({ faults: ours, sleep }) => {
      let effects = 0;
      const plans = [{ failRate: 1 }, { hangRate: 1 }, { lostReplyRate: 1 }, { duplicateRate: 1 }];
      const calls = plans.map((plan) => ours.wrap(async () => ++effects, { ...plan, delayMs: 10 })());
      await sleep(5);
      ours.calm();
      return await Promise.all(calls);
    });
    expect(value).toEqual([1, 2, 3, 4]);
    expect(faults).toEqual({ delay: 5 });
  });

  test('of its own a scenario may draw too', async () => {
    const { faults, trace } = await simulate('s', async ({ faults: ours, clock }) => {
      expect([ours.hit('disk full', 1), ours.hit('never', 0)]).toEqual([true, false]);
      await ours.delay([3, 3], 'between');
      await ours.delay(0);
      expect(clock.monotonic()).toBe(3);
    });
    expect(faults).toEqual({ hit: 1, delay: 1 });
    expect(formatTrace(trace)).toBe('+0 ms  fault: hit disk full\n+0 ms  fault: delay between 3 ms\n');
  });
});

test('effects, replies and faults always add up, whatever the rates', async () => {
  const rate = fc.constantFrom(0, 0.1, 0.5, 1);
  const plan = fc.record({ failRate: rate, lostReplyRate: rate, duplicateRate: rate, reorder: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.string(), plan, fc.nat(20), async (seed, rates, most) => {
      const { value, faults } = await simulate(seed, async ({ faults: ours, sleep }) => {
        let effects = 0;
        const work = ours.wrap(async () => ++effects, { ...rates, delayMs: [0, most] });
        const settled = await Promise.allSettled(Array.from({ length: 30 }, () => work()));
        await sleep(100);
        return { effects, replies: settled.filter(({ status }) => status === 'fulfilled').length };
      });
      const { fail = 0, lostReply = 0, duplicate = 0 } = faults;
      expect(value).toEqual({ effects: 30 - fail + duplicate, replies: 30 - fail - lostReply });
    }),
    { numRuns: 100 },
  );
});

test.each<[string, (faults: Faults) => unknown]>([
  ...['failRate', 'lostReplyRate', 'hangRate', 'duplicateRate', 'crashRate'].flatMap((field) =>
    [-0.1, 1.1, Number.NaN, '1'].map((bad): [string, (faults: Faults) => unknown] => [
      field,
      (faults) => faults.wrap(() => 1, { [field]: bad } as PortPlan),
    ]),
  ),
  ...[-1, 0.5, [5, 1], [1], [1, 2, 3], 'x'].map((bad): [string, (faults: Faults) => unknown] => [
    'delayMs',
    (faults) => faults.wrap(() => 1, { delayMs: bad } as PortPlan),
  ]),
  ['crashRate', (faults) => faults.wrap(() => 1, { crashRate: 0.1 })],
  ['rate', (faults) => faults.hit('x', 2)],
  ['span', (faults) => faults.delay(-1)],
])('a bad %s is refused', async (field, act) => {
  await simulate('s', async ({ faults }) => {
    const error: unknown = await (async () => await act(faults))().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OptionError);
    expect(error).toMatchObject({ details: { field } });
  });
});
