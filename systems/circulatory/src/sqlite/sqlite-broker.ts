import { type Clock, OptionError, systemClock } from '@organism/cell';
import { DatabaseSync } from 'node:sqlite';
import { HeartDriverError, LeaseLostError } from '../errors.ts';
import { duration, oneOf } from '../heart/check.ts';
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
import { isThenable } from '../heart/thenable.ts';
import { Watchers } from '../memory/watchers.ts';
import { CommitQueue, isBusy, type JobOptions } from './commit-queue.ts';
import { Deliveries } from './deliveries.ts';
import { Groups } from './groups.ts';
import { Inlet } from './inlet.ts';
import { Leases } from './leases.ts';
import { Morgue } from './morgue.ts';
import { schema } from './schema.ts';
import { prepare, type Statements } from './statements.ts';

/** Options of a {@link SqliteBroker}. */
export interface SqliteBrokerOptions {
  /** File that holds the database; it is made when there is none. Its folder must exist. */
  readonly path: string;
  /** Begin of the names of its tables, so that a file may hold other things too. Default `heart`. */
  readonly table?: string;
  /**
   * What an acknowledged publish survives: `full` (default) also a power failure, since each commit is flushed to the disk;
   * `normal` the end of the process in any way. @see https://www.sqlite.org/pragma.html#pragma_synchronous
   */
  readonly synchronous?: 'full' | 'normal';
  /** How often consumers look for what other processes have published, in milliseconds. Default 100; Infinity: never. */
  readonly pollMs?: number;
  /** How long a commit waits while another process writes, in milliseconds, without blocking. Default 5000. */
  readonly busyTimeoutMs?: number;
  readonly clock?: Clock;
}

interface Opened {
  readonly database: DatabaseSync;
  readonly run: Statements;
  readonly queue: CommitQueue;
  readonly deliveries: Deliveries;
  readonly groups: Groups;
  readonly inlet: Inlet;
  readonly leases: Leases;
  readonly morgue: Morgue;
}

const unflushed: JobOptions = { flushes: false };

/** How long SQLite itself waits for a lock; the event loop waits with it. */
const blockingMs = 2;

/**
 * Broker driver on `node:sqlite`: one file, in WAL mode, that outlives the process and that several processes may share.
 * What is asked for in one turn of the event loop is committed together; a publish resolves after its commit.
 *
 * Its transactions are those of the file: a handler's `transaction(work)` gets the `DatabaseSync`, commits what `work`
 * does to tables of the same file together with the acknowledgement, and so has each effect exactly once.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { Heart } from '@organism/circulatory';
 * import { SqliteBroker } from '@organism/circulatory/sqlite';
 *
 * const driver = new SqliteBroker({ path: join(mkdtempSync(join(tmpdir(), 'heart-')), 'heart.db') });
 * {
 *   await using heart = await new Heart({ driver, durability: 'fsync' }).start();
 *   await heart.publish('mail.send', { to: 'ada@example.org' });
 * }
 * await using again = await new Heart({ driver }).start();
 * assert.equal((await again.inspect('mail.send')).depth, 1);
 * ```
 * @see https://www.sqlite.org/wal.html
 */
export class SqliteBroker implements HeartDriver<DatabaseSync> {
  readonly name = 'sqlite';
  readonly keeps = 'bytes';
  readonly durability: Durability;
  readonly pollMs: number;
  readonly #path: string;
  readonly #table: string;
  readonly #synchronous: 'full' | 'normal';
  readonly #busyTimeoutMs: number;
  readonly #clock: Clock;
  readonly #watchers = new Watchers();
  #opened: Opened | undefined;
  /** Hearts that have it open. */
  #users = 0;

  /** @throws {OptionError} `CELL_BAD_OPTION` for a bad option. */
  constructor(options: SqliteBrokerOptions) {
    const { path, table = 'heart', clock = systemClock } = options;
    if (typeof path !== 'string' || path === '' || path === ':memory:')
      throw new OptionError('path', 'the name of a file', path);
    if (typeof table !== 'string' || !/^[A-Za-z_]\w{0,40}$/.test(table))
      throw new OptionError('table', 'a name of up to 41 letters, digits and underscores', table);
    this.#path = path;
    this.#table = table;
    this.#clock = clock;
    this.#synchronous = oneOf('synchronous', options.synchronous ?? 'full', ['full', 'normal']);
    this.durability = this.#synchronous === 'full' ? 'fsync' : 'page-cache';
    this.pollMs = duration('pollMs', options.pollMs ?? 100);
    this.#busyTimeoutMs = duration('busyTimeoutMs', options.busyTimeoutMs ?? 5000);
  }

  open(): void {
    if (this.#opened !== undefined) {
      this.#users += 1;
      return;
    }
    let database: DatabaseSync | undefined;
    try {
      database = new DatabaseSync(this.#path, { timeout: 2000 });
      database.exec('PRAGMA journal_mode = WAL');
      database.exec(`PRAGMA synchronous = ${this.#synchronous}; BEGIN IMMEDIATE; ${schema(this.#table)} COMMIT;`);
      database.exec(`PRAGMA busy_timeout = ${blockingMs}`);
      const run = prepare(database, this.#table);
      const deliveries = new Deliveries(run);
      const groups = new Groups(run, deliveries);
      const queue = new CommitQueue(database, run, {
        clock: this.#clock,
        busyTimeoutMs: this.#busyTimeoutMs,
        mayFlush: this.#synchronous === 'full',
        onRollback: () => groups.forget(),
      });
      const inlet = new Inlet(run, groups, deliveries);
      const leases = new Leases(run, groups, deliveries);
      const morgue = new Morgue(run, groups, deliveries);
      this.#opened = { database, run, queue, deliveries, groups, inlet, leases, morgue };
      this.#users = 1;
    } catch (error) {
      database?.close();
      throw new HeartDriverError('open its file', { cause: error, retryable: isBusy(error) });
    }
  }

  async close(): Promise<void> {
    this.#users -= 1;
    if (this.#users > 0) return;
    const opened = this.#opened;
    if (opened === undefined) return;
    await opened.queue.drained();
    this.#opened = undefined;
    opened.database.close();
  }

  async #do<T>(what: string, work: (opened: Opened) => T, options?: JobOptions): Promise<T> {
    const opened = this.#opened;
    if (opened === undefined)
      throw new HeartDriverError(what, { cause: new Error('The database is not open.'), retryable: false });
    return await opened.queue.add(what, () => work(opened), options);
  }

  async publish(topic: string, messages: readonly NewMessage[], order: PublishOrder): Promise<PublishOutcome> {
    const outcome = await this.#do('publish', ({ inlet }) => inlet.publish(topic, messages, order));
    if (outcome !== 'full') this.#watchers.tell(topic);
    return outcome;
  }

  join(topic: string, group: string, order: JoinOrder): Promise<void> {
    return this.#do('join', ({ groups }) => groups.join(topic, group, order));
  }

  async leave(topic: string, group: string, now: number): Promise<void> {
    await this.#do('leave', ({ groups }) => groups.leave(topic, group, now));
    this.#watchers.tell(topic);
  }

  reserve(topic: string, group: string, order: ReserveOrder): Promise<readonly Lease[]> {
    return this.#do('reserve', ({ leases }) => leases.reserve(topic, group, order), unflushed);
  }

  async settle(topic: string, group: string, ends: readonly Settlement[], now: number): Promise<readonly boolean[]> {
    const done = await this.#do(
      'settle',
      ({ leases }) => ends.map((end) => leases.settle(topic, group, end, now)),
      unflushed,
    );
    this.#watchers.tell(topic);
    return done;
  }

  extend(
    topic: string,
    group: string,
    held: readonly LeaseRef[],
    until: number,
    now: number,
  ): Promise<readonly boolean[]> {
    return this.#do(
      'extend',
      ({ leases }) => held.map((lease) => leases.extend(topic, group, lease, until, now)),
      unflushed,
    );
  }

  async transact<R>(
    topic: string,
    group: string,
    lease: LeaseRef,
    work: (transaction: DatabaseSync) => R,
    now: number,
  ): Promise<R> {
    const result = await this.#do(
      'transact',
      ({ database, leases }) => {
        if (!leases.isHeld(topic, group, lease, now)) throw new LeaseLostError(topic, 'transact');
        const value = work(database);
        if (isThenable(value)) throw new OptionError('work', 'synchronous: a transaction holds up all others', value);
        leases.settle(topic, group, { ...lease, kind: 'ack' }, now);
        return value;
      },
      { isolated: true },
    );
    this.#watchers.tell(topic);
    return result;
  }

  nextDue(topic: string, group: string): Promise<number | undefined> {
    return this.#do('read', ({ leases }) => leases.nextDue(topic, group), { writes: false });
  }

  deadLetters(topic: string, group: string, query: DeadQuery): Promise<readonly DeadRecord[]> {
    return this.#do('read dead letters', ({ morgue }) => morgue.list(topic, group, query), { writes: false });
  }

  async replay(topic: string, group: string, query: DeadQuery, now: number): Promise<number> {
    const count = await this.#do('replay', ({ morgue }) => morgue.replay(topic, group, query, now));
    if (count > 0) this.#watchers.tell(topic);
    return count;
  }

  discard(topic: string, group: string, query: DeadQuery): Promise<number> {
    return this.#do('discard', ({ morgue }) => morgue.discard(topic, group, query));
  }

  inspect(topic: string, now: number): Promise<TopicDepth> {
    return this.#do('inspect', (opened) => this.#inspect(opened, topic, now), { writes: false });
  }

  #inspect({ run }: Opened, name: string, now: number): TopicDepth {
    const topic = run.topic.get(name);
    if (topic === undefined) return { topic: name, depth: 0, groups: [] };
    const groups = run.groups.all(topic['id'] as number).map((row): GroupDepth => {
      const grp = row['id'] as number;
      const counts = run.depth.get(now, grp) as unknown as {
        lag: number;
        delayed: number;
        leased: number;
        oldest: number | null;
      };
      const since = counts.oldest === null ? now : (run.publishedAt.get(counts.oldest)?.['published_at'] as number);
      return {
        group: row['name'] as string,
        lag: counts.lag,
        delayed: counts.delayed,
        inFlight: counts.leased,
        dead: run.countDead.get(grp)?.['count'] as number,
        oldestAgeMs: Math.max(0, now - since),
      };
    });
    return {
      topic: name,
      depth: topic['depth'] as number,
      groups: groups.filter(({ group, lag }) => group !== '' || lag > 0),
    };
  }

  async sweep(now: number): Promise<number> {
    const count = await this.#do('sweep', ({ run, groups, deliveries }) => {
      for (const row of run.idleGroups.all(now)) groups.leave(row['topic'] as string, row['name'] as string, now);
      const expired = deliveries.expire(now);
      run.forgetSeen.run(now);
      return expired + Number(run.forgetKept.run(now).changes);
    });
    if (count > 0) this.#watchers.tellAll();
    return count;
  }

  watch(topic: string, listener: () => void): Disposable {
    return this.#watchers.add(topic, listener);
  }
}
