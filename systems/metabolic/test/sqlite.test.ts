import { type CacheEvent, type CachePersistence, Glycogen, type StoredEntry } from '@organism/metabolic';
import { SqlitePersistence } from '@organism/metabolic/sqlite';
import { VirtualClock } from '@organism/testing';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'organism-cache-'));
  path = join(folder, 'cache.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('SqlitePersistence', () => {
  it('gives a new process what the last one held, with its TTL, tags and absences', async () => {
    const clock = new VirtualClock();
    using first = new SqlitePersistence({ path });
    const options = { name: 'quakes', clock, negativeTtlMs: 5000 };
    const before = await new Glycogen<unknown>({ ...options, persistence: first }).start();
    await before.set('plain', { deep: [1, null, 'x'] });
    await before.set('tagged', 'y', { tags: ['t'], ttlMs: 3000, graceMs: 3000 });
    await before.set('short', 'z', { ttlMs: 500 });
    await before.set('deleted', 'w');
    await before.set('absent', undefined);
    await clock.advance(1000);
    await before.delete('deleted');
    await before.stop();

    using second = new SqlitePersistence({ path });
    const after = await new Glycogen<unknown>({ ...options, persistence: second }).start();
    expect(['plain', 'tagged', 'short', 'deleted', 'absent'].map((key) => after.freshness(key))).toEqual([
      'fresh',
      'fresh',
      'dead',
      'dead',
      'fresh',
    ]);
    expect(after.get('plain')).toEqual({ deep: [1, null, 'x'] });
    await clock.advance(2000);
    expect(after.freshness('tagged')).toBe('grace');
    await after.invalidateTags(['t']);
    expect(after.freshness('tagged')).toBe('dead');
    await after.stop();
    const other = await new Glycogen({ name: 'other', clock, persistence: second }).start();
    expect(other.stats().size).toBe(0);
    await other.stop();
  });

  it('writes what has gathered, once, and keeps to what memory holds', async () => {
    const clock = new VirtualClock();
    using persistence = new SqlitePersistence({ path });
    let writes = 0;
    const counted: CachePersistence = {
      load: (cache, now) => persistence.load(cache, now),
      apply: (cache, changes) => {
        writes += 1;
        persistence.apply(cache, changes);
      },
    };
    const cache = await new Glycogen<number>({ clock, max: 3, persistence: counted, persistDelayMs: 100 }).start();
    for (let index = 0; index < 10; index += 1) await cache.set(`k${index}`, index);
    expect(writes).toBe(0);
    await clock.advance(100);
    expect([writes, [...persistence.load('cache', clock.now())].map(([key]) => key)]).toEqual([1, ['k7', 'k8', 'k9']]);
    await cache.stop();
    expect(writes).toBe(1);
  });

  it('leaves out what it can not read, and applies all changes or none', () => {
    using persistence = new SqlitePersistence({ path });
    persistence.apply('c', [{ key: 'good', entry: { value: 1 } }]);
    const raw = new DatabaseSync(path);
    for (const [key, text] of Object.entries({
      a: 'no json',
      b: 'null',
      c: '[]',
      d: '{"tags":[1]}',
      e: '{"freshUntil":"x"}',
    }))
      raw.prepare('INSERT INTO cache_entries (cache, key, entry) VALUES (?, ?, ?)').run('c', key, text);
    raw.close();
    expect([...persistence.load('c', 0)]).toEqual([['good', { value: 1 }]]);
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = cyclic;
    persistence.apply('c', [{ key: 'bad', entry: { value: 1 } }]);
    persistence.apply('c', [
      { key: 'new', entry: { value: 2 } },
      { key: 'bad', entry: { value: cyclic } },
    ]);
    expect([...persistence.load('c', 0)].map(([key]) => key)).toEqual(['good', 'new']);
    const wrong = [{ key: 'next', entry: { value: 1 } }, { key: Symbol('no text') as unknown as string }];
    expect(() => persistence.apply('c', wrong)).toThrow();
    expect([...persistence.load('c', 0)].map(([key]) => key)).toEqual(['good', 'new']);
    persistence[Symbol.dispose]();
    expect(() => new SqlitePersistence({ path: '' })).toThrow('path must be');
  });
});

describe('a cache whose persistence fails', () => {
  it('starts empty, goes on, and writes later what it could not write', async () => {
    const clock = new VirtualClock();
    const applied: string[] = [];
    let isDown = true;
    const shaky: CachePersistence = {
      async *load(): AsyncGenerator<readonly [string, StoredEntry]> {
        yield ['first', { value: 0 }];
        throw new Error('disk failed');
      },
      apply: async (_cache, changes) => {
        if (isDown) throw new Error('disk full');
        applied.push(...changes.map(({ key }) => key));
      },
    };
    const events: CacheEvent[] = [];
    const cache = new Glycogen<number>({ clock, persistence: shaky });
    cache.watch((event) => events.push(event));
    await cache.start();
    await cache.set('k', 1);
    await clock.advance(1000);
    expect([events.map(({ type }) => type), cache.get('k')]).toEqual([['persistence-failed', 'persistence-failed'], 1]);
    isDown = false;
    await clock.advance(1000);
    expect(applied).toEqual(['k']);
    await cache.stop();
  });
});
