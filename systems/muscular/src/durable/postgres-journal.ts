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
import { toArrays } from './postgres-group.ts';
import { postgresSchema, type PostgresStatement, postgresStatements } from './postgres-sql.ts';
import { type Row, toEntry, toRecord, toSignal } from './rows.ts';

/** Outcome of a query. */
export interface PostgresResult {
  readonly rows: readonly Row[];
  readonly rowCount: number | null;
}

/** A connection in a transaction: `PoolClient` of `pg` fits as it is. */
export interface PostgresClient {
  query(text: string, values?: unknown[]): Promise<PostgresResult>;
}

interface Connection {
  query(query: { name?: string; text: string; values?: unknown[] }): Promise<PostgresResult>;
  release(broken?: boolean): void;
}

/** What the journal needs of a pool: `Pool` of `pg` fits as it is. */
export interface PostgresPool {
  query(query: { name?: string; text: string; values?: unknown[] }): Promise<PostgresResult>;
  connect(): Promise<PostgresClient & Connection>;
}

/** Options of {@link postgresJournal}. */
export interface PostgresJournalOptions {
  readonly pool: PostgresPool;
  /** Schema for its tables; made when there is none. Default `muscular`. */
  readonly schema?: string;
}

/** How often a transaction is tried that PostgreSQL gave up for the sake of another one. */
const tries = 5;

const stateOf = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
};

/** Serialization failure or deadlock: the same again may work. @see PostgreSQL manual, appendix A */
const isConflict = (error: unknown): boolean => ['40001', '40P01'].includes(stateOf(error));

/** The connection or the server went away: what the work itself would have done is not known. */
const isOutage = (error: unknown): boolean =>
  /^(08...|57P0[123]|ECONNRESET|ECONNREFUSED|EPIPE|ETIMEDOUT|ENOTFOUND)$/.test(stateOf(error)) ||
  (error instanceof Error && /connection (terminated|ended)|timeout exceeded/i.test(error.message));

/** Journal in a PostgreSQL database. Made by {@link postgresJournal}. */
export class PostgresJournal implements Journal<PostgresClient> {
  readonly grouping = 'turn';
  readonly transactions = 'single';
  readonly #pool: PostgresPool;
  readonly #schema: string;
  readonly #sql: Readonly<Record<PostgresStatement, string>>;

  constructor({ pool, schema = 'muscular' }: PostgresJournalOptions) {
    if (typeof pool?.connect !== 'function') throw new OptionError('pool', 'a pool of pg', pool);
    if (typeof schema !== 'string' || !/^[a-z_]\w{0,50}$/.test(schema))
      throw new OptionError('schema', 'small letters, digits and "_"', schema);
    this.#pool = pool;
    this.#schema = schema;
    this.#sql = postgresStatements(schema);
  }

  // Named, so that the server parses and plans each once per connection.
  #query(
    name: PostgresStatement,
    values: unknown[],
    on: Pick<Connection, 'query'> = this.#pool,
  ): Promise<PostgresResult> {
    return on.query({ name: `${this.#schema}.${name}`, text: this.#sql[name], values });
  }

  async #within<T>(work: (client: PostgresClient & Connection) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let broken = true;
    try {
      await client.query('BEGIN');
      try {
        const result = await work(client);
        await client.query('COMMIT');
        broken = false;
        return result;
      } catch (error) {
        await client.query('ROLLBACK');
        broken = false;
        throw error;
      }
    } finally {
      // A connection in an unknown state is not used again.
      client.release(broken);
    }
  }

  async open(): Promise<void> {
    await this.#within(async (client) => {
      // Two that make the same schema at once would collide.
      await client.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`organism ${this.#schema}`]);
      await client.query(postgresSchema(this.#schema));
    });
  }

  async register(worker: string, leaseUntil: number, takeOver: boolean): Promise<void> {
    if (takeOver) await this.#dismiss(null, Number.MAX_VALUE, null);
    await this.#query('register', [worker, leaseUntil]);
  }

  /** Ends workers and lets go of their runs: in two statements, so that the second sees what the first waited for. */
  async #dismiss(id: string | null, expiredBy: number, except: string | null): Promise<void> {
    await this.#within(async (client) => {
      const { rows } = await this.#query('dismiss', [id, expiredBy, except], client);
      await this.#query('disown', [rows.map(({ no }) => no)], client);
    });
  }

  async renew(worker: string, leaseUntil: number): Promise<boolean> {
    return (await this.#query('renew', [worker, leaseUntil])).rowCount === 1;
  }

  async release(worker: string): Promise<void> {
    await this.#dismiss(worker, -Number.MAX_VALUE, null);
  }

  async claim({ worker, workflows, now, limit, blocked, again }: ClaimRequest): Promise<readonly RunRecord[]> {
    const known = workflows.map(({ name, version }) => `${name}@${version}`);
    if ((await this.#query('expired', [now, worker])).rowCount !== 0) await this.#dismiss(null, now, worker);
    // Looked up first: there is seldom anything to take.
    if (!again && (await this.#query('anyFree', [blocked, known])).rowCount === 0) return [];
    return await this.#within(async (client) => {
      const no = await this.#lock(worker, client);
      const { rows } = await this.#query('claim', [no, blocked, again ? no : null, known, limit], client);
      return rows.toSorted((a, b) => Number(a['no']) - Number(b['no'])).map(toRecord);
    });
  }

  async #lock(worker: string, client: Connection): Promise<unknown> {
    const { rows } = await this.#query('worker', [worker], client);
    if (rows[0] === undefined) throw new FencedError(worker);
    return rows[0]['no'];
  }

  async load(run: string): Promise<Story | undefined> {
    const [row] = (await this.#query('find', [run])).rows;
    if (row === undefined) return undefined;
    const [entries, signals] = await Promise.all([
      this.#query('entries', [row['no']]),
      this.#query('signals', [row['no']]),
    ]);
    return { run: toRecord(row), entries: entries.rows.map(toEntry), signals: signals.rows.map(toSignal) };
  }

  async commit(worker: string, writes: readonly Write<PostgresClient>[]): Promise<ReadonlySet<string>> {
    const [first] = writes;
    return first?.type === 'transaction' ? await this.#transact(worker, first) : await this.#group(worker, writes);
  }

  async #group(
    worker: string,
    writes: readonly Write<PostgresClient>[],
    on: Pick<Connection, 'query'> = this.#pool,
  ): Promise<ReadonlySet<string>> {
    const { rows } = await this.#query('commit', [worker, ...toArrays(writes)], on);
    const { fence, created, fit, finished } = rows[0] ?? {};
    if (fence === null || fence === undefined) throw new FencedError(worker);
    const done = {
      create: new Set((created as string[] | null) ?? []),
      append: new Set((fit as string[] | null) ?? []),
      finish: new Set((finished as string[] | null) ?? []),
    };
    const refused = new Set<string>();
    for (const { type, run } of writes) if (type !== 'transaction' && !done[type].has(run)) refused.add(run);
    return refused;
  }

  async #transact(worker: string, write: TransactionWrite<PostgresClient>): Promise<ReadonlySet<string>> {
    const { run } = write;
    for (let attempt = 1; ; attempt += 1) {
      let thrown: { readonly error: unknown } | undefined;
      try {
        return await this.#within(async (client) => {
          await this.#lock(worker, client);
          let entry: Entry;
          try {
            entry = await write.perform(client);
          } catch (error) {
            thrown = { error };
            throw error;
          }
          const refused = await this.#group(worker, [{ type: 'append', run, entry }], client);
          // Refused writes must not leave their effects behind either.
          if (refused.size > 0) throw new RefusedError();
          return refused;
        });
      } catch (error) {
        if (error instanceof RefusedError) return new Set([run]);
        if (isConflict(error) && attempt < tries) continue;
        if (thrown === undefined || isOutage(error)) throw error;
        return await this.#group(worker, [{ type: 'append', run, entry: write.refuse(thrown.error) }]);
      }
    }
  }

  async send({ run, id, name, payload, at }: SignalRecord): Promise<boolean> {
    if ((await this.#query('send', [run, id, name, payload, at])).rowCount === 1) return true;
    if ((await this.#query('find', [run])).rowCount === 0) throw new UnknownRunError(run);
    return false;
  }

  async pending(worker: string): Promise<readonly SignalRecord[]> {
    return (await this.#query('pending', [worker])).rows.map(toSignal);
  }

  async list({ workflow, status, limit = 100 }: RunFilter): Promise<readonly RunRecord[]> {
    return (await this.#query('list', [workflow ?? null, status ?? null, limit])).rows.map(toRecord);
  }

  async reopen(run: string, length: number, now: number): Promise<boolean> {
    return await this.#within(async (client) => {
      const [row] = (await this.#query('lock', [run], client)).rows;
      if (row === undefined) throw new UnknownRunError(run);
      if (row['status'] === 'running') return false;
      const { no } = row;
      await this.#query('truncate', [no, length], client);
      await this.#query('unuse', [no, length], client);
      await this.#query('reopen', [no, now], client);
      return true;
    });
  }

  async abandon(run: string, outcome: string, now: number): Promise<boolean> {
    if ((await this.#query('abandon', [run, outcome, now])).rowCount === 1) return true;
    if ((await this.#query('find', [run])).rowCount === 0) throw new UnknownRunError(run);
    return false;
  }

  async purge(before: number, limit: number): Promise<number> {
    return Number((await this.#query('purge', [before, limit])).rows[0]?.['runs']);
  }
}

class RefusedError extends Error {}

/**
 * Journal in a PostgreSQL database, shared by any number of engines. Transactions of workflows get a connection of the
 * pool, so your own tables change together with the journal; they are run again after a serialization failure or deadlock.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 * @example
 * ```ts
 * import { postgresJournal } from '@organism/muscular/postgres';
 * import { Pool } from 'pg';
 *
 * const pool = new Pool({ connectionString: 'postgres://127.0.0.1/app', max: 10 });
 * const store = postgresJournal({ pool, schema: 'workflows' });
 * // new MuscleCoordination({ store, workflows: [ … ] })
 * await pool.end();
 * ```
 */
export const postgresJournal = (options: PostgresJournalOptions): PostgresJournal => new PostgresJournal(options);
