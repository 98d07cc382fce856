import { OptionError } from '@organism/cell';
import { HeartDriverError } from '../errors.ts';
import { duration } from '../heart/check.ts';
import type {
  DeadQuery,
  DeadRecord,
  GroupDepth,
  HeartDriver,
  JoinOrder,
  Lease,
  LeaseRef,
  NewMessage,
  PublishOrder,
  PublishOutcome,
  ReserveOrder,
  Settlement,
  TopicDepth,
} from '../heart/driver.ts';
import type { Durability } from '../heart/durability.ts';
import { Watchers } from '../memory/watchers.ts';
import type { RedisClient } from './client.ts';
import { durabilityOf } from './durability.ts';
import type { RedisScript } from './script.ts';
import * as scripts from './scripts.ts';

/** Options of a {@link RedisBroker}. */
export interface RedisBrokerOptions {
  /** A client that is connected or will be; it stays yours to close. */
  readonly client: RedisClient;
  /** Begin of all its keys. Default `heart`. */
  readonly prefix?: string;
  /** How often consumers look for what other processes have published, in milliseconds. Default 50; Infinity: never. */
  readonly pollMs?: number;
}

/** Rows of so many fields each. */
const rowsOf = (reply: unknown, width: number): string[][] => {
  const fields = (reply as (string | number)[]).map(String);
  return Array.from({ length: Math.floor(fields.length / width) }, (_, row) =>
    fields.slice(row * width, (row + 1) * width),
  );
};

const fieldsOf = (end: Settlement): (string | number)[] => {
  const [first, second] =
    end.kind === 'retry' ? [end.delayMs, ''] : end.kind === 'dead' ? [end.reason.code, end.reason.detail] : ['', ''];
  return [end.ref, end.token, end.kind, first, second];
};

/**
 * Broker driver on Redis 6.2 or newer: shared by processes on many machines. Every call is one Lua script, so it happens
 * whole or not at all; all keys of a topic are in one slot of a cluster.
 *
 * What an acknowledged publish has reached is the server's to say: `open` reads its append-only settings. Without an
 * append-only file that is `memory`; with `appendfsync everysec` `page-cache`; with `always` `fsync`.
 *
 * @example
 * ```ts no-run
 * import { Heart } from '@organism/circulatory';
 * import { RedisBroker } from '@organism/circulatory/redis';
 * import { Redis } from 'ioredis';
 *
 * const client = new Redis('redis://localhost:6379');
 * await using heart = await new Heart({ driver: new RedisBroker({ client }), durability: 'page-cache' }).start();
 * await heart.publish('mail.send', { to: 'ada@example.org' });
 * ```
 */
export class RedisBroker implements HeartDriver<never> {
  readonly name = 'redis';
  readonly keeps = 'text';
  readonly pollMs: number;
  readonly #client: RedisClient;
  readonly #prefix: string;
  readonly #watchers = new Watchers();
  readonly #known = new Set<string>();
  #durability: Durability = 'memory';

  /** @throws {OptionError} `CELL_BAD_OPTION` for a bad option. */
  constructor({ client, prefix = 'heart', pollMs = 50 }: RedisBrokerOptions) {
    if (typeof (client as Partial<RedisClient> | undefined)?.call !== 'function')
      throw new OptionError('client', 'a Redis client with a call method', client);
    if (typeof prefix !== 'string' || !/^[^{}\s]+$/.test(prefix))
      throw new OptionError('prefix', 'a text without braces and spaces', prefix);
    this.#client = client;
    this.#prefix = prefix;
    this.pollMs = duration('pollMs', pollMs);
  }

  get durability(): Durability {
    return this.#durability;
  }

  async open(): Promise<void> {
    this.#durability = await this.#attempt('read its settings', () => durabilityOf(this.#client));
  }

  async #attempt<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      throw new HeartDriverError(what, { cause, retryable: true });
    }
  }

  #run(what: string, script: RedisScript, topic: string, now: number, ...args: (string | number)[]): Promise<unknown> {
    // The tag in braces keeps all keys of a topic in one slot. @see https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/
    const key = `${this.#prefix}:{${topic.replaceAll('}', '%7D')}}`;
    return this.#attempt(what, () => script.run(this.#client, key, [now, ...args]));
  }

  /** So that a sweep finds the topic; in a slot of its own, so no script can do it. */
  async #know(topic: string): Promise<void> {
    if (this.#known.has(topic)) return;
    await this.#attempt('note a topic', () => this.#client.call('SADD', `${this.#prefix}:topics`, topic));
    this.#known.add(topic);
  }

  async publish(topic: string, messages: readonly NewMessage[], order: PublishOrder): Promise<PublishOutcome> {
    if (!this.#known.has(topic)) await this.#know(topic);
    const { now, maxDepth, shed, retentionMs } = order;
    const fields = messages.flatMap(({ id, key = '', priority, publishedAt, dueAt, expiresAt, uniqueUntil, body }) => [
      id,
      key,
      priority,
      publishedAt,
      dueAt,
      expiresAt === Infinity ? 0 : expiresAt,
      Math.min(uniqueUntil, Number.MAX_SAFE_INTEGER),
      typeof body === 'string' ? body : JSON.stringify(body),
    ]);
    const bounds = [maxDepth === Infinity ? -1 : maxDepth, shed ? 1 : 0, Math.min(retentionMs, 1e15)];
    const reply = await this.#run('publish', scripts.publishScript, topic, now, ...bounds, ...fields);
    if (reply === 'full') return 'full';
    this.#watchers.tell(topic);
    return (reply as number[]).map((stored) => (stored === 1 ? 'stored' : 'duplicate'));
  }

  async join(topic: string, group: string, { from, idleMs, now }: JoinOrder): Promise<void> {
    await this.#know(topic);
    await this.#run('join', scripts.joinScript, topic, now, group, from, idleMs === Infinity ? -1 : idleMs);
  }

  async leave(topic: string, group: string, now: number): Promise<void> {
    await this.#run('leave', scripts.leaveScript, topic, now, group);
    this.#watchers.tell(topic);
  }

  async reserve(topic: string, group: string, order: ReserveOrder): Promise<readonly Lease[]> {
    const { now, max, leaseMs, maxAttempts } = order;
    const reply = await this.#run('reserve', scripts.reserveScript, topic, now, group, max, now + leaseMs, maxAttempts);
    return rowsOf(reply, 7).map(([ref = '', token, attempt, until, delay, published, body = '']) => ({
      ref: Number(ref),
      token: Number(token),
      attempt: Number(attempt),
      until: Number(until),
      previousDelayMs: Number(delay),
      publishedAt: Number(published),
      body,
    }));
  }

  async settle(topic: string, group: string, ends: readonly Settlement[], now: number): Promise<readonly boolean[]> {
    const reply = await this.#run('settle', scripts.settleScript, topic, now, group, ...ends.flatMap(fieldsOf));
    this.#watchers.tell(topic);
    return (reply as number[]).map((held) => held === 1);
  }

  async extend(
    topic: string,
    group: string,
    leases: readonly LeaseRef[],
    until: number,
    now: number,
  ): Promise<readonly boolean[]> {
    const fields = leases.flatMap(({ ref, token }) => [ref, token]);
    const reply = await this.#run('extend', scripts.extendScript, topic, now, group, until, ...fields);
    return (reply as number[]).map((held) => held === 1);
  }

  async nextDue(topic: string, group: string, now: number): Promise<number | undefined> {
    const reply = await this.#run('read', scripts.dueScript, topic, now, group);
    return reply === '' ? undefined : Number(reply);
  }

  #dead(
    what: string,
    script: RedisScript,
    topic: string,
    group: string,
    query: DeadQuery,
    now: number,
  ): Promise<unknown> {
    const { limit, refs } = query;
    if (limit === 0 || refs?.length === 0) return Promise.resolve(undefined);
    const last = limit === Infinity ? -1 : limit - 1;
    return this.#run(what, script, topic, now, group, last, ...(refs?.slice(0, limit) ?? []));
  }

  async deadLetters(topic: string, group: string, query: DeadQuery): Promise<readonly DeadRecord[]> {
    const reply = await this.#dead('read dead letters', scripts.deadScript, topic, group, query, 0);
    return rowsOf(reply ?? [], 7).map(([ref, code = '', detail = '', attempts, failedAt, publishedAt, body = '']) => ({
      ref: Number(ref),
      reason: { code, detail },
      attempts: Number(attempts),
      failedAt: Number(failedAt),
      publishedAt: Number(publishedAt),
      body,
    }));
  }

  async replay(topic: string, group: string, query: DeadQuery, now: number): Promise<number> {
    const count = Number((await this.#dead('replay', scripts.replayScript, topic, group, query, now)) ?? 0);
    if (count > 0) this.#watchers.tell(topic);
    return count;
  }

  async discard(topic: string, group: string, query: DeadQuery): Promise<number> {
    // At time 0 nothing that is kept has reached its end: the next sweep sees to it.
    return Number((await this.#dead('discard', scripts.discardScript, topic, group, query, 0)) ?? 0);
  }

  async inspect(topic: string, now: number): Promise<TopicDepth> {
    const [depth, ...fields] = (await this.#run('inspect', scripts.inspectScript, topic, now)) as (string | number)[];
    const groups = rowsOf(fields, 6).map(([group = '', lag, delayed, inFlight, dead, since]): GroupDepth => ({
      group,
      lag: Number(lag),
      delayed: Number(delayed),
      inFlight: Number(inFlight),
      dead: Number(dead),
      oldestAgeMs: since === '' ? 0 : Math.max(0, now - Number(since)),
    }));
    return { topic, depth: Number(depth), groups: groups.filter(({ group, lag }) => group !== '' || lag > 0) };
  }

  async sweep(now: number): Promise<number> {
    const topics = await this.#attempt('sweep', () => this.#client.call('SMEMBERS', `${this.#prefix}:topics`));
    let gone = 0;
    for (const topic of topics as string[]) {
      const dropped = Number(await this.#run('sweep', scripts.sweepScript, topic, now));
      if (dropped > 0) this.#watchers.tell(topic);
      gone += dropped;
    }
    return gone;
  }

  watch(topic: string, listener: () => void): Disposable {
    return this.#watchers.add(topic, listener);
  }
}
