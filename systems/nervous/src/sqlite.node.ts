/// <reference types="node" />
import { OptionError } from '@organism/cell';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import {
  type Changed,
  type ChangeOrder,
  type Gone,
  noneGone,
  type StateDriver,
  type StateRow,
} from './glia/astrocyte/driver.ts';
import { StateDriverError } from './glia/astrocyte/errors.ts';
import { toJson } from './glia/astrocyte/json.ts';

/** Options of a {@link SqliteState}. */
export interface SqliteStateOptions {
  /** File that holds the database; it is made when there is none. Its folder must exist. */
  readonly path: string;
  /** Begin of the names of its two tables, so that several stores can share a file. Default `astrocyte`. */
  readonly table?: string;
  /** Milliseconds that a write waits while another process writes; the event loop waits with it. Default 2000. */
  readonly busyTimeoutMs?: number;
  /**
   * What an acknowledged write survives: `full` (default) also a power failure, since each one is flushed to the disk;
   * `normal` the end of the process in any way. @see https://www.sqlite.org/pragma.html#pragma_synchronous
   */
  readonly synchronous?: 'full' | 'normal';
}

type Statements = Readonly<
  Record<
    'begin' | 'commit' | 'rollback' | 'read' | 'next' | 'upsert' | 'remove' | 'page' | 'expire' | 'soonest',
    StatementSync
  >
>;

interface Opened {
  readonly database: DatabaseSync;
  readonly run: Statements;
}

/** Keys read in one go while listing. */
const pageSize = 256;

const schema = (table: string): string => `
  CREATE TABLE IF NOT EXISTS ${table} (
    key TEXT PRIMARY KEY, value TEXT NOT NULL, version INTEGER NOT NULL, expires_at REAL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS ${table}_expiry ON ${table} (expires_at) WHERE expires_at IS NOT NULL;
  CREATE TABLE IF NOT EXISTS ${table}_sequence (id INTEGER PRIMARY KEY CHECK (id = 1), last INTEGER NOT NULL) STRICT;
  INSERT OR IGNORE INTO ${table}_sequence VALUES (1, 0);`;

const prepare = (database: DatabaseSync, table: string): Statements => {
  const sql = (text: string): StatementSync => database.prepare(text);
  return {
    // Takes the write lock at once: a transaction that reads first and then writes may find it can't.
    begin: sql('BEGIN IMMEDIATE'),
    commit: sql('COMMIT'),
    rollback: sql('ROLLBACK'),
    read: sql(`SELECT value, version, expires_at FROM ${table} WHERE key = ?`),
    next: sql(`UPDATE ${table}_sequence SET last = last + 1 RETURNING last`),
    upsert: sql(`INSERT INTO ${table} (key, value, version, expires_at) VALUES (?, ?, ?, ?) ON CONFLICT (key)
      DO UPDATE SET value = excluded.value, version = excluded.version, expires_at = excluded.expires_at`),
    remove: sql(`DELETE FROM ${table} WHERE key = ?`),
    page: sql(`SELECT key, expires_at FROM ${table} WHERE key >= ? AND key <> ? ORDER BY key LIMIT ${pageSize}`),
    expire: sql(`DELETE FROM ${table} WHERE key IN
      (SELECT key FROM ${table} WHERE expires_at <= ? ORDER BY expires_at LIMIT ?) RETURNING key, version`),
    soonest: sql(`SELECT min(expires_at) AS at FROM ${table} WHERE expires_at IS NOT NULL`),
  };
};

const isBusy = (error: unknown): boolean => {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
  // SQLITE_BUSY and SQLITE_LOCKED. @see https://www.sqlite.org/rescode.html
  return code === 5 || code === 6;
};

/**
 * WAL mode, also when several processes make the file at the same moment: the switch itself fails at once when another
 * is at it (one of nine times, with three processes at once), but taking the write lock waits until that one is done.
 */
const switchToWal = (database: DatabaseSync): void => {
  for (let left = 100; ; left -= 1) {
    try {
      database.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      if (left === 0 || !isBusy(error)) throw error;
      database.exec('BEGIN IMMEDIATE; ROLLBACK');
    }
  }
};

/**
 * State driver on `node:sqlite`: one file, in WAL mode, that outlives the process and that several processes may share.
 *
 * Values must be JSON: text, finite numbers, booleans, null, arrays and plain objects of these; members that are
 * undefined are left out, and -0 becomes 0. Anything else (a Date, a Map, NaN) is refused with its place rather than
 * lost. Every change is one transaction that takes the write lock first, so compare-and-set holds between processes.
 * Calls are synchronous, as `node:sqlite` is.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { mkdtempSync, rmSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { Astrocyte } from '@organism/nervous';
 * import { SqliteState } from '@organism/nervous/sqlite';
 *
 * const folder = mkdtempSync(join(tmpdir(), 'state-'));
 * const driver = new SqliteState({ path: join(folder, 'state.db') });
 * {
 *   await using astrocyte = await new Astrocyte({ driver }).start();
 *   await astrocyte.set('greeting', { text: 'hello' });
 * }
 * await using again = await new Astrocyte({ driver }).start();
 * assert.deepEqual((await again.get('greeting'))?.value, { text: 'hello' });
 * await again.stop();
 * rmSync(folder, { recursive: true });
 * ```
 * @see https://www.sqlite.org/wal.html
 */
export class SqliteState implements StateDriver {
  readonly #path: string;
  readonly #table: string;
  readonly #busyTimeoutMs: number;
  readonly #synchronous: 'full' | 'normal';
  #opened: Opened | undefined;

  constructor(options: SqliteStateOptions) {
    const { path, table = 'astrocyte', busyTimeoutMs = 2000, synchronous = 'full' } = options;
    if (typeof path !== 'string' || path === '') throw new OptionError('path', 'a non-empty string', path);
    if (typeof table !== 'string' || !/^[A-Za-z_]\w{0,62}$/.test(table))
      throw new OptionError('table', 'a name of up to 63 letters, digits and underscores', table);
    if (!Number.isSafeInteger(busyTimeoutMs) || busyTimeoutMs < 0)
      throw new OptionError('busyTimeoutMs', 'a whole number of 0 or more', busyTimeoutMs);
    if (synchronous !== 'full' && synchronous !== 'normal')
      throw new OptionError('synchronous', "'full' or 'normal'", synchronous);
    this.#path = path;
    this.#table = table;
    this.#busyTimeoutMs = busyTimeoutMs;
    this.#synchronous = synchronous;
  }

  open(): void {
    if (this.#opened !== undefined) return;
    try {
      const database = new DatabaseSync(this.#path, { timeout: this.#busyTimeoutMs });
      try {
        switchToWal(database);
        database.exec(`PRAGMA synchronous = ${this.#synchronous}; BEGIN IMMEDIATE; ${schema(this.#table)} COMMIT;`);
        this.#opened = { database, run: prepare(database, this.#table) };
      } catch (error) {
        database.close();
        throw error;
      }
    } catch (error) {
      throw new StateDriverError('open its file', { cause: error, retryable: isBusy(error) });
    }
  }

  close(): void {
    this.#opened?.database.close();
    this.#opened = undefined;
  }

  read(key: string, now: number): StateRow | undefined {
    return this.#attempt('read', ({ run }) => {
      const row = run.read.get(key);
      if (row === undefined) return undefined;
      const expiresAt = (row['expires_at'] as number | null) ?? undefined;
      if (expiresAt !== undefined && expiresAt <= now) return undefined;
      return { value: JSON.parse(row['value'] as string) as unknown, version: row['version'] as number, expiresAt };
    });
  }

  write(key: string, value: unknown, order: ChangeOrder & { readonly expiresAt: number | undefined }): Changed {
    const json = toJson(key, value);
    return this.#change('write', key, order, ({ run }) => {
      const version = run.next.get()?.['last'] as number;
      run.upsert.run(key, json, version, order.expiresAt ?? null);
      return version;
    });
  }

  remove(key: string, order: ChangeOrder): Changed {
    return this.#change('delete', key, order, ({ run }) => {
      run.remove.run(key);
      return 0;
    });
  }

  *keys(prefix: string, now: number): Generator<string, void, undefined> {
    let [from, last] = [prefix, ''];
    for (;;) {
      const rows = this.#attempt('list keys', ({ run }) => run.page.all(from, last));
      for (const row of rows) {
        const key = row['key'] as string;
        // Keys are in the order of their bytes, so those of one prefix stand together.
        if (!key.startsWith(prefix)) return;
        from = last = key;
        const expiresAt = row['expires_at'] as number | null;
        if (expiresAt === null || expiresAt > now) yield key;
      }
      if (rows.length < pageSize) return;
    }
  }

  expire(now: number, limit: number): readonly Gone[] {
    return this.#attempt('delete what has expired', ({ run }) =>
      run.expire
        .all(now, limit)
        .map((row) => ({ key: row['key'] as string, version: row['version'] as number, reason: 'expire' as const })),
    );
  }

  nextExpiry(): number | undefined {
    return this.#attempt('read', ({ run }) => (run.soonest.get()?.['at'] as number | null) ?? undefined);
  }

  #change(operation: string, key: string, { now, ifVersion }: ChangeOrder, work: (opened: Opened) => number): Changed {
    return this.#attempt(operation, (opened) => {
      const { database, run } = opened;
      run.begin.run();
      try {
        const row = run.read.get(key);
        const expiresAt = row?.['expires_at'] as number | null | undefined;
        const had = (row?.['version'] as number | undefined) ?? 0;
        const lapsed = typeof expiresAt === 'number' && expiresAt <= now;
        const previous = lapsed ? 0 : had;
        const done = ifVersion === undefined || ifVersion === previous;
        const version = done ? work(opened) : previous;
        run.commit.run();
        return { done, version, previous, gone: done && lapsed ? [{ key, version: had, reason: 'expire' }] : noneGone };
      } catch (error) {
        if (database.isTransaction) run.rollback.run();
        throw error;
      }
    });
  }

  #attempt<T>(operation: string, work: (opened: Opened) => T): T {
    try {
      if (this.#opened === undefined) throw new Error('The database is not open.');
      return work(this.#opened);
    } catch (error) {
      throw new StateDriverError(operation, { cause: error, retryable: isBusy(error) });
    }
  }
}
