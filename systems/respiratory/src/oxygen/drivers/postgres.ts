import type { OxygenDriver } from '../driver.ts';

/** What is needed of a connection: `PoolClient` of `pg` fits as it is. */
export interface PostgresConnection {
  query(text: string): Promise<unknown>;
  release(destroy?: boolean): void;
}

/** What is needed of a pool: `Pool` of `pg` fits as it is. */
export interface PostgresPool {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
  connect(): Promise<PostgresConnection>;
  query(text: string): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  end(): Promise<void>;
}

/** The type of a pool's connections. */
export type PostgresConnectionOf<Pool> = Pool extends {
  connect: { (): Promise<infer Connection>; (callback: never): unknown };
}
  ? Connection
  : PostgresConnection;

/**
 * PostgreSQL by `pg`. Give its pool a `connectionTimeoutMillis`, so that a server that does not answer is given up.
 *
 * @param open makes a pool that is not in use elsewhere: it is ended when the resource stops.
 * @see https://node-postgres.com/apis/pool
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Oxygen, postgres } from '@organism/respiratory/oxygen';
 * import { Pool } from 'pg';
 *
 * const driver = postgres(() => new Pool({ connectionString: 'postgres://localhost/shop', max: 20 }));
 * export const shop = new Oxygen({ name: 'shop', driver }); // await shop.start(); shop.use((client) => client.query('…'))
 * assert.equal(shop.resource, 'down');
 * ```
 */
export const postgres = <Pool extends PostgresPool>(
  open: () => Pool,
): OxygenDriver<Pool, PostgresConnectionOf<Pool>> => ({
  kind: 'postgres',
  connect: async ({ signal, onError }) => {
    const pool = open();
    // Without a listener, an idle connection that breaks ends the process.
    pool.on('error', onError);
    try {
      signal.throwIfAborted();
      await pool.query('SELECT 1');
      return pool;
    } catch (error) {
      await pool.end();
      throw error;
    }
  },
  check: async (pool) => void (await pool.query('SELECT 1')),
  close: async (pool) => await pool.end(),
  acquire: async (pool) => {
    const connection = await pool.connect();
    return {
      connection: connection as PostgresConnectionOf<Pool>,
      release: (isBroken) => connection.release(isBroken),
    };
  },
  counts: ({ totalCount, idleCount, waitingCount }) => ({ open: totalCount, idle: idleCount, waiting: waitingCount }),
});
