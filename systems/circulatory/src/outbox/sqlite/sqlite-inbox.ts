import { OptionError } from '@organism/cell';
import type { DatabaseSync } from 'node:sqlite';
import { LeaseLostError } from '../../errors.ts';
import { duration } from '../../heart/check.ts';
import { isThenable } from '../../heart/thenable.ts';
import { checkInbox, type InboxOptions, type InboxSettings, PruneTimer } from '../inbox-options.ts';
import type { InboxOutcome, InboxRecord, InboxStore } from '../inbox.ts';
import { SqliteConnection } from './connection.ts';

/** Options of a {@link SqliteInbox}. */
export interface SqliteInboxOptions extends InboxOptions {
  /** The file that effects are written to. The inbox has a connection of its own to it. */
  readonly path: string;
  /** How long it waits for its turn to write, in milliseconds, without blocking. Default 5000. */
  readonly busyTimeoutMs?: number;
}

const schema = (table: string): string => `
  CREATE TABLE IF NOT EXISTS ${table} (
    grp TEXT NOT NULL,
    topic TEXT NOT NULL,
    id TEXT NOT NULL,
    fence INTEGER NOT NULL,
    done_at REAL NOT NULL,
    PRIMARY KEY (grp, topic, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS ${table}_done_at ON ${table} (done_at);
  CREATE TABLE IF NOT EXISTS ${table}_horizon (
    grp TEXT NOT NULL,
    topic TEXT NOT NULL,
    fence INTEGER NOT NULL,
    until REAL NOT NULL,
    PRIMARY KEY (grp, topic)
  ) STRICT, WITHOUT ROWID;`;

/** Inbox in a SQLite file, for {@link exactlyOnce}. Effects are synchronous; do what takes time before. */
export class SqliteInbox implements InboxStore<DatabaseSync> {
  readonly #connection: SqliteConnection;
  readonly #settings: InboxSettings;
  readonly #pruning: PruneTimer;

  /** @throws {OptionError} `CELL_BAD_OPTION` for a bad option. */
  constructor(options: SqliteInboxOptions) {
    this.#settings = checkInbox(options);
    this.#pruning = new PruneTimer(this.#settings);
    const busyTimeoutMs = duration('busyTimeoutMs', options.busyTimeoutMs ?? 5000);
    this.#connection = new SqliteConnection(options.path, busyTimeoutMs, this.#settings.clock);
  }

  async setup(): Promise<void> {
    await this.#connection.useWal();
    await this.#connection.transact((database) => database.exec(schema(this.#settings.table)));
  }

  async once<R>(record: InboxRecord, work: (transaction: DatabaseSync) => R): Promise<InboxOutcome<Awaited<R>>> {
    if (this.#pruning.isDue) this.prune(this.#settings.keepMs).catch(() => {});
    return await this.#connection.transact((database): InboxOutcome<Awaited<R>> => {
      if (!this.#record(database, record)) return { isDuplicate: true };
      const value = work(database);
      if (isThenable(value)) throw new OptionError('handler', 'synchronous: a transaction holds up all others', value);
      return { isDuplicate: false, value: value as Awaited<R> };
    });
  }

  #record(database: DatabaseSync, { group, topic, id, fence, publishedAt }: InboxRecord): boolean {
    const { table, clock } = this.#settings;
    const sql = `SELECT fence FROM ${table} WHERE grp = ? AND topic = ? AND id = ?`;
    const found = database.prepare(sql).get(group, topic, id);
    if (found !== undefined) {
      if (Number(found['fence']) > fence) throw new LeaseLostError(topic, 'process');
      return false;
    }
    const passed = `SELECT 1 FROM ${table}_horizon WHERE grp = ? AND topic = ? AND fence >= ? AND until >= ?`;
    if (database.prepare(passed).get(group, topic, fence, publishedAt) !== undefined)
      throw new LeaseLostError(topic, 'process');
    database
      .prepare(`INSERT INTO ${table} (grp, topic, id, fence, done_at) VALUES (?, ?, ?, ?, ?)`)
      .run(group, topic, id, fence, clock.now());
    return true;
  }

  prune(olderThanMs: number): Promise<number> {
    const { table, clock } = this.#settings;
    const edge = clock.now() - duration('olderThanMs', olderThanMs);
    return this.#connection.transact((database) => {
      database
        .prepare(
          `INSERT INTO ${table}_horizon (grp, topic, fence, until)
           SELECT grp, topic, max(fence), ?1 FROM ${table} WHERE done_at <= ?1 GROUP BY grp, topic
           ON CONFLICT (grp, topic) DO UPDATE
             SET fence = max(fence, excluded.fence), until = max(until, excluded.until)`,
        )
        .run(edge);
      return Number(database.prepare(`DELETE FROM ${table} WHERE done_at <= ?`).run(edge).changes);
    });
  }

  /** Closes its connection. */
  close(): void {
    this.#connection.close();
  }
}
