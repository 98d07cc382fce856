/** What a query gives. */
export interface PostgresResult {
  readonly rows: readonly Record<string, unknown>[];
  /** What was done, such as `COMMIT`. */
  readonly command: string;
}

/** What is needed of a PostgreSQL client: that of `pg`, or anything that is called the same way. */
export interface PostgresClient {
  query(text: string, values?: unknown[]): Promise<PostgresResult>;
}

/** A connection of a pool, which transactions run on. */
export interface PooledPostgresClient extends PostgresClient {
  /** Gives it back; with an error it is thrown away. */
  release(error?: Error | boolean): void;
  on?(event: 'error', listener: (error: Error) => void): unknown;
  off?(event: 'error', listener: (error: Error) => void): unknown;
}

/** A pool of connections: that of `pg`, or anything that is called the same way. */
export interface PostgresPool extends PostgresClient {
  connect(): Promise<PooledPostgresClient>;
  on?(event: 'connect', listener: (client: PooledPostgresClient) => void): unknown;
}

/** Runs DDL while no other process does the same: `CREATE … IF NOT EXISTS` alone fails when two do it at once. */
export const migrate = async (client: PostgresClient, name: string, ddl: string): Promise<void> => {
  // One simple query is one transaction.
  await client.query(`SELECT pg_advisory_xact_lock(hashtext('organism:${name}')); ${ddl}`);
};
