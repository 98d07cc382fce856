import { OptionError } from '@organism/cell';
import type { Shape } from '@organism/nervous';
import type { HeartPublishOptions } from '../../heart/publish-options.ts';
import { type EntryMaker, type OutboxValue, toEntry } from '../entry.ts';
import { entryMaker, type OutboxOptions, tableName } from '../options.ts';
import type { FailedRecord, OutboxDepth, OutboxLease, OutboxRecord, OutboxStore } from '../store.ts';
import { migrate, type PostgresClient } from './client.ts';

/** Options of a {@link PostgresOutbox}. */
export interface PostgresOutboxOptions extends OutboxOptions {
  /** What the relay uses: a `Pool` of `pg`. Not needed by those that only add. */
  readonly client?: PostgresClient;
}

/**
 * The tables of an outbox, for those who keep their schema in migrations of their own. Can be run again.
 *
 * @throws {OptionError} for a bad name.
 */
export const postgresOutboxSchema = (table = 'outbox', lanes = 16): string => `
  CREATE TABLE IF NOT EXISTS ${tableName(table)} (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    lane integer NOT NULL,
    id text NOT NULL,
    topic text NOT NULL,
    key text,
    body text NOT NULL,
    added_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    failure text
  );
  CREATE INDEX IF NOT EXISTS ${table}_waiting ON ${table} (lane, seq) WHERE failure IS NULL;
  CREATE TABLE IF NOT EXISTS ${table}_lanes (
    lane integer PRIMARY KEY,
    fence bigint NOT NULL DEFAULT 0,
    leased_until timestamptz NOT NULL DEFAULT '-infinity'
  );
  INSERT INTO ${table}_lanes (lane) SELECT generate_series(0, ${lanes - 1}) ON CONFLICT DO NOTHING;`;

const toRecord = (row: Record<string, unknown>): OutboxRecord => ({
  seq: Number(row['seq']),
  id: String(row['id']),
  topic: String(row['topic']),
  key: row['key'] === null ? undefined : String(row['key']),
  body: String(row['body']),
});

const columns = 'seq, id, topic, key, body';

/**
 * Transactional outbox in PostgreSQL (13 or later): messages that are added in a transaction are published if it commits, and not
 * otherwise. An {@link OutboxRelay} publishes them.
 *
 * Messages of one key are relayed in the order in which transactions that saw each other's effects added them; of two that ran at
 * the same time, in either.
 *
 * @example
 * ```ts no-run
 * import { Heart } from '@organism/circulatory';
 * import { OutboxRelay } from '@organism/circulatory/outbox';
 * import { PostgresOutbox } from '@organism/circulatory/outbox/postgres';
 * import { Pool } from 'pg';
 *
 * const pool = new Pool();
 * const outbox = new PostgresOutbox({ client: pool });
 * const heart = await new Heart().start();
 * await using relay = await new OutboxRelay({ store: outbox, heart }).start();
 *
 * const client = await pool.connect();
 * await client.query('BEGIN');
 * await client.query('UPDATE accounts SET balance = balance - 5 WHERE id = $1', ['ada']);
 * await outbox.add(client, 'account.charged', { id: 'ada', amount: 5 }, { key: 'ada' });
 * await client.query('COMMIT');
 * client.release();
 * relay.wake();
 * ```
 */
export class PostgresOutbox implements OutboxStore {
  readonly #client: PostgresClient | undefined;
  readonly #table: string;
  readonly #maker: EntryMaker;

  /** @throws {OptionError} `CELL_BAD_OPTION` for a bad option. */
  constructor(options: PostgresOutboxOptions = {}) {
    this.#client = options.client;
    this.#table = tableName(options.table ?? 'outbox');
    this.#maker = entryMaker(options);
  }

  /**
   * Adds a message in the transaction of a client.
   *
   * @returns its id.
   * @throws {ValidationError} when the value does not fit the topic's Bone.
   * @throws {OptionError} for a bad option.
   */
  async add<K extends string | Shape<unknown>>(
    transaction: PostgresClient,
    topic: K,
    value: OutboxValue<K>,
    options: HeartPublishOptions = {},
  ): Promise<string> {
    const { lane, id, topic: name, key, body } = toEntry(topic, value, options, this.#maker);
    const insert = `INSERT INTO ${this.#table} (lane, id, topic, key, body) VALUES ($1, $2, $3, $4, $5)`;
    await transaction.query(insert, [lane, id, name, key ?? null, body]);
    return id;
  }

  async #query(text: string, values?: unknown[]): Promise<readonly Record<string, unknown>[]> {
    if (this.#client === undefined) throw new OptionError('client', 'given to relay', undefined);
    return (await this.#client.query(text, values)).rows;
  }

  async setup(): Promise<void> {
    if (this.#client === undefined) throw new OptionError('client', 'given to set up', undefined);
    await migrate(this.#client, this.#table, postgresOutboxSchema(this.#table, this.#maker.lanes));
  }

  async claim(leaseMs: number): Promise<OutboxLease | undefined> {
    const table = this.#table;
    const [row] = await this.#query(
      `UPDATE ${table}_lanes SET fence = fence + 1, leased_until = clock_timestamp() + $1 * interval '1 millisecond'
       WHERE lane = (
         SELECT lane FROM ${table}_lanes AS free
         WHERE leased_until <= clock_timestamp()
           AND EXISTS (SELECT FROM ${table} AS message WHERE message.lane = free.lane AND failure IS NULL)
         ORDER BY leased_until LIMIT 1 FOR UPDATE SKIP LOCKED
       ) RETURNING lane, fence`,
      [leaseMs],
    );
    return row === undefined ? undefined : { lane: Number(row['lane']), fence: Number(row['fence']) };
  }

  async extend({ lane, fence }: OutboxLease, leaseMs: number): Promise<boolean> {
    const rows = await this.#query(
      `UPDATE ${this.#table}_lanes SET leased_until = clock_timestamp() + $3 * interval '1 millisecond'
       WHERE lane = $1 AND fence = $2 RETURNING lane`,
      [lane, fence, leaseMs],
    );
    return rows.length > 0;
  }

  async release({ lane, fence }: OutboxLease): Promise<void> {
    await this.#query(
      `UPDATE ${this.#table}_lanes SET leased_until = clock_timestamp() WHERE lane = $1 AND fence = $2`,
      [lane, fence],
    );
  }

  async read(lane: number, max: number): Promise<readonly OutboxRecord[]> {
    const where = 'lane = $1 AND failure IS NULL ORDER BY seq LIMIT $2';
    return (await this.#query(`SELECT ${columns} FROM ${this.#table} WHERE ${where}`, [lane, max])).map(toRecord);
  }

  async done(seqs: readonly number[]): Promise<void> {
    await this.#query(`DELETE FROM ${this.#table} WHERE seq = ANY ($1::bigint[])`, [[...seqs]]);
  }

  async fail(seq: number, reason: string): Promise<void> {
    // PostgreSQL has no NUL in texts.
    await this.#query(`UPDATE ${this.#table} SET failure = $2 WHERE seq = $1`, [seq, reason.replaceAll('\0', '')]);
  }

  async failed(max: number = 100): Promise<readonly FailedRecord[]> {
    const rows = await this.#query(
      `SELECT ${columns}, failure FROM ${this.#table} WHERE failure IS NOT NULL ORDER BY seq LIMIT $1`,
      [max],
    );
    return rows.map((row) => ({ ...toRecord(row), reason: String(row['failure']) }));
  }

  async retryFailed(seqs?: readonly number[]): Promise<number> {
    return await this.#onFailed(`UPDATE ${this.#table} SET failure = NULL`, seqs);
  }

  async discardFailed(seqs?: readonly number[]): Promise<number> {
    return await this.#onFailed(`DELETE FROM ${this.#table}`, seqs);
  }

  async #onFailed(change: string, seqs: readonly number[] | undefined): Promise<number> {
    const where = 'failure IS NOT NULL AND ($1::bigint[] IS NULL OR seq = ANY ($1::bigint[]))';
    return (await this.#query(`${change} WHERE ${where} RETURNING seq`, [seqs === undefined ? null : [...seqs]]))
      .length;
  }

  async depth(): Promise<OutboxDepth> {
    const [row = {}] = await this.#query(
      `SELECT count(*) FILTER (WHERE failure IS NULL) AS waiting, count(failure) AS failed,
         extract(epoch FROM clock_timestamp() - min(added_at) FILTER (WHERE failure IS NULL)) * 1000 AS age
       FROM ${this.#table}`,
    );
    const oldestAgeMs = Math.max(0, Number(row['age'] ?? 0));
    return { waiting: Number(row['waiting']), failed: Number(row['failed']), oldestAgeMs };
  }
}
