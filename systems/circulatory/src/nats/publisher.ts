import { headers as newHeaders, type MsgHdrs } from '@nats-io/transport-node';
import { HeartDriverError } from '../errors.ts';
import type { NewMessage, PublishOrder, PublishOutcome } from '../heart/driver.ts';
import { header } from './arrival.ts';
import { NoResponderError } from './requests.ts';
import { type Link, RefusedError, type Stored } from './link.ts';
import { delayedLane, laneOf } from './names.ts';
import { spareBytes } from './morgue.ts';
import type { Streams, TopicStream } from './streams.ts';

/** The stream holds as many messages as it may. */
const streamFull = 10077;

/** What the server can count in nanoseconds, and more than anybody needs. */
const longestWindowMs = 365 * 86_400_000;

const isFull = (error: unknown): boolean => error instanceof RefusedError && error.code === streamFull;

/** A message that was stored, and where. */
export interface Storing extends Stored {
  readonly lane: string;
}

const headersOf = ({ id, uniqueUntil, expiresAt, dueAt }: NewMessage, isLate: boolean): MsgHdrs | undefined => {
  // Most have none: each costs time on both sides.
  if (uniqueUntil === 0 && expiresAt === Infinity && !isLate) return undefined;
  const headers = newHeaders();
  if (uniqueUntil > 0) headers.set(header.id, id);
  if (expiresAt !== Infinity) headers.set(header.expires, `${expiresAt}`);
  if (isLate) headers.set(header.due, `${dueAt}`);
  return headers;
};

/** How long ids are to be kept; 0 where none are. */
const windowOf = (messages: readonly NewMessage[]): number => {
  let window = 0;
  for (const { uniqueUntil, publishedAt } of messages)
    if (uniqueUntil > publishedAt + window) window = uniqueUntil - publishedAt;
  return Math.min(window, longestWindowMs);
};

/** Stores messages in the streams of their topics. */
export class NatsPublisher {
  readonly #link: Link;
  readonly #streams: Streams;

  constructor(link: Link, streams: Streams) {
    this.#link = link;
    this.#streams = streams;
  }

  /** Stores messages in their order. Calls `stored` for each one that is new. */
  async publish(
    topic: string,
    messages: readonly NewMessage[],
    { now, maxDepth }: PublishOrder,
    stored: (storing: Storing) => void,
  ): Promise<PublishOutcome> {
    const stream = await this.#streams.get(topic);
    await this.#streams.fit(stream, maxDepth, windowOf(messages));
    if (messages.length > 1 && !(await this.#hasRoom(stream, messages.length))) return 'full';
    const results = await Promise.allSettled(messages.map((message) => this.#store(stream, message, now)));
    let failure: PromiseRejectedResult | undefined;
    let count = 0;
    for (const result of results)
      if (result.status === 'rejected') failure ??= result;
      else {
        count += 1;
        if (!result.value.duplicate) stored(result.value);
      }
    if (failure !== undefined) return this.#failed(topic, failure.reason, count);
    return results.map((result) => (result.status === 'fulfilled' && result.value.duplicate ? 'duplicate' : 'stored'));
  }

  #failed(topic: string, reason: unknown, count: number): 'full' {
    // The stream is gone: the next publish makes it anew.
    if (reason instanceof NoResponderError) this.#streams.forget(topic);
    if (isFull(reason) && count === 0) return 'full';
    throw reason;
  }

  /** A batch that has no room is not begun; others may take the room while it is stored. */
  async #hasRoom({ stream, maxDepth }: TopicStream, count: number): Promise<boolean> {
    if (maxDepth === Infinity) return true;
    const { state } = await this.#link.manager.streams.info(stream);
    return state.messages + count <= maxDepth;
  }

  async #store({ root, partitions }: TopicStream, message: NewMessage, now: number): Promise<Storing> {
    const { body, key, dueAt } = message;
    const payload = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
    // A character of a text may take three bytes: counted only where that could matter.
    const most = this.#link.maxPayload - spareBytes;
    if (payload.length * 3 > most && Buffer.byteLength(payload) > most)
      throw new HeartDriverError('publish a message: it is too long for the server', {
        cause: new RangeError(`The server takes messages of ${most} bytes.`),
        retryable: false,
      });
    const isLate = dueAt > now;
    const kind = typeof payload === 'string' ? 't' : 'b';
    const lane = laneOf(key, partitions);
    const subject = isLate ? `${root}.${delayedLane}.${kind}.${lane}` : `${root}.${lane}.${kind}`;
    const { seq, duplicate } = await this.#link.store(subject, payload, headersOf(message, isLate));
    return { seq, duplicate, lane: isLate ? delayedLane : lane };
  }
}
