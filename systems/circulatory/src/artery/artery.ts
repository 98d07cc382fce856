import { type Clock, OptionError, type Timer } from '@organism/cell';
import { ClosedError, QueueFullError } from '../errors.ts';
import { duration, oneOf, whole } from '../heart/check.ts';
import type { HeartPublishOptions, Published } from '../heart/publish-options.ts';

/** Options of an {@link Artery}. */
export interface ArteryOptions {
  /** Most messages in one batch. Default 256. */
  readonly maxBatch?: number;
  /** How long a batch that is not full waits for more, in milliseconds. Default 0: until the turn of promises is over. */
  readonly lingerMs?: number;
  /** Batches that may be on their way at once; more than 1 may change the order when one fails. Default 1. */
  readonly maxInFlight?: number;
  /** Messages that may wait here to be sent. Default 4096. */
  readonly capacity?: number;
  /**
   * When as many wait as may: `wait` (default) lets `write` wait too; `reject` throws {@link QueueFullError};
   * `drop-oldest` makes room by failing the write that has waited longest, with the same error.
   */
  readonly overflow?: 'wait' | 'reject' | 'drop-oldest';
  /** Most messages a second, evenly spread. Default Infinity. */
  readonly maxPerSecond?: number;
}

interface Entry<T> {
  readonly value: T;
  readonly options: HeartPublishOptions | undefined;
  readonly resolve: (published: Published) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Producer stream: gathers messages into batches, with flow control. Made by {@link Heart.artery}.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Heart } from '@organism/circulatory';
 *
 * await using heart = await new Heart<{ readings: number }>().start();
 * {
 *   await using artery = heart.artery('readings', { maxBatch: 100, lingerMs: 5 });
 *   for (let reading = 0; reading < 1000; reading += 1) {
 *     await artery.ready;
 *     void artery.write(reading);
 *   }
 * }
 * assert.equal((await heart.inspect('readings')).depth, 1000);
 * ```
 */
export class Artery<T = unknown> implements AsyncDisposable {
  readonly topic: string;
  readonly #clock: Clock;
  readonly #send: (entries: readonly Entry<T>[]) => Promise<readonly Published[]>;
  readonly #maxBatch: number;
  readonly #lingerMs: number;
  readonly #maxInFlight: number;
  readonly #capacity: number;
  readonly #overflow: 'wait' | 'reject' | 'drop-oldest';
  readonly #spacingMs: number;
  /** No batch leaves before: milliseconds on the monotonic clock. */
  #notBefore = 0;
  #waiting: Entry<T>[] = [];
  #inFlight = 0;
  #timer: Timer | undefined;
  #scheduled = false;
  #flushing = false;
  #closed = false;
  #room: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;
  #empty: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;
  /** For the Heart: called at the end. */
  onClose: () => void = () => {};

  /** @throws {OptionError} `CELL_BAD_OPTION` for a bad option. */
  constructor(
    clock: Clock,
    topic: string,
    options: ArteryOptions,
    send: (entries: readonly Entry<T>[]) => Promise<readonly Published[]>,
  ) {
    this.topic = topic;
    this.#clock = clock;
    this.#send = send;
    this.#maxBatch = whole('maxBatch', options.maxBatch ?? 256, 1);
    this.#lingerMs = duration('lingerMs', options.lingerMs ?? 0);
    if (this.#lingerMs === Infinity) throw new OptionError('lingerMs', 'finite', this.#lingerMs);
    this.#maxInFlight = whole('maxInFlight', options.maxInFlight ?? 1, 1);
    this.#capacity = whole('capacity', options.capacity ?? 4096, 1);
    this.#overflow = oneOf('overflow', options.overflow ?? 'wait', ['wait', 'reject', 'drop-oldest']);
    const perSecond = options.maxPerSecond ?? Infinity;
    if (typeof perSecond !== 'number' || !(perSecond > 0))
      throw new OptionError('maxPerSecond', 'a number above 0', perSecond);
    this.#spacingMs = 1000 / perSecond;
    // A tenth of a second's worth at once, so that the rate holds over short times too.
    this.#maxBatch = Math.max(1, Math.min(this.#maxBatch, Math.floor(perSecond / 10)));
  }

  /** How many more may be written before {@link Artery.ready} waits; below 0 when that was ignored. */
  get desiredSize(): number {
    return this.#capacity - this.#waiting.length;
  }

  /** Resolves when there is room: await it before each write to be held back as the store is. */
  get ready(): Promise<void> {
    if (this.#waiting.length < this.#capacity) return Promise.resolve();
    this.#room ??= Promise.withResolvers<void>();
    return this.#room.promise;
  }

  /**
   * Sends a message. Resolves when it is stored.
   *
   * @throws {QueueFullError} when as many wait as may, and the overflow is `reject`.
   * @throws {ClosedError} when the Artery is closed. Else as {@link Heart.publishBatch}, for the whole batch.
   */
  async write(value: T, options?: HeartPublishOptions): Promise<Published> {
    while (!this.#closed && this.#waiting.length >= this.#capacity) {
      const full = this.#overflow === 'wait' ? undefined : new QueueFullError(this.topic, this.#capacity);
      if (this.#overflow === 'reject') throw full;
      if (full === undefined) await this.ready;
      else this.#waiting.shift()?.reject(full);
    }
    if (this.#closed) throw new ClosedError(`The Artery of "${this.topic}"`, 'write');
    return await new Promise<Published>((resolve, reject) => {
      this.#waiting.push({ value, options, resolve, reject });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#inFlight >= this.#maxInFlight) return;
    if (this.#flushing || this.#waiting.length >= this.#maxBatch) this.#sendBatch();
    else if (this.#lingerMs > 0)
      this.#timer ??= this.#clock.setTimeout(() => {
        this.#timer = undefined;
        this.#sendBatch();
      }, this.#lingerMs);
    else if (!this.#scheduled) {
      this.#scheduled = true;
      queueMicrotask(() => {
        this.#scheduled = false;
        this.#sendBatch();
      });
    }
  }

  #sendBatch(): void {
    if (this.#inFlight >= this.#maxInFlight || this.#waiting.length === 0) return;
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    if (this.#spacingMs > 0 && !this.#isDue()) return;
    const batch = this.#waiting.slice(0, this.#maxBatch);
    this.#waiting = this.#waiting.slice(this.#maxBatch);
    if (this.#waiting.length < this.#capacity) {
      this.#room?.resolve();
      this.#room = undefined;
    }
    this.#inFlight += 1;
    this.#notBefore += batch.length * this.#spacingMs;
    void this.#deliver(batch);
  }

  /** Whether the rate lets a batch go; if not, it goes when it does. */
  #isDue(): boolean {
    const now = this.#clock.monotonic();
    this.#notBefore = Math.max(this.#notBefore, now);
    if (this.#notBefore === now) return true;
    this.#timer = this.#clock.setTimeout(() => {
      this.#timer = undefined;
      this.#sendBatch();
    }, this.#notBefore - now);
    return false;
  }

  async #deliver(batch: readonly Entry<T>[]): Promise<void> {
    try {
      const published = await this.#send(batch);
      for (const [index, one] of published.entries()) batch[index]?.resolve(one);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
    this.#inFlight -= 1;
    if (this.#waiting.length > 0) this.#schedule();
    else if (this.#inFlight === 0) {
      this.#empty?.resolve();
      this.#empty = undefined;
    }
  }

  /** Sends what waits, and resolves when all of it is stored or has failed: each write tells which. */
  async flush(): Promise<void> {
    if (this.#waiting.length === 0 && this.#inFlight === 0) return;
    this.#flushing = true;
    this.#empty ??= Promise.withResolvers<void>();
    const { promise } = this.#empty;
    this.#sendBatch();
    await promise;
    this.#flushing = false;
  }

  /** As a web stream of values: its backpressure is the store's; a failed write makes it fail. */
  get writable(): WritableStream<T> {
    let stored: Promise<unknown> = Promise.resolve();
    return new WritableStream<T>({
      write: async (value, controller) => {
        await this.ready;
        stored = Promise.all([stored, this.write(value)]);
        stored.catch((error: unknown) => controller.error(error));
      },
      close: async () => {
        await this.close();
        await stored;
      },
    });
  }

  /** Takes no more, and sends what waits. */
  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#room?.resolve();
    }
    await this.flush();
    this.onClose();
  }

  /** Closes it. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
