import { sleep } from '@organism/cell';
import {
  type CacheEvent,
  type CacheStore,
  Glycogen,
  type GlycogenOptions,
  LocalInvalidationBus,
  MemoryStore,
} from '@organism/metabolic';
import { simulate, VirtualClock, type World } from '@organism/testing';
import { describe, expect, it } from 'vitest';

/** A store that answers after a while, and can be broken. */
class ShakyStore extends MemoryStore implements CacheStore {
  mode: 'up' | 'down' | 'silent' = 'up';
  calls = 0;
  readonly #world: Pick<World, 'clock'>;
  constructor(world: Pick<World, 'clock'>) {
    super({ clock: world.clock });
    this.#world = world;
  }
  async #through<T>(work: () => Promise<T>): Promise<T> {
    this.calls += 1;
    if (this.mode === 'silent') return await new Promise<T>(() => {});
    await sleep(this.#world.clock, 1);
    if (this.mode === 'down') throw new Error('connection refused');
    return await work();
  }
  override read(...args: Parameters<MemoryStore['read']>): ReturnType<MemoryStore['read']> {
    return this.#through(() => super.read(...args));
  }
  override write(...args: Parameters<MemoryStore['write']>): ReturnType<MemoryStore['write']> {
    return this.#through(() => super.write(...args));
  }
  override delete(...args: Parameters<MemoryStore['delete']>): ReturnType<MemoryStore['delete']> {
    return this.#through(() => super.delete(...args));
  }
  override invalidateTags(...args: Parameters<MemoryStore['invalidateTags']>): Promise<void> {
    return this.#through(() => super.invalidateTags(...args));
  }
}

const processes = (count: number, options: GlycogenOptions): Glycogen<string>[] =>
  Array.from({ length: count }, () => new Glycogen<string>({ name: 'shared', ...options }));

describe('Glycogen on a second level', () => {
  it('finds there what another process has set or loaded', async () => {
    const clock = new VirtualClock();
    const [a, b, c] = processes(3, { clock, l2: new MemoryStore({ clock }), ttlMs: 100 }) as [
      Glycogen<string>,
      Glycogen<string>,
      Glycogen<string>,
    ];
    await a.set('set', '1');
    expect(await b.fetch('set', () => 'never')).toBe('1');
    await b.fetch('loaded', () => '2');
    await clock.advance(60);
    expect(await c.fetch('loaded', () => 'never')).toBe('2');
    expect(c.get('loaded')).toBe('2');
    expect(c.stats()).toMatchObject({ l2Hits: 1, loads: 0 });
    // The TTL counts from the load, wherever the value is.
    await clock.advance(40);
    expect(c.get('loaded')).toBe(undefined);
    await clock.runUntil(c.fetch('loaded', () => '3'));
    expect(c.stats()).toMatchObject({ l2Misses: 1, loads: 1 });
  });

  it('loads once for all processes', async () => {
    await simulate('stampede', async ({ clock, entropy, sleep: wait }) => {
      const caches = processes(8, { clock, entropy, l2: new ShakyStore({ clock }), ttlMs: 1000 });
      let loads = 0;
      const load = async (): Promise<string> => {
        loads += 1;
        await wait(3000);
        return 'slow';
      };
      const answers = await Promise.all(caches.flatMap((cache) => [cache.fetch('k', load), cache.fetch('k', load)]));
      expect(new Set(answers)).toEqual(new Set(['slow']));
      expect(loads).toBe(1);
    });
  });

  it('holds its lock for as long as the loader takes, and loses it when the process dies', async () => {
    await simulate('lock', async ({ clock, entropy, sleep: wait }) => {
      const l2 = new MemoryStore({ clock });
      const [a, b] = processes(2, { clock, entropy, l2, lockMs: 300, lockWaitMs: 60_000 }) as [
        Glycogen<string>,
        Glycogen<string>,
      ];
      const slow = a.fetch('k', () => wait(5000).then(() => 'a'));
      await wait(50);
      expect(await b.fetch('k', () => 'b')).toBe('a');
      await slow;
      await l2.acquire('dead', 300);
      expect(await b.fetch('dead', () => 'b')).toBe('b');
    });
  });

  it('does not wait for ever for another process', async () => {
    await simulate('wait', async ({ clock, entropy }) => {
      const l2 = new MemoryStore({ clock });
      await l2.acquire('k', 1e9);
      const cache = new Glycogen<string>({ clock, entropy, l2, lockWaitMs: 2000 });
      const started = clock.monotonic();
      expect(await cache.fetch('k', () => 'own')).toBe('own');
      expect(clock.monotonic() - started).toBeLessThan(2500);
    });
  });

  it('refreshes in one process while all serve the stale value', async () => {
    await simulate('swr', async ({ clock, entropy, sleep: wait }) => {
      const l2 = new ShakyStore({ clock });
      const caches = processes(4, { clock, entropy, l2, ttlMs: 1000, staleMs: 60_000 });
      let loads = 0;
      const load = async (): Promise<string> => {
        const value = `v${(loads += 1)}`;
        await wait(500);
        return value;
      };
      for (const cache of caches) expect(await cache.fetch('k', load)).toBe('v1');
      await wait(2000);
      const stale = await Promise.all(caches.map((cache) => cache.fetch('k', load)));
      expect(stale).toEqual(['v1', 'v1', 'v1', 'v1']);
      await wait(1400);
      for (const cache of caches) await cache.fetch('k', load);
      await wait(50);
      expect(loads).toBe(2);
      for (const cache of caches) expect(await cache.fetch('k', load)).toBe('v2');
    });
  });

  it('falls back on an old value of the second level when loading fails', async () => {
    const clock = new VirtualClock();
    const [a, b] = processes(2, { clock, l2: new MemoryStore({ clock }), ttlMs: 10, graceMs: 1000 }) as [
      Glycogen<string>,
      Glycogen<string>,
    ];
    await a.set('k', 'old');
    await clock.advance(20);
    const failing = (): Promise<string> => Promise.reject(new Error('source down'));
    expect(await clock.runUntil(b.fetch('k', failing))).toBe('old');
    expect(b.stats().graceHits).toBe(1);
  });

  it.each(['down', 'silent'] as const)('goes on without a second level that is %s', async (mode) => {
    await simulate(`l2 ${mode}`, async ({ clock, entropy, sleep: wait, start }) => {
      const l2 = new ShakyStore({ clock });
      const events: CacheEvent[] = [];
      const cache = new Glycogen<string>({ clock, entropy, l2, ttlMs: 100, l2TimeoutMs: 50, l2PauseMs: 5000 });
      await start(cache);
      using _watch = cache.watch((event) => events.push(event));
      l2.mode = mode;
      const started = clock.monotonic();
      expect(await cache.fetch('a', () => 'loaded')).toBe('loaded');
      expect(clock.monotonic() - started).toBeLessThanOrEqual(50);
      const calls = l2.calls;
      expect(await cache.fetch('b', () => 'loaded')).toBe('loaded');
      expect(l2.calls).toBe(calls);
      expect(await cache.health()).toMatchObject({ status: 'warn' });
      expect(events).toContainEqual(expect.objectContaining({ type: 'l2-failed', operation: 'read' }));
      l2.mode = 'up';
      await wait(6000);
      await cache.fetch('c', () => 'loaded');
      expect([await cache.health(), l2.calls > calls]).toEqual([{ status: 'pass' }, true]);
    });
  });

  it('sends invalidations that the second level did not take before it reads again', async () => {
    await simulate('owed', async ({ clock, entropy, sleep: wait }) => {
      const l2 = new ShakyStore({ clock });
      const [a, b] = processes(2, { clock, entropy, l2, l2PauseMs: 1000 }) as [Glycogen<string>, Glycogen<string>];
      for (const key of ['key', 'tagged', 'set']) await a.set(key, 'old', { tags: key === 'tagged' ? ['t'] : [] });
      l2.mode = 'down';
      await a.delete('key');
      await a.invalidateTags(['t']);
      await a.set('set', 'newer');
      l2.mode = 'up';
      await wait(2000);
      expect(await a.fetch('key', () => 'new')).toBe('new');
      for (const key of ['tagged', 'set']) expect(await b.fetch(key, () => 'new')).toBe('new');
      await wait(10);
    });
  });

  it('does not bring back from a slow load what was invalidated in another process', async () => {
    await simulate('race', async ({ clock, entropy, sleep: wait }) => {
      const l2 = new ShakyStore({ clock });
      const [a, b, c] = processes(3, { clock, entropy, l2 }) as [Glycogen<string>, Glycogen<string>, Glycogen<string>];
      const tagged = a.fetch('tagged', () => wait(100).then(() => 'old'), { tags: ['t'] });
      const keyed = a.fetch('keyed', () => wait(100).then(() => 'old'));
      await wait(50);
      await b.invalidateTags(['t']);
      await b.delete('keyed');
      expect([await tagged, await keyed]).toEqual(['old', 'old']);
      await wait(50);
      expect(await c.fetch('tagged', () => 'new')).toBe('new');
      expect(await c.fetch('keyed', () => 'new')).toBe('new');
      await wait(10);
    });
  });

  it('keeps the order of calls, also of those that were not waited for', async () => {
    await simulate('order', async ({ clock, entropy, sleep: wait, chance }) => {
      const l2 = new ShakyStore({ clock });
      const [a, b] = processes(2, { clock, entropy, l2 }) as [Glycogen<string>, Glycogen<string>];
      const changes: (readonly [string, (key: string) => Promise<void>, string])[] = [
        ['set, delete', (key) => (void a.set(key, 'old'), a.delete(key)), 'loaded'],
        ['set, invalidate', (key) => (void a.set(key, 'old', { tags: ['t'] }), a.invalidateTags(['t'])), 'loaded'],
        ['set, clear', (key) => (void a.set(key, 'old'), a.clear()), 'loaded'],
        ['delete, set', (key) => (void a.delete(key), a.set(key, 'new')), 'new'],
        ['set, set', (key) => (void a.set(key, 'old'), a.set(key, 'new')), 'new'],
        ['set, delete, set', (key) => (void a.set(key, 'old'), void a.delete(key), a.set(key, 'new')), 'new'],
        ['clear, set, delete', (key) => (void a.clear(), void a.set(key, 'old'), a.delete(key)), 'loaded'],
      ];
      for (let round = 0; round < 5; round += 1) {
        for (const [name, change, expected] of changes) {
          const key = `${name} ${round}`;
          const before = chance.boolean() ? a.set(key, 'oldest') : undefined;
          await wait(chance.integer(0, 3));
          await change(key);
          await before;
          expect([key, await b.fetch(key, () => 'loaded')]).toEqual([key, expected]);
        }
      }
      await wait(10);
    });
  });

  it('keeps absences in the second level too', async () => {
    const clock = new VirtualClock();
    const l2 = new MemoryStore({ clock });
    const [a, b] = [1, 2].map(() => new Glycogen<string | undefined>({ clock, l2, negativeTtlMs: 100 })) as [
      Glycogen<string | undefined>,
      Glycogen<string | undefined>,
    ];
    await a.fetch('k', () => undefined);
    await clock.settle();
    expect(await b.fetch('k', () => 'never')).toBe(undefined);
    expect(b.stats()).toMatchObject({ l2Hits: 1, loads: 0 });
  });
});

describe('Glycogen on an invalidation bus', () => {
  it('drops what another process has set, deleted or invalidated', async () => {
    const bus = new LocalInvalidationBus();
    const [a, b] = processes(2, { bus }) as [Glycogen<string>, Glycogen<string>];
    await using _a = await a.start();
    await using _b = await b.start();
    for (const [index, change] of [
      () => a.set('k', 'x'),
      () => a.delete('k'),
      () => a.invalidateTags(['t']),
      () => a.clear(),
    ].entries()) {
      await b.set('k', 'own', { tags: ['t'] });
      await a.set('mine', 'kept');
      await change();
      expect([index, b.get('k')]).toEqual([index, undefined]);
    }
    const other = await new Glycogen<string>({ name: 'other', bus }).start();
    await other.set('k', 'y');
    await a.delete('k');
    expect(other.get('k')).toBe('y');
    await other.stop();
  });

  it('drops everything when a message was lost', async () => {
    const bus = new LocalInvalidationBus();
    const [a, b] = processes(2, { bus }) as [Glycogen<string>, Glycogen<string>];
    await using _a = await a.start();
    await using _b = await b.start();
    const gaps: CacheEvent[] = [];
    using _watch = b.watch((event) => event.type === 'bus-gap' && gaps.push(event));
    await a.set('x', '1');
    await b.set('k', 'old');
    const publish = bus.publish.bind(bus);
    bus.publish = () => {};
    await a.delete('k');
    expect(b.get('k')).toBe('old');
    bus.publish = publish;
    await a.delete('unrelated');
    expect([b.get('k'), gaps.length]).toEqual([undefined, 1]);
  });

  it('survives a bus that fails', async () => {
    const bus = { publish: () => Promise.reject(new Error('bus down')), subscribe: () => ({ [Symbol.dispose]() {} }) };
    const cache = await new Glycogen<string>({ bus }).start();
    const events: CacheEvent[] = [];
    cache.watch((event) => events.push(event));
    await cache.set('k', '1');
    expect(cache.get('k')).toBe('1');
    expect(events).toMatchObject([{ type: 'bus-failed' }]);
    await cache.stop();
  });
});
