import { ObjectPool, type ObjectPoolOptions, type PoolLeak } from '@organism/metabolic';
import { forAllSeeds, VirtualClock } from '@organism/testing';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';

interface Thing {
  readonly id: number;
  isBroken?: boolean;
}
const makePool = (
  options: Partial<ObjectPoolOptions<Thing>> = {},
): { pool: ObjectPool<Thing>; destroyed: number[] } => {
  let last = 0;
  const destroyed: number[] = [];
  const pool = new ObjectPool<Thing>({
    create: () => ({ id: (last += 1) }),
    destroy: ({ id }) => void destroyed.push(id),
    ...options,
  });
  return { pool, destroyed };
};

describe('ObjectPool', () => {
  it('lends the one used last, and never more than its maximum, first come, first served', async () => {
    const { pool } = makePool({ max: 2 });
    const [one, two] = [await pool.acquire(), await pool.acquire()];
    const order: string[] = [];
    const third = pool.acquire().then((lease) => (order.push('third'), lease));
    const fourth = pool.acquire().then((lease) => (order.push('fourth'), lease));
    expect(pool.stats()).toMatchObject({ size: 2, borrowed: 2, waiting: 2, created: 2 });
    two.release();
    two.release();
    one.release();
    expect([(await third).value.id, (await fourth).value.id, order]).toEqual([2, 1, ['third', 'fourth']]);
    (await third).release();
    expect((await pool.acquire()).value.id).toBe(2);
  });

  it('destroys what is broken, unfit or can not be reset, and makes another', async () => {
    const { pool, destroyed } = makePool({
      max: 1,
      validate: ({ isBroken }) => isBroken !== true,
      reset: (thing) => {
        if (thing.id === 3) throw new Error('stuck');
      },
    });
    const first = await pool.acquire();
    first.discard();
    const second = await pool.acquire();
    second.value.isBroken = true;
    second.release();
    await pool.use(({ id }) => expect(id).toBe(3));
    await pool.use(({ id }) => expect(id).toBe(4));
    expect([destroyed, pool.stats().size]).toEqual([[1, 2, 3], 1]);
  });

  it('gives back what is used when the work fails', async () => {
    const { pool } = makePool();
    await expect(pool.use(() => Promise.reject(new Error('work failed')))).rejects.toThrow('work failed');
    expect(pool.stats()).toMatchObject({ borrowed: 0, idle: 1 });
  });

  it('tells who waits that nothing can be made, and goes on', async () => {
    let isDown = true;
    const { pool } = makePool({
      max: 1,
      create: async () => {
        if (isDown) throw new Error('no route');
        return { id: 1 };
      },
    });
    const results = await Promise.allSettled([pool.acquire(), pool.acquire()]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    isDown = false;
    expect((await pool.acquire()).value.id).toBe(1);
  });

  it('does not let anybody wait for ever, nor too many', async () => {
    const clock = new VirtualClock();
    const { pool } = makePool({ clock, max: 1, maxWaiting: 2, acquireTimeoutMs: 100 });
    const lease = await pool.acquire();
    const abort = new AbortController();
    const waits = Promise.allSettled([pool.acquire(), pool.acquire({ signal: abort.signal })]);
    await expect(pool.acquire()).rejects.toMatchObject({ code: 'METABOLIC_POOL_QUEUE_FULL', retryable: true });
    abort.abort();
    await clock.advance(100);
    expect(await waits).toMatchObject([
      { reason: { code: 'METABOLIC_POOL_TIMEOUT', status: 503 } },
      { reason: { code: 'CELL_CANCELLED' } },
    ]);
    await expect(pool.acquire({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CELL_CANCELLED' });
    lease.release();
    expect([pool.stats().idle, clock.pending]).toEqual([1, 0]);
  });

  it('reports a lease that is held for too long, once, with where it was taken', async () => {
    const clock = new VirtualClock();
    const leaks: PoolLeak[] = [];
    const { pool } = makePool({
      name: 'db',
      clock,
      leakAfterMs: 1000,
      traces: true,
      idleMs: 5000,
      onLeak: (leak) => leaks.push(leak),
    });
    const early = await pool.acquire();
    const late = await pool.acquire();
    await clock.advance(500);
    early.release();
    await clock.advance(5000);
    expect(leaks).toMatchObject([{ pool: 'db', kind: 'held', heldMs: 1000 }]);
    expect(leaks[0]?.origin).toContain('object-pool.test.ts');
    expect([pool.stats().leaked, await pool.start().then(() => pool.health())]).toMatchObject([1, { status: 'warn' }]);
    late.release();
    await pool.stop();
  });

  it('notices a lease that nobody can give back any more, and frees its place', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const leaks: PoolLeak[] = [];
    const { pool, destroyed } = makePool({ max: 1, onLeak: (leak) => leaks.push(leak) });
    await (async () => void (await pool.acquire()))();
    const next = pool.acquire();
    await vi.waitFor(
      () => {
        collect();
        expect(leaks.length).toBe(1);
      },
      { timeout: 10_000, interval: 5 },
    );
    expect([leaks[0]?.kind, destroyed, (await next).value.id]).toEqual(['lost', [1], 2]);
  });

  it('destroys what it does not need, but for its minimum', async () => {
    const clock = new VirtualClock();
    const { pool, destroyed } = makePool({ clock, min: 1, max: 5, idleMs: 1000 });
    await pool.start();
    expect(pool.stats()).toMatchObject({ idle: 1, created: 1 });
    const leases = await Promise.all([pool.acquire(), pool.acquire(), pool.acquire()]);
    for (const lease of leases) lease.release();
    await clock.advance(999);
    expect(destroyed).toEqual([]);
    await clock.advance(1);
    expect([destroyed.length, pool.stats().idle]).toEqual([2, 1]);
    await pool.stop();
    expect([destroyed.length, pool.stats().size]).toEqual([3, 0]);
    await expect(pool.acquire()).rejects.toMatchObject({ code: 'CELL_STATE' });
  });

  it('waits for what is lent when it stops, until the deadline', async () => {
    const clock = new VirtualClock();
    const { pool, destroyed } = makePool({ clock, max: 1 });
    await pool.start();
    const lease = await pool.acquire();
    const waiting = pool.acquire();
    const stopping = pool.stop();
    await expect(waiting).rejects.toMatchObject({ code: 'CELL_CANCELLED' });
    await clock.advance(50);
    expect(pool.state).toBe('stopping');
    lease.release();
    await stopping;
    expect([pool.state, destroyed]).toEqual(['stopped', [1]]);
  });

  it('lends nothing to two at a time, whatever happens', async () => {
    const report = await forAllSeeds(40, async ({ clock, chance, sleep }) => {
      const inUse = new Set<number>();
      let existing = 0;
      const pool = new ObjectPool<Thing>({
        clock,
        max: 3,
        idleMs: 30,
        create: async () => {
          await sleep(chance.integer(0, 5));
          if (chance.boolean(0.2)) throw new Error('no route');
          existing += 1;
          expect(existing).toBeLessThanOrEqual(3);
          return { id: chance.integer(0, 1e9) };
        },
        destroy: () => void (existing -= 1),
      });
      const one = async (): Promise<void> => {
        const lease = await pool.acquire({ signal: AbortSignal.any([]) }).catch(() => undefined);
        if (lease === undefined) return;
        expect(inUse.has(lease.value.id)).toBe(false);
        inUse.add(lease.value.id);
        await sleep(chance.integer(0, 20));
        inUse.delete(lease.value.id);
        if (chance.boolean(0.2)) lease.discard();
        else lease.release();
      };
      const work: Promise<void>[] = [];
      for (let turn = 0; turn < 40; turn += 1) {
        work.push(one());
        await sleep(chance.integer(0, 6));
      }
      await Promise.all(work);
      expect(pool.stats()).toMatchObject({ borrowed: 0, waiting: 0, size: existing });
      await pool.start();
      await pool.stop();
    });
    expect(report).toBeDefined();
  });

  it('names a bad option', () => {
    const bad: [string, Partial<ObjectPoolOptions<Thing>>][] = [
      ['create', { create: 1 as never }],
      ['reset', { reset: 1 as never }],
      ['max', { max: 0 }],
      ['min', { min: -1 }],
      ['maxWaiting', { maxWaiting: 0.5 }],
      ['acquireTimeoutMs', { acquireTimeoutMs: Number.NaN }],
      ['idleMs', { idleMs: -1 }],
      ['leakAfterMs', { leakAfterMs: -1 }],
    ];
    for (const [field, options] of bad)
      expect(() => makePool(options)).toThrow(expect.objectContaining({ details: expect.objectContaining({ field }) }));
  });
});
