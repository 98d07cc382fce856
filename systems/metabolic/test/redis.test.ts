import { sleep, systemClock } from '@organism/cell';
import { type CacheEvent, Glycogen } from '@organism/metabolic';
import { RedisInvalidationBus, RedisStore } from '@organism/metabolic/redis';
import { storeContract } from '@organism/metabolic/testing';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Redis } from 'ioredis';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { slotOf } from './fixtures/key-slot.ts';
import { deletePrefix, freshPrefix, redis, redisUrl, skipReason } from './fixtures/redis.ts';

const soon = { timeout: 5000, interval: 5 };

describe.skipIf(skipReason !== undefined)('RedisStore on a real server', () => {
  let prefix = '';
  const makeStore = (): RedisStore => new RedisStore({ client: redis(), prefix });
  beforeEach(() => void (prefix = freshPrefix()));
  afterEach(async () => deletePrefix(prefix));
  afterAll(() => redis().disconnect());

  it.each(storeContract.map((clause) => [clause.name, clause] as const))('%s', async (_name, { run }) => {
    // The server's time is its own: here, and only here, a test waits for real.
    const subject = { store: makeStore(), now: () => systemClock.now(), pass: (ms: number) => sleep(systemClock, ms) };
    await expect(run(subject)).resolves.toBe(undefined);
  });

  it('leaves nothing behind that has no end, when entries have one', async () => {
    const store = makeStore();
    await store.write('k', { value: 1, freshUntil: systemClock.now() + 1000, graceMs: 2000, tags: ['t'] });
    await store.acquire('k', 500);
    const keys = await redis().keys(`${prefix}*`);
    expect(keys.length).toBe(4);
    for (const key of keys) expect([key, (await redis().pttl(key)) > 0]).toEqual([key, true]);
    const value = await redis().pttl(`${prefix}:value:{=k}`);
    expect([value > 2500, value <= 3000]).toEqual([true, true]);
  });

  it('keeps a key and its lock in one slot of a cluster, whatever the key', async () => {
    // Examples of the cluster specification.
    expect(slotOf('123456789')).toBe(0x31c3);
    expect(slotOf('{user1000}.following')).toBe(slotOf('{user1000}.followers'));
    for (const key of ['k', '', '}', '{', '{}', 'a}b', '{x}y']) {
      const [value, lock] = [slotOf(`p:value:{=${key}}`), slotOf(`p:lock:{=${key}}`)];
      expect([key, value]).toEqual([key, lock]);
    }
    const calls: (readonly (string | number)[])[] = [];
    const store = new RedisStore({
      prefix,
      client: {
        call: (command, ...args) => {
          calls.push([command, ...args]);
          return redis().call(command, ...args);
        },
      },
    });
    await store.read('k', ['a', 'b']);
    const lease = await store.acquire('k', 1000);
    await store.write('k', { value: 1, tags: ['a', 'b'] }, lease && { lease });
    await lease?.renew();
    await lease?.release();
    await store.touch('k', 1000);
    await store.delete(['k', 'l']);
    await store.invalidateTags(['a', 'b']);
    await store.clear();
    expect(calls.length).toBeGreaterThan(12);
    for (const call of calls) {
      const keys = call.filter((one) => typeof one === 'string' && one.startsWith(`${prefix}:`)) as string[];
      const slots = new Set(keys.map(slotOf));
      expect([call[0], slots.size]).toEqual([call[0], 1]);
    }
  });

  it('works on a server that does not know its scripts', async () => {
    await redis().script('FLUSH');
    const store = makeStore();
    expect(await store.write('k', { value: 1 })).toBe(true);
    expect((await store.read('k', [])).entry).toEqual({ value: 1 });
  });

  it('takes what it can not read for a miss', async () => {
    const store = makeStore();
    for (const text of [
      '',
      'no json',
      'null',
      '1',
      '[]',
      '{"entry":{},"generation":1}',
      '{"entry":{"tags":[1]},"generation":"g","marks":["m"]}',
    ]) {
      await redis().set(`${prefix}:value:{=k}`, text);
      expect([text, (await store.read('k', [])).entry]).toEqual([text, undefined]);
    }
  });

  it('leaves out what JSON can not carry, and goes on', async () => {
    const cache = new Glycogen<unknown>({ l2: makeStore() });
    const events: CacheEvent[] = [];
    cache.watch((event) => events.push(event));
    await cache.set('k', 'old');
    await cache.set('k', 1n);
    await cache.set('other', 1);
    expect(events).toMatchObject([{ type: 'l2-failed', error: { code: 'METABOLIC_NOT_STORABLE' } }]);
    const elsewhere = new Glycogen<unknown>({ l2: makeStore() });
    expect([await elsewhere.fetch('k', () => 'new'), await elsewhere.fetch('other', () => 2)]).toEqual(['new', 1]);
  });

  it('misses, rather than trusts, entries whose tags were forgotten', async () => {
    const store = makeStore();
    await store.write('k', { value: 'old', tags: ['t'] });
    await redis().del(`${prefix}:tag:{=t}`);
    expect((await store.read('k', [])).entry).toBe(undefined);
  });

  it('names a bad option', () => {
    expect(() => new RedisStore({ client: redis(), prefix: '' })).toThrow('prefix must be');
    expect(() => new RedisStore({ client: redis(), prefix: 'a{b}' })).toThrow('prefix must be without braces');
    expect(() => new RedisStore({ client: {} as never, prefix })).toThrow('client.call must be');
    expect(() => new RedisStore({ client: redis(), prefix, markTtlMs: -1 })).toThrow('markTtlMs must be');
  });

  it('lets one of several processes load', async () => {
    const child = fileURLToPath(new URL('fixtures/redis-process.ts', import.meta.url));
    const args = ['--conditions=@organism/source', child, redisUrl, prefix, String(systemClock.now() + 1500)];
    const run = (): Promise<{ stdout: string }> => promisify(execFile)(process.execPath, args);
    const outputs = await Promise.all([run(), run(), run()]);
    const answers = new Set(outputs.flatMap(({ stdout }) => JSON.parse(stdout) as string[]));
    expect([answers.size, await redis().get(`${prefix}:loads`)]).toEqual([1, '1']);
  });

  it('shares values and invalidations between caches', async () => {
    const subscribers = [redis().duplicate(), redis().duplicate()];
    const make = (subscriber: Redis | undefined): Glycogen<string> => {
      if (subscriber === undefined) throw new Error('no subscriber');
      const bus = new RedisInvalidationBus({ publisher: redis(), subscriber, channel: prefix });
      return new Glycogen<string>({ name: 'shared', l2: makeStore(), bus });
    };
    const a = await make(subscribers[0]).start();
    const b = await make(subscribers[1]).start();
    await a.set('k', 'one', { tags: ['t'] });
    expect(await b.fetch('k', () => 'never')).toBe('one');
    await a.invalidateTags(['t']);
    await vi.waitFor(() => expect(b.get('k')).toBe(undefined), soon);
    expect(await b.fetch('k', () => 'two', { tags: ['t'] })).toBe('two');
    await Promise.all([a.stop(), b.stop()]);
    for (const subscriber of subscribers) subscriber.disconnect();
  });

  it('notices that its connection was down', async () => {
    const subscriber = redis().duplicate({ retryStrategy: () => 10 });
    const bus = new RedisInvalidationBus({ publisher: redis(), subscriber, channel: prefix });
    const cache = await new Glycogen<string>({ name: 'gap', bus }).start();
    const events: CacheEvent[] = [];
    cache.watch((event) => events.push(event));
    await cache.set('k', 'maybe old');
    await redis().publish(prefix, 'no message');
    const id = await redis().call('CLIENT', 'LIST', 'TYPE', 'pubsub');
    const own = String(id)
      .split('\n')
      .find((line) => line.includes(`laddr=`) && line.includes(`:${subscriber.stream.localPort} `));
    await redis().call('CLIENT', 'KILL', 'ID', /id=(\d+)/.exec(own ?? '')?.[1] ?? '');
    await vi.waitFor(() => expect(events.filter(({ type }) => type === 'bus-gap').length).toBe(2), soon);
    expect(cache.get('k')).toBe(undefined);
    await cache.set('k', 'again');
    await redis().publish(prefix, JSON.stringify({ cache: 'gap', source: 'other', sequence: 1, keys: ['k'] }));
    await vi.waitFor(() => expect(cache.get('k')).toBe(undefined), soon);
    await cache.stop();
    subscriber.disconnect();
  });
});
