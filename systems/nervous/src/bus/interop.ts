import { bridge, type BridgeOptions, feed } from './bridge.ts';
import type { Subscription } from './listener.ts';
import type { Topic } from './topic.ts';

declare global {
  interface SymbolConstructor {
    /** Declared by all who speak to observables, RxJS among them; there only if something has put it there. */
    readonly observable: symbol;
  }
}

/** What gets the values of an observable. */
export interface ObserverLike<T> {
  readonly next?: (value: T) => void;
  readonly error?: (error: unknown) => void;
  readonly complete?: () => void;
}

/** Anything that can be subscribed to as an RxJS `Observable` can. */
export interface ObservableLike<T> {
  subscribe(observer: ObserverLike<T>): { unsubscribe(): void };
}

/** A topic as an observable, which `from()` of RxJS takes, and whatever else knows `Symbol.observable`. */
export interface InteropObservable<T> extends ObservableLike<T> {
  /** The observable itself, under the name that RxJS asks for where the host has no `Symbol.observable`. */
  readonly '@@observable': () => InteropObservable<T>;
  /** Likewise, where the host has it. */
  readonly [Symbol.observable]: () => InteropObservable<T>;
}

/**
 * A topic as an observable: gives the values that come after subscribing, after what a sticky topic keeps, and completes
 * when the bus stops. It has no errors; what an observer throws goes to the bus's error handling.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { EventBus, toObservable, typed } from '@organism/nervous';
 * import { filter, from } from 'rxjs';
 *
 * const Tick = typed<number>('tick');
 * const bus = new EventBus();
 * const even: number[] = [];
 * from(toObservable(bus.topic(Tick)))
 *   .pipe(filter((tick) => tick % 2 === 0))
 *   .subscribe((tick) => even.push(tick));
 * for (const tick of [1, 2, 3, 4]) bus.emit(Tick, tick);
 * assert.deepEqual(even, [2, 4]);
 * ```
 * @see https://github.com/tc39/proposal-observable
 */
export const toObservable = <T>(topic: Topic<T>): InteropObservable<T> => {
  const self = (): ObservableLike<T> => observable;
  const { observable: name } = Symbol as { readonly observable?: symbol };
  const observable = {
    subscribe: (observer: ObserverLike<T>) =>
      topic.on((value) => observer.next?.(value), { onClose: () => observer.complete?.() }),
    '@@observable': self,
    ...(name !== undefined && { [name]: self }),
  };
  // By type it always has Symbol.observable, as everywhere; by itself only where the host has.
  return observable as unknown as InteropObservable<T>;
};

/**
 * Emits what an observable gives to a topic. Its error goes to the bus's error handling; when it completes, nothing ends.
 *
 * @returns what ends it.
 */
export const fromObservable = <T>(
  observable: ObservableLike<T>,
  topic: Topic<T>,
  options: BridgeOptions = {},
): Subscription => {
  const subscription = observable.subscribe({
    next: (value) => feed(topic, () => value, value),
    error: (error) => topic.fail(error, undefined),
  });
  return bridge(() => subscription.unsubscribe(), options);
};
