import type { Shape } from '@organism/nervous';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { duration } from '../../heart/check.ts';
import type { HeartPublishOptions } from '../../heart/publish-options.ts';
import { type EntryMaker, type OutboxValue, toEntry } from '../entry.ts';
import { entryMaker, type OutboxOptions, tableName } from '../options.ts';
import type { FailedRecord, OutboxDepth, OutboxLease, OutboxRecord, OutboxStore } from '../store.ts';
import { SqliteConnection } from './connection.ts';

/** Options of a {@link SqliteOutbox}. */
export interface SqliteOutboxOptions extends OutboxOptions {
  /** The file that your transactions write to. The relay has a connection of its own to it. */
  readonly path: string;
  /** How long the relay waits for its turn to write, in milliseconds, without blocking. Default 5000. */
  readonly busyTimeoutMs?: number;
}

const schema = (table: string): string => `
  CREATE TABLE IF NOT EXISTS ${table} (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    lane INTEGER NOT NULL,
    id TEXT NOT NULL,
    topic TEXT NOT NULL,
    key TEXT,
    body TEXT NOT NULL,
    added_at REAL NOT NULL,
    failure TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS ${table}_waiting ON ${table} (lane, seq) WHERE failure IS NULL;
  CREATE TABLE IF NOT EXISTS ${table}_lanes (
    lane INTEGER PRIMARY KEY,
    fence INTEGER NOT NULL DEFAULT 0,
    leased_until REAL NOT NULL DEFAULT 0
  ) STRICT;`;

type Row = Readonly<Record<string, string | number | bigint | null | Uint8Array>>;

const toRecord = (row: Row): OutboxRecord => ({
  seq: Number(row['seq']),
  id: row['id'] as string,
  topic: row['topic'] as string,
  key: (row['key'] as string | null) ?? undefined,
  body: row['body'] as string,
});

/**
 * Transactional outbox in a SQLite file: messages that are added in a transaction are published if it commits, and not otherwise. An
 * {@link OutboxRelay} publishes them.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { DatabaseSync } from 'node:sqlite';
 * import { Heart } from '@organism/circulatory';
 * import { OutboxRelay } from '@organism/circulatory/outbox';
 * import { SqliteOutbox } from '@organism/circulatory/outbox/sqlite';
 *
 * const path = join(mkdtempSync(join(tmpdir(), 'outbox-')), 'shop.db');
 * const outbox = new SqliteOutbox({ path });
 * await using heart = await new Heart().start();
 * await using relay = await new OutboxRelay({ store: outbox, heart }).start();
 *
 * using database = new DatabaseSync(path);
 * database.exec('CREATE TABLE orders (id TEXT); BEGIN IMMEDIATE');
 * database.exec("INSERT INTO orders VALUES ('o1')");
 * outbox.add(database, 'order.placed', { id: 'o1' }, { key: 'o1' });
 * database.exec('COMMIT');
 * relay.wake();
 *
 * const vein = await heart.vein('order.placed');
 * const [message] = await vein.pull({ waitMs: 5000 });
 * assert.deepEqual(message?.data, { id: 'o1' });
 * ```
 */
export class SqliteOutbox implements OutboxStore {
  readonly #table: string;
  readonly #maker: EntryMaker;
  readonly #connection: SqliteConnection;
  readonly #inserts = new WeakMap<DatabaseSync, StatementSync>();

  /** @throws {OptionError} `CELL_BAD_OPTION` for a bad option. */
  constructor(options: SqliteOutboxOptions) {
    this.#table = tableName(options.table ?? 'outbox');
    this.#maker = entryMaker(options);
    const busyTimeoutMs = duration('busyTimeoutMs', options.busyTimeoutMs ?? 5000);
    this.#connection = new SqliteConnection(options.path, busyTimeoutMs, this.#maker.clock);
  }

  /**
   * Adds a message in the transaction that a connection to the same file is in. The tables must be there: they are when a relay has
   * started, or after `setup`.
   *
   * @returns its id.
   * @throws {ValidationError} when the value does not fit the topic's Bone.
   * @throws {OptionError} for a bad option.
   */
  add<K extends string | Shape<unknown>>(
    transaction: DatabaseSync,
    topic: K,
    value: OutboxValue<K>,
    options: HeartPublishOptions = {},
  ): string {
    const { lane, id, topic: name, key, body } = toEntry(topic, value, options, this.#maker);
    let insert = this.#inserts.get(transaction);
    if (insert === undefined) {
      insert = transaction.prepare(
        `INSERT INTO ${this.#table} (lane, id, topic, key, body, added_at) VALUES (?, ?, ?, ?, ?, ?)`,
      );
      this.#inserts.set(transaction, insert);
    }
    insert.run(lane, id, name, key ?? null, body, this.#maker.clock.now());
    return id;
  }

  #rows(sql: string, ...values: readonly (string | number | null)[]): readonly Row[] {
    return this.#connection.database.prepare(sql).all(...values);
  }

  #change(sql: string, ...values: readonly (string | number | null)[]): Promise<number> {
    return this.#connection.transact((database) => Number(database.prepare(sql).run(...values).changes));
  }

  async setup(): Promise<void> {
    await this.#connection.useWal();
    await this.#connection.transact((database) => {
      database.exec(schema(this.#table));
      const insert = database.prepare(`INSERT INTO ${this.#table}_lanes (lane) VALUES (?) ON CONFLICT DO NOTHING`);
      for (let lane = 0; lane < this.#maker.lanes; lane += 1) insert.run(lane);
    });
  }

  #free(now: number): number | undefined {
    const [row] = this.#rows(
      `SELECT lane FROM ${this.#table}_lanes AS free WHERE leased_until <= ?
         AND EXISTS (SELECT 1 FROM ${this.#table} AS message WHERE message.lane = free.lane AND failure IS NULL)
       ORDER BY leased_until LIMIT 1`,
      now,
    );
    return row === undefined ? undefined : Number(row['lane']);
  }

  async claim(leaseMs: number): Promise<OutboxLease | undefined> {
    const now = this.#maker.clock.now();
    // A look first, which takes no lock: most of the time there is nothing.
    if (this.#free(now) === undefined) return undefined;
    return await this.#connection.transact((database) => {
      const lane = this.#free(now);
      if (lane === undefined) return undefined;
      const sql = `UPDATE ${this.#table}_lanes SET fence = fence + 1, leased_until = ? WHERE lane = ? RETURNING fence`;
      return { lane, fence: Number(database.prepare(sql).get(now + leaseMs, lane)?.['fence']) };
    });
  }

  async extend({ lane, fence }: OutboxLease, leaseMs: number): Promise<boolean> {
    const sql = `UPDATE ${this.#table}_lanes SET leased_until = ? WHERE lane = ? AND fence = ?`;
    return (await this.#change(sql, this.#maker.clock.now() + leaseMs, lane, fence)) > 0;
  }

  async release({ lane, fence }: OutboxLease): Promise<void> {
    const sql = `UPDATE ${this.#table}_lanes SET leased_until = ? WHERE lane = ? AND fence = ?`;
    await this.#change(sql, this.#maker.clock.now(), lane, fence);
  }

  read(lane: number, max: number): readonly OutboxRecord[] {
    const sql = `SELECT * FROM ${this.#table} WHERE lane = ? AND failure IS NULL ORDER BY seq LIMIT ?`;
    return this.#rows(sql, lane, max).map(toRecord);
  }

  async done(seqs: readonly number[]): Promise<void> {
    const sql = `DELETE FROM ${this.#table} WHERE seq IN (SELECT value FROM json_each(?))`;
    await this.#change(sql, JSON.stringify(seqs));
  }

  async fail(seq: number, reason: string): Promise<void> {
    await this.#change(`UPDATE ${this.#table} SET failure = ? WHERE seq = ?`, reason, seq);
  }

  failed(max: number = 100): readonly FailedRecord[] {
    const sql = `SELECT * FROM ${this.#table} WHERE failure IS NOT NULL ORDER BY seq LIMIT ?`;
    return this.#rows(sql, max).map((row) => ({ ...toRecord(row), reason: row['failure'] as string }));
  }

  retryFailed(seqs?: readonly number[]): Promise<number> {
    return this.#onFailed(`UPDATE ${this.#table} SET failure = NULL`, seqs);
  }

  discardFailed(seqs?: readonly number[]): Promise<number> {
    return this.#onFailed(`DELETE FROM ${this.#table}`, seqs);
  }

  #onFailed(change: string, seqs: readonly number[] | undefined): Promise<number> {
    const where = 'failure IS NOT NULL AND (?1 IS NULL OR seq IN (SELECT value FROM json_each(?1)))';
    return this.#change(`${change} WHERE ${where}`, seqs === undefined ? null : JSON.stringify(seqs));
  }

  depth(): OutboxDepth {
    const [row] = this.#rows(
      `SELECT count(*) - count(failure) AS waiting, count(failure) AS failed,
         min(CASE WHEN failure IS NULL THEN added_at END) AS oldest FROM ${this.#table}`,
    );
    const oldest = row?.['oldest'] ?? null;
    return {
      waiting: Number(row?.['waiting']),
      failed: Number(row?.['failed']),
      oldestAgeMs: oldest === null ? 0 : Math.max(0, this.#maker.clock.now() - Number(oldest)),
    };
  }

  close(): void {
    this.#connection.close();
  }
}
