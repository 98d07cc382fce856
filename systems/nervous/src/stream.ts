import { OptionError } from '@organism/cell';
import { OverflowError } from './errors.ts';
import type { Subscription } from './topic.ts';

/** What a full buffer does with one value more. */
export type OverflowPolicy = 'block' | 'drop-oldest' | 'drop-newest' | 'error';

/** Options of a stream. */
export interface StreamOptions {
  /** How many values wait for the reader at most. Default 256. */
  readonly capacity?: number;
  /**
   * `drop-oldest` (default) and `drop-newest` lose a value and count it; `error` ends the stream with an
   * OverflowError; `block` makes `publish` wait for room, up to `capacity` publishers, and then acts like `error`.
   */
  readonly overflow?: OverflowPolicy;
  /** Ends the stream. */
  readonly signal?: AbortSignal;
}

/** Buffer between a topic and an asynchronous reader. */
export class EventStream<T> implements AsyncIterableIterator<T>, AsyncDisposable {
  readonly #capacity: number;
  readonly #overflow: OverflowPolicy;
  readonly #buffer: T[] = [];
  readonly #blocked: { readonly value: T; readonly enter: () => void }[] = [];
  readonly #readers: PromiseWithResolvers<IteratorResult<T, undefined>>[] = [];
  #subscription: Subscription | undefined;
  #error: unknown;
  #done = false;
  /** How many values the overflow policy has dropped. */
  dropped: number = 0;

  constructor(subscribe: (listener: (value: T) => unknown) => Subscription, options: StreamOptions = {}) {
    this.#capacity = options.capacity ?? 256;
    if (!Number.isSafeInteger(this.#capacity) || this.#capacity < 1)
      throw new OptionError('capacity', 'a whole number of 1 or more', this.#capacity);
    this.#overflow = options.overflow ?? 'drop-oldest';
    this.#subscription = subscribe((value) => this.#push(value));
    if (options.signal?.aborted) this.#end();
    else options.signal?.addEventListener('abort', () => this.#end(), { once: true });
  }

  #push(value: T): Promise<void> | undefined {
    const reader = this.#readers.shift();
    if (reader !== undefined) reader.resolve({ done: false, value });
    else if (this.#buffer.length < this.#capacity) this.#buffer.push(value);
    else if (this.#overflow === 'block' && this.#blocked.length < this.#capacity) {
      return new Promise((resolve) => this.#blocked.push({ value, enter: resolve }));
    } else if (this.#overflow === 'drop-oldest') {
      this.#buffer.shift();
      this.#buffer.push(value);
      this.dropped += 1;
    } else if (this.#overflow === 'drop-newest') this.dropped += 1;
    else {
      this.#error = new OverflowError('The stream', this.#capacity);
      this.#end();
    }
    return undefined;
  }

  /** The next value; after the end, what is still buffered, then done. */
  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#buffer.length > 0) {
      const value = this.#buffer.shift() as T;
      const waiting = this.#blocked.shift();
      if (waiting !== undefined) {
        this.#buffer.push(waiting.value);
        waiting.enter();
      }
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

  #end(): void {
    if (this.#done) return;
    this.#done = true;
    this.#subscription?.unsubscribe();
    this.#subscription = undefined;
    for (const { enter } of this.#blocked.splice(0)) enter();
    const readers = this.#readers.splice(0);
    for (const reader of readers) reader.resolve({ done: true, value: undefined });
  }

  /** Ends the stream and forgets what is buffered; `break` in a `for await` does this. */
  return(): Promise<IteratorResult<T, undefined>> {
    this.#end();
    this.#buffer.length = 0;
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}
