import { CancelledError } from '@organism/cell';
import { NotRunningError } from '../errors.ts';
import type { Listener, ListenOptions, Subscription } from './listener.ts';

/** How long to wait for a value. */
export interface WaitOptions {
  /** Ends the wait when it aborts. */
  readonly signal?: AbortSignal;
}

/** The next value that a predicate accepts. What the predicate throws, the wait rejects with. */
export const waitForValue = <T>(
  on: (listener: Listener<T>, options: ListenOptions) => Subscription,
  predicate: (value: T) => boolean,
  { signal }: WaitOptions,
): Promise<T> =>
  new Promise((resolve, reject) => {
    const over = new AbortController();
    const cancel = (): void => {
      over.abort();
      reject(new CancelledError('The wait for an event was cancelled.', { cause: signal?.reason }));
    };
    const end = (settle: () => void): void => {
      over.abort();
      signal?.removeEventListener('abort', cancel);
      settle();
    };
    if (signal?.aborted === true) {
      cancel();
      return;
    }
    signal?.addEventListener('abort', cancel, { once: true });
    // Ended by a signal of its own: a sticky topic calls before the subscription is at hand.
    on(
      (value) => {
        try {
          if (predicate(value)) end(() => resolve(value));
        } catch (error) {
          end(() => reject(error as Error));
        }
      },
      {
        signal: over.signal,
        onClose: () => end(() => reject(new NotRunningError('The event bus', 'give the value waited for'))),
      },
    );
  });
