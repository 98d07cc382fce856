import { Glycogen } from '@organism/metabolic';
import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { LRUCache } from 'lru-cache';
import assert from 'node:assert/strict';
import type { Benchmark, Case, Figure, Work } from './lib/benchmark.ts';

const count = 1024;
const keys = Array.from({ length: count }, (_, index) => `quake:${index}`);
const valueOf = (key: string): { readonly id: string; readonly magnitude: number } => ({ id: key, magnitude: 4.2 });
const keyAt = (index: number): string => keys[index & (count - 1)] ?? '';

const makeOurs = (ttlMs: number): Glycogen<{ id: string }> => {
  const cache = new Glycogen<{ id: string }>({ max: 10_000, ttlMs });
  for (const key of keys) void cache.set(key, valueOf(key));
  return cache;
};

const makeLru = (ttl?: number): LRUCache<string, { id: string }> => {
  const cache = new LRUCache<string, { id: string }>({ max: 10_000, ...(ttl !== undefined && { ttl }) });
  for (const key of keys) cache.set(key, valueOf(key));
  return cache;
};

/** As the documentation sets up a store in memory; `serialize: false` is its own advice for speed. */
const makeBento = async (serialize: boolean): Promise<(key: string) => Promise<{ id: string } | undefined>> => {
  const driver = memoryDriver({ maxItems: 10_000, serialize });
  const cache = new BentoCache({ default: 'memory', ttl: '1h', stores: { memory: bentostore().useL1Layer(driver) } });
  for (const key of keys) await cache.set({ key, value: valueOf(key) });
  return (key) => cache.getOrSet({ key, factory: () => valueOf(key) });
};

const hour = 3_600_000;

const sync =
  (read: (key: string) => { id: string } | undefined): Work =>
  (times) => {
    let length = 0;
    for (let index = 0; index < times; index += 1) length += read(keyAt(index))?.id.length ?? 0;
    return length;
  };

const awaited =
  (read: (key: string) => Promise<{ id: string } | undefined>): Work =>
  async (times) => {
    let length = 0;
    for (let index = 0; index < times; index += 1) length += (await read(keyAt(index)))?.id.length ?? 0;
    return length;
  };

/** One read, then a turn of promise jobs, as in a server that reads once per request. */
const scattered =
  (read: (key: string) => { id: string } | undefined): Work =>
  async (times) => {
    let length = 0;
    for (let index = 0; index < times; index += 1) {
      length += read(keyAt(index))?.id.length ?? 0;
      await undefined;
    }
    return length;
  };

const cases = async (): Promise<readonly Case[]> => {
  const [endless, timed] = [makeOurs(Infinity), makeOurs(hour)];
  const [lru, lruTimed] = [makeLru(), makeLru(hour)];
  const [bento, bentoPlain] = [await makeBento(true), await makeBento(false)];
  const load = ({ key }: { readonly key: string }): { id: string } => valueOf(key);
  return [
    {
      name: 'hit in memory, no TTL',
      goal: null,
      ours: sync((key) => endless.get(key)),
      peers: [{ name: 'lru-cache', package: 'lru-cache', work: sync((key) => lru.get(key)) }],
    },
    {
      name: 'hit in memory, TTL',
      goal: null,
      ours: sync((key) => timed.get(key)),
      peers: [
        { name: 'lru-cache, ttl', package: 'lru-cache', work: sync((key) => lruTimed.get(key)) },
        { name: 'bentocache', package: 'bentocache', work: awaited(bento), goal: 0.1 },
        { name: 'bentocache, serialize off', package: 'bentocache', work: awaited(bentoPlain), goal: 0.1 },
      ],
    },
    {
      name: 'hit in memory, TTL, one per turn',
      goal: null,
      ours: scattered((key) => timed.get(key)),
      peers: [{ name: 'lru-cache, ttl', package: 'lru-cache', work: scattered((key) => lruTimed.get(key)) }],
    },
    {
      name: 'hit through fetch, awaited',
      goal: 1,
      ours: awaited((key) => timed.fetch(key, load)),
      peers: [
        { name: 'bentocache getOrSet', package: 'bentocache', work: awaited(bento) },
        { name: 'bentocache getOrSet, serialize off', package: 'bentocache', work: awaited(bentoPlain) },
      ],
    },
    {
      name: 'set',
      goal: null,
      ours: sync((key) => (void timed.set(key, { id: key }), undefined)),
      peers: [
        {
          name: 'lru-cache, ttl',
          package: 'lru-cache',
          work: sync((key) => (lruTimed.set(key, { id: key }), undefined)),
        },
      ],
    },
  ];
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Nanoseconds of one hit, against the bound that the framework promises. */
const hitFigure = (quick: boolean): Figure => {
  const cache = makeOurs(hour);
  const work = sync((key) => cache.get(key));
  const times = 500_000;
  const rounds = Array.from({ length: quick ? 9 : 21 }, () => {
    const started = process.hrtime.bigint();
    work(times);
    return Number(process.hrtime.bigint() - started) / times;
  });
  return {
    name: 'hit in memory, TTL, against 100 ns',
    unit: 'ns',
    better: 'lower',
    ours: median(rounds),
    peer: 'the promise',
    peerVersion: '',
    theirs: 100,
    goal: 1,
  };
};

/** Reads that memory answers. */
export const benchmark: Benchmark = {
  name: 'metabolic.cache',
  description: 'a cache hit in memory against lru-cache and bentocache',
  verify: async () => {
    const bento = await makeBento(true);
    const [ours, lru] = [makeOurs(hour), makeLru(hour)];
    for (const key of keys) {
      assert.deepEqual(ours.get(key), lru.get(key));
      assert.deepEqual(await bento(key), ours.get(key));
      assert.deepEqual(await ours.fetch(key, () => valueOf('never')), ours.get(key));
    }
  },
  cases,
  figures: async ({ quick }) => [hitFigure(quick)],
};
