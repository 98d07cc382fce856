import { sleep } from '@organism/cell';
import { constant } from '@organism/homeostasis';
import { VirtualClock } from '@organism/testing';
import {
  abortable,
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
  pace,
  partition,
  pipe,
  reduce,
  retry,
  scan,
  take,
  takeWhile,
  tee,
  throttle,
  window,
} from '@organism/circulatory/streams';
import { describe, expect, it } from 'vitest';

/** A source that counts what is read of it, and tells when it is closed. */
class Probe implements AsyncIterable<number> {
  pulled = 0;
  opened = 0;
  closed = 0;
  readonly #length: number;

  constructor(length = Infinity) {
    this.#length = length;
  }

  [Symbol.asyncIterator](): AsyncIterator<number, undefined> {
    this.opened += 1;
    let next = 0;
    return {
      next: () => {
        this.pulled += 1;
        const done = next === this.#length;
        return Promise.resolve(done ? { done, value: undefined } : { done, value: next++ });
      },
      return: () => {
        this.closed += 1;
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }
}

/** Values at given times of a clock. */
const timed = (
  clock: VirtualClock,
  entries: readonly (readonly [at: number, value: number])[],
): AsyncIterable<number> =>
  defer(async function* () {
    for (const [at, value] of entries) {
      if (at > clock.monotonic()) await sleep(clock, at - clock.monotonic());
      yield value;
    }
  });

const silent = (): Probe => {
  const probe = new Probe();
  const open = probe[Symbol.asyncIterator].bind(probe);
  probe[Symbol.asyncIterator] = () => ({ ...open(), next: () => new Promise(() => {}) });
  return probe;
};

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
};

describe('a pipe', () => {
  it('reads nothing before it is read, then as much as is asked for, and closes its source', async () => {
    const source = new Probe();
    const stream = pipe(
      source,
      map((n) => n * 2),
      filter((n) => n % 4 === 0),
      scan((sum, n) => sum + n, 0),
    );
    await turns();
    expect(source.opened).toBe(0);
    const seen: number[] = [];
    for await (const value of stream) {
      seen.push(value);
      await turns();
      expect(source.pulled).toBe(seen.length * 2 - 1);
      if (seen.length === 3) break;
    }
    expect([seen, source.closed]).toEqual([[0, 4, 12], 1]);
  });

  it('can be read again where its source can', async () => {
    const stream = pipe(
      [1, 2, 3, 4],
      drop(1),
      takeWhile((n) => n < 4),
    );
    expect([await collect(stream), await collect(stream)]).toEqual([
      [2, 3],
      [2, 3],
    ]);
  });

  it('gives the error as it was thrown, once, and closes what is behind', async () => {
    const source = new Probe();
    const failure = new Error('broken', { cause: 'the disk' });
    const iterator = pipe(
      source,
      map((n) => {
        if (n === 1) throw failure;
        return n;
      }),
      batch({ size: 1 }),
    )[Symbol.asyncIterator]();
    expect(await iterator.next()).toEqual({ done: false, value: [0] });
    await expect(iterator.next()).rejects.toBe(failure);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(source.closed).toBe(1);
  });

  it('does not close a source that has ended or failed by itself', async () => {
    const source = new Probe(2);
    expect(
      await collect(
        pipe(
          source,
          batch({ size: 5 }),
          map((values) => values),
        ),
      ),
    ).toEqual([[0, 1]]);
    expect(source.closed).toBe(0);
  });

  it('answers readers that ask at once in their order', async () => {
    const iterator = pipe(
      new Probe(3),
      map(async (n) => n),
    )[Symbol.asyncIterator]();
    const steps = await Promise.all([
      iterator.next(),
      iterator.next(),
      iterator.next(),
      iterator.next(),
      iterator.next(),
    ]);
    expect(steps.map(({ value }) => value as number | undefined)).toEqual([0, 1, 2, undefined, undefined]);
  });

  it('closes every source while it waits for one, through every operator', async () => {
    const clock = new VirtualClock();
    const source = silent();
    const other = silent();
    const stream = pipe(
      merge([source, other]),
      buffer(),
      throttle<number>({ intervalMs: 5, clock }),
      debounce({ quietMs: 5, clock }),
      retry({ clock }),
      batch({ size: 2, lingerMs: 5, clock }),
      map((values) => values.length, { concurrency: 3 }),
    );
    const iterator = pipe(stream, take(9), window({ sizeMs: 10, clock }))[Symbol.asyncIterator]();
    const waiting = iterator.next();
    await turns();
    await iterator.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    await turns();
    expect([source.closed, other.closed, clock.pending]).toEqual([1, 1, 0]);
  });

  it('ends by a signal, at once and also before it begins', async () => {
    const clock = new VirtualClock();
    const abort = new AbortController();
    const source = silent();
    const reading = collect(pipe(source, batch({ size: 2, signal: abort.signal, clock }), abortable(abort.signal)));
    await turns();
    abort.abort(new Error('enough'));
    await expect(reading).rejects.toMatchObject({ code: 'CELL_CANCELLED', cause: { message: 'enough' } });
    await turns();
    expect(source.closed).toBe(1);
    const late = new Probe();
    await expect(collect(late, { signal: abort.signal })).rejects.toMatchObject({ code: 'CELL_CANCELLED' });
    expect([late.pulled, late.closed]).toEqual([0, 1]);
  });

  it('refuses what is no source, no function, no number', () => {
    const bad = 7 as unknown as Iterable<number>;
    expect(() => pipe(bad, take(1))).toThrow(/^source must be/);
    expect(() => map(undefined as unknown as () => number)).toThrow(/^mapper must be a function/);
    expect(() => take(-1)).toThrow(/^amount must be/);
    expect(() => batch({})).toThrow(/^size must be given/);
    expect(() => buffer({ capacity: 0 })).toThrow(/^capacity must be/);
    expect(() => buffer({ overflow: 'block' as 'wait' })).toThrow(/^overflow must be/);
    expect(() => window({})).toThrow(/^sizeMs must be given/);
    expect(() => window({ sizeMs: 5, everyMs: 6 })).toThrow(/^everyMs must be at most/);
    expect(() => window({ gapMs: 5, latenessMs: 6 })).toThrow(/^latenessMs must be left out/);
  });
});

describe('map', () => {
  const delayed = (clock: VirtualClock) => async (ms: number) => {
    await sleep(clock, ms);
    return ms;
  };

  it('works on no more than its bound at a time, in order or as done', async () => {
    const clock = new VirtualClock();
    let most = 0;
    let running = 0;
    const work = async (ms: number): Promise<number> => {
      most = Math.max(most, ++running);
      await sleep(clock, ms);
      running -= 1;
      return ms;
    };
    const delays = [30, 10, 20, 5, 1];
    expect(await clock.runUntil(collect(pipe(delays, map(work, { concurrency: 3 }))))).toEqual(delays);
    expect(await clock.runUntil(collect(pipe(delays, map(work, { concurrency: 3, ordered: false }))))).toEqual([
      10, 5, 1, 20, 30,
    ]);
    expect(most).toBe(3);
  });

  it('reads ahead as far as its bound and no farther, for a reader that takes its time', async () => {
    for (const ordered of [true, false]) {
      const source = new Probe();
      const iterator = pipe(
        source,
        map((n) => n, { concurrency: 4, ordered }),
      )[Symbol.asyncIterator]();
      await iterator.next();
      await turns();
      await turns();
      expect(source.pulled).toBe(5);
      await iterator.return?.();
    }
  });

  it('tells those at work when one has failed or the reader has left', async () => {
    const clock = new VirtualClock();
    const aborted: number[] = [];
    const work = async (ms: number, { signal }: { readonly signal: AbortSignal }): Promise<number> => {
      signal.addEventListener('abort', () => aborted.push(ms));
      await sleep(clock, ms);
      if (ms === 5) throw new Error('five');
      return ms;
    };
    await expect(clock.runUntil(collect(pipe([50, 5, 40], map(work, { concurrency: 3 }))))).rejects.toThrow('five');
    expect(aborted.sort()).toEqual([40, 5, 50].sort());
    aborted.length = 0;
    const iterator = pipe([7], map(work))[Symbol.asyncIterator]();
    void iterator.next();
    await turns();
    await iterator.return?.();
    expect(aborted).toEqual([7]);
    await clock.runAll();
  });

  it('begins nothing after a failure', async () => {
    const clock = new VirtualClock();
    const source = new Probe();
    const failing = map(
      async (n: number) => {
        await delayed(clock)(1);
        if (n === 2) throw new Error('two');
        return n;
      },
      { concurrency: 2 },
    );
    await expect(clock.runUntil(collect(pipe(source, failing)))).rejects.toThrow('two');
    expect([source.pulled <= 4, source.closed]).toEqual([true, 1]);
  });
});

describe('batch', () => {
  it('gives what it has when the time is over, and keeps the value that is on its way', async () => {
    const clock = new VirtualClock();
    const source = timed(clock, [
      [0, 1],
      [3, 2],
      [40, 3],
      [41, 4],
      [42, 5],
      [100, 6],
    ]);
    const seen: (readonly [number, readonly number[]])[] = [];
    const reading = (async () => {
      for await (const values of pipe(source, batch({ size: 3, lingerMs: 10, clock })))
        seen.push([clock.monotonic(), values]);
    })();
    await clock.runUntil(reading);
    expect(seen).toEqual([
      [10, [1, 2]],
      [42, [3, 4, 5]],
      [100, [6]],
    ]);
    expect(clock.pending).toBe(0);
  });

  it('reads no further than its batch while its reader is busy', async () => {
    const source = new Probe();
    const iterator = pipe(source, batch({ size: 3 }))[Symbol.asyncIterator]();
    await iterator.next();
    await turns();
    expect(source.pulled).toBe(3);
  });

  it('gives what it had before the error', async () => {
    const failing = defer(async function* () {
      yield 1;
      throw new Error('torn');
    });
    const iterator = pipe(failing, batch({ size: 3 }))[Symbol.asyncIterator]();
    expect(await iterator.next()).toEqual({ done: false, value: [1] });
    await expect(iterator.next()).rejects.toThrow('torn');
  });
});

describe('window', () => {
  const shown = ({ startMs, values }: { startMs: number; values: readonly unknown[] }): unknown => [startMs, values];

  it('closes by the clock, without waiting for another value', async () => {
    const clock = new VirtualClock({ start: 1000 });
    const seen: unknown[] = [];
    const source = timed(clock, [
      [1, 1],
      [9, 2],
      [12, 3],
      [300, 4],
    ]);
    const reading = (async () => {
      for await (const one of pipe(source, window({ sizeMs: 10, clock }))) seen.push([clock.now(), shown(one)]);
    })();
    await clock.runUntil(reading);
    expect(seen).toEqual([
      [1010, [1000, [1, 2]]],
      [1020, [1010, [3]]],
      [1300, [1300, [4]]],
    ]);
  });

  it('slides', async () => {
    const stream = pipe([1, 6, 11], window({ sizeMs: 10, everyMs: 5, timeOf: (at) => at }), map(shown));
    expect(await collect(stream)).toEqual([
      [-5, [1]],
      [0, [1, 6]],
      [5, [6, 11]],
      [10, [11]],
    ]);
  });

  it('joins sessions that a late value connects, and tells of values that are too late', async () => {
    const late: number[] = [];
    const times = [0, 12, 6, 40, 13, 60];
    const sessions = pipe(
      times,
      window({ gapMs: 10, timeOf: (at) => at, latenessMs: 15, onLate: (at) => late.push(at) }),
      map(({ startMs, endMs, values }) => [startMs, endMs, values]),
    );
    expect(await collect(sessions)).toEqual([
      [0, 22, [0, 12, 6]],
      [40, 50, [40]],
      [60, 70, [60]],
    ]);
    expect(late).toEqual([13]);
  });

  it('gives what is open when an event-time source falls silent', async () => {
    const clock = new VirtualClock();
    const source = timed(clock, [
      [0, 5],
      [500, 105],
    ]);
    const seen: unknown[] = [];
    const reading = (async () => {
      for await (const one of pipe(source, window({ sizeMs: 10, timeOf: (n) => n, idleMs: 50, clock })))
        seen.push([clock.monotonic(), shown(one)]);
    })();
    await clock.runUntil(reading);
    expect(seen).toEqual([
      [50, [0, [5]]],
      [500, [100, [105]]],
    ]);
  });

  it('has windows for each key, and a bound', async () => {
    const events = [
      { at: 1, user: 'ada' },
      { at: 2, user: 'bob' },
      { at: 3, user: 'ada' },
    ];
    const byUser = window({
      sizeMs: 10,
      timeOf: ({ at }: { at: number; user: string }) => at,
      keyOf: ({ user }) => user,
    });
    const found = await collect(
      pipe(
        events,
        byUser,
        map(({ key, values }) => [key, values.length]),
      ),
    );
    expect(found).toEqual([
      ['ada', 2],
      ['bob', 1],
    ]);
    await expect(
      collect(pipe(new Probe(), window({ sizeMs: 1e9, timeOf: (n) => n, maxHeld: 10 }))),
    ).rejects.toMatchObject({
      code: 'CIRCULATORY_STREAM_OVERFLOW',
    });
    const notATime = pipe([1], window({ sizeMs: 1, timeOf: () => Number.NaN }));
    await expect(collect(notATime)).rejects.toMatchObject({ code: 'CELL_BAD_OPTION' });
  });
});

describe('several readers', () => {
  it('are slowed down by the slowest, who has a bounded buffer', async () => {
    const source = new Probe();
    const [fast, slow] = tee(source, 2, { capacity: 3 });
    const seen: number[] = [];
    const reading = (async () => {
      for await (const value of fast) seen.push(value);
    })();
    await turns();
    expect(seen).toEqual([0, 1, 2]);
    await slow.next();
    await turns();
    expect(seen).toEqual([0, 1, 2, 3]);
    await slow.return?.();
    await turns();
    expect(seen.length).toBeGreaterThan(10);
    await fast.return?.();
    await reading;
    expect(source.closed).toBe(1);
  });

  it('or lose values, or fail, as the policy says', async () => {
    const after = async (overflow: 'drop-oldest' | 'drop-newest' | 'error'): Promise<unknown> => {
      const [fast, slow] = tee(new Probe(6), 2, { capacity: 2, overflow });
      expect(await collect(fast)).toEqual([0, 1, 2, 3, 4, 5]);
      const seen: unknown[] = [];
      try {
        for await (const value of slow) seen.push(value);
      } catch (error) {
        seen.push((error as { code: string }).code);
      }
      return seen;
    };
    expect(await after('drop-oldest')).toEqual([4, 5]);
    expect(await after('drop-newest')).toEqual([0, 1]);
    expect(await after('error')).toEqual([0, 1, 'CIRCULATORY_STREAM_OVERFLOW']);
  });

  it('all get the error', async () => {
    const failing = defer(async function* () {
      yield 1;
      throw new Error('torn');
    });
    const results = await Promise.allSettled(tee(failing, 2).map((branch) => collect(branch)));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('of two parts hold each other up only as far as their buffers are full', async () => {
    const [even, odd] = partition(new Probe(), (n) => n % 2 === 0, { capacity: 2 });
    expect([await even.next(), await even.next()].map(({ value }) => value as number)).toEqual([0, 2]);
    const third = even.next();
    await turns();
    expect((await odd.next()).value).toBe(1);
    expect((await third).value).toBe(4);
    await odd.return?.();
    expect((await even.next()).value).toBe(6);
    await even.return?.();
  });

  it('of groups: one that was left begins anew, and there is a bound', async () => {
    const groups = groupBy((n: number) => n % 2);
    const firsts = pipe(
      new Probe(6),
      groups,
      map(async (group) => {
        const { value } = await group.next();
        await group.return?.();
        return [group.key, value];
      }),
    );
    expect(await collect(firsts)).toEqual([
      [0, 0],
      [1, 1],
      [0, 2],
      [1, 3],
      [0, 4],
      [1, 5],
    ]);
    const many = pipe(
      new Probe(),
      groupBy((n) => n, { maxGroups: 3 }),
    );
    await expect(collect(many)).rejects.toMatchObject({ code: 'CIRCULATORY_STREAM_OVERFLOW' });
  });

  it('and a buffer reads ahead as far as it may', async () => {
    const source = new Probe();
    const iterator = pipe(source, buffer({ capacity: 5 }))[Symbol.asyncIterator]();
    await iterator.next();
    await turns();
    expect(source.pulled).toBe(6);
    await iterator.return?.();
    expect(source.closed).toBe(1);
  });
});

describe('time', () => {
  it('is kept by pace, which loses nothing', async () => {
    const clock = new VirtualClock();
    const times: number[] = [];
    const reading = (async () => {
      for await (const value of pipe([0, 1, 2, 3, 4], pace<number>({ amount: 2, intervalMs: 100, clock }))) {
        times.push(clock.monotonic());
        expect(value).toBe(times.length - 1);
      }
    })();
    await clock.runUntil(reading);
    expect(times).toEqual([0, 0, 100, 100, 200]);
  });

  it('lets a slow reader of throttle and debounce have the latest', async () => {
    const clock = new VirtualClock();
    const source = timed(
      clock,
      Array.from({ length: 10 }, (_, index) => [index * 10, index] as const),
    );
    const slowly = async (stream: AsyncIterable<number>): Promise<number[]> => {
      const seen: number[] = [];
      for await (const value of stream) {
        seen.push(value);
        await sleep(clock, 43);
      }
      return seen;
    };
    expect(await clock.runUntil(slowly(pipe(source, throttle({ intervalMs: 5, clock }))))).toEqual([0, 4, 8, 9]);
  });
});

describe('retry', () => {
  it('begins its source again, after a backoff that a value resets, and gives up', async () => {
    const clock = new VirtualClock();
    const begun: number[] = [];
    const source = defer(async function* () {
      begun.push(clock.monotonic());
      if (begun.length === 3) yield 'value';
      throw new Error(`failure ${begun.length}`);
    });
    const seen: string[] = [];
    const reading = (async () => {
      const patient = retry<string>({ retries: 2, backoff: (failed) => failed * 10, clock });
      for await (const value of pipe(source, patient)) seen.push(value);
    })();
    await expect(clock.runUntil(reading)).rejects.toThrow('failure 5');
    expect([seen, begun]).toEqual([['value'], [0, 10, 30, 40, 60]]);
  });

  it('does not mend what is no use to try again, and stops waiting when it is left', async () => {
    const clock = new VirtualClock();
    const broken = defer((): number[] => {
      throw new TypeError('a bug');
    });
    await expect(collect(pipe(broken, retry({ clock })))).rejects.toThrow('a bug');
    const down = defer((): number[] => {
      throw new Error('down');
    });
    const iterator = pipe(down, retry({ clock, backoff: constant(1e6) }))[Symbol.asyncIterator]();
    const waiting = iterator.next();
    await turns();
    expect(clock.pending).toBe(1);
    await iterator.return?.();
    expect([await waiting, clock.pending]).toEqual([{ done: true, value: undefined }, 0]);
  });
});

describe('the end of a stream', () => {
  it('is a value, or an array of bounded length', async () => {
    expect(await reduce(new Probe(5), async (sum, n) => sum + n, 0)).toBe(10);
    const source = new Probe();
    await expect(collect(source, { max: 3 })).rejects.toMatchObject({ code: 'CIRCULATORY_STREAM_OVERFLOW' });
    expect(source.closed).toBe(1);
  });
});
