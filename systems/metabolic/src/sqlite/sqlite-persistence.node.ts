import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { encodeRecord, jsonCodec, type RecordCodec } from '../cache/codec.ts';
import { isStoredEntry, type StoredEntry } from '../cache/entry.ts';
import type { CachePersistence, PersistedChange } from '../cache/persistence.ts';
import { checkText } from '../check.ts';

/** Options of a {@link SqlitePersistence}. */
export interface SqlitePersistenceOptions {
  /** The database file; made when there is none. */
  readonly path: string;
  /** Default: JSON. */
  readonly codec?: RecordCodec;
}

/** When an entry is of no more use, in milliseconds since the epoch; null when that is not known. */
const endOf = ({ freshUntil, staleMs = 0, graceMs = 0 }: StoredEntry): number | null =>
  freshUntil === undefined ? null : freshUntil + Math.max(staleMs, graceMs);

/**
 * Persistence of caches in a `node:sqlite` file (WAL): several caches may share it. Dispose it after they have stopped.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { Glycogen } from '@organism/metabolic';
 * import { SqlitePersistence } from '@organism/metabolic/sqlite';
 *
 * const path = join(mkdtempSync(join(tmpdir(), 'cache-')), 'cache.db');
 * using persistence = new SqlitePersistence({ path });
 * const before = await new Glycogen<string>({ name: 'places', persistence }).start();
 * await before.set('quake:1', 'Hualien');
 * await before.stop();
 *
 * await using after = await new Glycogen<string>({ name: 'places', persistence }).start();
 * assert.equal(after.get('quake:1'), 'Hualien');
 * ```
 */
export class SqlitePersistence implements CachePersistence, Disposable {
  readonly #database: DatabaseSync;
  readonly #codec: RecordCodec;
  readonly #put: StatementSync;
  readonly #remove: StatementSync;

  /** @throws {OptionError} `CELL_BAD_OPTION` when the path is not a text. */
  constructor(options: SqlitePersistenceOptions) {
    this.#codec = options.codec ?? jsonCodec;
    this.#database = new DatabaseSync(checkText('path', options.path), { timeout: 5000 });
    this.#database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      CREATE TABLE IF NOT EXISTS cache_entries (
        id INTEGER PRIMARY KEY,
        cache TEXT NOT NULL,
        key TEXT NOT NULL,
        ends_at REAL,
        entry TEXT NOT NULL,
        UNIQUE (cache, key)
      ) STRICT;
    `);
    this.#put = this.#database.prepare(
      'INSERT OR REPLACE INTO cache_entries (cache, key, ends_at, entry) VALUES (?, ?, ?, ?)',
    );
    this.#remove = this.#database.prepare('DELETE FROM cache_entries WHERE cache = ? AND key = ?');
  }

  /** The entries of a cache that may still be of use, the latest last. What can't be read is left out. */
  *load(cache: string, now: number): Generator<readonly [string, StoredEntry]> {
    this.#database.prepare('DELETE FROM cache_entries WHERE cache = ? AND ends_at <= ?').run(cache, now);
    const rows = this.#database.prepare('SELECT key, entry FROM cache_entries WHERE cache = ? ORDER BY id').all(cache);
    for (const { key, entry } of rows) {
      const read = this.#read(String(entry));
      if (read !== undefined) yield [String(key), read];
    }
  }

  #read(text: string): StoredEntry | undefined {
    try {
      const entry = this.#codec.decode(text);
      return isStoredEntry(entry) ? entry : undefined;
    } catch {
      return undefined;
    }
  }

  #encode(entry: StoredEntry | undefined): string | undefined {
    try {
      return entry && encodeRecord(this.#codec, entry);
    } catch {
      return undefined;
    }
  }

  /** Applies changes in one transaction. A value that the codec can't encode is not kept, nor is what it replaced. */
  apply(cache: string, changes: readonly PersistedChange[]): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      for (const { key, entry } of changes) {
        const text = this.#encode(entry);
        if (entry === undefined || text === undefined) this.#remove.run(cache, key);
        else this.#put.run(cache, key, endOf(entry), text);
      }
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /** Closes the file. Doing so again does nothing. */
  [Symbol.dispose](): void {
    if (this.#database.isOpen) this.#database.close();
  }
}
