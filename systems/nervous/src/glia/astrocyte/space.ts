import { OptionError } from '@organism/cell';
import type { Shape } from '../../shape.ts';
import type { StateStore, Stored, WriteCondition } from '../../store.ts';
import type { Subscription } from '../../bus/topic.ts';
import type { Astrocyte } from './astrocyte.ts';
import { chain } from './driver.ts';
import { StateShapeError } from './errors.ts';
import type { SetOptions, UpdateOptions, Updater } from './options.ts';
import type { StateWatcher } from './watchers.ts';

/**
 * Typed keyspace of an {@link Astrocyte}: keys under a prefix, whose values have one shape. Values are checked when
 * they are written, and again when they are read, since a file outlives the program that wrote it.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Astrocyte } from '@organism/nervous';
 * import { Bone } from '@organism/skeletal';
 * import { z } from 'zod';
 *
 * const Region = new Bone('seismic.region', z.object({ shocks: z.number().int() }));
 * const regions = new Astrocyte().space(Region, 'region');
 * await regions.set('hualien', { shocks: 2 });
 * const { value } = await regions.update('hualien', (region) => ({ shocks: (region?.shocks ?? 0) + 1 }));
 * assert.equal(value.shocks, 3);
 * await assert.rejects(regions.set('kyoto', { shocks: 0.5 }));
 * ```
 */
export class StateSpace<T> implements StateStore {
  readonly shape: Shape<T>;
  /** What the keys begin with in the store, the slash included. */
  readonly prefix: string;
  readonly #store: Astrocyte;

  constructor(store: Astrocyte, shape: Shape<T>, prefix: string) {
    if (typeof prefix !== 'string' || prefix === '' || !prefix.isWellFormed())
      throw new OptionError('prefix', 'a non-empty, well-formed string', prefix);
    this.#store = store;
    this.shape = shape;
    this.prefix = `${prefix}/`;
  }

  /** @throws {StateShapeError} `NERVOUS_STATE_SHAPE` when what is stored does not fit. */
  async get(key: string): Promise<Stored<T> | undefined> {
    const stored = await this.#store.get(this.#keyOf(key));
    return stored && { value: this.#read(this.#keyOf(key), stored.value), version: stored.version };
  }

  /** Whether a key has a value, fitting or not. */
  has(key: string): Promise<boolean> {
    return this.#store.has(this.#keyOf(key));
  }

  /** Puts what the shape makes of the value. Rejects with the shape's own error when it does not fit. */
  async set(key: string, value: T, options?: SetOptions): Promise<Stored<T>> {
    return await this.#store.set(this.#keyOf(key), this.shape.parse(value), options);
  }

  /** Like {@link Astrocyte.update}, with what is stored checked before and after. */
  update(key: string, updater: Updater<T>, options?: UpdateOptions): Promise<Stored<T>> {
    const full = this.#keyOf(key);
    return this.#store.update<T>(
      full,
      (current, version) => {
        const next = updater(version === 0 ? undefined : this.#read(full, current), version);
        return chain(next, (value) => this.shape.parse(value));
      },
      options,
    );
  }

  delete(key: string, condition?: WriteCondition): Promise<boolean> {
    return this.#store.delete(this.#keyOf(key), condition);
  }

  /** The keys of this space, without its prefix. */
  async *keys(prefix: string = ''): AsyncGenerator<string, void, undefined> {
    for await (const key of this.#store.keys(this.prefix + prefix)) yield key.slice(this.prefix.length);
  }

  /** Calls `watcher` at each change in this space; `change.key` is without the prefix. */
  watch(watcher: StateWatcher<T>): Subscription {
    return this.#store.watch({ prefix: this.prefix }, (change) => {
      const value = change.type === 'set' ? this.#read(change.key, change.value) : undefined;
      return watcher({ ...change, key: change.key.slice(this.prefix.length), value });
    });
  }

  #keyOf(key: string): string {
    if (typeof key !== 'string' || key === '') throw new OptionError('key', 'a non-empty string', key);
    return this.prefix + key;
  }

  #read(key: string, value: unknown): T {
    try {
      return this.shape.parse(value);
    } catch (error) {
      throw new StateShapeError(key, this.shape, error);
    }
  }
}
