import { CancelledError, OptionError, sleep } from '@organism/cell';
import { Mitochondrion } from '@organism/metabolic/workers';
import {
  aggregate,
  collect,
  compute,
  filter,
  map,
  Muscle,
  MuscleMemory,
  reduce,
  sequence,
  sort,
  type TaskPool,
  transform,
} from '@organism/muscular';
import { simulate, VirtualClock } from '@organism/testing';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';

const numbers = fc.array(fc.integer({ min: -20, max: 20 }), { maxLength: 30 });
async function* streamOf<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
/** The same items as a list, as another iterable, and as a stream. */
const forms = <T>(items: readonly T[]) => [items, new Map(items.entries()).values(), streamOf(items)] as const;

describe('built-in operations', () => {
  it('give what an array’s own methods give, whatever the items come as', async () => {
    const odd = filter({ name: 'odd', keep: async (n: number, index) => n % 2 !== 0 || index === 0 });
    const named = map({ name: 'named', each: (n: number, index) => `${index}:${n}`, concurrency: 3 });
    const twice = transform({
      name: 'twice',
      each: (n: number) => (n < 0 ? [] : streamOf([n, n])),
      end: async () => [99],
    });
    const sum = reduce({ name: 'sum', initial: () => 0, add: (all, n: number) => all + n, result: (all) => `${all}` });
    const counts = aggregate({
      name: 'counts',
      by: (n: number) => n % 3,
      initial: () => 0,
      add: (count) => count + 1,
      result: (count, key) => [key, count],
    });
    const byTens = sort({
      name: 'by-tens',
      compare: (a: number, b: number) => Math.trunc(a / 10) - Math.trunc(b / 10),
    });
    await fc.assert(
      fc.asyncProperty(numbers, async (items) => {
        const wanted = {
          odd: items.filter((n, index) => n % 2 !== 0 || index === 0),
          named: items.map((n, index) => `${index}:${n}`),
          twice: [...items.flatMap((n) => (n < 0 ? [] : [n, n])), 99],
          sum: `${items.reduce((all, n) => all + n, 0)}`,
          counts: [...Map.groupBy(items, (n) => n % 3)].map(([key, group]) => [key, [key, group.length]]),
          byTens: items.toSorted((a, b) => Math.trunc(a / 10) - Math.trunc(b / 10)),
        };
        for (const form of [0, 1, 2] as const) {
          const input = () => forms(items)[form];
          expect({
            odd: await collect(await odd.execute(input())),
            named: await collect(await named.execute(input())),
            twice: await collect(await twice.execute(input())),
            sum: await sum.execute(input()),
            counts: [...(await counts.execute(input()))],
            byTens: await byTens.execute(input()),
          }).toEqual(wanted);
        }
      }),
    );
  });

  it('sort as many as they are asked for, in a stable way, and leave the input as it is', async () => {
    await fc.assert(
      fc.asyncProperty(numbers, fc.integer({ min: 1, max: 8 }), async (items, limit) => {
        const tagged = items.map((n, index) => ({ n, index }));
        const top = sort({
          name: 'top',
          compare: (a: { n: number }, b: { n: number }) => Math.abs(a.n) - Math.abs(b.n),
          limit,
        });
        const before = structuredClone(tagged);
        expect(await top.execute(tagged as readonly { n: number }[])).toEqual(
          tagged.toSorted((a, b) => Math.abs(a.n) - Math.abs(b.n)).slice(0, limit),
        );
        expect(tagged).toEqual(before);
      }),
    );
  });

  it('work in order with bounded concurrency, and read no further ahead than that', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 50 }), { maxLength: 15 }),
        fc.integer({ min: 1, max: 5 }),
        async (times, concurrency) => {
          await simulate('map', async ({ clock }) => {
            let [read, given, running, most] = [0, 0, 0, 0];
            const source = function* (): Generator<number> {
              for (const ms of times) {
                read += 1;
                yield ms;
              }
            };
            const wait = new Muscle({
              name: 'wait',
              run: async (ms: number) => {
                running += 1;
                most = Math.max(most, running);
                await sleep(clock, ms);
                running -= 1;
                return ms;
              },
            });
            const out: number[] = [];
            for await (const ms of await map({ name: 'm', each: wait, concurrency }).execute(source())) {
              expect(read - given).toBeLessThanOrEqual(concurrency);
              given += 1;
              out.push(ms);
            }
            expect(out).toEqual(times);
            expect(most).toBeLessThanOrEqual(concurrency);
          });
        },
      ),
      { numRuns: 50 },
    );
  });

  it('read nothing before they are read, and close the source when the reader stops', async () => {
    const log: string[] = [];
    const source = function* (): Generator<number> {
      try {
        for (let n = 0; ; n += 1) {
          log.push(`read ${n}`);
          yield n;
        }
      } finally {
        log.push('closed');
      }
    };
    const big = sequence({
      name: 'big',
      steps: [
        map({ name: 'square', each: (n: number) => n * n }),
        filter({ name: 'even', keep: (n: number) => n % 2 === 0 }),
      ],
    });
    const output = await big.execute(source());
    expect(log).toEqual([]);
    for await (const n of output) {
      expectTypeOf(n).toEqualTypeOf<number>();
      if (n === 4) break;
    }
    expect(log).toEqual(['read 0', 'read 1', 'read 2', 'closed']);
  });

  it('give an item on as soon as it is ready, though the source is slow and more might be read ahead', async () => {
    const clock = new VirtualClock();
    const slow = async function* (): AsyncGenerator<number> {
      for (let n = 0; n < 3; n += 1) {
        await sleep(clock, 1000);
        yield n;
      }
      throw new Error('the source broke');
    };
    const seen: unknown[] = [];
    const controller = new AbortController();
    const each = map({ name: 'each', each: (n: number) => n, concurrency: 8 });
    const read = async (signal?: AbortSignal): Promise<void> => {
      for await (const n of await each.execute(slow(), signal === undefined ? {} : { signal }))
        seen.push([n, clock.monotonic()]);
    };
    const outcome = read().catch((error: unknown) => error);
    await clock.advance(3000);
    expect(seen).toEqual([
      [0, 1000],
      [1, 2000],
      [2, 3000],
    ]);
    expect(await outcome).toEqual(new Error('the source broke'));
    const cancelled = read(controller.signal).catch((error: unknown) => error);
    await clock.settle();
    controller.abort();
    expect(await cancelled).toBeInstanceOf(CancelledError);
  });

  it('tell of a failure when its turn comes, and end with their caller', async () => {
    const clock = new VirtualClock();
    const half = map({
      name: 'half',
      each: (n: number) => {
        if (n === 3) throw new RangeError('three');
        return n / 2;
      },
      concurrency: 8,
    });
    const seen: number[] = [];
    const reading = (async () => {
      for await (const n of await half.execute([2, 4, 3, 8])) seen.push(n);
    })();
    await expect(reading).rejects.toThrow('three');
    expect(seen).toEqual([1, 2]);
    const controller = new AbortController();
    const slow = map({
      name: 'slow',
      each: (n: number, _index, { signal }) => sleep(clock, 1000, { signal }).then(() => n),
    });
    const cancelled = (async () => {
      for await (const n of await slow.execute([1, 2, 3], { signal: controller.signal })) seen.push(n);
    })().catch((error: unknown) => error);
    await clock.advance(1500);
    controller.abort();
    expect(await cancelled).toBeInstanceOf(CancelledError);
    expect([seen, clock.timers()]).toEqual([[1, 2, 1], []]);
  });

  it('refuse what is not iterable, and options that are none', async () => {
    const sum = reduce({ name: 'sum', initial: () => 0, add: (all, n: number) => all + n });
    await expect(sum.execute(3 as never)).rejects.toThrow('input must be iterable');
    await expect(sum.execute('123' as never)).rejects.toBeInstanceOf(OptionError);
    expect(() => sort({ name: 's', compare: () => 0, limit: 0 })).toThrow('limit must be');
    expect(() => map({ name: 'm', each: (n: number) => n, concurrency: 0 })).toThrow('concurrency must be');
    const makers: readonly ((options: never) => unknown)[] = [map, filter, transform, reduce, aggregate, sort, compute];
    for (const make of makers) expect(() => make({ name: 'x' } as never)).toThrow(/must be a function/);
  });
});

describe('compute', () => {
  it('is deterministic, so a memory takes it', async () => {
    let runs = 0;
    const square = compute({ name: 'square', memory: new MuscleMemory(), of: (n: number) => ((runs += 1), n * n) });
    expect([await square.execute(3), await square.execute(3), runs]).toEqual([9, 9, 1]);
  });

  it('works in a pool from a size on', async () => {
    const calls: unknown[] = [];
    const pool: TaskPool = {
      run: async (task, input, { signal }) => (calls.push([task, input, signal.aborted]), 'there'),
    };
    const where = compute({ name: 'where', of: (_input: string) => 'here', runOn: { pool, task: 'where', above: 3 } });
    expect([await where.execute('ab'), await where.execute('abc')]).toEqual(['here', 'there']);
    expect(calls).toEqual([['where', 'abc', false]]);
    const make = (runOn: object) => () => compute({ name: 'x', of: () => 1, runOn: runOn as never });
    expect(make({ task: 'a' })).toThrow('runOn.pool must be');
    expect(make({ pool, task: '' })).toThrow('runOn.task must be');
    expect(make({ pool, task: 'a', above: NaN })).toThrow('runOn.above must be');
  });

  it('works in a pool of threads', async () => {
    await using pool = await new Mitochondrion({
      name: 'cpu',
      module: new URL('./fixtures/tasks.ts', import.meta.url),
      maxThreads: 1,
    }).start();
    const top = sort({
      name: 'top',
      compare: (a: number, b: number) => b - a,
      runOn: { pool, task: 'descending', above: 3 },
    });
    expect([await top.execute([1, 2]), await top.execute([1, 3, 2])]).toEqual([
      [2, 1],
      [3, 2, 1],
    ]);
  });
});
