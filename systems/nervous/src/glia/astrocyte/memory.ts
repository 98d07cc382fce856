import { OptionError } from '@organism/cell';
import { copyOf } from './copy.ts';
import { type Changed, type ChangeOrder, type Gone, noneGone, type StateDriver, type StateRow } from './driver.ts';
import { StateValueError } from './errors.ts';
import { ExpiryHeap } from './expiry-heap.ts';

/** Options of a {@link MemoryState}. */
export interface MemoryStateOptions {
  /** How many keys it holds. One more drives out the key that was read or written longest ago. Default: no bound. */
  readonly maxKeys?: number;
}

interface Row extends StateRow {
  readonly key: string;
  slot: number;
}

/**
 * State driver in memory: the default of an Astrocyte. Ready when made; what it holds lives as long as it does.
 *
 * It holds anything that `structuredClone` can copy, and copies on every write and read, so that nobody can change a
 * stored value from outside.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Astrocyte, MemoryState } from '@organism/nervous';
 *
 * const recent = new Astrocyte({ driver: new MemoryState({ maxKeys: 2 }) });
 * for (const place of ['Hualien', 'Kyoto', 'Lima']) await recent.set(place, 1);
 * assert.equal(await recent.has('Hualien'), false);
 * assert.equal(recent.describe().counters['evicted'], 1);
 * ```
 */
export class MemoryState implements StateDriver {
  /** In order of last use when there is a bound, the longest ago first. */
  readonly #rows = new Map<string, Row>();
  readonly #expiries = new ExpiryHeap<Row>();
  readonly #maxKeys: number;
  #sequence = 0;

  constructor(options: MemoryStateOptions = {}) {
    const { maxKeys = Infinity } = options;
    if (maxKeys !== Infinity && (!Number.isSafeInteger(maxKeys) || maxKeys < 1))
      throw new OptionError('maxKeys', 'a whole number of 1 or more', maxKeys);
    this.#maxKeys = maxKeys;
  }

  get size(): number {
    return this.#rows.size;
  }

  read(key: string, now: number): StateRow | undefined {
    const row = this.#live(key, now);
    if (row === undefined) return undefined;
    if (this.#maxKeys !== Infinity) {
      this.#rows.delete(key);
      this.#rows.set(key, row);
    }
    return { value: copyOf(row.value), version: row.version, expiresAt: row.expiresAt };
  }

  write(key: string, value: unknown, order: ChangeOrder & { readonly expiresAt: number | undefined }): Changed {
    const kept = this.#copy(key, value);
    const previous = this.#live(key, order.now)?.version ?? 0;
    if (order.ifVersion !== undefined && order.ifVersion !== previous)
      return { done: false, version: previous, previous, gone: noneGone };
    const before = this.#rows.get(key);
    let gone: readonly Gone[] = noneGone;
    if (before === undefined) gone = this.#makeRoom(order.now);
    else {
      if (previous === 0) gone = [{ key, version: before.version, reason: 'expire' }];
      this.#drop(before);
    }
    const row: Row = { key, value: kept, version: ++this.#sequence, expiresAt: order.expiresAt, slot: -1 };
    this.#rows.set(key, row);
    if (order.expiresAt !== undefined) this.#expiries.add(row);
    return { done: true, version: row.version, previous, gone };
  }

  remove(key: string, { now, ifVersion }: ChangeOrder): Changed {
    const row = this.#rows.get(key);
    const previous = this.#live(key, now)?.version ?? 0;
    if (ifVersion !== undefined && ifVersion !== previous)
      return { done: false, version: previous, previous, gone: noneGone };
    if (row !== undefined) this.#drop(row);
    const gone: readonly Gone[] =
      row !== undefined && previous === 0 ? [{ key, version: row.version, reason: 'expire' }] : noneGone;
    return { done: true, version: 0, previous, gone };
  }

  keys(prefix: string, now: number): readonly string[] {
    return [...this.#rows.keys()].filter((key) => key.startsWith(prefix) && this.#live(key, now) !== undefined);
  }

  expire(now: number, limit: number): readonly Gone[] {
    const gone: Gone[] = [];
    for (let first = this.#expiries.peek(); first !== undefined && gone.length < limit; first = this.#expiries.peek()) {
      if (first.expiresAt === undefined || first.expiresAt > now) break;
      this.#drop(first);
      gone.push({ key: first.key, version: first.version, reason: 'expire' });
    }
    return gone;
  }

  nextExpiry(): number | undefined {
    return this.#expiries.peek()?.expiresAt;
  }

  #copy(key: string, value: unknown): unknown {
    if (value === undefined) throw new StateValueError(`"${key}"`, 'a value', value);
    try {
      return copyOf(value);
    } catch (error) {
      throw new StateValueError(`"${key}"`, 'data that structuredClone can copy', value, error);
    }
  }

  #live(key: string, now: number): Row | undefined {
    const row = this.#rows.get(key);
    return row === undefined || (row.expiresAt !== undefined && row.expiresAt <= now) ? undefined : row;
  }

  #drop(row: Row): void {
    this.#rows.delete(row.key);
    this.#expiries.remove(row);
  }

  /** Room for one more: expired rows go first, then the one that was used longest ago. */
  #makeRoom(now: number): readonly Gone[] {
    if (this.#rows.size < this.#maxKeys) return noneGone;
    const gone = this.expire(now, Infinity);
    if (this.#rows.size < this.#maxKeys) return gone;
    const oldest = this.#rows.values().next().value;
    if (oldest === undefined) return gone;
    this.#drop(oldest);
    return [...gone, { key: oldest.key, version: oldest.version, reason: 'evict' }];
  }
}
