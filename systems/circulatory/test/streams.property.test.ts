import { sleep } from '@organism/cell';
import { VirtualClock } from '@organism/testing';
import {
  batch,
  buffer,
  collect,
  debounce,
  defer,
  drop,
  filter,
  groupBy,
  map,
  merge,
  type Operator,
  partition,
  pipe,
  scan,
  take,
  tee,
  throttle,
  window,
} from '@organism/circulatory/streams';
import fc from 'fast-check';
import * as rx from 'rxjs';
import { describe, it, expect } from 'vitest';

const numbers = fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 60 });

/** A source that takes an odd number of turns for each value, as its salt says. */
const uneven = (values: readonly number[], salt: number): AsyncIterable<number> =>
  defer(async function* () {
    for (const [index, value] of values.entries()) {
      for (let turn = (index * salt) % 5; turn > 0; turn -= 1) await Promise.resolve();
      yield value;
    }
  });

interface Step {
  readonly name: string;
  readonly operator: () => Operator<number, number>;
  readonly model: (values: number[]) => number[];
}

/** Operators that have the same meaning for arrays. */
const steps: readonly Step[] = [
  { name: 'map', operator: () => map((n) => n * 2 + 1), model: (values) => values.map((n) => n * 2 + 1) },
  {
    name: 'map at once',
    operator: () => map(async (n) => n - 7, { concurrency: 4 }),
    model: (values) => values.map((n) => n - 7),
  },
  { name: 'filter', operator: () => filter((n) => n % 3 !== 0), model: (values) => values.filter((n) => n % 3 !== 0) },
  { name: 'take', operator: () => take(11), model: (values) => values.slice(0, 11) },
  { name: 'drop', operator: () => drop(3), model: (values) => values.slice(3) },
  {
    name: 'scan',
    operator: () => scan((sum, n) => sum + n, 0),
    model: (values) => {
      let sum = 0;
      return values.map((n) => (sum += n));
    },
  },
  { name: 'buffer', operator: () => buffer({ capacity: 3 }), model: (values) => values },
  {
    name: 'batch',
    operator: () => (source) =>
      pipe(
        source,
        batch<number>({ size: 4 }),
        map((group) => Math.max(...group)),
      ),
    model: (values) => {
      const out: number[] = [];
      for (let at = 0; at < values.length; at += 4) out.push(Math.max(...values.slice(at, at + 4)));
      return out;
    },
  },
];

describe('operators on any values', () => {
  it('do what arrays do, however they are put together', async () => {
    await fc.assert(
      fc.asyncProperty(
        numbers,
        fc.nat(9),
        fc.array(fc.constantFrom(...steps), { minLength: 1, maxLength: 6 }),
        async (values, salt, chain) => {
          const stream = chain.reduce<AsyncIterable<number>>(
            (read, { operator }) => operator()(read),
            uneven(values, salt),
          );
          const model = chain.reduce((read, step) => step.model(read), [...values]);
          expect(await collect(stream)).toEqual(model);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('lose and invent nothing when they split and join', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(numbers, { maxLength: 4 }),
        fc.nat(9),
        fc.integer({ min: 1, max: 5 }),
        async (all, salt, capacity) => {
          const sources = all.map((values, index) => uneven(values, salt + index));
          const merged = await collect(merge(sources));
          expect([...merged].sort((a, b) => a - b)).toEqual(all.flat().sort((a, b) => a - b));
          const [first = []] = all;
          const parts = partition(uneven(first, salt), (n) => n > 0, { capacity });
          // Each part in its order: the buffers hold each other up only while both are read.
          expect(await Promise.all(parts.map((part) => collect(part)))).toEqual([
            first.filter((n) => n > 0),
            first.filter((n) => n <= 0),
          ]);
          const readers = tee(uneven(first, salt), 3, { capacity });
          expect(await Promise.all(readers.map((reader) => collect(reader)))).toEqual([first, first, first]);
          const groups = pipe(
            uneven(first, salt),
            groupBy((n) => n % 4, { capacity }),
            map(async (group) => [group.key, await collect(group)] as const, { concurrency: 10 }),
          );
          expect(new Map(await collect(groups))).toEqual(Map.groupBy(first, (n) => n % 4));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('put each value in its windows, whatever the order within the lateness', async () => {
    const size = 10;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(200), { maxLength: 50 }), fc.constantFrom(5, 10), async (times, every) => {
        const windows = await collect(
          pipe(times, window({ sizeMs: size, everyMs: every, timeOf: (at) => at, latenessMs: 1000 })),
        );
        const starts = [
          ...new Set(
            times.flatMap((at) => [...Array(size / every).keys()].map((n) => (Math.floor(at / every) - n) * every)),
          ),
        ];
        const model = starts
          .sort((a, b) => a - b)
          .map((start) => [start, times.filter((at) => at >= start && at < start + size)]);
        expect(windows.map(({ startMs, values }) => [startMs, values])).toEqual(model);
      }),
    );
  });

  it('find the sessions that sorting finds', async () => {
    const gap = 7;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(200), { maxLength: 40 }), async (times) => {
        const found = await collect(pipe(times, window({ gapMs: gap, timeOf: (at) => at, latenessMs: 1000 })));
        const model: number[][] = [];
        for (const at of times.toSorted((a, b) => a - b)) {
          const last = model.at(-1);
          if (last !== undefined && at < (last.at(-1) as number) + gap) last.push(at);
          else model.push([at]);
        }
        expect(found.map(({ values }) => values.toSorted((a, b) => a - b))).toEqual(model);
        expect(found.map(({ startMs, endMs }) => [startMs, endMs])).toEqual(
          model.map((session) => [session[0], (session.at(-1) as number) + gap]),
        );
      }),
    );
  });
});

describe('operators in time', () => {
  type Timeline = readonly (readonly [at: number, value: number])[];
  const timelines = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 30 }).map((gaps): Timeline => {
    let at = 0;
    return gaps.map((gap, index) => [(at += gap), index]);
  });

  const ours = async <T>(
    line: Timeline,
    operator: (clock: VirtualClock) => Operator<number, T>,
  ): Promise<unknown[]> => {
    const clock = new VirtualClock();
    const source = defer(async function* () {
      for (const [at, value] of line) {
        await sleep(clock, at - clock.monotonic());
        yield value;
      }
    });
    const seen: unknown[] = [];
    const reading = (async () => {
      for await (const value of operator(clock)(source)) seen.push([clock.monotonic(), value]);
    })();
    await clock.runUntil(reading);
    expect(clock.pending).toBe(0);
    return seen;
  };

  const theirs = <T>(
    line: Timeline,
    operator: (scheduler: rx.SchedulerLike) => rx.OperatorFunction<number, T>,
  ): unknown[] => {
    const scheduler = new rx.VirtualTimeScheduler();
    const seen: unknown[] = [];
    const source = new rx.Observable<number>((observer) => {
      for (const [at, value] of line) scheduler.schedule(() => observer.next(value), at);
      scheduler.schedule(() => observer.complete(), line.at(-1)?.[0] ?? 0);
    });
    source.pipe(operator(scheduler)).subscribe((value) => seen.push([scheduler.frame, value]));
    scheduler.flush();
    return seen;
  };

  // No few of them add up to whole milliseconds, as the values' times are: the order at one instant is nobody's promise.
  it('debounce as RxJS does', async () => {
    await fc.assert(
      fc.asyncProperty(timelines, fc.nat(40), async (line, ms) => {
        const quietMs = ms + 0.37;
        expect(await ours(line, (clock) => debounce({ quietMs, clock }))).toEqual(
          theirs(line, (scheduler) => rx.debounceTime(quietMs, scheduler)),
        );
      }),
    );
  });

  it.each(['leading', 'trailing', 'both'] as const)('throttle as RxJS does, %s', async (edge) => {
    await fc.assert(
      fc.asyncProperty(timelines, fc.nat(40), async (line, ms) => {
        const intervalMs = ms + 0.37;
        const config = { leading: edge !== 'trailing', trailing: edge !== 'leading' };
        const values = (seen: unknown[]): unknown[] => seen.map((entry) => (entry as unknown[])[1]);
        expect(values(await ours(line, (clock) => throttle({ intervalMs, edge, clock })))).toEqual(
          values(theirs(line, (scheduler) => rx.throttleTime(intervalMs, scheduler, config))),
        );
      }),
    );
  });

  it('batch by size as RxJS does', async () => {
    await fc.assert(
      fc.asyncProperty(timelines, fc.integer({ min: 1, max: 7 }), async (line, size) => {
        expect(await ours(line, (clock) => batch({ size, clock }))).toEqual(theirs(line, () => rx.bufferCount(size)));
      }),
    );
  });

  it('map at once as RxJS does', async () => {
    await fc.assert(
      fc.asyncProperty(timelines, fc.integer({ min: 2, max: 5 }), async (line, concurrency) => {
        const delay = (n: number): number => ((n * 37) % 50) + 0.25 + n / 1000;
        const work = (clock: VirtualClock) => async (n: number) => {
          await sleep(clock, delay(n));
          return n;
        };
        // With room for all: RxJS queues without a bound where ours does not read on.
        const most = concurrency + line.length;
        expect(await ours(line, (clock) => map(work(clock), { concurrency: most, ordered: false }))).toEqual(
          theirs(line, (scheduler) => rx.mergeMap((n) => rx.of(n).pipe(rx.delay(delay(n), scheduler)))),
        );
      }),
    );
  });
});
