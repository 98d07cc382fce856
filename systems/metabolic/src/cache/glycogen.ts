import {
  type Anatomy,
  CancelledError,
  Cell,
  type Clock,
  type Health,
  OptionError,
  type StartScope,
} from '@organism/cell';
import { checkFunction, checkText } from '../check.ts';
import type { Invalidated } from './bus.ts';
import { BusLink } from './bus-link.ts';
import { type Entry, type Freshness, freshnessOf, fromStored, makeEntry, toStored } from './entry.ts';
import { Flight } from './flight.ts';
import { endless, fillLifetime, type FullLifetime, type Lifetime } from './lifetime.ts';
import type { FetchOptions, Load } from './load.ts';
import { LoadRun, type LoaderHost } from './loader.ts';
import { MemoryLevel } from './memory.ts';
import { type CachePersistence, WriteBehind } from './persistence.ts';
import { type GlycogenOptions, readLimits } from './options.ts';
import { SecondLevel } from './second-level.ts';
import { type CacheEvent, type CacheStats, Counters } from './stats.ts';
import { TurnTime } from './turn-time.ts';

const none: FetchOptions = {};
const done = Promise.resolve();

/**
 * Multi-level cache: least-recently-used entries in memory, an optional store shared between processes below, and one
 * load at a time per key.
 *
 * Works as soon as it is made; as a cell of a body it hears other processes' invalidations and fills itself from its
 * persistence when it starts. Once stopped it keeps nothing.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Glycogen } from '@organism/metabolic';
 *
 * const cache = new Glycogen<string>({ ttlMs: 60_000, staleMs: 10_000, graceMs: 3_600_000 });
 * let loads = 0;
 * const place = (): Promise<string> =>
 *   cache.fetch('quake:1', async () => `place ${(loads += 1)}`, { tags: ['quakes'] });
 *
 * assert.deepEqual(await Promise.all([place(), place()]), ['place 1', 'place 1']);
 * assert.equal(cache.get('quake:1'), 'place 1');
 * await cache.invalidateTags(['quakes']);
 * assert.equal(await place(), 'place 2');
 * ```
 */
export class Glycogen<V = unknown> extends Cell {
  readonly #counters = new Counters();
  readonly #time: TurnTime = new TurnTime(() => this.clock);
  readonly #memory: MemoryLevel;
  readonly #second: SecondLevel | undefined;
  readonly #bus: BusLink | undefined;
  readonly #persistence: CachePersistence | undefined;
  readonly #writes: WriteBehind | undefined;
  readonly #lifetime: FullLifetime;
  readonly #host: LoaderHost;
  readonly #flights = new Map<string, Flight>();
  readonly #background = new Set<Promise<void>>();
  readonly #listeners = new Set<(event: CacheEvent) => void>();
  #stampClock: Clock;
  #closed = false;

  /** @throws {OptionError} `CELL_BAD_OPTION` that names the option. */
  constructor(options: GlycogenOptions = {}) {
    super({ name: 'cache', ...options });
    this.#stampClock = this.clock;
    this.#lifetime = fillLifetime(options, endless);
    const { l2, bus, persistence } = options;
    const limits = readLimits(options);
    this.#memory = new MemoryLevel({
      ...limits,
      counters: this.#counters,
      onGone: (key, isEvicted) => {
        if (!this.#closed) this.#writes?.note(key, undefined);
        if (isEvicted) this.#emit({ type: 'evicted', key });
      },
    });
    const clock = (): Clock => this.clock;
    if (l2 !== undefined)
      this.#second = new SecondLevel({
        store: l2,
        clock,
        timeoutMs: limits.l2TimeoutMs,
        pauseMs: limits.l2PauseMs,
        counters: this.#counters,
        onFailure: (operation, error) => this.#emit({ type: 'l2-failed', operation, error }),
      });
    if (bus !== undefined)
      this.#bus = new BusLink({
        bus,
        cache: this.name,
        makeSource: () => this.entropy.uuid(),
        onInvalidated: (what) => void (this.#counters.invalidations += this.#forget(what)),
        emit: (event) => this.#emit(event),
      });
    this.#persistence = persistence;
    if (persistence !== undefined)
      this.#writes = new WriteBehind({
        apply: (changes) => persistence.apply(this.name, changes),
        clock,
        delayMs: limits.persistDelayMs,
        onError: (error) => this.#emit({ type: 'persistence-failed', error }),
      });
    this.#host = this.#makeHost(limits);
  }

  #makeHost(limits: Pick<LoaderHost, 'retryMs' | 'lockMs' | 'lockWaitMs'>): LoaderHost {
    return {
      ...limits,
      clock: () => this.clock,
      entropy: () => this.entropy,
      counters: this.#counters,
      second: this.#second,
      peek: (key) => this.#memory.peek(key),
      keep: (key, entry) => this.#keep(key, entry),
      drop: (key) => this.#memory.delete(key),
      background: (work) => this.#inBackground(work),
      emit: (event) => this.#emit(event),
    };
  }

  /**
   * The fresh value in memory, synchronously; undefined when there is none, or when it is remembered that there is no
   * such value. Never looks further than memory.
   */
  get(key: string): V | undefined {
    const entry = this.#memory.get(key);
    // Flat, and without the clock where the value has no TTL: 100 ns were the goal (benchmark metabolic.cache).
    if (entry !== undefined && (entry.freshUntil === Infinity || this.#time.now() < entry.freshUntil))
      return this.#hit(entry) as V | undefined;
    this.#counters.misses += 1;
    if (entry !== undefined) this.#dropDead(key, entry);
    return undefined;
  }

  #hit(entry: Entry): unknown {
    this.#counters.hits += 1;
    if (entry.slidingMs !== Infinity)
      entry.freshUntil = Math.min(entry.freshAtMost, this.#time.now() + entry.slidingMs);
    if (entry.value === undefined) this.#counters.negativeHits += 1;
    return entry.value;
  }

  #dropDead(key: string, entry: Entry): void {
    if (freshnessOf(entry, this.#time.now()) !== 'dead') return;
    this.#counters.expirations += 1;
    this.#memory.delete(key);
  }

  /** How usable the entry in memory is; `dead` when there is none. Does not count as a read. */
  freshness(key: string): Freshness {
    const entry = this.#memory.peek(key);
    return entry === undefined ? 'dead' : freshnessOf(entry, this.#time.now());
  }

  /**
   * The value of a key: from memory, from the second level, or from `load`. However many ask at once, one loads.
   *
   * While the value is stale it is given at once, and loaded anew in the background. When loading fails and the grace
   * has not run out, the old value is given. Otherwise what the loader throws is thrown, and not remembered.
   *
   * @throws {CancelledError} `CELL_CANCELLED` when the caller's signal aborts first.
   * @throws {OptionError} `CELL_BAD_OPTION` that names the option.
   */
  fetch<T extends V>(key: string, load: Load<T>, options: FetchOptions = none): Promise<T> {
    const entry = this.#memory.get(key);
    if (entry !== undefined && (entry.freshUntil === Infinity || this.#time.now() < entry.freshUntil))
      return Promise.resolve(this.#hit(entry) as T);
    return this.#fetch(key, load as Load, options, entry) as Promise<T>;
  }

  async #fetch(key: string, load: Load, options: FetchOptions, entry: Entry | undefined): Promise<unknown> {
    checkText('key', key);
    checkFunction('load', load);
    const { signal } = options;
    const lifetime = fillLifetime(options, this.#lifetime);
    if (signal?.aborted) throw new CancelledError('The fetch was cancelled.', { cause: signal.reason });
    const now = this.#time.now();
    const freshness = entry === undefined ? 'dead' : freshnessOf(entry, now);
    if (entry !== undefined && freshness === 'stale') {
      this.#counters.staleHits += 1;
      if (!this.#flights.has(key) && now >= entry.retryAt) this.#begin(key, load, lifetime, true);
      return entry.value;
    }
    if (entry !== undefined && freshness === 'grace' && now < entry.retryAt) {
      this.#counters.graceHits += 1;
      return entry.value;
    }
    if (entry !== undefined) this.#dropDead(key, entry);
    this.#counters.misses += 1;
    const flight = this.#flights.get(key);
    if (flight !== undefined) this.#counters.joined += 1;
    return await (flight ?? this.#begin(key, load, lifetime, false)).join(signal);
  }

  #begin(key: string, load: Load, lifetime: FullLifetime, isRefresh: boolean): Flight {
    const run = async (flight: Flight): Promise<unknown> => {
      try {
        return await new LoadRun(this.#host, flight, load, lifetime).run();
      } finally {
        this.#detach(flight);
      }
    };
    const onAbandoned = (flight: Flight): void =>
      this.#cancel(flight, new CancelledError('Nobody waits for this value any more.'));
    const flight = new Flight(key, lifetime.tags, isRefresh, run, onAbandoned);
    this.#flights.set(key, flight);
    return flight;
  }

  /** A loader may go on all the same; but then nobody tells it of invalidations, so its value must not be kept. */
  #cancel(flight: Flight, reason: CancelledError): void {
    this.#detach(flight);
    flight.isOutdated = true;
    flight.abort.abort(reason);
  }

  #detach(flight: Flight): void {
    if (this.#flights.get(flight.key) === flight) this.#flights.delete(flight.key);
  }

  #keep(key: string, entry: Entry): void {
    if (this.#closed || !this.#memory.set(key, entry) || this.#writes === undefined) return;
    this.#writes.note(key, toStored(entry, this.clock.now() - this.clock.monotonic()));
  }

  /**
   * Sets a value: at once here, and in the other levels and processes by the time the promise resolves. `undefined` is
   * remembered as an absence when the lifetime says how long. Never rejects: what the second level does not take
   * is sent again before it is read.
   *
   * @throws {OptionError} `CELL_BAD_OPTION` that names the option; thrown at once.
   */
  set(key: string, value: V, lifetime: Lifetime = none): Promise<void> {
    checkText('key', key);
    const now = this.#time.now();
    const full = lifetime === none ? this.#lifetime : fillLifetime(lifetime, this.#lifetime);
    const entry = makeEntry(value, full, now);
    if (entry === undefined) return this.delete(key);
    if (this.#flights.size > 0) this.#outdate({ keys: [key] });
    this.#keep(key, entry);
    if (this.#second === undefined) return this.#tell({ keys: [key] }, undefined);
    return this.#tell({ keys: [key] }, this.#second.replace(key, toStored(entry, this.clock.now() - now)));
  }

  /** Deletes keys: at once here, and in the other levels and processes by the time the promise resolves. */
  delete(key: string | readonly string[]): Promise<void> {
    const keys = typeof key === 'string' ? [key] : key;
    for (const one of keys) checkText('key', one);
    return this.#invalidate({ keys });
  }

  /** Invalidates every value that has one of the tags, here and everywhere; loads under way are not kept. */
  invalidateTags(tags: readonly string[]): Promise<void> {
    if (!Array.isArray(tags)) throw new OptionError('tags', 'an array of non-empty strings', tags);
    for (const tag of tags) checkText('tags', tag);
    return this.#invalidate({ tags });
  }

  /** Invalidates everything, here and everywhere. */
  clear(): Promise<void> {
    return this.#invalidate({ all: true });
  }

  #invalidate(what: Invalidated): Promise<void> {
    const { keys, tags } = what;
    this.#counters.invalidations += this.#forget(what);
    this.#emit({ type: 'invalidated', ...(keys && { keys }), ...(tags && { tags }) });
    return this.#tell(what, this.#second?.invalidate(what));
  }

  /** Lets no load under way be kept that began before this. */
  #outdate({ keys = [], tags = [], all = false }: Invalidated): void {
    for (const flight of this.#flights.values()) {
      for (const tag of tags) flight.invalidated.add(tag);
      flight.isOutdated ||= all || keys.includes(flight.key) || flight.isOutdatedFor(flight.tags);
      if (flight.isOutdated) this.#flights.delete(flight.key);
    }
  }

  /** Drops entries here, and lets no load under way bring them back. Tells how many entries there were. */
  #forget(what: Invalidated): number {
    this.#outdate(what);
    const { keys = [], tags = [], all = false } = what;
    if (all) return this.#memory.clear();
    let count = 0;
    for (const key of keys) if (this.#memory.delete(key)) count += 1;
    for (const tag of tags) count += this.#memory.deleteTag(tag);
    return count;
  }

  /** The second level first: who hears of it on the bus must not find the old value there. */
  #tell(what: Invalidated, stored: Promise<void> | undefined): Promise<void> {
    const bus = this.#bus;
    if (bus === undefined) return stored ?? done;
    return stored === undefined ? bus.announce(what) : stored.then(() => bus.announce(what));
  }

  /** Counters since the cache was made, and its present size. */
  stats(): CacheStats {
    return this.#counters.snapshot(this.#memory.size, this.#memory.bytes);
  }

  /** Calls `listener` for what happens in the cache, but for fresh hits, until the returned handle is disposed. */
  watch(listener: (event: CacheEvent) => void): Disposable {
    const own = (event: CacheEvent): void => listener(event);
    this.#listeners.add(own);
    return { [Symbol.dispose]: () => void this.#listeners.delete(own) };
  }

  #emit(event: CacheEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch {
        // A watcher's failure is not the cache's.
      }
    }
  }

  #inBackground(work: Promise<void>): void {
    this.#background.add(work);
    void work.finally(() => this.#background.delete(work));
  }

  protected override async onStart({ defer }: StartScope): Promise<void> {
    this.#closed = false;
    // Stamps of another clock mean nothing on this one.
    if (this.#stampClock !== this.clock) this.#memory.clear();
    this.#stampClock = this.clock;
    if (this.#bus !== undefined) defer(await this.#bus.subscribe());
    await this.#restore();
  }

  async #restore(): Promise<void> {
    if (this.#persistence === undefined) return;
    const [wall, now] = [this.clock.now(), this.clock.monotonic()];
    try {
      for await (const [key, stored] of this.#persistence.load(this.name, wall)) {
        const entry = fromStored(stored, now, wall - now);
        if (freshnessOf(entry, now) !== 'dead' && this.#memory.peek(key) === undefined) this.#memory.set(key, entry);
      }
    } catch (error) {
      // A cache that starts empty is slow; one that does not start is an outage.
      this.#emit({ type: 'persistence-failed', error });
    }
  }

  protected override async onStop(): Promise<void> {
    this.#closed = true;
    for (const flight of this.#flights.values()) this.#cancel(flight, new CancelledError('The cache was stopped.'));
    await Promise.all(this.#background);
    await this.#writes?.close();
    this.#memory.clear();
  }

  protected override onHealth(): Health {
    const trouble = this.#second?.trouble;
    return trouble === undefined ? { status: 'pass' } : { status: 'warn', output: trouble };
  }

  protected override onDescribe(): Partial<Anatomy> {
    return { counters: { ...this.stats() } };
  }
}
