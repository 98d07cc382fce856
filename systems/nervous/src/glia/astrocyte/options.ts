import { type CellOptions, OptionError } from '@organism/cell';
import type { Failure } from '../../errors.ts';
import type { WriteCondition } from '../../store.ts';
import type { StateDriver } from './driver.ts';

/** Options of an `Astrocyte`. */
export interface AstrocyteOptions extends Partial<Pick<CellOptions, 'name' | 'needs' | 'clock' | 'entropy'>> {
  /** Where the state is kept. Default: a `MemoryState` without bounds. */
  readonly driver?: StateDriver;
  /** Gets what watchers throw or reject with, and failures to delete what has expired. Default: the console. */
  readonly onError?: (failure: Failure) => void;
}

/** How to write. */
export interface SetOptions extends WriteCondition {
  /** Milliseconds after which the key ceases to exist. Default: never, also when it had a time to live before. */
  readonly ttlMs?: number;
}

/** How to update. */
export interface UpdateOptions {
  /** How many times it is tried again after another has written meanwhile. Default 16. */
  readonly retries?: number;
  /** Milliseconds after which the key ceases to exist. Default: what is left of the time it had. */
  readonly ttlMs?: number;
}

/** Makes the next value from the present one, which is a copy to do with as one likes; undefined when there is none. */
export type Updater<T> = (current: T | undefined, version: number) => T | PromiseLike<T>;

/** @throws {OptionError} when it is no time to live. */
export const checkTtl = (ttlMs: number | undefined): void => {
  if (ttlMs !== undefined && !(typeof ttlMs === 'number' && ttlMs > 0 && Number.isFinite(ttlMs)))
    throw new OptionError('ttlMs', 'a finite number of milliseconds > 0', ttlMs);
};

/** @throws {OptionError} when it is no whole number of 0 or more. */
export const checkCount = (field: string, count: number | undefined): void => {
  if (count !== undefined && !(Number.isSafeInteger(count) && count >= 0))
    throw new OptionError(field, 'a whole number of 0 or more', count);
};
