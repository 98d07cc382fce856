import { type CacheStore, Glycogen, LocalInvalidationBus, MemoryStore } from '@organism/metabolic';
import { forAllSeeds, VirtualClock } from '@organism/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const retryMs = 7;
interface Kept {
  readonly value: string | undefined;
  readonly endsAtMost: number;
  freshUntil: number;
  readonly slidingMs: number;
  readonly staleMs: number;
  readonly graceMs: number;
  readonly tags: readonly string[];
  retryAt: number;
}
interface Life {
  readonly ttlMs: number;
  readonly slidingMs: number;
  readonly staleMs: number;
  readonly graceMs: number;
  readonly negativeTtlMs: number;
  readonly tags: readonly string[];
}
type Loaded = { readonly value: string | undefined } | 'fails';

/** What the cache should do, as plainly as can be: no levels, no flights, no index. */
class Model {
  now = 0;
  loads = 0;
  readonly kept = new Map<string, Kept>();

  #age(key: string): { readonly kept: Kept | undefined; readonly late: number } {
    const kept = this.kept.get(key);
    return { kept, late: kept === undefined ? Infinity : this.now - kept.freshUntil };
  }
  #slide(kept: Kept): string | undefined {
    kept.freshUntil = Math.min(kept.endsAtMost, this.now + kept.slidingMs);
    return kept.value;
  }
  get(key: string): string | undefined {
    const { kept, late } = this.#age(key);
    return kept !== undefined && late < 0 ? this.#slide(kept) : undefined;
  }
  set(key: string, value: string | undefined, life: Life): void {
    this.kept.delete(key);
    const isNegative = value === undefined;
    const [staleMs, graceMs] = isNegative ? [0, 0] : [life.staleMs, life.graceMs];
    const slidingMs = isNegative ? Infinity : life.slidingMs;
    const endsAtMost = this.now + (isNegative ? life.negativeTtlMs : life.ttlMs);
    const freshUntil = Math.min(endsAtMost, this.now + slidingMs);
    if (freshUntil + Math.max(staleMs, graceMs) > this.now)
      this.kept.set(key, { value, endsAtMost, freshUntil, slidingMs, staleMs, graceMs, tags: life.tags, retryAt: 0 });
  }
  #load(key: string, loaded: Loaded, life: Life): boolean {
    this.loads += 1;
    if (loaded === 'fails') return false;
    this.set(key, loaded.value, life);
    return true;
  }
  fetch(key: string, loaded: Loaded, life: Life): Loaded {
    const { kept, late } = this.#age(key);
    if (kept !== undefined && late < 0) return { value: this.#slide(kept) };
    if (kept !== undefined && late < kept.staleMs) {
      if (this.now >= kept.retryAt && !this.#load(key, loaded, life)) kept.retryAt = this.now + retryMs;
      return { value: kept.value };
    }
    if (kept !== undefined && late < kept.graceMs && this.now < kept.retryAt) return { value: kept.value };
    if (this.#load(key, loaded, life)) return loaded;
    if (kept === undefined || late >= kept.graceMs) return 'fails';
    kept.retryAt = this.now + retryMs;
    return { value: kept.value };
  }
  invalidate(tags: readonly string[]): void {
    for (const [key, kept] of this.kept) if (kept.tags.some((tag) => tags.includes(tag))) this.kept.delete(key);
  }
}

const key = fc.constantFrom('a', 'b', 'c');
const tags = fc.subarray(['x', 'y']);
const ms = fc.constantFrom(0, 1, 5, 20);
const life: fc.Arbitrary<Life> = fc.record({
  ttlMs: fc.constantFrom(0, 3, 10, Infinity),
  slidingMs: fc.constantFrom(4, Infinity),
  staleMs: ms,
  graceMs: ms,
  negativeTtlMs: ms,
  tags,
});
const loaded: fc.Arbitrary<Loaded> = fc.oneof(
  fc.record({ value: fc.oneof(fc.constantFrom('v', 'w'), fc.constant(undefined)) }),
  fc.constant('fails' as const),
);
const step = fc.oneof(
  fc.record({ do: fc.constant('get' as const), key }),
  fc.record({ do: fc.constant('set' as const), key, value: fc.constantFrom('s', undefined), life }),
  fc.record({ do: fc.constant('fetch' as const), key, loaded, life }),
  fc.record({ do: fc.constant('delete' as const), key }),
  fc.record({ do: fc.constant('invalidate' as const), tags }),
  fc.record({ do: fc.constant('clear' as const) }),
  fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 12 }) }),
);

describe('Glycogen against a naive model', () => {
  it('does the same, step by step', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const clock = new VirtualClock();
        const cache = new Glycogen<string | undefined>({ clock, retryMs });
        const model = new Model();
        for (const one of steps) {
          if (one.do === 'get') expect(cache.get(one.key)).toBe(model.get(one.key));
          else if (one.do === 'set') {
            void cache.set(one.key, one.value, one.life);
            model.set(one.key, one.value, one.life);
          } else if (one.do === 'fetch') {
            const load = (): string | undefined => {
              if (one.loaded === 'fails') throw new Error('source down');
              return one.loaded.value;
            };
            const got = await cache.fetch(one.key, load, one.life).then(
              (value) => ({ value }),
              () => 'fails',
            );
            await clock.settle();
            expect(got).toEqual(model.fetch(one.key, one.loaded, one.life));
          } else if (one.do === 'delete') {
            void cache.delete(one.key);
            model.kept.delete(one.key);
          } else if (one.do === 'invalidate') {
            void cache.invalidateTags(one.tags);
            model.invalidate(one.tags);
          } else if (one.do === 'clear') {
            void cache.clear();
            model.kept.clear();
          } else {
            await clock.advance(one.ms);
            model.now += one.ms;
          }
          expect(cache.stats().loads).toBe(model.loads);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('keeps bytes and entries within bounds, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 120 }), fc.boolean())),
        (steps) => {
          const cache = new Glycogen<number>({ max: 10, maxBytes: 300, sizeOf: (size) => size as number });
          const sizes = new Map<string, number>();
          for (const [index, size, isDeleted] of steps) {
            const name = `k${index}`;
            if (isDeleted) void cache.delete(name);
            else void cache.set(name, size, { tags: [`t${index % 3}`] });
            if (!isDeleted) sizes.set(name, size);
            const { bytes, size: entries } = cache.stats();
            expect(bytes <= 300 && entries <= 10).toBe(true);
          }
          let sum = 0;
          for (const [name, size] of sizes) if (cache.get(name) !== undefined) sum += size;
          expect(cache.stats().bytes).toBe(sum);
          for (const tag of ['t0', 't1', 't2']) void cache.invalidateTags([tag]);
          expect(cache.stats()).toMatchObject({ size: 0, bytes: 0 });
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('Several caches over one source', () => {
  it('never serve what was replaced, once the replacement has been told, and load one at a time', async () => {
    const report = await forAllSeeds(60, async ({ clock, entropy, chance, sleep, start }) => {
      const l2 = new MemoryStore({ clock, entropy });
      const bus = new LocalInvalidationBus();
      const source = new Map<string, number>();
      const told = new Map<string, number>();
      const loading = new Set<string>();
      const keys = ['a', 'b', 'c'];
      const caches: Glycogen<number>[] = [];
      for (let index = 0; index < 3; index += 1) {
        const cache = new Glycogen<number>({ name: 'shared', clock, entropy, l2, bus, ttlMs: 500, lockMs: 1000 });
        // Each in a body of its own, as in processes of their own.
        await start(cache);
        caches.push(cache);
      }
      const read = async (): Promise<void> => {
        const [name, cache] = [chance.pick(keys), chance.pick(caches)];
        const least = told.get(name) ?? 0;
        const value = await cache.fetch(
          name,
          async () => {
            const seen = source.get(name) ?? 0;
            expect(loading.has(`${name}@${seen}`)).toBe(false);
            loading.add(`${name}@${seen}`);
            await sleep(chance.integer(1, 50));
            loading.delete(`${name}@${seen}`);
            return seen;
          },
          { tags: [`tag:${name}`] },
        );
        expect(value).toBeGreaterThanOrEqual(least);
      };
      const change = async (): Promise<void> => {
        const [name, cache] = [chance.pick(keys), chance.pick(caches)];
        const version = (source.get(name) ?? 0) + 1;
        source.set(name, version);
        await (chance.boolean() ? cache.delete(name) : cache.invalidateTags([`tag:${name}`]));
        told.set(name, Math.max(version, told.get(name) ?? 0));
      };
      const work: Promise<void>[] = [];
      for (let turn = 0; turn < 80; turn += 1) {
        work.push(chance.boolean(0.2) ? change() : read());
        await sleep(chance.integer(0, 20));
      }
      await Promise.all(work);
    });
    expect(report).toBeDefined();
  });

  it('never find what they have replaced themselves, however the second level fails', async () => {
    const report = await forAllSeeds(60, async ({ clock, entropy, chance, sleep, start }) => {
      const l2 = new MemoryStore({ clock, entropy });
      const weather = async <T>(work: () => Promise<T>): Promise<T> => {
        await sleep(chance.integer(0, 3));
        if (chance.boolean(0.15)) throw new Error('refused before');
        const result = await work();
        await sleep(chance.boolean(0.1) ? 100 : 1);
        if (chance.boolean(0.1)) throw new Error('lost the answer');
        return result;
      };
      const shaky: CacheStore = {
        read: (...args) => weather(() => l2.read(...args)),
        write: (...args) => weather(() => l2.write(...args)),
        delete: (...args) => weather(() => l2.delete(...args)),
        invalidateTags: (...args) => weather(() => l2.invalidateTags(...args)),
        clear: () => weather(() => l2.clear()),
        acquire: (...args) => weather(() => l2.acquire(...args)),
      };
      const options = {
        name: 'shaky',
        clock,
        entropy,
        ttlMs: 2000,
        l2TimeoutMs: 20,
        l2PauseMs: 30,
        lockMs: 100,
        lockWaitMs: 50,
      };
      const cache = new Glycogen<number>({ ...options, l2: shaky, max: 2 });
      await start(cache);
      const source = new Map<string, number>();
      const told = new Map<string, number>();
      for (let turn = 0; turn < 100; turn += 1) {
        const name = chance.pick(['a', 'b', 'c']);
        if (chance.boolean(0.3)) {
          const version = (source.get(name) ?? 0) + 1;
          source.set(name, version);
          const way = chance.integer(0, 3);
          if (way === 0) await cache.delete(name);
          else if (way === 1) await cache.set(name, version, { tags: [name] });
          else if (way === 2) await cache.invalidateTags([name]);
          else await cache.clear();
          told.set(name, version);
        } else {
          const value = await cache.fetch(name, () => source.get(name) ?? 0, { tags: [name] });
          expect(value).toBeGreaterThanOrEqual(told.get(name) ?? 0);
        }
        await sleep(chance.integer(0, 20));
      }
      await sleep(500);
    });
    expect(report).toBeDefined();
  });
});
