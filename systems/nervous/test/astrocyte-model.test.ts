import { Astrocyte, MemoryState, type StateChange, type StateDriver, VersionConflictError } from '@organism/nervous';
import { SqliteState } from '@organism/nervous/sqlite';
import { VirtualClock } from '@organism/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

interface Entry {
  readonly value: number;
  readonly version: number;
  readonly expiresAt: number;
}

/** The plainest store that could be right: a list in order of use, searched from end to end. */
class Model {
  entries: { key: string; entry: Entry }[] = [];
  readonly changes: string[] = [];
  #version = 0;
  now = 0;
  readonly maxKeys: number;

  constructor(maxKeys: number) {
    this.maxKeys = maxKeys;
  }

  #drop(key: string, type: string): void {
    const found = this.entries.find((one) => one.key === key);
    this.entries = this.entries.filter((one) => one.key !== key);
    this.changes.push(`${type} ${key} ${found?.entry.version}-0`);
  }

  /** What is due goes in the order of its time; at one time, the real store may choose. */
  advance(ms: number): void {
    this.now += ms;
    const due = this.entries.filter(({ entry }) => entry.expiresAt <= this.now);
    for (const { key } of due.toSorted((a, b) => a.entry.expiresAt - b.entry.expiresAt)) this.#drop(key, 'expire');
  }

  get(key: string): Entry | undefined {
    const found = this.entries.find((one) => one.key === key);
    if (found === undefined) return undefined;
    this.entries = [...this.entries.filter((one) => one !== found), found];
    return found.entry;
  }

  set(key: string, value: number, ttlMs: number | undefined, ifVersion: number | undefined): number | 'conflict' {
    const found = this.entries.find((one) => one.key === key);
    const previous = found?.entry.version ?? 0;
    if (ifVersion !== undefined && ifVersion !== previous) return 'conflict';
    if (found === undefined && this.entries.length === this.maxKeys) this.#drop(this.entries[0]?.key ?? '', 'evict');
    this.#version += 1;
    const entry = { value, version: this.#version, expiresAt: ttlMs === undefined ? Infinity : this.now + ttlMs };
    this.entries = [...this.entries.filter((one) => one !== found), { key, entry }];
    this.changes.push(`set ${key} ${previous}-${this.#version}`);
    return this.#version;
  }

  delete(key: string, ifVersion: number | undefined): boolean | 'conflict' {
    const previous = this.entries.find((one) => one.key === key)?.entry.version ?? 0;
    if (ifVersion !== undefined && ifVersion !== previous) return 'conflict';
    if (previous > 0) this.#drop(key, 'delete');
    return previous > 0;
  }
}

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e');
/** Which version a conditional write asks for: the right one, an old one, or none. */
const condition = fc.constantFrom('any', 'right', 'stale', 'none');
type Step =
  | { kind: 'get'; key: string }
  | { kind: 'update'; key: string }
  | { kind: 'set'; key: string; ttlMs: number | null; condition: string }
  | { kind: 'delete'; key: string; condition: string }
  | { kind: 'advance'; ms: number };
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('get' as const), key }),
  fc.record({ kind: fc.constant('set' as const), key, ttlMs: fc.option(fc.integer({ min: 1, max: 40 })), condition }),
  fc.record({ kind: fc.constant('delete' as const), key, condition }),
  fc.record({ kind: fc.constant('update' as const), key }),
  fc.record({ kind: fc.constant('advance' as const), ms: fc.integer({ min: 0, max: 25 }) }),
);

const orConflict = async <T>(work: Promise<T>): Promise<T | 'conflict'> => {
  try {
    return await work;
  } catch (error) {
    if (error instanceof VersionConflictError) return 'conflict';
    throw error;
  }
};

/** Runs steps on both, and compares every answer, every change and what is left. */
const agrees = async (make: () => StateDriver, maxKeys: number, steps: readonly Step[]): Promise<void> => {
  const clock = new VirtualClock();
  const model = new Model(maxKeys);
  const changes: string[] = [];
  const highest = new Map<string, number>();
  await using astrocyte = await new Astrocyte({ clock, driver: make() }).start();
  astrocyte.watch({ prefix: '' }, ({ type, key: name, previous, version }: StateChange) => {
    changes.push(`${type} ${name} ${previous}-${version}`);
    if (type === 'set') {
      expect(version).toBeGreaterThan(highest.get(name) ?? 0);
      highest.set(name, version);
    }
  });
  const versionOf = (name: string, how: string): number | undefined => {
    const now = model.entries.find((one) => one.key === name)?.entry.version ?? 0;
    return { any: undefined, right: now, stale: now + 1, none: 0 }[how];
  };
  for (const [index, one] of steps.entries()) {
    if (one.kind === 'advance') {
      await clock.advance(one.ms);
      model.advance(one.ms);
    } else if (one.kind === 'get') {
      const entry = model.get(one.key);
      expect(await astrocyte.get(one.key)).toEqual(entry && { value: entry.value, version: entry.version });
    } else if (one.kind === 'update') {
      const entry = model.get(one.key);
      const left = entry === undefined || entry.expiresAt === Infinity ? undefined : entry.expiresAt - model.now;
      const version = model.set(one.key, (entry?.value ?? 0) + 1, left, undefined);
      const updated = await astrocyte.update<number>(one.key, (value = 0) => value + 1);
      expect(updated).toEqual({ value: (entry?.value ?? 0) + 1, version });
    } else if (one.kind === 'set') {
      const ifVersion = versionOf(one.key, one.condition);
      const expected = model.set(one.key, index, one.ttlMs ?? undefined, ifVersion);
      const options = {
        ...(one.ttlMs !== null && { ttlMs: one.ttlMs }),
        ...(ifVersion !== undefined && { ifVersion }),
      };
      const written = await orConflict(astrocyte.set(one.key, index, options));
      expect(written === 'conflict' ? written : written.version).toBe(expected);
    } else {
      const ifVersion = versionOf(one.key, one.condition);
      const expected = model.delete(one.key, ifVersion);
      expect(await orConflict(astrocyte.delete(one.key, ifVersion === undefined ? {} : { ifVersion }))).toBe(expected);
    }
  }
  // Those that expire at one instant may go in any order.
  expect(changes.toSorted()).toEqual(model.changes.toSorted());
  const keys: string[] = [];
  for await (const name of astrocyte.keys()) keys.push(name);
  expect(keys.toSorted()).toEqual(model.entries.map((one) => one.key).toSorted());
  if (maxKeys !== Infinity) expect(astrocyte.describe().counters['keys']).toBeLessThanOrEqual(maxKeys);
};

describe('Astrocyte agrees with a naive model in versions, compare-and-set, expiry and eviction', () => {
  const steps = fc.array(step, { maxLength: 80, size: 'max' });

  it('property: in memory without bounds', async () => {
    await fc.assert(
      fc.asyncProperty(steps, (list) => agrees(() => new MemoryState(), Infinity, list)),
      { numRuns: 300 },
    );
  });

  it('property: in memory with bounds, the least recently used goes first', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 4 }), (list, maxKeys) =>
        agrees(() => new MemoryState({ maxKeys }), maxKeys, list),
      ),
      { numRuns: 300 },
    );
  });

  it('property: in SQLite', async () => {
    await fc.assert(
      fc.asyncProperty(steps, (list) => agrees(() => new SqliteState({ path: ':memory:' }), Infinity, list)),
      { numRuns: 50 },
    );
  });

  it('property: in memory, rows expire in the order of their times, whatever was written or deleted before', () => {
    const row = fc.record({ key: fc.nat(30), expiresAt: fc.integer({ min: 1, max: 1000 }), isDeleted: fc.boolean() });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 200, size: 'max' }), (rows) => {
        const state = new MemoryState();
        const model = new Map<string, number>();
        for (const { key: number, expiresAt, isDeleted } of rows) {
          const order = { now: 0, ifVersion: undefined, expiresAt };
          if (isDeleted) state.remove(`${number}`, order);
          else state.write(`${number}`, 1, order);
          if (isDeleted) model.delete(`${number}`);
          else model.set(`${number}`, expiresAt);
          expect(state.nextExpiry() ?? Infinity).toBe(Math.min(...model.values()));
        }
        const times = state.expire(1000, Infinity).map(({ key: name }) => model.get(name));
        expect(times).toEqual([...model.values()].toSorted((a, b) => a - b));
      }),
    );
  });
});
