import type { OxygenDriver } from '../driver.ts';

/** What is needed of a connection: `PoolConnection` of `mysql2/promise` fits as it is. */
export interface MysqlConnection {
  ping(): Promise<void>;
  release(): void;
  destroy(): void;
}

/** What is needed of a pool: `Pool` of `mysql2/promise` fits as it is. */
export interface MysqlPool<Connection extends MysqlConnection> {
  getConnection(): Promise<Connection>;
  end(): Promise<void>;
}

const ping = async (pool: MysqlPool<MysqlConnection>): Promise<void> => {
  const connection = await pool.getConnection();
  try {
    await connection.ping();
  } catch (error) {
    connection.destroy();
    throw error;
  }
  connection.release();
};

/**
 * MySQL and MariaDB by `mysql2/promise`.
 *
 * @param open makes a pool that is not in use elsewhere: it is ended when the resource stops.
 * @see https://sidorares.github.io/node-mysql2/docs
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { mysql, Oxygen } from '@organism/respiratory/oxygen';
 * import { createPool } from 'mysql2/promise';
 *
 * const driver = mysql(() => createPool({ uri: 'mysql://root@localhost/shop', connectionLimit: 20 }));
 * export const shop = new Oxygen({ name: 'shop', driver });
 * assert.equal(shop.resource, 'down');
 * ```
 */
export const mysql = <Connection extends MysqlConnection, Pool extends MysqlPool<Connection>>(
  open: () => Pool & MysqlPool<Connection>,
): OxygenDriver<Pool, Connection> => ({
  kind: 'mysql',
  connect: async ({ signal }) => {
    const pool = open();
    try {
      signal.throwIfAborted();
      await ping(pool);
      return pool;
    } catch (error) {
      await pool.end();
      throw error;
    }
  },
  check: ping,
  close: async (pool) => await pool.end(),
  acquire: async (pool) => {
    const connection = await pool.getConnection();
    return {
      connection,
      release: (isBroken) => (isBroken ? connection.destroy() : connection.release()),
    };
  },
});
