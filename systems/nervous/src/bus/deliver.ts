import { type Entry, gone } from './entry.ts';
import { isThenable, type Listener, type TopicInfo } from './listener.ts';

/** Gets what a listener throws or rejects with, and the value it was given. */
export interface Sink {
  fail(error: unknown, value: unknown): void;
}

/** Reports what a promise rejects with. */
export const guard = (result: PromiseLike<unknown>, value: unknown, sink: Sink): void => {
  result.then(undefined, (error: unknown) => sink.fail(error, value));
};

/** Calls all listeners at once, and waits for none. Returns how many there were. */
export const callAll = <T>(listeners: readonly Listener<T>[], value: T, topic: TopicInfo, sink: Sink): number => {
  const count = listeners.length;
  let next = 0;
  // One try around the loop rather than one in it: a listener that throws costs a new turn, the others nothing.
  while (next < count) {
    try {
      while (next < count) {
        const listener = listeners[next++] as Listener<T>;
        const result = listener(value, topic);
        if (result !== undefined && isThenable(result)) guard(result, value, sink);
      }
    } catch (error) {
      sink.fail(error, value);
    }
  }
  return count;
};

/**
 * Calls all listeners at once. Resolves when the last is done, with how many did not fail.
 *
 * Promises are counted, not collected: `Promise.all` over an asynchronous function for each listener takes three times
 * as long (benchmark nervous.emit).
 */
export const deliverAtOnce = <T>(
  listeners: readonly Listener<T>[],
  value: T,
  topic: TopicInfo,
  sink: Sink,
): Promise<number> => {
  const count = listeners.length;
  let handled = 0;
  let waiting = 0;
  let finish: ((handled: number) => void) | undefined;
  const succeed = (): void => {
    handled += 1;
    if (--waiting === 0) finish?.(handled);
  };
  const reject = (error: unknown): void => {
    sink.fail(error, value);
    if (--waiting === 0) finish?.(handled);
  };
  let next = 0;
  while (next < count) {
    try {
      while (next < count) {
        const listener = listeners[next++] as Listener<T>;
        const result = listener(value, topic);
        if (result !== undefined && isThenable(result)) {
          waiting += 1;
          result.then(succeed, reject);
        } else if (listener !== gone) handled += 1;
      }
    } catch (error) {
      sink.fail(error, value);
    }
  }
  if (waiting === 0) return Promise.resolve(handled);
  return new Promise((resolve) => {
    finish = resolve;
  });
};

/** Calls listeners in order, `concurrency` of them at work at most. Resolves with how many did not fail. */
export const deliverInTurn = async <T>(
  entries: readonly Entry[],
  concurrency: number,
  value: T,
  topic: TopicInfo,
  sink: Sink,
): Promise<number> => {
  let next = 0;
  let handled = 0;
  const work = async (): Promise<void> => {
    for (let entry = entries[next++]; entry !== undefined; entry = entries[next++]) {
      // One that went while it waited for its turn gets nothing more.
      if (!entry.active) continue;
      try {
        await (entry.call as Listener<T>)(value, topic);
        handled += 1;
      } catch (error) {
        sink.fail(error, value);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, entries.length) }, work));
  return handled;
};
