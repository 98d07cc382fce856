import { type Clock, messageOf, OptionError, sleep, systemClock } from '@organism/cell';
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
  MaybePromise,
  NewMessage,
  OpenOptions,
  PublishOrder,
  PublishOutcome,
  ReserveOrder,
  Settlement,
  TopicDepth,
} from '../heart/driver.ts';
import type { Durability } from '../heart/durability.ts';
import { Watchers } from '../memory/watchers.ts';
import type { RedisClient } from './client.ts';
import { type RedisBrokerOptions, type RedisWarning, warnProcess } from './options.ts';
import { durabilityOf, evictionOf } from './durability.ts';
import { fromStored } from './body.ts';
import { Gatherer } from './gatherer.ts';
import { reserveScript, settleScript } from './lease-scripts.ts';
import { publishScript } from './publish-script.ts';
import { type Argument, isUnknown, type RedisScript } from './script.ts';
import * as scripts from './scripts.ts';
import {
  areAlike,
  fromAppend,
  fromDue,
  fromPublish,
  fromReserve,
  mostOf,
  type Publish,
  rowsOf,
  toAppend,
  toPublish,
  toSettle,
} from './words.ts';

/** Waits between tries to open: this long at first, then ever longer. */
const againMs = { least: 50, most: 2000 };

/** What goes to the server at once: it does nothing else meanwhile. */
const [mostBytes, mostEnds] = [262_144, 1000];

/** So many gatherers are kept for the next who comes. */
const mostIdle = 64;

/** About how many bytes; a message has more to it than its body. */
const weightOf = ({ messages }: Publish): number =>
  messages.reduce((sum, { body }) => sum + 200 + ((body as { readonly length?: number }).length ?? 0), 0);

interface Settle {
  readonly ends: readonly Settlement[];
  readonly now: number;
}

/** When something of a group is due next, as it was when it was asked for messages. */
interface Due {
  readonly topic: string;
  readonly group: string;
  readonly at: number | undefined;
}

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
  readonly keeps: 'text' | 'bytes';
  readonly pollMs: number;
  readonly #client: RedisClient;
  readonly #prefix: string;
  readonly #watchers = new Watchers();
  readonly #known = new Set<string>();
  readonly #publishScripts = new Map<string, RedisScript>();
  readonly #inlets = new Map<string, Gatherer<Publish, PublishOutcome>>();
  readonly #outlets = new Map<string, Gatherer<Settle, readonly boolean[]>>();
  readonly #openTimeoutMs: number;
  readonly #warn: (warning: RedisWarning) => void;
  readonly #clock: Clock;
  #durability: Durability = 'memory';
  #due: Due | undefined;

  /** @throws {OptionError} `CELL_BAD_OPTION` for a bad option. */
  constructor(options: RedisBrokerOptions) {
    const { client, prefix = 'heart', pollMs = 50, openTimeoutMs = 0, clock = systemClock } = options;
    if (typeof (client as Partial<RedisClient> | undefined)?.call !== 'function')
      throw new OptionError('client', 'a Redis client with a call method', client);
    if (typeof prefix !== 'string' || !/^[^{}\s]+$/.test(prefix))
      throw new OptionError('prefix', 'a text without braces and spaces', prefix);
    this.#client = client;
    this.keeps = client.callBuffer === undefined ? 'text' : 'bytes';
    this.#prefix = prefix;
    this.pollMs = duration('pollMs', pollMs);
    this.#openTimeoutMs = duration('openTimeoutMs', openTimeoutMs);
    this.#warn = options.onWarning ?? warnProcess;
    this.#clock = clock;
  }

  get durability(): Durability {
    return this.#durability;
  }

  async open({ signal }: OpenOptions = {}): Promise<void> {
    const until = this.#clock.monotonic() + this.#openTimeoutMs;
    for (let waitMs = againMs.least; ; waitMs = Math.min(againMs.most, waitMs * 2)) {
      try {
        return await this.#readSettings();
      } catch (error) {
        if (this.#clock.monotonic() + waitMs > until) throw error;
        const cause = messageOf((error as HeartDriverError).cause);
        this.#warn({ code: 'unreachable', message: `Redis does not answer (${cause}); trying again in ${waitMs} ms.` });
        await sleep(this.#clock, waitMs, { ...(signal !== undefined && { signal }) });
      }
    }
  }

  async #readSettings(): Promise<void> {
    const eviction = await this.#attempt('read its settings', async () => {
      this.#durability = await durabilityOf(this.#client);
      return await evictionOf(this.#client);
    });
    if (eviction === undefined || eviction === 'noeviction') return;
    const message = `Redis has maxmemory-policy ${eviction}: it may throw messages away. Set it to noeviction.`;
    this.#warn({ code: 'eviction', message });
  }

  async #attempt<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      throw this.#failed(what, cause);
    }
  }

  /** Begin of the keys of a topic. */
  #keyOf(topic: string): string {
    // The tag in braces keeps all of them in one slot. @see https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/
    return `${this.#prefix}:{${topic.replaceAll('%', '%25').replaceAll('}', '%7D')}}`;
  }

  #run(what: string, script: RedisScript, key: string, args: readonly Argument[]): Promise<unknown> {
    return this.#ask(what, script, key, args, (reply) => reply);
  }

  /** Runs a script and reads its reply in one step: a publish waits for each. */
  #ask<T>(
    what: string,
    script: RedisScript,
    key: string,
    args: readonly Argument[],
    read: (reply: unknown) => T,
  ): Promise<T> {
    return script.run(this.#client, key, args).then(read, async (error: unknown) => {
      if (!isUnknown(error)) throw this.#failed(what, error);
      return read(await this.#attempt(what, () => script.runInFull(this.#client, key, args)));
    });
  }

  #failed(what: string, cause: unknown): HeartDriverError {
    // Another server may answer next, or the same without what it had.
    this.#known.clear();
    return new HeartDriverError(what, { cause, retryable: true });
  }

  /** So that a sweep finds the topic; in a slot of its own, so no script can do it. */
  async #know(topic: string): Promise<void> {
    if (this.#known.has(topic)) return;
    await this.#attempt('note a topic', () => this.#client.call('SADD', `${this.#prefix}:topics`, topic));
    this.#known.add(topic);
  }

  publish(topic: string, messages: readonly NewMessage[], order: PublishOrder): Promise<PublishOutcome> {
    const inlet = this.#inlet(topic);
    if (this.#known.has(topic)) return inlet.add({ messages, order });
    return this.#know(topic).then(() => inlet.add({ messages, order }));
  }

  /** Publishes of one topic and of the same bounds go together. */
  #inlet(topic: string): Gatherer<Publish, PublishOutcome> {
    const found = this.#inlets.get(topic);
    if (found !== undefined) return found;
    const key = this.#keyOf(topic);
    const readOne = (reply: unknown): PublishOutcome => {
      const outcome = fromAppend(reply);
      if (outcome !== 'full') this.#watchers.tell(topic);
      return outcome;
    };
    const made = new Gatherer<Publish, PublishOutcome>({
      sendOne: (publish) => {
        const words = toAppend(publish);
        return words && this.#ask('publish', this.#publishing(publish), key, words, readOne);
      },
      send: async (publishes) => {
        const script = this.#publishing(publishes[0] as Publish);
        const outcomes = fromPublish(publishes, await this.#run('publish', script, key, toPublish(publishes)));
        if (outcomes.some((outcome) => outcome !== 'full')) this.#watchers.tell(topic);
        return outcomes;
      },
      weigh: weightOf,
      maxWeight: mostBytes,
      areAlike,
      onIdle: () => this.#inlets.size > mostIdle && this.#inlets.delete(topic),
    });
    this.#inlets.set(topic, made);
    return made;
  }

  /** The script for a publish: it has the bound in its text. */
  #publishing({ order }: Publish): RedisScript {
    const most = mostOf(order);
    const found = this.#publishScripts.get(most);
    if (found !== undefined) return found;
    const made = publishScript(most);
    this.#publishScripts.set(most, made);
    return made;
  }

  async join(topic: string, group: string, { from, idleMs, now }: JoinOrder): Promise<void> {
    await this.#know(topic);
    const words = [now, group, from, idleMs === Infinity ? -1 : idleMs];
    while (String(await this.#run('join', scripts.joinScript, this.#keyOf(topic), words)) === '0');
  }

  async leave(topic: string, group: string, now: number): Promise<void> {
    await this.#run('leave', scripts.leaveScript, this.#keyOf(topic), [now, group]);
    this.#watchers.tell(topic);
  }

  async reserve(topic: string, group: string, order: ReserveOrder): Promise<readonly Lease[]> {
    const { now, max, leaseMs, maxAttempts } = order;
    const words = [now, group, max, now + leaseMs, maxAttempts];
    const reply = await this.#run('reserve', reserveScript, this.#keyOf(topic), words);
    const leases = fromReserve(reply, now + leaseMs);
    if (leases.length === 0) this.#remember({ topic, group, at: fromDue((reply as unknown[])[0]) });
    return leases;
  }

  /** Who finds nothing asks at once when there will be something: the answer has come along. */
  #remember(due: Due): void {
    this.#due = due;
    process.nextTick(() => (this.#due = undefined));
  }

  async settle(topic: string, group: string, ends: readonly Settlement[], now: number): Promise<readonly boolean[]> {
    const held = await this.#outlet(topic, group).add({ ends, now });
    this.#watchers.tell(topic);
    return held;
  }

  #outlet(topic: string, group: string): Gatherer<Settle, readonly boolean[]> {
    const name = `${topic.length} ${topic} ${group}`;
    const found = this.#outlets.get(name);
    if (found !== undefined) return found;
    const key = this.#keyOf(topic);
    const made = new Gatherer<Settle, readonly boolean[]>({
      send: async (settles) => {
        const now = Math.max(...settles.map((one) => one.now));
        const words = toSettle(settles.flatMap(({ ends }) => ends));
        const marks = String(await this.#run('settle', settleScript, key, [now, group, ...words]));
        let at = 0;
        return settles.map(({ ends }) => ends.map(() => marks[at++] === '1'));
      },
      weigh: ({ ends }) => ends.length,
      maxWeight: mostEnds,
      onIdle: () => this.#outlets.size > mostIdle && this.#outlets.delete(name),
    });
    this.#outlets.set(name, made);
    return made;
  }

  async extend(
    topic: string,
    group: string,
    leases: readonly LeaseRef[],
    until: number,
    now: number,
  ): Promise<readonly boolean[]> {
    const fields = leases.flatMap(({ ref, token }) => [ref, token]);
    const words = [now, group, until, ...fields];
    const reply = await this.#run('extend', scripts.extendScript, this.#keyOf(topic), words);
    return (reply as unknown[]).map((held) => Number(held) === 1);
  }

  nextDue(topic: string, group: string, now: number): MaybePromise<number | undefined> {
    const due = this.#due;
    this.#due = undefined;
    if (due?.topic === topic && due.group === group) return due.at;
    return this.#ask('read', scripts.dueScript, this.#keyOf(topic), [now, group], fromDue);
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
    return this.#run(what, script, this.#keyOf(topic), [now, group, last, ...(refs?.slice(0, limit) ?? [])]);
  }

  async deadLetters(topic: string, group: string, query: DeadQuery): Promise<readonly DeadRecord[]> {
    const reply = await this.#dead('read dead letters', scripts.deadScript, topic, group, query, 0);
    return rowsOf(reply ?? [], 7).map(([ref, code, detail, attempts, failedAt, publishedAt, body]) => ({
      ref: Number(ref),
      reason: { code: String(code), detail: String(detail) },
      attempts: Number(attempts),
      failedAt: Number(failedAt),
      publishedAt: Number(publishedAt),
      body: fromStored(body),
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
    const [depth, ...fields] = (await this.#run('inspect', scripts.inspectScript, this.#keyOf(topic), [now])) as (
      | string
      | number
    )[];
    const groups = rowsOf(fields, 6).map(([group, lag, delayed, inFlight, dead, since]): GroupDepth => ({
      group: String(group),
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
      const dropped = Number(await this.#run('sweep', scripts.sweepScript, this.#keyOf(topic), [now]));
      if (dropped > 0) this.#watchers.tell(topic);
      gone += dropped;
    }
    return gone;
  }

  watch(topic: string, listener: () => void): Disposable {
    return this.#watchers.add(topic, listener);
  }
}
