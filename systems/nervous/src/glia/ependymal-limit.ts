import { type Clock, DeadlineError } from '@organism/cell';

/** Limits of a piece of work that is not ours and may hang. */
export interface LimitOptions<T> {
  readonly clock: Clock;
  /** Milliseconds it may take. */
  readonly timeoutMs: number;
  /** Aborts the work's signal earlier; the work is waited for all the same. */
  readonly signal?: AbortSignal;
  /** Gets a result that comes after all. */
  readonly late?: (value: T) => void;
  readonly what: string;
}

/**
 * Runs work that gets a signal and a time limit. At the limit the signal aborts and the promise rejects with a
 * DeadlineError, whether or not the work listens.
 */
export const limited = async <T>(
  work: (signal: AbortSignal) => T | PromiseLike<T>,
  { clock, timeoutMs, signal, late, what }: LimitOptions<T>,
): Promise<T> => {
  const abort = new AbortController();
  const { promise: expired, reject } = Promise.withResolvers<never>();
  const state = { isLate: false };
  const expire = (): void => {
    const error = new DeadlineError(`${what} took longer than ${timeoutMs} ms.`);
    state.isLate = true;
    abort.abort(error);
    reject(error);
  };
  const timer = timeoutMs === Infinity ? undefined : clock.setTimeout(expire, timeoutMs).unref();
  const signals = signal === undefined ? abort.signal : AbortSignal.any([signal, abort.signal]);
  const running = (async () => await work(signals))();
  running.then(
    (value) => state.isLate && late?.(value),
    () => {},
  );
  try {
    return await Promise.race([running, expired]);
  } finally {
    timer?.[Symbol.dispose]();
  }
};
