import { type Clock, OptionError, sleep } from '@organism/cell';
import { DatabaseSync } from 'node:sqlite';
import { HeartDriverError } from '../../errors.ts';
import { isBusy } from '../../sqlite/commit-queue.ts';

/** A connection of its own to a file that others write to: waits for its turn without blocking the event loop. */
export class SqliteConnection {
  readonly #path: string;
  readonly #busyTimeoutMs: number;
  readonly #clock: Clock;
  #database: DatabaseSync | undefined;

  /** @throws {OptionError} when the path is none. */
  constructor(path: string, busyTimeoutMs: number, clock: Clock) {
    if (typeof path !== 'string' || path === '' || path === ':memory:')
      throw new OptionError('path', 'the name of a file', path);
    this.#path = path;
    this.#busyTimeoutMs = busyTimeoutMs;
    this.#clock = clock;
  }

  /** The database; opened when it is first needed. */
  get database(): DatabaseSync {
    if (this.#database === undefined) {
      const database = new DatabaseSync(this.#path, { timeout: 2 });
      try {
        database.exec('PRAGMA synchronous = full');
      } catch (error) {
        database.close();
        throw error;
      }
      this.#database = database;
    }
    return this.#database;
  }

  /**
   * Does work in a transaction that may write. Work is synchronous: it holds up all other writers.
   *
   * @throws {HeartDriverError} when the file stays locked for longer than the busy timeout.
   */
  async transact<T>(work: (database: DatabaseSync) => T): Promise<T> {
    const { database } = this;
    return await this.#whenFree(() => {
      database.exec('BEGIN IMMEDIATE');
      try {
        const result = work(database);
        database.exec('COMMIT');
        return result;
      } catch (error) {
        if (database.isTransaction) database.exec('ROLLBACK');
        throw error;
      }
    });
  }

  /** Tries again while the file is locked. Each try is one piece: others use the connection in between. */
  async #whenFree<T>(work: () => T): Promise<T> {
    const since = this.#clock.monotonic();
    for (let waitMs = 1; ; waitMs = Math.min(50, waitMs * 2)) {
      try {
        return work();
      } catch (error) {
        if (!isBusy(error)) throw error;
        if (this.#clock.monotonic() - since >= this.#busyTimeoutMs)
          throw new HeartDriverError('get the lock of its file', { cause: error, retryable: true });
        await sleep(this.#clock, waitMs);
      }
    }
  }

  /** Puts the file into WAL mode, in which readers and a writer don't block each other. */
  async useWal(): Promise<void> {
    await this.#whenFree(() => this.database.exec('PRAGMA journal_mode = WAL'));
  }

  /** Closes it. It opens again when it is needed. */
  close(): void {
    this.#database?.close();
    this.#database = undefined;
  }
}
