import { Context, systemClock } from '@organism/cell';
import { Muscle, MuscleMemory, structuralKey } from '@organism/muscular';
import { LRUCache } from 'lru-cache';
import assert from 'node:assert/strict';
import pMemoize from 'p-memoize';
import type { Benchmark, Case, Figure, Work } from './lib/benchmark.ts';

interface Query {
  readonly region: string;
  readonly minimum: number;
  readonly page: number;
}
interface Answer {
  readonly count: number;
}

const hourMs = 3_600_000;
const queries = Array.from({ length: 256 }, (_, index): Query => ({
  region: `region-${index & 7}`,
  minimum: (index & 31) / 4,
  page: index,
}));
const queryAt = (index: number): Query => queries[index & 255] as Query;
const answer = async ({ page }: Query): Promise<Answer> => ({ count: page });

/** Memoised by structure, for an hour, the least recently used go first: all contenders but those named otherwise. */
const makeOurs = (ttlMs: number): Muscle<Query, Answer> =>
  new Muscle({
    name: 'search',
    deterministic: true,
    memory: new MuscleMemory({ max: 1000, ttlMs }),
    run: answer,
  });

type Ask = (query: Query) => PromiseLike<Answer>;

const lruOf = (ttl?: number): LRUCache<string, Answer> =>
  new LRUCache({ max: 1000, ...(ttl !== undefined && { ttl }) });

/** Its documentation advises an LRU as the cache, and JSON as the key of objects. */
const memoized = (ttl?: number): Ask =>
  pMemoize(answer, { cacheKey: ([query]) => JSON.stringify(query), cache: lruOf(ttl) });

/** By hand: what one writes without a library; no single flight. */
const byHand = (ttl?: number): Ask => {
  const cache = lruOf(ttl);
  return async (query) => {
    const key = JSON.stringify(query);
    const known = cache.get(key);
    if (known !== undefined) return known;
    const value = await answer(query);
    cache.set(key, value);
    return value;
  };
};

const asking =
  (ask: Ask): Work =>
  async (times) => {
    let sum = 0;
    for (let index = 0; index < times; index += 1) sum += (await ask(queryAt(index))).count;
    return sum;
  };

const keying =
  (keyOf: (query: Query) => string): Work =>
  (times) => {
    // The key is hashed too, as it is when it is looked up.
    const seen = new Set<string>();
    for (let index = 0; index < times; index += 1) seen.add(keyOf(queryAt(index)));
    return seen.size;
  };

/** As in a server, where each request has a context with a deadline. */
const inContext = (ask: Ask): Work => {
  const context = new Context({ deadline: systemClock.now() + hourMs });
  return (times) => context.run(() => asking(ask)(times));
};

const hit = async (name: string, ttl: number | undefined, ttlMs: number, way = asking): Promise<Case> => {
  const search = makeOurs(ttlMs);
  const works = [way((query) => search.execute(query)), way(memoized(ttl)), way(byHand(ttl))] as const;
  // Filled, and often enough for the compiler: a first batch that waits for either would be taken for a slow one.
  for (const work of works) await work(25_600);
  const [ours, pMemoized, handMade] = works;
  return {
    name,
    goal: null,
    ours,
    peers: [
      { name: 'p-memoize, LRU, JSON', package: 'p-memoize', work: pMemoized },
      { name: 'lru-cache by hand, JSON', package: 'lru-cache', work: handMade },
    ],
  };
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** A hit with its key and the `await`, in nanoseconds: the median of many short rounds, which other work seldom meets. */
const limited = async (name: string, ttlMs: number, quick: boolean): Promise<Figure> => {
  const search = makeOurs(ttlMs);
  const work = asking((query) => search.execute(query));
  await work(50_000);
  const hits = 2000;
  const times: number[] = [];
  for (let round = 0; round < (quick ? 500 : 2000); round += 1) {
    const started = process.hrtime.bigint();
    await work(hits);
    times.push(Number(process.hrtime.bigint() - started) / hits);
  }
  const limit = { peer: 'limit', peerVersion: '', theirs: 300, goal: 1 };
  return { name, unit: 'ns', better: 'lower', ours: median(times), ...limit };
};

/** Remembered operations: a hit with its key. */
export const benchmark: Benchmark = {
  name: 'muscular.memo',
  description: 'a memoised call that is remembered, its key included, against p-memoize and lru-cache',
  verify: async () => {
    const search = makeOurs(hourMs);
    for (const ask of [(query: Query) => search.execute(query), memoized(), memoized(hourMs), byHand(hourMs)]) {
      assert.equal(await asking(ask)(512), 256 * 255);
    }
    assert.equal(search.counters.executions, 256);
    assert.equal(keying(structuralKey)(512), 256);
  },
  cases: async () => [
    await hit('hit, no TTL', undefined, Infinity),
    await hit('hit, TTL', hourMs, hourMs),
    await hit('hit, TTL, in a context with a deadline', hourMs, hourMs, inContext),
    {
      name: 'the key alone',
      goal: null,
      ours: keying(structuralKey),
      peers: [{ name: 'JSON.stringify', package: 'node', work: keying((query) => JSON.stringify(query)) }],
    },
  ],
  figures: async ({ quick }) => [
    await limited('hit with its key, no TTL', Infinity, quick),
    await limited('hit with its key, TTL', hourMs, quick),
  ],
};
