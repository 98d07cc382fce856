import { OptionError } from '@organism/cell';
import type { InteropObservable, ObservableLike, ObserverLike } from '@organism/nervous';
import { type BufferOptions, checkBounds, type StreamOverflow } from './options.ts';
import { StreamOverflowError } from './errors.ts';
import { Outlet } from './outlet.ts';
import { checkSource, type Source, Upstream } from './source.ts';
import { loops } from './stage.ts';

/** Options of {@link fromObservable}: an observable can't be made to wait. */
export interface ObservableOptions extends Omit<BufferOptions, 'overflow'> {
  /** Default `error`. */
  readonly overflow?: Exclude<StreamOverflow, 'wait'>;
}

class FromObservable<T> extends Outlet<T> {
  readonly #subscription: { unsubscribe(): void };
  #isOver = false;

  constructor(observable: ObservableLike<T>, options: ObservableOptions) {
    super(options);
    const { capacity, overflow } = checkBounds({ capacity: 256, overflow: 'error', ...options });
    this.#subscription = observable.subscribe({
      next: (value) => {
        if (this.hasEnded || this.isLast) return;
        if (this.waiting < capacity) this.put(value);
        else if (overflow === 'error') this.finish({ error: new StreamOverflowError('The buffer', capacity) });
        else if (overflow === 'drop-oldest') {
          this.unput();
          this.put(value);
        }
      },
      error: (error) => this.#over({ error }),
      complete: () => this.#over({}),
    });
  }

  #over(last: { readonly error?: unknown }): void {
    this.#isOver = true;
    this.finish(last);
  }

  protected override wanted(): void {}

  protected override close(): undefined {
    if (!this.#isOver) this.#subscription.unsubscribe();
  }
}

/**
 * An observable, of RxJS or anything that is subscribed to in the same way, as a sequence. Each loop subscribes anew, and
 * unsubscribes when it is left. An observable can't be made to wait: what its reader has not read yet waits in a buffer.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { collect, fromObservable, pipe, take } from '@organism/circulatory/streams';
 * import { interval } from 'rxjs';
 *
 * assert.deepEqual(await collect(pipe(fromObservable(interval(1)), take(3))), [0, 1, 2]);
 * ```
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 */
export const fromObservable = <T>(observable: ObservableLike<T>, options: ObservableOptions = {}): AsyncIterable<T> => {
  if (typeof (observable as Partial<ObservableLike<T>> | undefined)?.subscribe !== 'function')
    throw new OptionError('observable', 'something to subscribe to', observable);
  checkBounds({ capacity: 256, overflow: 'error', ...options });
  return loops(() => new FromObservable(observable, options));
};

const run = async <T>(upstream: Upstream<T>, observer: ObserverLike<T>, isOpen: () => boolean): Promise<void> => {
  try {
    for (;;) {
      const step = await upstream.next();
      if (!isOpen()) return;
      if (step.done === true) return void observer.complete?.();
      observer.next?.(step.value);
    }
  } catch (error) {
    if (isOpen()) observer.error?.(error);
    await upstream.close();
  }
};

/**
 * A sequence as an observable, which `from()` of RxJS takes. Each subscription begins a loop of its own, that reads as fast as the
 * observer takes; unsubscribing closes the source.
 */
export const toObservable = <T>(source: Source<T>): InteropObservable<T> => {
  checkSource(source);
  const self = (): InteropObservable<T> => observable;
  const { observable: name } = Symbol as { readonly observable?: symbol };
  const observable = {
    subscribe: (observer: ObserverLike<T>) => {
      const upstream = new Upstream(source);
      let isOpen = true;
      void run(upstream, observer, () => isOpen);
      return {
        unsubscribe: () => {
          isOpen = false;
          upstream.close().catch(() => {});
        },
      };
    },
    '@@observable': self,
    ...(name !== undefined && { [name]: self }),
    // By type it always has Symbol.observable, as everywhere; by itself only where the host has.
  } as InteropObservable<T>;
  return observable;
};
