import { OptionError } from '@organism/cell';
import { HeartDriverError, LeaseLostError } from '../../errors.ts';
import { duration, oneOf } from '../../heart/check.ts';
import { checkInbox, type InboxOptions, type InboxSettings, PruneTimer } from '../inbox-options.ts';
import type { InboxOutcome, InboxRecord, InboxStore } from '../inbox.ts';
import { tableName } from '../options.ts';
import { migrate, type PooledPostgresClient, type PostgresClient, type PostgresPool } from './client.ts';

/** Options of a {@link PostgresInbox}. */
export interface PostgresInboxOptions extends InboxOptions {
  /** A `Pool` of `pg`, with at least as many connections as handlers run at once. */
  readonly pool: PostgresPool;
  /** Default `read committed`. A serialization failure rolls back, and the message is delivered again. */
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable';
  /**
   * How long a handler may take between two queries of its transaction, in milliseconds. Then the server ends the transaction, so
   * that a process that has stalled in the middle of one does not hold up the message for ever. Default 10 000.
   */
  readonly stallTimeoutMs?: number;
}

/** The tables of an inbox, for those who keep their schema in migrations of their own. Can be run again. */
export const postgresInboxSchema = (table = 'inbox'): string => `
  CREATE TABLE IF NOT EXISTS ${tableName(table)} (
    grp text NOT NULL,
    topic text NOT NULL,
    id text NOT NULL,
    fence bigint NOT NULL,
    done_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (grp, topic, id)
  );
  CREATE INDEX IF NOT EXISTS ${table}_done_at ON ${table} (done_at);
  CREATE TABLE IF NOT EXISTS ${table}_horizon (
    grp text NOT NULL,
    topic text NOT NULL,
    fence bigint NOT NULL,
    until timestamptz NOT NULL,
    PRIMARY KEY (grp, topic)
  );`;

/** How long to wait for another delivery of the same message beyond the time after which the server ends that one. */
const graceMs = 5000;

/** The query that is under way is told, or the next one. */
const ignore = (): void => {};

/** Inbox in PostgreSQL (13 or later), for {@link exactlyOnce}. */
export class PostgresInbox implements InboxStore<PostgresClient, unknown> {
  readonly #pool: PostgresPool;
  readonly #settings: InboxSettings;
  readonly #begin: string;
  readonly #pruning: PruneTimer;

  /** @throws {OptionError} `CELL_BAD_OPTION` for a bad option. */
  constructor(options: PostgresInboxOptions) {
    if (typeof options.pool?.connect !== 'function') throw new OptionError('pool', 'a pool', options.pool);
    this.#pool = options.pool;
    // A server may end a connection in the same breath in which it begins one: before the pool has handed that out.
    options.pool.on?.('connect', (client) => void client.on?.('error', ignore));
    this.#settings = checkInbox(options);
    this.#pruning = new PruneTimer(this.#settings);
    const stallMs = Math.ceil(duration('stallTimeoutMs', options.stallTimeoutMs ?? 10_000));
    const levels = ['read committed', 'repeatable read', 'serializable'] as const;
    const isolation = oneOf('isolation', options.isolation ?? 'read committed', levels);
    this.#begin =
      `BEGIN ISOLATION LEVEL ${isolation}; SET LOCAL idle_in_transaction_session_timeout = ${stallMs}; ` +
      `SET LOCAL lock_timeout = ${stallMs + graceMs}`;
  }

  async setup(): Promise<void> {
    await migrate(this.#pool, this.#settings.table, postgresInboxSchema(this.#settings.table));
  }

  async once<R>(record: InboxRecord, work: (transaction: PostgresClient) => R): Promise<InboxOutcome<Awaited<R>>> {
    if (this.#pruning.isDue) this.prune(this.#settings.keepMs).catch(() => {});
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    // Without a listener the end of a connection would be the end of the process.
    const onError = (error: Error): void => void (broken = error);
    client.on?.('error', onError);
    try {
      await client.query(this.#begin);
      if (!(await this.#record(client, record))) {
        await client.query('ROLLBACK');
        return { isDuplicate: true };
      }
      const value = await work(client);
      const { command } = await client.query('COMMIT');
      // What the server says when a query had failed and the handler went on: nothing was committed.
      if (command !== 'COMMIT') throw new HeartDriverError('commit', { cause: new Error(`It said ${command}.`) });
      return { isDuplicate: false, value };
    } catch (error) {
      await client.query('ROLLBACK').catch((thrown: Error) => void (broken ??= thrown));
      throw error;
    } finally {
      client.off?.('error', onError);
      client.release(broken);
    }
  }

  /** Records the message. False when it was; who comes too late is told. */
  async #record(client: PooledPostgresClient, { group, topic, id, fence, publishedAt }: InboxRecord): Promise<boolean> {
    const { table } = this.#settings;
    // Waits while another transaction has recorded the message and not ended.
    const inserted = await client.query(
      `INSERT INTO ${table} (grp, topic, id, fence)
       SELECT $1, $2, $3, $4 WHERE NOT EXISTS (
         SELECT FROM ${table}_horizon WHERE grp = $1 AND topic = $2 AND fence >= $4
           AND until >= to_timestamp($5::double precision / 1000)
       ) ON CONFLICT DO NOTHING RETURNING fence`,
      [group, topic, id, fence, publishedAt],
    );
    if (inserted.rows.length > 0) return true;
    const found = await client.query(`SELECT fence FROM ${table} WHERE grp = $1 AND topic = $2 AND id = $3`, [
      group,
      topic,
      id,
    ]);
    const [row] = found.rows;
    if (row === undefined || Number(row['fence']) > fence) throw new LeaseLostError(topic, 'process');
    return false;
  }

  async prune(olderThanMs: number): Promise<number> {
    const { table } = this.#settings;
    const { rows } = await this.#pool.query(
      `WITH edge AS (SELECT clock_timestamp() - $1 * interval '1 millisecond' AS at),
       gone AS (DELETE FROM ${table} USING edge WHERE done_at <= edge.at RETURNING grp, topic, fence),
       kept AS (
         INSERT INTO ${table}_horizon AS old (grp, topic, fence, until)
         SELECT grp, topic, max(fence), (SELECT at FROM edge) FROM gone GROUP BY grp, topic
         ON CONFLICT (grp, topic) DO UPDATE
           SET fence = greatest(old.fence, excluded.fence), until = greatest(old.until, excluded.until)
       )
       SELECT count(*) AS count FROM gone`,
      [duration('olderThanMs', olderThanMs)],
    );
    return Number(rows[0]?.['count']);
  }
}
