import { gcra, RateLimit, type RateStrategy, slidingWindow, tokenBucket } from '@organism/homeostasis';
import { Lung, limited, respond } from '@organism/respiratory';
import { RedisRateStore } from '@organism/respiratory/redis';
import { Redis } from 'ioredis';
import { afterAll, describe, expect, it } from 'vitest';

const client = new Redis({ host: '127.0.0.1', lazyConnect: true, maxRetriesPerRequest: 1, retryStrategy: null });
client.on('error', () => {});
const isUp = await client.connect().then(
  () => true,
  () => false,
);
if (!isUp) console.warn('Rate limits on Redis are not tested, as there is no server at 127.0.0.1:6379.');
const prefix = `lung-rate-${process.pid}`;
afterAll(async () => {
  if (!isUp) return;
  const keys = await client.keys(`${prefix}*`);
  if (keys.length > 0) await client.del(...keys);
  client.disconnect();
});
const store = new RedisRateStore({ client, prefix });

const strategies: [string, RateStrategy, number][] = [
  ['tokenBucket', tokenBucket({ capacity: 5, refillPerSecond: 0.1 }), 10_000],
  ['slidingWindow', slidingWindow({ limit: 5, windowMs: 60_000 }), 60_000],
  ['gcra', gcra({ limit: 5, periodMs: 50_000 }), 10_000],
];

describe.runIf(isUp)('rate limits on Redis', () => {
  it.each(strategies)('%s decides as in memory does', async (name, strategy, wait) => {
    const answers = [];
    for (let index = 0; index < 7; index += 1) answers.push(await store.take(name, strategy));
    expect(answers.map(({ allowed, remaining }) => [allowed, remaining])).toEqual([
      [true, 4],
      [true, 3],
      [true, 2],
      [true, 1],
      [true, 0],
      [false, 0],
      [false, 0],
    ]);
    const { retryAfterMs = 0 } = answers.at(-1) ?? {};
    expect(retryAfterMs).toBeGreaterThan(wait * 0.9);
    expect(retryAfterMs).toBeLessThanOrEqual(wait);
    expect((await store.take(`${name}-other`, strategy)).allowed).toBe(true);
  });

  it.each(strategies)(
    '%s lets as many pass as it may, of many at once from several processes',
    async (name, strategy) => {
      const second = client.duplicate();
      const other = new RedisRateStore({ client: second, prefix });
      const all = await Promise.all(
        Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? store : other).take(`${name}-many`, strategy)),
      );
      second.disconnect();
      expect(all.filter(({ allowed }) => allowed).length).toBe(5);
    },
  );

  it.each([
    ['tokenBucket', tokenBucket({ capacity: 1, refillPerSecond: 20 })],
    ['slidingWindow', slidingWindow({ limit: 1, windowMs: 50 })],
    ['gcra', gcra({ limit: 1, periodMs: 50 })],
  ])('%s lets go on when it said it would, and forgets', async (name, strategy) => {
    const key = `${name}-again`;
    expect((await store.take(key, strategy)).allowed).toBe(true);
    const { retryAfterMs } = await store.take(key, strategy);
    await new Promise((resolve) => setTimeout(resolve, retryAfterMs + 5));
    expect((await store.take(key, strategy)).allowed).toBe(true);
    await expect.poll(() => client.exists(`${prefix}:${strategy.kind}:${key}`)).toBe(0);
  });

  it('limits a route, with 429 and when to come again', async () => {
    const limiter = new RateLimit({ strategy: slidingWindow({ limit: 1, windowMs: 60_000 }), store });
    const limit = limited({ limiter, key: (exchange) => `route-${exchange.header('x-who') ?? ''}` });
    const lung = new Lung({
      endpoints: [respond('GET /', (exchange) => exchange.reply(204, {}), { before: [limit] })],
    });
    const ask = async (who: string): Promise<[number, string | null]> => {
      const { status, headers } = await lung.inject('GET /', { headers: { 'x-who': who } });
      return [status, headers.get('retry-after')];
    };
    expect([await ask('ada'), await ask('ada'), await ask('bob')]).toEqual([
      [204, null],
      [429, '60'],
      [204, null],
    ]);
  });

  it('knows only the strategies that it has a script for', async () => {
    const own = { ...tokenBucket({ capacity: 1, refillPerSecond: 1 }), kind: 'own' };
    await expect(store.take('own', own)).rejects.toThrow('strategy must be one of');
  });
});
