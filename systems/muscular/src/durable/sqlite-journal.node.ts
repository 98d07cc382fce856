/// <reference types="node" />
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { OptionError } from '@organism/cell';
import { FencedError, UnknownRunError } from './errors.ts';
import type {
  ClaimRequest,
  Entry,
  Journal,
  RunFilter,
  RunRecord,
  SignalRecord,
  Story,
  TransactionWrite,
  Write,
} from './journal.ts';
import { type Row, toEntry, toRecord, toSignal } from './rows.ts';
import { sqliteSchema, type SqliteStatement, sqliteStatements } from './sqlite-schema.ts';

/** Options of {@link sqliteJournal}. */
export interface SqliteJournalOptions {
  /** The database file; made when there is none. Its folder must exist. */
  readonly path: string;
  /** Begin of the names of its tables. Default `muscular`. */
  readonly table?: string;
  /**
   * What a committed write survives: `full` (default) also a power failure, since each group of writes is flushed to the
   * disk; `normal` the end of the process in any way. @see https://www.sqlite.org/pragma.html#pragma_synchronous
   */
  readonly synchronous?: 'full' | 'normal';
  /** Milliseconds that a write waits while another process writes; the event loop waits with it. Default 5000. */
  readonly busyTimeoutMs?: number;
}

type Statements = Readonly<Record<SqliteStatement, StatementSync>>;

const prepare = (database: DatabaseSync, table: string): Statements =>
  Object.fromEntries(
    Object.entries(sqliteStatements(table)).map(([name, sql]) => [name, database.prepare(sql)]),
  ) as Statements;

/** Journal in a `node:sqlite` file (WAL). Made by {@link sqliteJournal}. */
export class SqliteJournal implements Journal<DatabaseSync>, Disposable {
  readonly grouping = 'turn';
  readonly transactions = 'grouped';
  /** The connection that transactions work on: for tables of your own in the same file. */
  readonly database: DatabaseSync;
  readonly #run: Statements;
  readonly #numbers = new Map<string, number>();

  constructor(options: SqliteJournalOptions) {
    const { path, table = 'muscular', synchronous = 'full', busyTimeoutMs = 5000 } = options;
    if (typeof path !== 'string' || path === '') throw new OptionError('path', 'a non-empty text', path);
    if (typeof table !== 'string' || !/^\w{1,40}$/.test(table))
      throw new OptionError('table', 'letters, digits and "_"', table);
    if (synchronous !== 'full' && synchronous !== 'normal')
      throw new OptionError('synchronous', '"full" or "normal"', synchronous);
    this.database = new DatabaseSync(path, { timeout: busyTimeoutMs });
    this.database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous};`);
    this.database.exec(sqliteSchema(table));
    this.#run = prepare(this.database, table);
  }

  open(): void {}

  #transaction<T>(work: () => T): T {
    const { begin, commit, rollback } = this.#run;
    begin.run();
    try {
      const result = work();
      commit.run();
      return result;
    } catch (error) {
      if (this.database.isTransaction) rollback.run();
      throw error;
    }
  }

  register(worker: string, leaseUntil: number, takeOver: boolean): void {
    this.#transaction(() => {
      if (takeOver) {
        this.#run.disownAll.run();
        this.#run.dismissAll.run();
      }
      this.#run.register.run(worker, leaseUntil);
    });
  }

  renew(worker: string, leaseUntil: number): boolean {
    return this.#run.renew.run(leaseUntil, worker).changes === 1;
  }

  release(worker: string): void {
    this.#transaction(() => {
      this.#run.disown.run(worker);
      this.#run.dismiss.run(worker);
    });
    this.#numbers.clear();
  }

  claim({ worker, workflows, now, limit, blocked, again }: ClaimRequest): readonly RunRecord[] {
    const known = JSON.stringify(workflows.map(({ name, version }) => `${name}@${version}`));
    const open = blocked ? 2 : 1;
    // Looked up first: a transaction that writes takes the file's only write lock, and there is seldom anything to take.
    const idle = this.#run.expired.get(now, worker) === undefined && !again;
    if (idle && this.#run.free.get(open, null, known, 1) === undefined) return [];
    return this.#transaction(() => {
      const no = this.#workerNo(worker);
      this.#run.disownExpired.run(now, worker);
      this.#run.dismissExpired.run(now, worker);
      const rows = this.#run.free.all(open, again ? no : null, known, limit) as Row[];
      for (const row of rows) {
        this.#run.own.run(no, Number(row['no']));
        this.#run.unblock.run(Number(row['no']));
      }
      return rows.map((row) => ({ ...toRecord(row), status: 'running' }) as const);
    });
  }

  #workerNo(worker: string): number {
    const row = this.#run.worker.get(worker);
    if (row === undefined) throw new FencedError(worker);
    return Number(row['no']);
  }

  /** Number of a run; 0, which is no number, when there is none. */
  #no(run: string): number {
    let no = this.#numbers.get(run);
    if (no === undefined) {
      no = Number(this.#run.find.get(run)?.['no'] ?? 0);
      if (no !== 0) this.#numbers.set(run, no);
    }
    return no;
  }

  load(run: string): Story | undefined {
    const row = this.#run.find.get(run) as Row | undefined;
    if (row === undefined) return undefined;
    const no = Number(row['no']);
    return {
      run: toRecord(row),
      entries: (this.#run.entries.all(no) as Row[]).map(toEntry),
      signals: (this.#run.signals.all(no) as Row[]).map(toSignal),
    };
  }

  commit(worker: string, writes: readonly Write<DatabaseSync>[]): ReadonlySet<string> {
    return this.#transaction(() => {
      const owner = this.#workerNo(worker);
      const refused = new Set<string>();
      for (const write of writes) if (!refused.has(write.run) && !this.#apply(owner, write)) refused.add(write.run);
      return refused;
    });
  }

  #apply(owner: number, write: Write<DatabaseSync>): boolean {
    if (write.type === 'append') {
      const { entry, uses, run } = write;
      const no = this.#no(run);
      if (!this.#append(owner, no, entry)) return false;
      if (uses !== undefined) this.#run.use.run(entry.ordinal, uses, no);
      return true;
    }
    if (write.type === 'transaction') return this.#transact(owner, write);
    if (write.type === 'create') {
      const { id, workflow, version, status, input, createdAt, updatedAt } = write.record;
      const made = this.#run.create.run(id, workflow, version, status, input, createdAt, updatedAt);
      if (made.changes === 1) this.#run.head.run(made.lastInsertRowid, owner);
      return made.changes === 1;
    }
    const { status, outcome, at, run } = write;
    const no = this.#no(run);
    if (this.#run.close.run(status === 'blocked' ? 2 : 0, no, owner).changes === 0) return false;
    this.#run.finish.run(status, outcome, at, no);
    this.#numbers.delete(run);
    return true;
  }

  #append(owner: number, no: number, entry: Entry): boolean {
    const { ordinal, position, issued, kind, name, value, failed, at } = entry;
    const { append, advance } = this.#run;
    const row = [ordinal, position, issued, kind, name, value, Number(failed), at] as const;
    const made = append.run(...row, no, owner, ordinal - 1);
    if (made.changes === 0) return false;
    advance.run(made.lastInsertRowid, no);
    return true;
  }

  #transact(owner: number, write: TransactionWrite<DatabaseSync>): boolean {
    this.#run.savepoint.run();
    // Refused writes must not leave their effects behind either.
    const kept = this.#append(owner, this.#no(write.run), this.#perform(write));
    if (!kept) this.#run.rollbackTo.run();
    this.#run.releaseSavepoint.run();
    return kept;
  }

  #perform(write: TransactionWrite<DatabaseSync>): Entry {
    this.#run.savepoint.run();
    try {
      const entry = write.perform(this.database);
      if (entry instanceof Promise) {
        entry.catch(() => {});
        throw new TypeError('The work of a transaction on SQLite must be synchronous.');
      }
      this.#run.releaseSavepoint.run();
      return entry;
    } catch (error) {
      this.#run.rollbackTo.run();
      this.#run.releaseSavepoint.run();
      return write.refuse(error);
    }
  }

  send({ run, id, name, payload, at }: SignalRecord): boolean {
    if (this.#run.send.run(id, name, payload, at, run).changes === 1) return true;
    if (this.#run.find.get(run) === undefined) throw new UnknownRunError(run);
    return false;
  }

  pending(worker: string): readonly SignalRecord[] {
    return (this.#run.pending.all(worker) as Row[]).map(toSignal);
  }

  list({ workflow, status, limit = 100 }: RunFilter): readonly RunRecord[] {
    return (this.#run.list.all(workflow ?? null, status ?? null, limit) as Row[]).map(toRecord);
  }

  reopen(run: string, length: number, now: number): boolean {
    return this.#transaction(() => {
      const row = this.#run.find.get(run) as Row | undefined;
      if (row === undefined) throw new UnknownRunError(run);
      if (row['status'] === 'running') return false;
      const no = Number(row['no']);
      this.#run.unuse.run(no, length);
      // The new head is found along the old chain, so the rest of that is cut off after it.
      const cut = this.#run.cut.all(no, length) as Row[];
      this.#run.reopenHead.run(length, no, length, no);
      for (const { id } of cut) this.#run.remove.run(Number(id));
      this.#run.reopen.run(now, no);
      return true;
    });
  }

  abandon(run: string, outcome: string, now: number): boolean {
    return this.#transaction(() => {
      const no = Number(this.#run.find.get(run)?.['no'] ?? 0);
      if (no === 0) throw new UnknownRunError(run);
      if (this.#run.abandon.run(outcome, now, no).changes === 0) return false;
      this.#run.abandonHead.run(no);
      return true;
    });
  }

  purge(before: number, limit: number): number {
    return this.#transaction(() => {
      const runs = this.#run.ended.all(before, limit).map(({ no }) => Number(no));
      for (const no of runs) {
        // Found along the chain: there is no index by run.
        for (const { id } of this.#run.cut.all(no, 0)) this.#run.remove.run(Number(id));
        for (const name of ['forgetHead', 'forgetSignals', 'forget'] as const) this.#run[name].run(no);
      }
      return runs.length;
    });
  }

  /** Closes the file. Doing so again does nothing. */
  [Symbol.dispose](): void {
    if (this.database.isOpen) this.database.close();
  }
}

/**
 * Journal in a `node:sqlite` file: durable execution without a server. Transactions of workflows get its connection, so
 * tables of your own in the same file change together with the journal. Dispose it after its engine has stopped.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import type { DatabaseSync } from 'node:sqlite';
 * import { type Flow, MuscleCoordination, workflow } from '@organism/muscular';
 * import { sqliteJournal } from '@organism/muscular/sqlite';
 *
 * using journal = sqliteJournal({ path: ':memory:' });
 * journal.database.exec('CREATE TABLE seats (name TEXT)');
 * const book = workflow({
 *   name: 'book',
 *   run: (name: string, flow: Flow<DatabaseSync>) =>
 *     flow.transaction('seat', (db) => Number(db.prepare('INSERT INTO seats VALUES (?)').run(name).changes)),
 * });
 * await using engine = await new MuscleCoordination({ store: journal, workflows: [book], exclusive: true }).start();
 * assert.equal(await (await engine.launch(book, 'Ada')).result(), 1);
 * ```
 */
export const sqliteJournal = (options: SqliteJournalOptions): SqliteJournal => new SqliteJournal(options);
