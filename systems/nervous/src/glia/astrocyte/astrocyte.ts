import { type Anatomy, Cell, type Health, OptionError, type StartScope } from '@organism/cell';
import { type Failure, NotRunningError, reportToConsole } from '../../errors.ts';
import type { Shape } from '../../shape.ts';
import type { StateStore, Stored, WriteCondition } from '../../store.ts';
import { EventStream, type StreamOptions } from '../../bus/stream.ts';
import { isThenable, type Subscription } from '../../bus/topic.ts';
import { copyOf } from './copy.ts';
import { type Changed, type Gone, type MaybePromise, type StateDriver, type StateRow, chain } from './driver.ts';
import { VersionConflictError } from './errors.ts';
import { Expirer } from './expirer.ts';
import { Lanes } from './lanes.ts';
import { MemoryState } from './memory.ts';
import {
  type AstrocyteOptions,
  checkCount,
  checkTtl,
  type SetOptions,
  type UpdateOptions,
  type Updater,
} from './options.ts';
import { StateSpace } from './space.ts';
import { type StateChange, type StateWatcher, Watchers, type WatchTarget } from './watchers.ts';

/**
 * Shared state store: values with versions, compare-and-set, time to live and watching. Where stateful neurons keep
 * their snapshots.
 *
 * In memory it works as soon as it is made; with a driver that must be opened, from its start. Stopped, it refuses
 * everything; the state stays with the driver and is there again after the next start. Watchers see the changes made
 * through this Astrocyte, not those of other processes on the same storage.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Astrocyte } from '@organism/nervous';
 *
 * const astrocyte = new Astrocyte();
 * const { version } = await astrocyte.set('region/hualien', { shocks: 1 });
 * await astrocyte.update<{ shocks: number }>('region/hualien', (now) => ({ shocks: (now?.shocks ?? 0) + 1 }));
 * assert.deepEqual((await astrocyte.get('region/hualien'))?.value, { shocks: 2 });
 * await assert.rejects(astrocyte.set('region/hualien', { shocks: 9 }, { ifVersion: version }), {
 *   code: 'NERVOUS_VERSION_CONFLICT',
 * });
 * ```
 */
export class Astrocyte extends Cell implements StateStore {
  readonly #driver: StateDriver;
  readonly #onError: (failure: Failure) => void;
  readonly #watchers: Watchers;
  readonly #lanes = new Lanes();
  readonly #expirer: Expirer;
  #open: boolean;
  #reads = 0;
  #writes = 0;
  #conflicts = 0;
  #expired = 0;
  #evicted = 0;

  constructor(options: AstrocyteOptions = {}) {
    super({ name: 'astrocyte', ...options });
    this.#driver = options.driver ?? new MemoryState();
    this.#onError = options.onError ?? reportToConsole;
    this.#open = this.#driver.open === undefined;
    this.#watchers = new Watchers((failure) => this.#fail(failure));
    this.#expirer = new Expirer({
      clock: () => this.clock,
      expire: (limit) =>
        this.#lanes.alone(() => chain(this.#driver.expire(this.clock.now(), limit), (gone) => this.#report(gone))),
      next: () => this.#driver.nextExpiry(),
      fail: (error) => this.#fail({ source: `expiry in "${this.name}"`, error, value: undefined }),
    });
  }

  /**
   * The value of a key with its version; undefined when there is none, or its time was over.
   *
   * The type is what the caller says it is: a {@link StateSpace} checks it.
   *
   * @throws {NotRunningError} before the start, with a driver that must be opened, and after the stop; as all others.
   */
  async get<T = unknown>(key: string): Promise<Stored<T> | undefined> {
    this.#check('read', key);
    this.#reads += 1;
    const row = await this.#driver.read(key, this.clock.now());
    return row && { value: row.value as T, version: row.version };
  }

  /** Whether a key has a value. */
  async has(key: string): Promise<boolean> {
    return (await this.get(key)) !== undefined;
  }

  /**
   * Puts a value under a key. What is kept is a copy.
   *
   * @throws {VersionConflictError} `NERVOUS_VERSION_CONFLICT` when the key does not have `ifVersion`.
   * @throws {StateValueError} `NERVOUS_STATE_VALUE` when the driver can't keep the value without loss.
   */
  async set<T = unknown>(key: string, value: T, options: SetOptions = {}): Promise<Stored<T>> {
    this.#check('write', key);
    const { ifVersion, ttlMs } = options;
    checkCount('ifVersion', ifVersion);
    checkTtl(ttlMs);
    const written = await this.#put(key, value, ifVersion, this.#expiryAfter(ttlMs));
    if (!written.done) throw this.#conflict(key, ifVersion, written);
    return { value, version: written.version };
  }

  /**
   * Reads, changes and writes a key as if nobody else did: when another has written in between, it starts again with
   * the new value. Nothing comes in between in one process when the updater is not asynchronous and the driver answers
   * at once, as both of ours do.
   *
   * @throws {VersionConflictError} `NERVOUS_VERSION_CONFLICT` when others were faster each time.
   * @throws what the updater throws; nothing is written then.
   */
  async update<T = unknown>(key: string, updater: Updater<T>, options: UpdateOptions = {}): Promise<Stored<T>> {
    const { retries = 16, ttlMs } = options;
    checkCount('retries', retries);
    checkTtl(ttlMs);
    for (let attempt = 0; ; attempt += 1) {
      this.#check('update', key);
      this.#reads += 1;
      // An await of what is there already would let others in between the read and the write.
      const reading = this.#driver.read(key, this.clock.now());
      const row = isThenable(reading) ? await reading : reading;
      const ifVersion = row?.version ?? 0;
      const making = updater(row?.value as T | undefined, ifVersion);
      const value = isThenable(making) ? await making : making;
      this.#check('update', key);
      const expiresAt = ttlMs === undefined ? row?.expiresAt : this.#expiryAfter(ttlMs);
      const writing = this.#put(key, value, ifVersion, expiresAt);
      const written = isThenable(writing) ? await writing : writing;
      if (written.done) return { value, version: written.version };
      const conflict = this.#conflict(key, ifVersion, written);
      if (attempt === retries) throw conflict;
    }
  }

  /**
   * Deletes a key.
   *
   * @returns whether there was one.
   * @throws {VersionConflictError} `NERVOUS_VERSION_CONFLICT` when the key does not have `ifVersion`.
   */
  async delete(key: string, { ifVersion }: WriteCondition = {}): Promise<boolean> {
    this.#check('delete', key);
    checkCount('ifVersion', ifVersion);
    const removed = await this.#lanes.run(key, () =>
      chain(this.#driver.remove(key, { now: this.clock.now(), ifVersion }), (changed) => {
        this.#report(changed.gone);
        if (changed.done && changed.previous > 0)
          this.#watchers.tell({ type: 'delete', key, version: 0, previous: changed.previous, value: undefined });
        return changed;
      }),
    );
    if (!removed.done) throw this.#conflict(key, ifVersion, removed);
    return removed.previous > 0;
  }

  /** The keys that begin with a prefix, in any order. What is set or deleted meanwhile may or may not be among them. */
  async *keys(prefix: string = ''): AsyncGenerator<string, void, undefined> {
    this.#checkOpen('list');
    for await (const key of this.#driver.keys(prefix, this.clock.now())) {
      yield key;
      this.#checkOpen('list');
    }
  }

  /** Keys and what is stored under them; like {@link Astrocyte.keys}, each value as it is when its turn comes. */
  async *entries<T = unknown>(
    prefix: string = '',
  ): AsyncGenerator<readonly [key: string, stored: Stored<T>], void, undefined> {
    for await (const key of this.keys(prefix)) {
      const stored = await this.get<T>(key);
      if (stored !== undefined) yield [key, stored];
    }
  }

  /** Calls `watcher` at each change of a key, or of all keys with a prefix, in the order of the changes. */
  watch<T = unknown>(target: WatchTarget, watcher: StateWatcher<T>): Subscription {
    this.#checkTarget(target);
    return this.#watchers.add(target, watcher as StateWatcher);
  }

  /** Changes of a key, or of all keys with a prefix, as an asynchronous sequence with a bounded buffer. Ends at the stop. */
  changes<T = unknown>(target: WatchTarget, options: StreamOptions = {}): EventStream<StateChange<T>> {
    this.#checkTarget(target);
    return new EventStream<StateChange<T>>(
      (listener, { onClose }) => this.#watchers.add(target, listener as StateWatcher, onClose),
      options,
    );
  }

  /** Typed keyspace: keys under `prefix/`, whose values a shape checks when they are written and read. */
  space<T>(shape: Shape<T>, prefix: string): StateSpace<T> {
    return new StateSpace(this, shape, prefix);
  }

  #expiryAfter(ttlMs: number | undefined): number | undefined {
    return ttlMs === undefined ? undefined : this.clock.now() + ttlMs;
  }

  #put(
    key: string,
    value: unknown,
    ifVersion: number | undefined,
    expiresAt: StateRow['expiresAt'],
  ): MaybePromise<Changed> {
    return this.#lanes.run(key, () =>
      chain(this.#driver.write(key, value, { now: this.clock.now(), ifVersion, expiresAt }), (written) => {
        this.#report(written.gone);
        if (!written.done) return written;
        this.#writes += 1;
        if (expiresAt !== undefined) this.#expirer.expect(expiresAt);
        if (this.#watchers.wants(key)) {
          const { version, previous } = written;
          this.#watchers.tell({ type: 'set', key, version, previous, value: copyOf(value) });
        }
        return written;
      }),
    );
  }

  #conflict(key: string, expected: number | undefined, { version }: Changed): VersionConflictError {
    this.#conflicts += 1;
    return new VersionConflictError(key, expected ?? 0, version);
  }

  #report(gone: readonly Gone[]): number {
    for (const { key, version, reason } of gone) {
      if (reason === 'expire') this.#expired += 1;
      else this.#evicted += 1;
      this.#watchers.tell({ type: reason, key, version: 0, previous: version, value: undefined });
    }
    return gone.length;
  }

  #fail(failure: Failure): void {
    try {
      this.#onError(failure);
    } catch (error) {
      reportToConsole({ source: 'onError', error, value: failure });
    }
  }

  #check(operation: string, key: string): void {
    this.#checkOpen(operation);
    if (typeof key !== 'string' || key === '' || !key.isWellFormed())
      throw new OptionError('key', 'a non-empty, well-formed string', key);
  }

  #checkOpen(operation: string): void {
    if (!this.#open) throw new NotRunningError(`The state store "${this.name}"`, operation);
  }

  #checkTarget(target: WatchTarget): void {
    if (typeof target === 'string') this.#check('watch', target);
    else if (typeof target?.prefix === 'string') this.#checkOpen('watch');
    else throw new OptionError('target', 'a key, or { prefix }', target);
  }

  protected override async onStart({ defer }: StartScope): Promise<void> {
    await this.#driver.open?.();
    defer(async () => await this.#driver.close?.());
    this.#open = true;
    defer(() => void (this.#open = false));
    await this.#expirer.start();
  }

  protected override async onStop(): Promise<void> {
    this.#open = false;
    this.#expirer.stop();
    this.#watchers.close();
    await this.#lanes.idle();
  }

  /** Asks the driver something that costs little: a store that can't be read is not well. */
  protected override async onHealth(): Promise<Health> {
    await this.#driver.nextExpiry();
    return { status: 'pass' };
  }

  protected override onDescribe(): Partial<Anatomy> {
    const { size } = this.#driver;
    return {
      counters: {
        ...(size !== undefined && this.#open && { keys: size }),
        reads: this.#reads,
        writes: this.#writes,
        conflicts: this.#conflicts,
        expired: this.#expired,
        evicted: this.#evicted,
        watchers: this.#watchers.size,
      },
    };
  }
}
