import { CancelledError, OptionError } from '@organism/cell';
import { ClosedError } from '../errors.ts';
import { count, duration } from '../heart/check.ts';
import type { Consumer } from '../heart/consumer.ts';
import type { ConsumerCounters } from '../heart/consumer-host.ts';
import type { Message } from '../heart/message.ts';

/** What to pull. */
export interface PullOptions {
  /** Most messages to get. Default 1. */
  readonly max?: number;
  /** How long to wait for the first one, in milliseconds. Default Infinity; 0 takes what is at hand. */
  readonly waitMs?: number;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
}

interface Puller<T> {
  readonly max: number;
  readonly give: (messages: Message<T>[]) => void;
}

/**
 * Pull consumer: takes messages when it is asked, each with a lease, to be settled with `ack`, `nack` or `reject`. Of each
 * key one message is out at a time, so those that are out may all be handled side by side.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Heart } from '@organism/circulatory';
 *
 * await using heart = await new Heart<{ jobs: number }>().start();
 * await using vein = await heart.vein('jobs', { group: 'workers', ackTimeoutMs: 60_000 });
 * await heart.publishBatch('jobs', [{ value: 1 }, { value: 2 }, { value: 3 }]);
 *
 * const [first] = await vein.pull();
 * await first?.ack();
 * const sums: number[] = [];
 * for await (const message of vein) {
 *   sums.push(message.data);
 *   await message.ack();
 *   if (sums.length === 2) break;
 * }
 * assert.deepEqual(sums, [2, 3]);
 * ```
 */
export class Vein<T = unknown> implements AsyncDisposable, AsyncIterable<Message<T>> {
  readonly #consumer: Consumer;
  readonly #pullers = new Set<Puller<T>>();
  #closed = false;
  /** For the Heart: called at the end. */
  onClose: () => void = () => {};

  constructor(consumer: Consumer) {
    this.#consumer = consumer;
    consumer.onReady = () => this.#serve();
  }

  /** Name of the topic. */
  get topic(): string {
    return this.#consumer.topic.name;
  }

  /** Name of the consumer group. */
  get group(): string {
    return this.#consumer.options.group;
  }

  /** What came of the messages so far. */
  get counters(): ConsumerCounters {
    return this.#consumer.counters;
  }

  #takeUpTo(max: number): Message<T>[] {
    const messages: Message<T>[] = [];
    while (messages.length < max) {
      const message = this.#consumer.take();
      if (message === undefined) break;
      messages.push(message as Message<T>);
    }
    return messages;
  }

  #serve(): void {
    for (const puller of this.#pullers) {
      const messages = this.#takeUpTo(puller.max);
      if (messages.length === 0) return;
      puller.give(messages);
    }
  }

  /**
   * Takes messages: as soon as there is one, as many as are at hand. Empty when the wait is over, or the Vein closes.
   *
   * @throws {CancelledError} when the signal aborts first.
   * @throws {ClosedError} when the Vein is closed already.
   * @throws {OptionError} for a bad option.
   */
  async pull({ max = 1, waitMs = Infinity, signal }: PullOptions = {}): Promise<Message<T>[]> {
    if (count('max', max, 1) === Infinity) throw new OptionError('max', 'finite', max);
    duration('waitMs', waitMs);
    if (this.#closed) throw new ClosedError(`The Vein of "${this.topic}"`, 'pull');
    if (signal?.aborted === true) throw new CancelledError(undefined, { cause: signal.reason });
    // Who asked before comes first.
    const messages = this.#pullers.size > 0 ? [] : this.#takeUpTo(max);
    if (messages.length > 0) return messages;
    // What has just been published is a turn of promises away.
    if (waitMs === 0) return await this.#soon(max);
    return await this.#wait(max, waitMs, signal);
  }

  async #soon(max: number): Promise<Message<T>[]> {
    await this.#consumer.filled();
    return this.#pullers.size > 0 ? [] : this.#takeUpTo(max);
  }

  #wait(max: number, waitMs: number, signal: AbortSignal | undefined): Promise<Message<T>[]> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        this.#pullers.delete(puller);
        timer?.[Symbol.dispose]();
        signal?.removeEventListener('abort', cancel);
      };
      const puller: Puller<T> = {
        max,
        give: (messages) => {
          end();
          resolve(messages);
        },
      };
      const cancel = (): void => {
        end();
        reject(new CancelledError(undefined, { cause: signal?.reason }));
      };
      const timer = waitMs === Infinity ? undefined : this.#consumer.clock.setTimeout(() => puller.give([]), waitMs);
      signal?.addEventListener('abort', cancel, { once: true });
      this.#pullers.add(puller);
    });
  }

  /** One message after another until the Vein closes. Settle each; leaving the loop leaves the Vein open. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Message<T>, void, undefined> {
    while (!this.#closed) {
      const [message] = await this.pull();
      if (message !== undefined) yield message;
    }
  }

  /** Takes no messages until {@link Vein.resume}; what was leased ahead goes back to the group. */
  pause(): void {
    this.#consumer.pause();
  }

  /** Goes on after a pause. */
  resume(): void {
    this.#consumer.resume();
  }

  /**
   * Ends it: pulls that wait get nothing, what was leased ahead goes back to the group. Messages that are out may still be
   * settled; those that are not come again when their lease has run out.
   */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const { give } of this.#pullers) give([]);
    await this.#consumer.close();
    await this.#consumer.leave();
    this.onClose();
  }

  /** Closes it. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
