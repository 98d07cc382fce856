import { type CellOptions, OptionError } from '@organism/cell';
import { type Backoff, exponential } from '@organism/homeostasis';
import type { OxygenDriver } from './driver.ts';
import type { ConnectionLeak } from './loan.ts';

/** Whether the server was reached when it was asked last. */
export type ResourceState = 'down' | 'connecting' | 'up';

/** A change in the state of a resource. */
export interface ResourceEvent {
  readonly resource: string;
  readonly from: ResourceState;
  readonly to: ResourceState;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Why, when it went down. */
  readonly error?: unknown;
}

/** Options of an {@link Oxygen}. */
export interface OxygenOptions<Client, Connection = Client> extends Pick<
  CellOptions,
  'name' | 'needs' | 'clock' | 'entropy'
> {
  readonly driver: OxygenDriver<Client, Connection>;
  /**
   * Whether the start waits for the server, and fails without it. Default true. When false the cell starts at once,
   * connects in the background, and until then says `fail` of its health and refuses work.
   */
  readonly required?: boolean;
  /** How long a required start goes on trying, in milliseconds. Default 30 000. */
  readonly startTimeoutMs?: number;
  /** How long one attempt to connect may take, in milliseconds. Default 10 000. */
  readonly connectTimeoutMs?: number;
  /** Wait between attempts to connect. Default: exponential from 100 ms to 10 s with full jitter. */
  readonly backoff?: Backoff;
  /** How often the server is asked for a sign of life, in milliseconds. Default 10 000; Infinity: never. */
  readonly checkEveryMs?: number;
  /** How long an answer to that may take, in milliseconds. Default 2000. */
  readonly checkTimeoutMs?: number;
  /** How long a caller waits for a connection, in milliseconds. Default 10 000. */
  readonly acquireTimeoutMs?: number;
  /** A connection that is held for longer is reported as leaked, in milliseconds. Default 60 000; Infinity: never. */
  readonly leakAfterMs?: number;
  /** Whether leaks tell where the connection was taken; costs a stack trace for each. Default false. */
  readonly traces?: boolean;
  readonly onLeak?: (leak: ConnectionLeak) => void;
  readonly onState?: (event: ResourceEvent) => void;
  /** Is told of errors that belong to no call. */
  readonly onError?: (error: unknown) => void;
}

/** The numbers among the options, checked. Milliseconds. */
export interface OxygenLimits {
  readonly startTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly checkEveryMs: number;
  readonly checkTimeoutMs: number;
  readonly acquireTimeoutMs: number;
  readonly leakAfterMs: number;
  readonly backoff: Backoff;
}

const duration = (name: string, value: number): number => {
  if (typeof value !== 'number' || !(value > 0)) throw new OptionError(name, 'a number of milliseconds above 0', value);
  return value;
};

/** @throws {OptionError} `CELL_BAD_OPTION` for a bad one. */
export const readLimits = (options: Omit<OxygenOptions<unknown>, 'driver'>): OxygenLimits => ({
  startTimeoutMs: duration('startTimeoutMs', options.startTimeoutMs ?? 30_000),
  connectTimeoutMs: duration('connectTimeoutMs', options.connectTimeoutMs ?? 10_000),
  checkEveryMs: duration('checkEveryMs', options.checkEveryMs ?? 10_000),
  checkTimeoutMs: duration('checkTimeoutMs', options.checkTimeoutMs ?? 2000),
  acquireTimeoutMs: duration('acquireTimeoutMs', options.acquireTimeoutMs ?? 10_000),
  leakAfterMs: duration('leakAfterMs', options.leakAfterMs ?? 60_000),
  backoff: options.backoff ?? exponential({ baseMs: 100, maxMs: 10_000 }),
});
