import { type Clock, type Entropy, OptionError, systemClock, systemEntropy } from '@organism/cell';
import { encodeRecord, jsonCodec, type RecordCodec } from '../cache/codec.ts';
import { remainingMs, type StoredEntry } from '../cache/entry.ts';
import type { CacheStore, Lease, StoreRead, WriteConditions } from '../cache/store.ts';
import { checkFunction, checkMs, checkText } from '../check.ts';
import type { RedisClient } from './client.ts';
import { readRecord, type RedisRecord } from './record.ts';
import { markScript, releaseScript, renewScript, writeScript } from './script.ts';

/** Options of a {@link RedisStore}. */
export interface RedisStoreOptions {
  /** A connected client; the store neither opens nor closes it. */
  readonly client: RedisClient;
  /** Begins every key; one of its own for each cache. No braces: they would rule the slots of a cluster. */
  readonly prefix: string;
  /** How long a tag that nobody uses is remembered, in milliseconds; entries with a forgotten tag are misses. Default 30 days. */
  readonly markTtlMs?: number;
  /** Default: JSON. */
  readonly codec?: RecordCodec;
  readonly clock?: Clock;
  readonly entropy?: Entropy;
}

interface Ticket {
  readonly generation: string;
  readonly marks: ReadonlyMap<string, string>;
}

/** Longer than this is for ever. */
const longestMs = 3_000_000_000_000;

/**
 * Second-level store on Redis, for single servers and clusters.
 *
 * An entry carries a random mark of each of its tags; to invalidate a tag is to give it another mark, so it is one
 * write however many entries there are, and what was loaded before can't come back after. A key and its lock share a
 * slot; no command touches two slots.
 *
 * @example
 * ```ts no-run
 * import { Glycogen } from '@organism/metabolic';
 * import { RedisInvalidationBus, RedisStore } from '@organism/metabolic/redis';
 * import { Redis } from 'ioredis';
 *
 * const redis = new Redis('redis://127.0.0.1:6379');
 * const cache = new Glycogen<string>({
 *   name: 'quakes',
 *   ttlMs: 60_000,
 *   l2: new RedisStore({ client: redis, prefix: 'cache:quakes' }),
 *   bus: new RedisInvalidationBus({ publisher: redis, subscriber: redis.duplicate(), channel: 'cache' }),
 * });
 * ```
 * @see https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#hash-tags
 */
export class RedisStore implements CacheStore {
  readonly #client: RedisClient;
  readonly #prefix: string;
  readonly #markTtlMs: number;
  readonly #codec: RecordCodec;
  readonly #clock: Clock;
  readonly #entropy: Entropy;

  /** @throws {OptionError} `CELL_BAD_OPTION` that names the option. */
  constructor(options: RedisStoreOptions) {
    this.#client = options.client;
    checkFunction('client.call', options.client?.call);
    this.#prefix = checkText('prefix', options.prefix);
    if (/[{}]/.test(this.#prefix)) throw new OptionError('prefix', 'without braces', options.prefix);
    this.#markTtlMs = Math.ceil(
      Math.max(1, Math.min(longestMs, checkMs('markTtlMs', options.markTtlMs ?? 2_592_000_000))),
    );
    this.#codec = options.codec ?? jsonCodec;
    this.#clock = options.clock ?? systemClock;
    this.#entropy = options.entropy ?? systemEntropy;
  }

  /** The part in braces decides about the slot; it is never empty, whatever the key. */
  #valueKey(key: string): string {
    return `${this.#prefix}:value:{=${key}}`;
  }

  #lockKey(key: string): string {
    return `${this.#prefix}:lock:{=${key}}`;
  }

  #tagKey(tag: string): string {
    return `${this.#prefix}:tag:{=${tag}}`;
  }

  get #generationKey(): string {
    return `${this.#prefix}:generation`;
  }

  async #mark(key: string): Promise<string> {
    return String(await markScript.run(this.#client, [key], [this.#entropy.uuid(), this.#markTtlMs]));
  }

  async #marks(tags: readonly string[]): Promise<Map<string, string>> {
    return new Map(await Promise.all(tags.map(async (tag) => [tag, await this.#mark(this.#tagKey(tag))] as const)));
  }

  /** Reads an entry and the marks of the tags in one round trip; in two when the entry has other tags. */
  async read(key: string, tags: readonly string[]): Promise<StoreRead> {
    const [text, generation, marks] = await Promise.all([
      this.#client.call('GET', this.#valueKey(key)),
      this.#mark(this.#generationKey),
      this.#marks(tags),
    ]);
    const ticket: Ticket = { generation, marks };
    const record = readRecord(text, this.#codec);
    if (record === undefined || record.generation !== generation) return { ticket };
    const own = record.entry.tags ?? [];
    const others = await this.#marks(own.filter((tag) => !marks.has(tag)));
    const isValid = own.every((tag, index) => (marks.get(tag) ?? others.get(tag)) === record.marks[index]);
    return isValid ? { entry: record.entry, ticket } : { ticket };
  }

  /** Writes an entry, unless its lease was lost. Tells whether it was written. */
  async write(key: string, entry: StoredEntry, conditions: WriteConditions = {}): Promise<boolean> {
    const ms = remainingMs(entry, this.#clock.now());
    if (ms <= 0) return false;
    const seen = conditions.ticket as Ticket | undefined;
    const tags = entry.tags ?? [];
    const [generation, others] = await Promise.all([
      seen?.generation ?? this.#mark(this.#generationKey),
      this.#marks(tags.filter((tag) => !seen?.marks.has(tag))),
    ]);
    const marks = tags.map((tag) => seen?.marks.get(tag) ?? others.get(tag) ?? '');
    const text = encodeRecord(this.#codec, { entry, generation, marks } satisfies RedisRecord);
    const keys = [this.#valueKey(key), this.#lockKey(key)];
    const args = [conditions.lease?.token ?? '', text, ms < longestMs ? Math.ceil(ms) : ''];
    return (await writeScript.run(this.#client, keys, args)) === 1;
  }

  /** Deletes keys, and takes away the locks on them. */
  async delete(keys: readonly string[]): Promise<void> {
    await Promise.all(keys.map((key) => this.#client.call('UNLINK', this.#valueKey(key), this.#lockKey(key))));
  }

  /** Gives the tags other marks. */
  async invalidateTags(tags: readonly string[]): Promise<void> {
    await Promise.all(tags.map((tag) => this.#renewMark(this.#tagKey(tag))));
  }

  /** Gives the cache another mark; what is stored under the old one expires by itself. */
  async clear(): Promise<void> {
    await this.#renewMark(this.#generationKey);
  }

  async #renewMark(key: string): Promise<void> {
    await this.#client.call('SET', key, this.#entropy.uuid(), 'PX', this.#markTtlMs);
  }

  /** Keeps an entry for another while. */
  async touch(key: string, ms: number): Promise<void> {
    if (ms < longestMs) await this.#client.call('PEXPIRE', this.#valueKey(key), Math.ceil(ms));
  }

  /** Takes the lock of a key: a random token that expires, so that a crash frees it and nobody frees another's. */
  async acquire(key: string, ms: number): Promise<Lease | undefined> {
    const lock = this.#lockKey(key);
    const token = this.#entropy.uuid();
    const holdMs = Math.max(1, Math.ceil(Math.min(ms, longestMs)));
    if ((await this.#client.call('SET', lock, token, 'NX', 'PX', holdMs)) !== 'OK') return undefined;
    return {
      token,
      renew: async () => (await renewScript.run(this.#client, [lock], [token, holdMs])) === 1,
      release: async () => void (await releaseScript.run(this.#client, [lock], [token])),
    };
  }
}
