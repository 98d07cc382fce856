import { count } from '../heart/check.ts';
import { isThenable } from '../heart/thenable.ts';
import { checkFunction } from './options.ts';
import { serial } from './serial.ts';
import type { Operator } from './source.ts';
import type { StageOptions } from './stage.ts';

/** Keeps the values that a test is true for. The test may be asynchronous. */
export function filter<T, Kept extends T>(
  test: (value: T, index: number) => value is Kept,
  options?: StageOptions,
): Operator<T, Kept>;
export function filter<T>(
  test: (value: T, index: number) => boolean | PromiseLike<boolean>,
  options?: StageOptions,
): Operator<T, T>;
export function filter<T>(
  test: (value: T, index: number) => boolean | PromiseLike<boolean>,
  options: StageOptions = {},
): Operator<T, T> {
  checkFunction('test', test);
  return serial<T, T>(() => {
    let index = 0;
    return { test: (value) => test(value, index++) };
  }, options);
}

/** The first `amount` values; closes its source when somebody asks for more. @throws {OptionError} for a bad amount. */
export const take = <T>(amount: number, options: StageOptions = {}): Operator<T, T> => {
  count('amount', amount, 0);
  return serial<T, T>(() => {
    let left = amount;
    return {
      isDone: () => left === 0,
      test: () => {
        left -= 1;
        return true;
      },
    };
  }, options);
};

/** All but the first `amount` values. @throws {OptionError} for a bad amount. */
export const drop = <T>(amount: number, options: StageOptions = {}): Operator<T, T> => {
  count('amount', amount, 0);
  return filter<T>((_value, index) => index >= amount, options);
};

/** Values up to the first that a test is false for. */
export const takeWhile = <T>(
  test: (value: T, index: number) => boolean,
  options: StageOptions = {},
): Operator<T, T> => {
  checkFunction('test', test);
  return serial<T, T>(() => {
    let index = 0;
    return { test: (value) => test(value, index++), isLast: true };
  }, options);
};

/**
 * Running fold: gives the state after each value.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { collect, pipe, scan } from '@organism/circulatory/streams';
 *
 * assert.deepEqual(await collect(pipe([1, 2, 3], scan((sum, n) => sum + n, 0))), [1, 3, 6]);
 * ```
 */
export const scan = <T, S>(
  step: (state: S, value: T, index: number) => S | PromiseLike<S>,
  initial: S,
  options: StageOptions = {},
): Operator<T, S> => {
  checkFunction('step', step);
  return serial<T, S>(() => {
    let state = initial;
    let index = 0;
    const keep = (next: S): S => {
      state = next;
      return next;
    };
    return {
      map: (value) => {
        const next = step(state, value, index++);
        return isThenable(next) ? Promise.resolve(next).then(keep) : keep(next as S);
      },
    };
  }, options);
};

/** Passes all values on, and ends with a `CancelledError` when the signal aborts. */
export const abortable = <T>(signal: AbortSignal): Operator<T, T> => serial<T, T>(() => ({}), { signal });
