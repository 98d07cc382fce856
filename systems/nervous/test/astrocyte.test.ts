import { OptionError } from '@organism/cell';
import {
  Astrocyte,
  type Failure,
  MemoryState,
  NotRunningError,
  type StateChange,
  type StateDriver,
  StateShapeError,
  StateValueError,
  typed,
  VersionConflictError,
} from '@organism/nervous';
import { Bone } from '@organism/skeletal';
import { forAllSeeds, VirtualClock } from '@organism/testing';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';

const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};

/** A driver that does its work later, and answers later still. */
const slowly = (driver: StateDriver, wait: () => Promise<void> = () => Promise.resolve()): StateDriver => {
  const later = async <T>(work: () => T): Promise<Awaited<T>> => {
    await wait();
    const result = await work();
    await wait();
    return result;
  };
  return {
    open: () => later(() => {}),
    close: () => later(() => {}),
    read: (key, now) => later(() => driver.read(key, now)),
    write: (key, value, order) => later(() => driver.write(key, value, order)),
    remove: (key, order) => later(() => driver.remove(key, order)),
    keys: (prefix, now) => driver.keys(prefix, now),
    expire: (now, limit) => later(() => driver.expire(now, limit)),
    nextExpiry: () => later(() => driver.nextExpiry()),
  };
};

describe('Astrocyte: values and versions', () => {
  it('gives back what was set, as a copy', async () => {
    const astrocyte = new Astrocyte();
    const value = { list: [1], when: new Date(0), tags: new Map([['a', 1]]) };
    await astrocyte.set('a', value);
    value.list.push(2);
    const first = await astrocyte.get<typeof value>('a');
    expect(first?.value).toEqual({ list: [1], when: new Date(0), tags: new Map([['a', 1]]) });
    first?.value.list.push(3);
    expect((await astrocyte.get<typeof value>('a'))?.value.list).toEqual([1]);
    expect([await astrocyte.has('a'), await astrocyte.has('b')]).toEqual([true, false]);
  });

  it('copies shared, circular, big and odd values as structuredClone does', async () => {
    const astrocyte = new Astrocyte();
    const shared = { n: 1 };
    const circular: Record<string, unknown> = { both: [shared, shared] };
    circular['self'] = circular;
    await astrocyte.set('a', circular);
    const copy = (await astrocyte.get<{ both: object[]; self: unknown }>('a'))?.value;
    expect(copy?.self).toBe(copy);
    expect(copy?.both[0]).toBe(copy?.both[1]);
    const wide = Array.from({ length: 1500 }, (_, index) => ({ index }));
    await astrocyte.set('wide', wide);
    expect((await astrocyte.get('wide'))?.value).toEqual(wide);
    const odd = JSON.parse('{"__proto__": {"polluted": true}}') as object;
    await astrocyte.set('odd', odd);
    expect((await astrocyte.get<{ polluted?: boolean }>('odd'))?.value.polluted).toBeUndefined();
    expect((await astrocyte.get('odd'))?.value).toEqual(odd);
  });

  it('refuses what it cannot copy', async () => {
    const astrocyte = new Astrocyte();
    for (const value of [undefined, () => {}, Symbol('s'), { run: () => {} }])
      await expect(astrocyte.set('a', value)).rejects.toBeInstanceOf(StateValueError);
    expect(await astrocyte.has('a')).toBe(false);
  });

  it('compares and sets; the conflict names key and versions', async () => {
    const astrocyte = new Astrocyte();
    const first = await astrocyte.set('a', 1, { ifVersion: 0 });
    const second = await astrocyte.set('a', 2, { ifVersion: first.version });
    const conflict: unknown = await astrocyte
      .set('a', 3, { ifVersion: first.version })
      .catch((error: unknown) => error);
    expect(conflict).toBeInstanceOf(VersionConflictError);
    expect(conflict).toMatchObject({
      key: 'a',
      expected: first.version,
      actual: second.version,
      status: 409,
      retryable: true,
    });
    await expect(astrocyte.delete('a', { ifVersion: 0 })).rejects.toThrow('has version 2, not none');
    expect(await astrocyte.delete('a', { ifVersion: second.version })).toBe(true);
    expect(await astrocyte.delete('a')).toBe(false);
    const again = await astrocyte.set('a', 4);
    expect(again.version).toBeGreaterThan(second.version);
  });

  it('updates as if alone: a thousand overlapping increments all count', async () => {
    const astrocyte = new Astrocyte();
    const increment = (count = 0): number => count + 1;
    await Promise.all(Array.from({ length: 1000 }, () => astrocyte.update('count', increment)));
    expect((await astrocyte.get('count'))?.value).toBe(1000);
  });

  it('tries an asynchronous update again when another came in between, and gives up after the retries', async () => {
    const astrocyte = new Astrocyte();
    const seen: (number | undefined)[] = [];
    const disturbed = (times: number) => async (current: number | undefined) => {
      seen.push(current);
      if (seen.length <= times) await astrocyte.set('a', seen.length * 10);
      return (current ?? 0) + 1;
    };
    expect((await astrocyte.update('a', disturbed(2))).value).toBe(21);
    expect(seen).toEqual([undefined, 10, 20]);
    seen.length = 0;
    await expect(astrocyte.update('a', disturbed(9), { retries: 3 })).rejects.toBeInstanceOf(VersionConflictError);
    expect(seen).toHaveLength(4);
    expect(astrocyte.describe().counters).toMatchObject({ conflicts: 6 });
  });

  it('writes nothing when the updater fails', async () => {
    const astrocyte = new Astrocyte();
    await expect(astrocyte.update('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await astrocyte.has('a')).toBe(false);
  });

  it('lists keys and entries of a prefix', async () => {
    const astrocyte = new Astrocyte();
    for (const key of ['a/1', 'a/2', 'b/1']) await astrocyte.set(key, key);
    expect(await collect(astrocyte.keys('a/'))).toEqual(['a/1', 'a/2']);
    expect(await collect(astrocyte.keys())).toHaveLength(3);
    expect((await collect(astrocyte.entries('a/'))).map(([key, { value }]) => [key, value])).toEqual([
      ['a/1', 'a/1'],
      ['a/2', 'a/2'],
    ]);
  });
});

describe('Astrocyte: time to live', () => {
  it('forgets at its time, with one timer for the soonest', async () => {
    const clock = new VirtualClock();
    const astrocyte = new Astrocyte({ clock });
    const gone: string[] = [];
    astrocyte.watch(
      { prefix: '' },
      ({ type, key }) => type === 'expire' && gone.push(`${key} at ${clock.monotonic()}`),
    );
    for (const [key, ttlMs] of [
      ['c', 3000],
      ['a', 1000],
      ['b', 2000],
      ['d', 1000],
    ] as const)
      await astrocyte.set(key, 1, { ttlMs });
    expect(clock.timers()).toHaveLength(1);
    await clock.advance(999);
    expect(await astrocyte.has('a')).toBe(true);
    await clock.advance(10_000);
    expect(gone).toEqual(['a at 1000', 'd at 1000', 'b at 2000', 'c at 3000']);
    expect(clock.timers()).toHaveLength(0);
    expect(astrocyte.describe().counters).toMatchObject({ keys: 0, expired: 4 });
  });

  it('does not show an expired key to a read that comes before the timer', async () => {
    const clock = new VirtualClock();
    const astrocyte = new Astrocyte({ clock });
    await astrocyte.set('a', 1, { ttlMs: 1000 });
    clock.setNow(clock.now() + 5000);
    expect(await astrocyte.get('a')).toBeUndefined();
    expect(await collect(astrocyte.keys())).toEqual([]);
    const changes: StateChange[] = [];
    astrocyte.watch('a', (change) => changes.push(change));
    await astrocyte.set('a', 2, { ifVersion: 0 });
    expect(changes.map(({ type, version, previous }) => [type, version, previous])).toEqual([
      ['expire', 0, 1],
      ['set', 2, 0],
    ]);
  });

  it('lets expired keys make room before it drives out a living one', async () => {
    const clock = new VirtualClock();
    const astrocyte = new Astrocyte({ clock, driver: new MemoryState({ maxKeys: 2 }) });
    await astrocyte.set('old', 1);
    await astrocyte.set('expired', 1, { ttlMs: 1000 });
    clock.setNow(clock.now() + 5000);
    await astrocyte.set('new', 1);
    expect(await collect(astrocyte.keys())).toEqual(['old', 'new']);
    expect(astrocyte.describe().counters).toMatchObject({ expired: 1, evicted: 0 });
  });

  it('waits on when the wall clock was set back', async () => {
    const clock = new VirtualClock();
    const astrocyte = new Astrocyte({ clock });
    await astrocyte.set('a', 1, { ttlMs: 1000 });
    clock.setNow(clock.now() - 500);
    await clock.advance(1000);
    expect(await astrocyte.has('a')).toBe(true);
    await clock.advance(500);
    expect(astrocyte.describe().counters).toMatchObject({ keys: 0 });
  });

  it('a set without a time to live keeps the key for ever; an update keeps the time it had', async () => {
    const clock = new VirtualClock();
    const astrocyte = new Astrocyte({ clock });
    for (const key of ['set', 'updated', 'longer']) await astrocyte.set(key, 1, { ttlMs: 1000 });
    await astrocyte.set('set', 2);
    await astrocyte.update('updated', () => 2);
    await astrocyte.update('longer', () => 2, { ttlMs: 5000 });
    await clock.advance(1000);
    expect(await collect(astrocyte.keys())).toEqual(['set', 'longer']);
  });

  it('expires a great many in batches', async () => {
    const clock = new VirtualClock();
    const astrocyte = new Astrocyte({ clock });
    for (let index = 0; index < 3500; index += 1) await astrocyte.set(`k${index}`, index, { ttlMs: 10 });
    await clock.advance(10);
    expect(astrocyte.describe().counters).toMatchObject({ keys: 0, expired: 3500 });
  });

  it('tries again when the driver fails to delete', async () => {
    const clock = new VirtualClock();
    const memory = new MemoryState();
    const failures: Failure[] = [];
    let broken = true;
    const expire: StateDriver['expire'] = (now, limit) => {
      if (broken) throw new Error('disk full');
      return memory.expire(now, limit);
    };
    const driver = Object.assign(slowly(memory), { expire });
    await using astrocyte = await new Astrocyte({
      clock,
      driver,
      onError: (failure) => failures.push(failure),
    }).start();
    await astrocyte.set('a', 1, { ttlMs: 10 });
    await clock.advance(10);
    expect(failures.map(({ source }) => source)).toEqual(['expiry in "astrocyte"']);
    broken = false;
    await clock.advance(1000);
    expect(memory.size).toBe(0);
  });
});

describe('Astrocyte: watching', () => {
  it('tells of every change with old and new version', async () => {
    const astrocyte = new Astrocyte({ driver: new MemoryState({ maxKeys: 1 }) });
    const changes: unknown[] = [];
    using _all = astrocyte.watch({ prefix: '' }, ({ type, key, version, previous, value }) =>
      changes.push([type, key, previous, version, value]),
    );
    await astrocyte.set('a', 'one');
    await astrocyte.set('a', 'two');
    await astrocyte.set('b', 'three');
    await astrocyte.delete('b');
    await astrocyte.delete('b');
    expect(changes).toEqual([
      ['set', 'a', 0, 1, 'one'],
      ['set', 'a', 1, 2, 'two'],
      ['evict', 'a', 2, 0, undefined],
      ['set', 'b', 0, 3, 'three'],
      ['delete', 'b', 3, 0, undefined],
    ]);
  });

  it('watches one key, or a prefix, until told to stop', async () => {
    const astrocyte = new Astrocyte();
    const seen: string[] = [];
    const one = astrocyte.watch('a/1', ({ key }) => seen.push(`one ${key}`));
    const many = astrocyte.watch({ prefix: 'a/' }, ({ key }) => seen.push(`many ${key}`));
    for (const key of ['a/1', 'a/2', 'b/1', 'a']) await astrocyte.set(key, 1);
    one.unsubscribe();
    one.unsubscribe();
    many[Symbol.dispose]();
    await astrocyte.set('a/1', 2);
    expect(seen).toEqual(['one a/1', 'many a/1', 'many a/2']);
    expect(astrocyte.describe().counters).toMatchObject({ watchers: 0 });
  });

  it('keeps the order for all, also when a watcher makes changes', async () => {
    const astrocyte = new Astrocyte();
    const seen: unknown[] = [];
    astrocyte.watch<number>('a', ({ value }) => void (value === 1 && astrocyte.set('a', 2)));
    astrocyte.watch<number>('a', ({ value }) => seen.push(value));
    await astrocyte.set('a', 1);
    expect(seen).toEqual([1, 2]);
  });

  it('isolates failing watchers', async () => {
    const failures: Failure[] = [];
    const astrocyte = new Astrocyte({ onError: (failure) => failures.push(failure) });
    let seen = 0;
    astrocyte.watch('a', () => {
      throw new Error('thrown');
    });
    astrocyte.watch('a', () => Promise.reject(new Error('rejected')));
    astrocyte.watch('a', () => (seen += 1));
    await astrocyte.set('a', 1);
    await Promise.resolve();
    expect(seen).toBe(1);
    expect(failures.map(({ error }) => (error as Error).message)).toEqual(['thrown', 'rejected']);
    expect(failures[0]?.source).toBe('a watcher of "a"');
  });

  it('survives an onError that throws, by telling the console', async () => {
    const console = vi.spyOn(globalThis.console, 'error').mockImplementation(() => {});
    const astrocyte = new Astrocyte({
      onError: () => {
        throw new Error('worse');
      },
    });
    astrocyte.watch('a', () => {
      throw new Error('bad');
    });
    await astrocyte.set('a', 1);
    expect(console).toHaveBeenCalledOnce();
    console.mockRestore();
  });

  it('gives changes as a sequence, which ends with the store', async () => {
    const astrocyte = await new Astrocyte().start();
    const changes = astrocyte.changes<number>({ prefix: '' });
    const left = astrocyte.changes<number>('a');
    await left.return();
    await astrocyte.set('a', 1);
    await astrocyte.set('b', 2);
    expect(astrocyte.describe().counters).toMatchObject({ watchers: 1 });
    await astrocyte.stop();
    expect((await collect(changes)).map(({ key, value }) => [key, value])).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
  });

  it('keeps changes of one key in order with a driver that takes its time', async () => {
    let changes = 0;
    const { count } = await forAllSeeds(200, async ({ chance, clock, sleep, start }) => {
      // Some of it happens at one instant, and some takes until timers fire in between.
      const memory = new MemoryState();
      const driver = slowly(memory, () => (chance.boolean(0.5) ? Promise.resolve() : sleep(chance.integer(0, 4))));
      const astrocyte = await start(new Astrocyte({ driver, clock }));
      const versions = new Map<string, number>();
      astrocyte.watch({ prefix: '' }, ({ key, version, previous }) => {
        expect(previous).toBe(versions.get(key) ?? 0);
        versions.set(key, version);
        changes += 1;
      });
      const work: Promise<unknown>[] = [];
      for (let step = 0; step < 60; step += 1) {
        const key = chance.pick(['a', 'b', 'c']);
        const kind = chance.integer(0, 4);
        if (kind === 0) work.push(astrocyte.delete(key));
        else if (kind === 1) work.push(astrocyte.update(key, () => step, { retries: 1000 }));
        else if (kind < 4) work.push(astrocyte.set(key, step, { ttlMs: chance.integer(1, 10) }));
        else await sleep(chance.integer(0, 3));
      }
      await Promise.all(work);
      for (const [key, version] of versions) {
        const row = memory.read(key, clock.now());
        if (row !== undefined) expect(row.version).toBe(version);
      }
      await astrocyte.stop();
    });
    expect(count).toBe(200);
    expect(changes).toBeGreaterThan(1000);
  });
});

describe('Astrocyte: typed keyspaces', () => {
  const Region = new Bone('seismic.region', z.object({ shocks: z.number().int() }));

  it('checks what is written', async () => {
    const regions = new Astrocyte().space(Region, 'region');
    await regions.set('hualien', { shocks: 1 });
    await expect(regions.set('hualien', { shocks: 1.5 })).rejects.toMatchObject({ code: 'SKELETAL_INVALID' });
    await expect(regions.update('hualien', () => ({ shocks: 0.5 }))).rejects.toMatchObject({
      code: 'SKELETAL_INVALID',
    });
    expect((await regions.get('hualien'))?.value).toEqual({ shocks: 1 });
    expect((await regions.update('hualien', (now) => ({ shocks: (now?.shocks ?? 0) + 1 }))).value).toEqual({
      shocks: 2,
    });
  });

  it('checks what is read, and names key and shape', async () => {
    const astrocyte = new Astrocyte();
    const regions = astrocyte.space(Region, 'region');
    await astrocyte.set('region/kyoto', { shocks: 'many' });
    await expect(regions.get('kyoto')).rejects.toBeInstanceOf(StateShapeError);
    await expect(regions.get('kyoto')).rejects.toThrow('"region/kyoto" does not fit shape "seismic.region"');
    await expect(regions.update('kyoto', () => ({ shocks: 1 }))).rejects.toBeInstanceOf(StateShapeError);
  });

  it('keeps to its prefix', async () => {
    const failures: Failure[] = [];
    const astrocyte = new Astrocyte({ onError: (failure) => failures.push(failure) });
    const regions = astrocyte.space(Region, 'region');
    const seen: unknown[] = [];
    using _watch = regions.watch(({ key, value }) => seen.push([key, value?.shocks]));
    await regions.set('a', { shocks: 1 });
    await astrocyte.set('regional', { shocks: 2 });
    await astrocyte.set('region/b', 'odd');
    expect(await regions.delete('a')).toBe(true);
    expect(await regions.has('a')).toBe(false);
    expect(await collect(regions.keys())).toEqual(['b']);
    expect(seen).toEqual([
      ['a', 1],
      ['a', undefined],
    ]);
    expect(failures[0]?.error).toBeInstanceOf(StateShapeError);
  });
});

describe('Astrocyte: as a cell', () => {
  it('works in memory before it starts, refuses after the stop, and has its state again after the next start', async () => {
    const astrocyte = new Astrocyte();
    await astrocyte.set('a', 1);
    await astrocyte.start();
    await astrocyte.stop();
    await expect(astrocyte.get('a')).rejects.toBeInstanceOf(NotRunningError);
    await expect(astrocyte.update('a', () => 1)).rejects.toBeInstanceOf(NotRunningError);
    await expect(collect(astrocyte.keys())).rejects.toBeInstanceOf(NotRunningError);
    expect(() => astrocyte.watch('a', () => {})).toThrow(NotRunningError);
    await astrocyte.start();
    expect((await astrocyte.get('a'))?.value).toBe(1);
  });

  it('refuses an update whose updater outlives the store', async () => {
    const astrocyte = await new Astrocyte().start();
    const { promise, resolve } = Promise.withResolvers<number>();
    const updating = astrocyte.update('a', () => promise);
    await astrocyte.stop();
    resolve(1);
    await expect(updating).rejects.toBeInstanceOf(NotRunningError);
  });

  it('leaves no timer behind, and takes up expiries at the next start', async () => {
    const clock = new VirtualClock();
    const astrocyte = await new Astrocyte({ clock }).start();
    await astrocyte.set('a', 1, { ttlMs: 1000 });
    await astrocyte.stop();
    expect(clock.timers()).toHaveLength(0);
    await astrocyte.start();
    await clock.advance(1000);
    expect(astrocyte.describe().counters).toMatchObject({ keys: 0, expired: 1 });
  });

  it('is well as long as its driver can be read', async () => {
    const memory = new MemoryState();
    let isBroken = false;
    const nextExpiry = (): number | undefined => {
      if (isBroken) throw new Error('disk gone');
      return memory.nextExpiry();
    };
    await using astrocyte = await new Astrocyte({ driver: Object.assign(slowly(memory), { nextExpiry }) }).start();
    expect(await astrocyte.health()).toEqual({ status: 'pass' });
    isBroken = true;
    expect(await astrocyte.health()).toEqual({ status: 'fail', output: 'disk gone' });
  });

  it('opens its driver at the start, waits for writes at the stop, then closes it', async () => {
    const log: string[] = [];
    const memory = new MemoryState();
    const driver: StateDriver = Object.assign(slowly(memory), {
      open: () => void log.push('open'),
      close: () => void log.push(`close with ${memory.size}`),
    });
    const astrocyte = new Astrocyte({ driver });
    await expect(astrocyte.set('a', 1)).rejects.toBeInstanceOf(NotRunningError);
    await astrocyte.start();
    void astrocyte.set('a', 1);
    await astrocyte.stop();
    expect(log).toEqual(['open', 'close with 1']);
  });
});

describe('Astrocyte: bad input', () => {
  const astrocyte = new Astrocyte();
  it.each<[string, () => unknown]>([
    ['key', () => astrocyte.get('')],
    ['key', () => astrocyte.set('\uD800', 1)],
    ['key', () => astrocyte.delete(1 as unknown as string)],
    ['ttlMs', () => astrocyte.set('a', 1, { ttlMs: 0 })],
    ['ttlMs', () => astrocyte.set('a', 1, { ttlMs: Number.NaN })],
    ['ttlMs', () => astrocyte.update('a', () => 1, { ttlMs: Infinity })],
    ['ifVersion', () => astrocyte.set('a', 1, { ifVersion: -1 })],
    ['ifVersion', () => astrocyte.delete('a', { ifVersion: 0.5 })],
    ['retries', () => astrocyte.update('a', () => 1, { retries: -1 })],
    ['maxKeys', () => new MemoryState({ maxKeys: 0 })],
    ['target', () => astrocyte.watch({} as { prefix: string }, () => {})],
    ['prefix', () => astrocyte.space(typed<number>('n'), '')],
    ['key', () => astrocyte.space(typed<number>('n'), 'n').get('')],
  ])('names %s', async (field, work) => {
    const error: unknown = await Promise.resolve()
      .then(work)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OptionError);
    expect((error as OptionError).message).toMatch(new RegExp(`^${field} must be`));
  });
});
