import type { Clock } from '@organism/cell';

/** What a driver may use while it connects. */
export interface ConnectScope {
  /** Aborts when the attempt is no longer wanted: close what was opened, and throw. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Tells of an error that belongs to no call, such as an idle connection that broke; the client goes on by itself. */
  onError(error: unknown): void;
  /** Tells that the client is gone and does not come back by itself: a new one is connected. */
  onLost(error: unknown): void;
}

/** Size of a client's own pool. */
export interface PoolCounts {
  /** Connections that exist. */
  readonly open: number;
  /** Of these, not in use. */
  readonly idle: number;
  /** Callers that wait for one. */
  readonly waiting: number;
}

/** A connection that was taken from a client's pool. */
export interface Acquired<Connection> {
  readonly connection: Connection;
  /** Gives it back; a broken one is closed instead. */
  release(isBroken: boolean): void | Promise<void>;
}

/**
 * Resource driver port: how to open, check and close a client of some server. `oxygenDriverChecks` of
 * `@organism/respiratory/testing` proves a driver.
 */
export interface OxygenDriver<Client, Connection = Client> {
  /** What it is a client of, such as `postgres`. */
  readonly kind: string;
  /** Opens a client that has reached its server. Leaves nothing open when it fails. */
  connect(scope: ConnectScope): Promise<Client>;
  /** Asks the server for a sign of life. Rejects when there is none; gives up when the signal aborts. */
  check(client: Client, signal: AbortSignal): Promise<void>;
  /** Closes all connections. */
  close(client: Client): Promise<void>;
  /** Takes one connection for a caller's own. Without it, all callers share the client. */
  acquire?(client: Client): Promise<Acquired<Connection>>;
  /** Size of the client's own pool, where it tells. */
  counts?(client: Client): PoolCounts;
}
