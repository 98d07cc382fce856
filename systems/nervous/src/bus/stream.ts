import { OptionError } from '@organism/cell';
import { OverflowError } from '../errors.ts';
import type { ListenOptions, Subscription } from './listener.ts';
import { Ring } from '../ring.ts';

/** What a full buffer does with one value more. */
export type OverflowPolicy = 'block' | 'drop-oldest' | 'drop-newest' | 'error';

/** Options of a stream. */
export interface StreamOptions {
  /** How many values wait for the reader at most. Default 256. */
  readonly capacity?: number;
  /**
   * `drop-oldest` (default) and `drop-newest` lose a value and count it; `error` ends the stream with an
   * OverflowError; `block` makes `publish` wait for room, up to `capacity` publishers, and then acts like `error`.
   * `emit` waits for nothing, so its values count as waiting publishers.
   */
  readonly overflow?: OverflowPolicy;
  /** Ends the stream. */
  readonly signal?: AbortSignal;
}

/** A stream's subscription: what it reads from. */
export type StreamSource<T> = (listener: (value: T) => unknown, options: ListenOptions) => Subscription;

const policies: readonly OverflowPolicy[] = ['block', 'drop-oldest', 'drop-newest', 'error'];

/**
 * Buffer between a topic and an asynchronous reader.
 *
 * It ends with its loop (`break`, `return`, disposal), with its signal, with an overflow under `error`, and with the bus.
 * After the latter three the reader still gets what was buffered.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { EventBus, typed } from '@organism/nervous';
 *
 * const Tick = typed<number>('tick');
 * const bus = new EventBus();
 * const stream = bus.stream(Tick, { capacity: 2, overflow: 'drop-oldest' });
 * for (const tick of [1, 2, 3]) bus.emit(Tick, tick);
 * const seen: number[] = [];
 * for await (const tick of stream) {
 *   seen.push(tick);
 *   if (tick === 3) break;
 * }
 * assert.deepEqual([seen, stream.dropped], [[2, 3], 1]);
 * ```
 */
export class EventStream<T> implements AsyncIterableIterator<T>, AsyncDisposable {
  /** How many values wait for the reader at most; with `block` as many again in the hands of publishers. */
  readonly capacity: number;
  readonly #overflow: OverflowPolicy;
  /** What waits for the reader; those over the capacity belong to publishers that are blocked, in the same order. */
  readonly #buffer = new Ring<T>();
  readonly #blocked = new Ring<() => void>();
  readonly #readers = new Ring<PromiseWithResolvers<IteratorResult<T, undefined>>>();
  readonly #signal: AbortSignal | undefined;
  #subscription: Subscription | undefined;
  #error: Error | undefined;
  #done = false;
  /** How many values the overflow policy has dropped. */
  dropped: number = 0;

  /** @throws {OptionError} when capacity or overflow are not what they can be. */
  constructor(subscribe: StreamSource<T>, options: StreamOptions = {}) {
    this.capacity = options.capacity ?? 256;
    if (!Number.isSafeInteger(this.capacity) || this.capacity < 1)
      throw new OptionError('capacity', 'a whole number of 1 or more', this.capacity);
    this.#overflow = options.overflow ?? 'drop-oldest';
    if (!policies.includes(this.#overflow)) throw new OptionError('overflow', policies.join(', '), this.#overflow);
    this.#signal = options.signal;
    if (this.#signal?.aborted === true) {
      this.#done = true;
      return;
    }
    this.#signal?.addEventListener('abort', this.#end, { once: true });
    this.#subscription = subscribe((value) => this.#push(value), { onClose: this.#end });
    // A sticky topic may have filled it already.
    if (this.#done) this.#subscription.unsubscribe();
  }

  /** How many values wait for the reader, those of blocked publishers included. */
  get size(): number {
    return this.#buffer.length;
  }

  #push(value: T): Promise<void> | undefined {
    if (this.#done) return undefined;
    const reader = this.#readers.shift();
    if (reader !== undefined) reader.resolve({ done: false, value });
    else if (this.#buffer.length < this.capacity) this.#buffer.push(value);
    else return this.#overflowWith(value);
    return undefined;
  }

  #overflowWith(value: T): Promise<void> | undefined {
    if (this.#overflow === 'block' && this.#blocked.length < this.capacity) {
      this.#buffer.push(value);
      return new Promise((resolve) => this.#blocked.push(resolve));
    }
    if (this.#overflow === 'drop-oldest' || this.#overflow === 'drop-newest') {
      this.dropped += 1;
      if (this.#overflow === 'drop-newest') return undefined;
      this.#buffer.shift();
      this.#buffer.push(value);
      return undefined;
    }
    this.#error = new OverflowError('The stream', this.capacity);
    this.#end();
    return undefined;
  }

  /** The next value; after the end, what is still buffered, then done. */
  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#buffer.length > 0) {
      const value = this.#buffer.shift() as T;
      this.#blocked.shift()?.();
      return Promise.resolve({ done: false, value });
    }
    if (this.#error !== undefined) {
      const error = this.#error;
      this.#error = undefined;
      return Promise.reject(error);
    }
    if (this.#done) return Promise.resolve({ done: true, value: undefined });
    const reader = Promise.withResolvers<IteratorResult<T, undefined>>();
    this.#readers.push(reader);
    return reader.promise;
  }

  readonly #end = (): void => {
    if (this.#done) return;
    this.#done = true;
    this.#signal?.removeEventListener('abort', this.#end);
    this.#subscription?.unsubscribe();
    this.#subscription = undefined;
    // Nobody has to wait for room any more: what they brought is buffered.
    for (let enter = this.#blocked.shift(); enter !== undefined; enter = this.#blocked.shift()) enter();
    for (let reader = this.#readers.shift(); reader !== undefined; reader = this.#readers.shift())
      reader.resolve({ done: true, value: undefined });
  };

  /** Ends the stream and forgets what is buffered; `break` in a `for await` does this. */
  return(): Promise<IteratorResult<T, undefined>> {
    this.#end();
    this.#error = undefined;
    this.#buffer.clear();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}
