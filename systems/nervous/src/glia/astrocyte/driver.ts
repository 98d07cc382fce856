import { isThenable } from '../../bus/topic.ts';

/** A result now or later: drivers that need not wait answer at once, and spare everyone a turn of the loop. */
export type MaybePromise<T> = T | PromiseLike<T>;

/** Goes on with a result, at once when it is there. */
export const chain = <T, U>(result: MaybePromise<T>, goOn: (value: T) => U): U | Promise<U> =>
  isThenable(result) ? Promise.resolve(result).then(goOn) : goOn(result);

/** What a driver keeps under a key. */
export interface StateRow {
  /** A copy of its own for each caller. */
  readonly value: unknown;
  readonly version: number;
  /** When the row ceases to exist: milliseconds since the epoch. Undefined: never. */
  readonly expiresAt: number | undefined;
}

/** When, and on which condition, a driver changes a key. */
export interface ChangeOrder {
  /** The time: milliseconds since the epoch. Rows with `expiresAt <= now` don't exist. */
  readonly now: number;
  /** The version that the key must have, 0 for none; undefined: any. */
  readonly ifVersion: number | undefined;
}

/** A key that has gone, and the version it had. */
export interface Gone {
  readonly key: string;
  readonly version: number;
  readonly reason: 'expire' | 'evict';
}

/** Outcome of a change. */
export interface Changed {
  /** False when `ifVersion` did not hold: nothing has changed. */
  readonly done: boolean;
  /** The version now; 0 for none. */
  readonly version: number;
  /** The version before, 0 for none, also when the row had expired. */
  readonly previous: number;
  /** What had to go on the way: the key's own expired row, rows that gave their place. In this order, before the change. */
  readonly gone: readonly Gone[];
}

/** For drivers: nothing had to go. */
export const noneGone: readonly Gone[] = [];

/**
 * State driver port: where an Astrocyte keeps its rows. Each method is atomic, also against other processes that share
 * the same storage.
 *
 * Versions come from one sequence for the whole storage, which only grows: a key that is deleted and made again has a
 * higher version than before, and nothing need be kept of deleted keys. `stateDriverChecks` of
 * `@organism/nervous/testing` proves a driver.
 */
export interface StateDriver {
  /** Makes the driver ready. Without this method it is ready when made, and the store works before it is started. */
  open?(): MaybePromise<void>;
  /** Lets go of everything that `open` took; the rows stay. All changes are done by then; a read may not be. */
  close?(): MaybePromise<void>;
  /** The row of a key, unless it has expired. */
  read(key: string, now: number): MaybePromise<StateRow | undefined>;
  /**
   * Compares and sets: puts a copy of the value under the key with the next version, if the key has `ifVersion`.
   *
   * @throws {StateValueError} when the value would not survive.
   */
  write(
    key: string,
    value: unknown,
    order: ChangeOrder & { readonly expiresAt: number | undefined },
  ): MaybePromise<Changed>;
  /** Compares and deletes; `previous` is 0 when there was nothing. */
  remove(key: string, order: ChangeOrder): MaybePromise<Changed>;
  /** The keys that begin with a prefix, in any order: each that is there from begin to end, once. */
  keys(prefix: string, now: number): Iterable<string> | AsyncIterable<string>;
  /** Deletes up to `limit` rows that have expired, those that expired first before others. */
  expire(now: number, limit: number): MaybePromise<readonly Gone[]>;
  /** The soonest `expiresAt` of all rows. */
  nextExpiry(): MaybePromise<number | undefined>;
  /** How many rows there are, when that costs nothing to know. */
  readonly size?: number;
}
