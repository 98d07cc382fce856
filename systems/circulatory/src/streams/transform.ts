import { count } from '../heart/check.ts';
import { checkFunction } from './options.ts';
import { serial } from './serial.ts';
import { ended, type Operator } from './source.ts';
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
    return async (upstream) => {
      for (;;) {
        const step = await upstream.next();
        if (step.done === true) return ended;
        const verdict = test(step.value, index++);
        if (typeof verdict === 'boolean' ? verdict : await verdict) return step;
      }
    };
  }, options);
}

/** The first `amount` values; closes its source when somebody asks for more. @throws {OptionError} for a bad amount. */
export const take = <T>(amount: number, options: StageOptions = {}): Operator<T, T> => {
  count('amount', amount, 0);
  return serial<T, T>(() => {
    let left = amount;
    return async (upstream) => {
      if (left === 0) return ended;
      left -= 1;
      return await upstream.next();
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
    return async (upstream) => {
      const step = await upstream.next();
      return step.done !== true && test(step.value, index++) ? step : ended;
    };
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
    return async (upstream) => {
      const next = await upstream.next();
      if (next.done === true) return ended;
      state = await step(state, next.value, index++);
      return { done: false, value: state };
    };
  }, options);
};

/** Passes all values on, and ends with a `CancelledError` when the signal aborts. */
export const abortable = <T>(signal: AbortSignal): Operator<T, T> =>
  serial<T, T>(() => (upstream) => upstream.next(), { signal });
