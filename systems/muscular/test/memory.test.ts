import { CancelledError, Context, DeadlineError, OptionError, sleep } from '@organism/cell';
import { type CachePersistence, LocalInvalidationBus, MemoryStore, type StoredEntry } from '@organism/metabolic';
import { Muscle, MuscleMemory, structuralKey } from '@organism/muscular';
import { simulate, VirtualClock } from '@organism/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const makeSlow = (clock: VirtualClock, memory: MuscleMemory) =>
  new Muscle({
    name: 'slow',
    deterministic: true,
    memory,
    run: async ({ n }: { readonly n: number }, { signal }) => {
      await sleep(clock, 100, { signal });
      if (n < 0) throw new RangeError('negative');
      return { square: n * n };
    },
  });

describe('MuscleMemory', () => {
  it('remembers by structure, for as long as it was told', async () => {
    const clock = new VirtualClock();
    const muscle = makeSlow(clock, new MuscleMemory({ clock, ttlMs: 1000 }));
    const first = muscle.execute({ n: 3 });
    await clock.advance(100);
    const value = await first;
    expect(await muscle.execute({ n: 3 })).toBe(value);
    expect(muscle.counters.executions).toBe(1);
    await clock.advance(1000);
    void muscle.execute({ n: 3 });
    await clock.advance(100);
    expect(muscle.counters.executions).toBe(2);
  });

  it('runs once for all who ask at the same time; errors are told to all, and not remembered', async () => {
    const clock = new VirtualClock();
    const muscle = makeSlow(clock, new MuscleMemory({ clock }));
    const good = [1, 2, 3].map(() => muscle.execute({ n: 3 }));
    const bad = [1, 2].map(() => muscle.execute({ n: -1 }).catch((error: unknown) => error));
    await clock.advance(100);
    expect(new Set(await Promise.all(good)).size).toBe(1);
    expect(await Promise.all(bad)).toEqual([new RangeError('negative'), new RangeError('negative')]);
    expect(muscle.counters.executions).toBe(2);
    const again = muscle.execute({ n: -1 }).catch((error: unknown) => error);
    await clock.advance(100);
    expect(await again).toBeInstanceOf(RangeError);
    expect(muscle.counters.executions).toBe(3);
  });

  it('lets a caller leave without cancelling the others, and obeys deadlines, on hits too', async () => {
    const clock = new VirtualClock();
    const muscle = makeSlow(clock, new MuscleMemory({ clock }));
    const controller = new AbortController();
    const context = new Context({ clock, deadline: clock.now() + 50 });
    const leaving = muscle.execute({ n: 2 }, { signal: controller.signal }).catch((error: unknown) => error);
    const late = muscle.execute({ n: 2 }, { context }).catch((error: unknown) => error);
    const staying = muscle.execute({ n: 2 });
    await clock.settle();
    controller.abort();
    expect(await leaving).toBeInstanceOf(CancelledError);
    await clock.advance(100);
    expect(await late).toBeInstanceOf(DeadlineError);
    expect(await staying).toEqual({ square: 4 });
    expect(muscle.counters).toEqual({ executions: 1, failures: 0, underWay: 0 });
    await expect(muscle.execute({ n: 2 }, { context })).rejects.toBeInstanceOf(DeadlineError);
    await expect(muscle.execute({ n: 2 }, { signal: controller.signal })).rejects.toBeInstanceOf(CancelledError);
  });

  it('cancels the run when nobody waits for it any longer', async () => {
    const clock = new VirtualClock();
    const muscle = makeSlow(clock, new MuscleMemory({ clock }));
    const controller = new AbortController();
    const only = muscle.execute({ n: 2 }, { signal: controller.signal }).catch((error: unknown) => error);
    await clock.settle();
    controller.abort();
    expect(await only).toBeInstanceOf(CancelledError);
    await clock.settle();
    expect([clock.timers(), muscle.counters.underWay]).toEqual([[], 0]);
  });

  it('forgets by tag: the operation’s name, fixed ones, or those of the output', async () => {
    const memory = new MuscleMemory();
    const prices = memory.for({
      tags: (output: string, input: string) => [`sku:${input}`, output],
      evenIfNotDeterministic: true,
    });
    let price = 1;
    const quote = new Muscle({ name: 'quote', memory: prices, run: (_sku: string) => `price-${price}` });
    const ask = async () => [await quote.execute('tea'), await quote.execute('mint')];
    expect(await ask()).toEqual(['price-1', 'price-1']);
    price = 2;
    await memory.invalidateTags(['sku:tea']);
    expect(await ask()).toEqual(['price-2', 'price-1']);
    price = 3;
    await memory.invalidateTags(['price-1']);
    expect(await ask()).toEqual(['price-2', 'price-3']);
    price = 4;
    await memory.invalidateTags(['quote']);
    expect(await ask()).toEqual(['price-4', 'price-4']);
  });

  it('serves what is stale while it loads anew, and what is old while that fails', async () => {
    const clock = new VirtualClock();
    const memory = new MuscleMemory({ clock, ttlMs: 100, staleMs: 100, graceMs: 10_000 });
    let down = false;
    let version = 0;
    const muscle = new Muscle({
      name: 'news',
      memory: memory.for({ evenIfNotDeterministic: true }),
      run: () => {
        if (down) throw new Error('down');
        return (version += 1);
      },
    });
    expect(await muscle.execute()).toBe(1);
    await clock.advance(150);
    expect(await muscle.execute()).toBe(1);
    await clock.settle();
    expect(await muscle.execute()).toBe(2);
    down = true;
    await clock.advance(1000);
    expect(await muscle.execute()).toBe(2);
  });

  it('keeps the least recently used within its bound, and outputs of nothing too', async () => {
    const memory = new MuscleMemory({ max: 2 });
    const runs: number[] = [];
    const muscle = new Muscle({ name: 'note', deterministic: true, memory, run: (n: number) => void runs.push(n) });
    for (const n of [1, 1, 2, 1, 3, 1, 2]) await muscle.execute(n);
    expect(runs).toEqual([1, 2, 3, 2]);
  });

  it('may share a second level with other processes', async () => {
    const l2 = new MemoryStore();
    const bus = new LocalInvalidationBus();
    const make = () => {
      const memory = new MuscleMemory({ name: 'shared', l2, bus });
      return {
        memory,
        muscle: new Muscle({ name: 'twice', deterministic: true, memory, run: (n: number) => ({ n: 2 * n }) }),
      };
    };
    const [here, there] = [make(), make()];
    expect(await here.muscle.execute(2)).toEqual({ n: 4 });
    expect(await there.muscle.execute(2)).toEqual({ n: 4 });
    expect([here.muscle.counters.executions, there.muscle.counters.executions]).toEqual([1, 0]);
  });

  it('may outlive its process', async () => {
    const kept = new Map<string, StoredEntry>();
    const persistence: CachePersistence = {
      load: () => kept,
      apply: (_cache, changes) => {
        for (const { key, entry } of changes) if (entry !== undefined) kept.set(key, entry);
      },
    };
    const live = async (): Promise<number> => {
      await using memory = await new MuscleMemory({ name: 'kept', persistence, persistDelayMs: 0 }).start();
      const muscle = new Muscle({ name: 'twice', deterministic: true, memory, run: (n: number) => ({ n: 2 * n }) });
      expect(await muscle.execute(2)).toEqual({ n: 4 });
      return muscle.counters.executions;
    };
    expect([await live(), await live()]).toEqual([1, 0]);
  });

  it('refuses what is not deterministic unless told, and inputs without a structural key', async () => {
    const memory = new MuscleMemory();
    expect(() => new Muscle({ name: 'now', memory, run: () => 1 })).toThrow(
      'memory must be for a deterministic operation',
    );
    const muscle = new Muscle({ name: 'now', run: () => 1 });
    expect(() => memory.memoise(muscle)).toThrow(OptionError);
    expect(await memory.memoise(muscle, { evenIfNotDeterministic: true }).execute()).toBe(1);
    const call = new Muscle({ name: 'call', deterministic: true, memory, run: (make: () => number) => make() });
    await expect(call.execute(() => 1)).rejects.toThrow('got function');
    const keyed = memory.for({ by: (make: () => number) => make.name });
    const named = new Muscle({
      name: 'named',
      deterministic: true,
      memory: keyed,
      run: (make: () => number) => make(),
    });
    expect(await named.execute(() => 1)).toBe(1);
    // @ts-expect-error: a memory of functions is none of numbers
    expect(new Muscle({ name: 'other', deterministic: true, memory: keyed, run: (n: number) => n }).name).toBe('other');
  });

  it('tells inputs apart as their structural keys do, seen before or not', async () => {
    const data = fc.anything({ withDate: true, withMap: true, withSet: true, withBigInt: true, maxDepth: 3 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(data, { maxLength: 20 }),
        fc.array(fc.nat({ max: 19 }), { maxLength: 40 }),
        async (inputs, order) => {
          const echo = new Muscle({
            name: 'echo',
            deterministic: true,
            memory: new MuscleMemory(),
            run: (input: unknown) => ({ input }),
          });
          const asked = [
            -0,
            0,
            NaN,
            { a: NaN },
            { a: -0 },
            'x'.repeat(300),
            [],
            {},
            ...inputs,
            ...order.map((at) => inputs[at]),
          ];
          for (const input of [...asked, ...structuredClone(asked)]) {
            const { input: echoed } = (await echo.execute(input)) as { readonly input: unknown };
            expect(structuralKey(echoed)).toBe(structuralKey(input));
          }
          expect(echo.counters.executions).toBe(new Set(asked.map((input) => structuralKey(input))).size);
        },
      ),
    );
  });

  it('gives what the operation itself would give, whatever the order of calls and times between them', async () => {
    const call = fc.record({ n: fc.integer({ min: -2, max: 4 }), waitMs: fc.nat(150) });
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 30 }), async (calls) => {
        await simulate('memory', async ({ clock, sleep: pause }) => {
          const muscle = makeSlow(clock, new MuscleMemory({ clock, ttlMs: 300, max: 3 }));
          const outcomes: Promise<unknown>[] = [];
          for (const { n, waitMs } of calls) {
            outcomes.push(
              muscle.execute({ n }).then(
                ({ square }) => square,
                () => 'negative',
              ),
            );
            await pause(waitMs);
          }
          expect(await Promise.all(outcomes)).toEqual(calls.map(({ n }) => (n < 0 ? 'negative' : n * n)));
          expect(muscle.counters.underWay).toBe(0);
        });
      }),
      { numRuns: 50 },
    );
  });
});
