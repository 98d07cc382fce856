import { type Clock, type Entropy, sleep, type Timer } from '@organism/cell';
import { type Entry, freshnessOf, fromStored, makeEntry, remainingMs, toStored } from './entry.ts';
import type { Flight } from './flight.ts';
import { fillLifetime, type FullLifetime } from './lifetime.ts';
import type { Load } from './load.ts';
import type { SecondLevel } from './second-level.ts';
import type { CacheEvent, Counters } from './stats.ts';
import type { Lease } from './store.ts';

/** The cache, as its loader sees it. */
export interface LoaderHost {
  readonly clock: () => Clock;
  readonly entropy: () => Entropy;
  readonly counters: Counters;
  readonly second: SecondLevel | undefined;
  readonly retryMs: number;
  readonly lockMs: number;
  readonly lockWaitMs: number;
  /** The entry in memory. */
  peek(key: string): Entry | undefined;
  /** Keeps an entry in memory. */
  keep(key: string, entry: Entry): void;
  /** Drops a key from memory. */
  drop(key: string): boolean;
  /** Runs on while the cache lives; nobody waits for it. */
  background(work: Promise<void>): void;
  emit(event: CacheEvent): void;
}

/** First wait for a load in another process, in milliseconds; doubles up to the longest. */
const pollMs = { first: 10, longest: 250 };

/** One run of a load: second level, lease, loader, and what becomes of the value. */
export class LoadRun {
  readonly #host: LoaderHost;
  readonly #flight: Flight;
  readonly #load: Load;
  readonly #lifetime: FullLifetime;
  /** An old entry to fall back on. */
  #spare: Entry | undefined;
  #ticket: unknown;

  constructor(host: LoaderHost, flight: Flight, load: Load, lifetime: FullLifetime) {
    this.#host = host;
    this.#flight = flight;
    this.#load = load;
    this.#lifetime = lifetime;
    this.#spare = host.peek(flight.key);
  }

  /** The value, from the second level or the loader, or an old one when those fail. */
  async run(): Promise<unknown> {
    const { second, counters } = this.#host;
    if (second === undefined) return await this.#loadWith(undefined);
    const found = await this.#look(second);
    if (found !== undefined) counters.l2Hits += 1;
    else counters.l2Misses += 1;
    const lead = found ?? (await this.#lead(second));
    if (lead !== undefined && !('token' in lead)) return lead.value;
    return await this.#loadWith(lead);
  }

  /** Looks into the second level. A usable entry goes to memory; an old one is spared for later. */
  async #look(second: SecondLevel): Promise<Entry | undefined> {
    const { key, isRefresh } = this.#flight;
    const clock = this.#host.clock();
    const read = await second.read(key, this.#lifetime.tags);
    this.#flight.abort.signal.throwIfAborted();
    this.#ticket = read?.ticket;
    if (read?.entry === undefined) return undefined;
    const now = clock.monotonic();
    const entry = fromStored(read.entry, now, clock.now() - now);
    const freshness = freshnessOf(entry, now);
    if (freshness === 'fresh' || (freshness === 'stale' && !isRefresh)) {
      if (entry.slidingMs !== Infinity) this.#host.background(second.touch(key, remainingMs(read.entry, clock.now())));
      if (!this.#flight.isOutdatedFor(entry.tags)) this.#host.keep(key, entry);
      return entry;
    }
    if (freshness !== 'dead' && (this.#spare === undefined || this.#spare.freshUntil < entry.freshUntil))
      this.#spare = entry;
    return undefined;
  }

  /** Gets the right to load, or the entry that another process has loaded meanwhile; undefined to load without. */
  async #lead(second: SecondLevel): Promise<Lease | Entry | undefined> {
    const { lockMs, lockWaitMs } = this.#host;
    const [clock, entropy] = [this.#host.clock(), this.#host.entropy()];
    const { key, isRefresh, abort } = this.#flight;
    const giveUpAt = clock.monotonic() + lockWaitMs;
    for (let wait = pollMs.first; ; wait = Math.min(2 * wait, pollMs.longest)) {
      const lease = await second.acquire(key, lockMs);
      if (lease === 'unavailable') return undefined;
      if (lease !== 'taken') {
        // Written between our look and our lease.
        const entry = await this.#look(second).catch(async (error: unknown) => {
          await second.release(lease);
          throw error;
        });
        if (entry !== undefined) await second.release(lease);
        return entry ?? lease;
      }
      // Somebody else refreshes it: go on with the old one for now.
      const spare = isRefresh && !this.#flight.isAwaited ? this.#useSpare() : undefined;
      if (spare !== undefined) return spare;
      if (clock.monotonic() >= giveUpAt) return undefined;
      // Spread out, so that those who wait don't all come back at one time.
      await sleep(clock, wait * (0.5 + entropy.random() / 2), { signal: abort.signal });
      const entry = await this.#look(second);
      if (entry !== undefined) return entry;
    }
  }

  async #loadWith(lease: Lease | undefined): Promise<unknown> {
    const { second, lockMs } = this.#host;
    let renewal: Timer | undefined;
    if (lease !== undefined) renewal = this.#host.clock().setInterval(() => void second?.renew(lease), lockMs / 3);
    let written: Promise<void> | undefined;
    try {
      const { value, write } = await this.#callLoader(lease);
      written = write;
      return value;
    } finally {
      renewal?.[Symbol.dispose]();
      // After the write, so that those who wait for the lease find the value.
      if (second !== undefined) this.#host.background(this.#finish(second, written, lease));
    }
  }

  async #finish(second: SecondLevel, written: Promise<void> | undefined, lease: Lease | undefined): Promise<void> {
    await written;
    if (lease !== undefined) await second.release(lease);
  }

  async #callLoader(lease: Lease | undefined): Promise<{ readonly value: unknown; readonly write?: Promise<void> }> {
    const { counters, emit } = this.#host;
    const clock = this.#host.clock();
    const { key, abort, isRefresh } = this.#flight;
    let lifetime = this.#lifetime;
    abort.signal.throwIfAborted();
    const started = clock.monotonic();
    counters.loads += 1;
    let value: unknown;
    try {
      value = await this.#load({
        key,
        signal: abort.signal,
        stale: this.#spare?.value,
        keep: (asked) => void (lifetime = fillLifetime(asked, lifetime)),
      });
    } catch (error) {
      counters.loadFailures += 1;
      const spare = this.#useSpare();
      if (spare !== undefined && (!isRefresh || this.#flight.isAwaited)) counters.graceHits += 1;
      emit({ type: 'load-failed', key, error, served: spare !== undefined });
      if (spare === undefined) throw error;
      return { value: spare.value };
    }
    const kept = !this.#flight.isOutdatedFor(lifetime.tags);
    if (!kept) counters.discarded += 1;
    emit({ type: 'loaded', key, durationMs: clock.monotonic() - started, kept });
    return kept ? { value, write: this.#keep(value, lifetime, lease) } : { value };
  }

  /** The old entry, when it may still be served; and no further attempt for a while. */
  #useSpare(): Entry | undefined {
    const { retryMs, keep, peek } = this.#host;
    const { key } = this.#flight;
    const spare = this.#spare;
    const now = this.#host.clock().monotonic();
    if (spare === undefined || freshnessOf(spare, now) === 'dead' || this.#flight.isOutdatedFor(spare.tags))
      return undefined;
    spare.retryAt = now + retryMs;
    if (peek(key) !== spare) keep(key, spare);
    return spare;
  }

  /** Keeps a loaded value in memory, and gives the promise of its write to the second level. */
  async #keep(value: unknown, lifetime: FullLifetime, lease: Lease | undefined): Promise<void> {
    const { second, keep, drop } = this.#host;
    const clock = this.#host.clock();
    const { key } = this.#flight;
    const now = clock.monotonic();
    const entry = makeEntry(value, lifetime, now);
    if (entry === undefined) {
      // There is none, and nobody wants that remembered: but the old value is wrong now.
      if (drop(key) || this.#spare !== undefined) await second?.invalidate({ keys: [key] });
      return;
    }
    keep(key, entry);
    const conditions = { ...(this.#ticket !== undefined && { ticket: this.#ticket }), ...(lease && { lease }) };
    await second?.write(key, toStored(entry, clock.now() - now), conditions);
  }
}
