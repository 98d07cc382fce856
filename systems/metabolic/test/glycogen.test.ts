import { CancelledError, systemClock } from '@organism/cell';
import { type CacheEvent, Glycogen, type GlycogenOptions } from '@organism/metabolic';
import { simulate, VirtualClock } from '@organism/testing';
import { describe, expect, it } from 'vitest';

const counting = (): { loads: number; load: () => Promise<string> } => {
  const counter = { loads: 0, load: async () => `value ${(counter.loads += 1)}` };
  return counter;
};
const failing = async (): Promise<never> => {
  throw new Error('source down');
};

describe('Glycogen in memory', () => {
  it('gives what was set, at once, until its TTL ends', async () => {
    const clock = new VirtualClock();
    const cache = new Glycogen<number>({ clock, ttlMs: 100 });
    void cache.set('a', 1);
    void cache.set('b', 2, { ttlMs: Infinity });
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, 2, undefined]);
    await clock.advance(99);
    expect(cache.get('a')).toBe(1);
    await clock.advance(1);
    expect([cache.get('a'), cache.get('b'), cache.freshness('a')]).toEqual([undefined, 2, 'dead']);
    expect(cache.stats()).toMatchObject({ hits: 4, misses: 2, expirations: 1, size: 1 });
  });

  it('sees time pass within a long synchronous run too, though not at each of its reads', () => {
    let now = 0;
    const clock = { ...systemClock, monotonic: () => (now += 0.01) };
    const cache = new Glycogen<number>({ clock, ttlMs: 1 });
    void cache.set('a', 1);
    let reads = 0;
    while (cache.get('a') !== undefined && reads < 1_000_000) reads += 1;
    // A reading for each of the 100 steps, shared by 256 reads at most.
    expect(reads > 100 && reads <= 100 * 256).toBe(true);
  });

  it('reads the time anew in each turn, however hot the reads are', async () => {
    let now = 0;
    const clock = { ...systemClock, monotonic: () => now };
    const cache = new Glycogen<number>({ clock, ttlMs: 1 });
    void cache.set('a', 1);
    for (let read = 0; read < 100; read += 1) cache.get('a');
    now = 1;
    await Promise.resolve();
    expect(cache.get('a')).toBe(undefined);
  });

  it('loads once, however many ask', async () => {
    const cache = new Glycogen<string>();
    const { load } = counting();
    const answers = await Promise.all(Array.from({ length: 100 }, () => cache.fetch('k', load)));
    expect(new Set(answers)).toEqual(new Set(['value 1']));
    expect(await cache.fetch('k', load)).toBe('value 1');
    expect(cache.stats()).toMatchObject({ loads: 1, joined: 99, misses: 100, hits: 1 });
  });

  it('slides the TTL with every read, but never past the TTL itself', async () => {
    const clock = new VirtualClock();
    const cache = new Glycogen<number>({ clock, slidingMs: 10, ttlMs: 25 });
    void cache.set('a', 1);
    void cache.set('idle', 1);
    for (const at of [8, 16, 24]) {
      await clock.advance(8);
      expect([at, cache.get('a')]).toEqual([at, 1]);
    }
    expect(cache.get('idle')).toBe(undefined);
    await clock.advance(1);
    expect(cache.get('a')).toBe(undefined);
  });

  it('serves a stale value while one load refreshes it', async () => {
    const clock = new VirtualClock();
    const cache = new Glycogen<string>({ clock, ttlMs: 10, staleMs: 10 });
    const counter = counting();
    await cache.fetch('k', counter.load);
    await clock.advance(15);
    expect(cache.get('k')).toBe(undefined);
    expect(await Promise.all([cache.fetch('k', counter.load), cache.fetch('k', counter.load)])).toEqual([
      'value 1',
      'value 1',
    ]);
    await clock.settle();
    expect([cache.get('k'), counter.loads]).toEqual(['value 2', 2]);
    expect(cache.stats()).toMatchObject({ staleHits: 2, loads: 2 });
  });

  it('serves the old value when loading fails, and tries again after a while only', async () => {
    const clock = new VirtualClock();
    const cache = new Glycogen<string>({ clock, ttlMs: 10, graceMs: 1000, retryMs: 100 });
    const events: CacheEvent[] = [];
    using _watch = cache.watch((event) => events.push(event));
    const counter = counting();
    await cache.fetch('k', counter.load);
    await clock.advance(20);
    expect(await cache.fetch('k', failing)).toBe('value 1');
    expect(await cache.fetch('k', counter.load)).toBe('value 1');
    expect(counter.loads).toBe(1);
    await clock.advance(100);
    expect(await cache.fetch('k', counter.load)).toBe('value 2');
    await clock.advance(1010);
    await expect(cache.fetch('k', failing)).rejects.toThrow('source down');
    expect(cache.stats()).toMatchObject({ graceHits: 2, loadFailures: 2 });
    expect(events.filter(({ type }) => type === 'load-failed')).toMatchObject([{ served: true }, { served: false }]);
  });

  it('remembers that there is no value, when told how long', async () => {
    const clock = new VirtualClock();
    const cache = new Glycogen<string | undefined>({ clock, negativeTtlMs: 10 });
    let loads = 0;
    const absent = (): undefined => void (loads += 1);
    expect([await cache.fetch('k', absent), await cache.fetch('k', absent)]).toEqual([undefined, undefined]);
    expect([loads, cache.stats().negativeHits]).toEqual([1, 1]);
    await clock.advance(10);
    await cache.fetch('k', absent);
    expect(loads).toBe(2);
    const forgetful = new Glycogen<string | undefined>();
    await forgetful.fetch('k', absent);
    await forgetful.fetch('k', absent);
    expect(loads).toBe(4);
  });

  it('drops the old value when the loader says that there is none any more', async () => {
    const clock = new VirtualClock();
    const cache = new Glycogen<string | undefined>({ clock, ttlMs: 10, graceMs: 1000 });
    await cache.set('k', 'old');
    await clock.advance(20);
    expect(await cache.fetch('k', () => undefined)).toBe(undefined);
    await expect(cache.fetch('k', failing)).rejects.toThrow('source down');
  });

  it('does not remember failures, and gives one to all who wait', async () => {
    const cache = new Glycogen<string>();
    const results = await Promise.allSettled([cache.fetch('k', failing), cache.fetch('k', failing)]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await cache.fetch('k', () => 'fine')).toBe('fine');
  });

  it('invalidates by tag, also what is being loaded', async () => {
    const clock = new VirtualClock();
    const cache = new Glycogen<string>({ clock });
    await cache.set('a', '1', { tags: ['x', 'y'] });
    await cache.set('b', '2', { tags: ['y'] });
    await cache.set('c', '3');
    const gate = Promise.withResolvers<string>();
    const late = cache.fetch('d', () => gate.promise, { tags: ['y'] });
    await clock.settle();
    await cache.invalidateTags(['y']);
    const next = cache.fetch('d', () => 'new', { tags: ['y'] });
    gate.resolve('old');
    expect([await late, await next]).toEqual(['old', 'new']);
    expect(['a', 'b', 'c', 'd'].map((key) => cache.get(key))).toEqual([undefined, undefined, '3', 'new']);
    expect(cache.stats()).toMatchObject({ discarded: 1, invalidations: 2 });
  });

  it('lets the loader say how long and under which tags, and honours what was invalidated meanwhile', async () => {
    const clock = new VirtualClock();
    const cache = new Glycogen<string>({ clock });
    await cache.fetch('a', ({ keep }) => (keep({ ttlMs: 5, tags: ['t'] }), 'short'));
    expect(cache.get('a')).toBe('short');
    await clock.advance(5);
    expect(cache.get('a')).toBe(undefined);
    const gate = Promise.withResolvers<string>();
    const load = cache.fetch('b', async ({ keep }) => {
      const value = await gate.promise;
      keep({ tags: ['t'] });
      return value;
    });
    await clock.settle();
    await cache.invalidateTags(['t']);
    gate.resolve('read before the invalidation');
    await load;
    expect(cache.get('b')).toBe(undefined);
  });

  it('keeps a load from overwriting what was set or deleted meanwhile', async () => {
    const cache = new Glycogen<string>();
    for (const change of [() => cache.set('k', 'set'), () => cache.delete('k'), () => cache.clear()]) {
      const gate = Promise.withResolvers<string>();
      const load = cache.fetch('k', () => gate.promise);
      await Promise.resolve();
      await change();
      const expected = cache.get('k');
      gate.resolve('loaded');
      expect(await load).toBe('loaded');
      expect(cache.get('k')).toBe(expected);
      await cache.clear();
    }
  });

  it('cancels a load when the last one who waits has left, not before', async () => {
    const cache = new Glycogen<string>();
    const signals: AbortSignal[] = [];
    const load = ({ signal }: { signal: AbortSignal }): Promise<string> => {
      signals.push(signal);
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    };
    const [first, second] = [new AbortController(), new AbortController()];
    const waits = [first, second].map(({ signal }) => cache.fetch('k', load, { signal }));
    const settled = Promise.allSettled(waits);
    await new Promise<void>((resolve) => queueMicrotask(resolve));
    first.abort();
    await Promise.resolve();
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    second.abort();
    for (const result of await settled) expect(result).toMatchObject({ reason: { code: 'CELL_CANCELLED' } });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(await cache.fetch('k', () => 'fresh start')).toBe('fresh start');
    await expect(cache.fetch('other', load, { signal: AbortSignal.abort() })).rejects.toThrow(CancelledError);
  });

  it('does not keep what a loader gives that nobody waits for and that ignores it', async () => {
    const cache = new Glycogen<string>();
    const gate = Promise.withResolvers<string>();
    const abort = new AbortController();
    const wait = cache.fetch('k', () => gate.promise, { signal: abort.signal });
    await Promise.resolve();
    abort.abort();
    await expect(wait).rejects.toThrow(CancelledError);
    await cache.delete('k');
    gate.resolve('from before the deletion');
    await new Promise<void>((resolve) => queueMicrotask(resolve));
    expect([cache.get('k'), await cache.fetch('k', () => 'new')]).toEqual([undefined, 'new']);
  });

  it('keeps within its bounds, the least recently used first to go', async () => {
    const cache = new Glycogen<string>({ max: 2 });
    const gone: string[] = [];
    using _watch = cache.watch((event) => event.type === 'evicted' && gone.push(event.key));
    for (const key of ['a', 'b']) void cache.set(key, key, { tags: ['t'] });
    cache.get('a');
    void cache.set('c', 'c');
    expect([cache.get('a'), cache.get('b'), gone]).toEqual(['a', undefined, ['b']]);

    const small = new Glycogen<Uint8Array>({ maxBytes: 3000 });
    for (const key of ['a', 'b', 'c']) void small.set(key, new Uint8Array(1000));
    void small.set('huge', new Uint8Array(4000));
    expect(small.stats()).toMatchObject({ size: 2, rejected: 1, evictions: 1 });
    expect(small.stats().bytes).toBeLessThanOrEqual(3000);
  });

  it('keeps nothing after it has stopped, and works again when started', async () => {
    const cache = await new Glycogen<string>({ name: 'quakes' }).start();
    await cache.set('a', '1');
    const hanging = cache.fetch('k', ({ signal }) => {
      return new Promise<string>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    });
    const settled = Promise.allSettled([hanging]);
    await Promise.resolve();
    await cache.stop();
    expect((await settled)[0]).toMatchObject({ reason: { message: 'The cache was stopped.' } });
    expect(cache.get('a')).toBe(undefined);
    expect(await cache.fetch('a', () => 'through')).toBe('through');
    expect(cache.get('a')).toBe(undefined);
    await cache.start();
    await cache.set('a', '2');
    expect(cache.get('a')).toBe('2');
    expect(cache.describe()).toMatchObject({ kind: 'Glycogen', counters: { size: 1 } });
    await cache.stop();
  });

  it('keeps what was set before the start, unless the body brings another clock', async () => {
    const kept = new Glycogen<number>({ name: 'a', ttlMs: 1000 });
    await kept.set('a', 1);
    await kept.start();
    expect(kept.get('a')).toBe(1);
    const other = new Glycogen<number>({ name: 'b', ttlMs: 1000 });
    await other.set('a', 1);
    await simulate('clock', async ({ start }) => {
      await start(other);
      expect(other.get('a')).toBe(undefined);
    });
    await kept.stop();
  });

  it('never lets a watcher disturb it', async () => {
    const cache = new Glycogen<string>();
    cache.watch(() => {
      throw new Error('watcher');
    });
    expect(await cache.fetch('a', () => 'fine')).toBe('fine');
  });

  it.each<[string, GlycogenOptions]>([
    ['max', { max: 0 }],
    ['max', { max: 1.5 }],
    ['maxBytes', { maxBytes: -1 }],
    ['ttlMs', { ttlMs: Number.NaN }],
    ['slidingMs', { slidingMs: -1 }],
    ['staleMs', { staleMs: 'soon' as unknown as number }],
    ['graceMs', { graceMs: -1 }],
    ['negativeTtlMs', { negativeTtlMs: -5 }],
    ['retryMs', { retryMs: -5 }],
    ['lockMs', { lockMs: -5 }],
    ['tags', { tags: [''] }],
    ['tags', { tags: 'x' as unknown as string[] }],
    ['sizeOf', { sizeOf: 1 as unknown as () => number }],
    ['name', { name: '' }],
  ])('names a bad option: %s', (field, options) => {
    expect(() => new Glycogen(options)).toThrow(
      expect.objectContaining({ code: 'CELL_BAD_OPTION', details: expect.objectContaining({ field }) }),
    );
  });

  it('names a bad argument', async () => {
    const cache = new Glycogen();
    await expect(cache.fetch('', () => 1)).rejects.toMatchObject({ details: { field: 'key' } });
    await expect(cache.fetch('k', 1 as never)).rejects.toMatchObject({ details: { field: 'load' } });
    expect(() => cache.set('', 1)).toThrow('key must be');
    expect(() => cache.delete([''])).toThrow('key must be');
    expect(() => cache.invalidateTags('x' as never)).toThrow('tags must be');
    expect(() => cache.set('k', 1, { ttlMs: -1 })).toThrow('ttlMs must be');
  });
});
