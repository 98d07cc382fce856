import { CancelledError, type Clock, type Context, DeadlineError } from '@organism/cell';

/** How to wait in line. */
export interface WaitOptions {
  readonly context: Context | undefined;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number | undefined;
  readonly clock: Clock;
  /** The error of a wait that took longer than `timeoutMs`. */
  readonly late: () => Error;
}

/** Somebody who waits; answering takes them out of the line. */
export interface Waiter<T> {
  readonly owner: string;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

const errorOf = (reason: unknown): Error =>
  reason instanceof DeadlineError || reason instanceof CancelledError
    ? reason
    : new CancelledError(undefined, { cause: reason });

/** First come, first served; leaving from anywhere in the line costs the same. */
export class WaitingLine<T> {
  readonly #waiters = new Set<Waiter<T>>();
  /** How many left because their signal or deadline said so. */
  cancelled: number = 0;

  get size(): number {
    return this.#waiters.size;
  }

  join(owner: string, { context, signal, timeoutMs, clock, late }: WaitOptions): Promise<T> {
    return new Promise((resolve, reject) => {
      const signals = [signal, context?.signal].filter((one) => one !== undefined);
      const cancel = (event: Event): void => {
        this.cancelled += 1;
        waiter.reject(errorOf((event.target as AbortSignal).reason));
      };
      const timer = timeoutMs === undefined ? undefined : clock.setTimeout(() => waiter.reject(late()), timeoutMs);
      const leave = (): void => {
        this.#waiters.delete(waiter);
        timer?.[Symbol.dispose]();
        for (const one of signals) one.removeEventListener('abort', cancel);
      };
      const waiter: Waiter<T> = {
        owner,
        resolve: (value) => {
          leave();
          resolve(value);
        },
        reject: (error) => {
          leave();
          reject(error as Error);
        },
      };
      for (const one of signals) one.addEventListener('abort', cancel);
      this.#waiters.add(waiter);
    });
  }

  /** Who has waited longest. */
  first(): Waiter<T> | undefined {
    return this.#waiters.values().next().value;
  }

  /** Rejects everyone, or everyone of one owner. Returns how many. */
  reject(error: (waiter: Waiter<T>) => Error, owner?: string): number {
    const rejected = [...this.#waiters].filter((waiter) => owner === undefined || waiter.owner === owner);
    for (const waiter of rejected) waiter.reject(error(waiter));
    return rejected.length;
  }
}

/** Throws when a call is no longer wanted, before it takes anything. */
export const throwIfDone = (context: Context | undefined, signal: AbortSignal | undefined): void => {
  if (signal?.aborted === true) throw errorOf(signal.reason);
  context?.throwIfDone();
};
