import type { Clock } from '@organism/cell';
import { reasonOf } from '../reason.ts';

/** Aborts after a time, or when one of some signals does. Dispose it when the work is over. */
export interface Limit extends Disposable {
  readonly signal: AbortSignal;
}

/** A signal that aborts with `late()` after `ms` milliseconds, or with the others. */
export const limit = (
  clock: Clock,
  ms: number,
  late: () => Error,
  others: readonly (AbortSignal | undefined)[] = [],
): Limit => {
  const timed = new AbortController();
  const timer = ms === Infinity ? undefined : clock.setTimeout(() => timed.abort(late()), ms);
  const signal = AbortSignal.any([timed.signal, ...others.filter((other) => other !== undefined)]);
  return { signal, [Symbol.dispose]: () => timer?.[Symbol.dispose]() };
};

/**
 * What the work gives, or the signal's reason as soon as that aborts, whether or not the work heeds it. A result that
 * comes later goes to `tooLate`.
 */
export const orAbort = <T>(work: Promise<T>, signal: AbortSignal, tooLate: (value: T) => void): Promise<T> =>
  new Promise((resolve, reject) => {
    let isOver = false;
    const onAbort = (): void => {
      isOver = true;
      reject(reasonOf(signal));
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    const settle = async (): Promise<void> => {
      try {
        const value = await work;
        if (isOver) tooLate(value);
        else resolve(value);
      } catch (error) {
        if (!isOver) reject(error as Error);
      }
      signal.removeEventListener('abort', onAbort);
    };
    void settle();
  });
