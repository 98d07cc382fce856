import type { Context } from '@organism/cell';
import { ClosedError } from '../errors.ts';
import { duration, whole } from '../heart/check.ts';
import { type MessageBroker, Post } from './broker.ts';
import { StreamBrokenError, TooManyRequestsError } from './errors.ts';
import { Postbox } from './postbox.ts';
import { fromWire, type Revive } from './problem.ts';
import { reasonOf, requestContext, type RequestScope } from './request-context.ts';
import { type Answer, partsOf, type Question, type RequestTopic } from './shapes.ts';
import { RemoteStream, type StreamRequestOptions } from './remote-stream.ts';
import { cancelTopic, type Frame, headersOf } from './wire.ts';

/** Options of a {@link Requester}. */
export interface RequesterOptions {
  /** How long to wait for an answer, in milliseconds, where a request does not say. Default 30 000. */
  readonly timeoutMs?: number;
  /** Most requests and streams at once. Default 10 000. */
  readonly maxPending?: number;
  /**
   * Topic for the answers, `reply.` and a name; processes may share it. Default: one of this process alone. Give a name where a topic
   * is a thing of the server that stays there, as with NATS and RabbitMQ.
   */
  readonly replyTopic?: string;
  /** Makes errors of one's own classes from those of the other side. Default: all are {@link RemoteError}s. */
  readonly revive?: Revive;
}

/** What became of requests. */
export interface RequesterCounters {
  requests: number;
  answered: number;
  /** Answered with an error. */
  failed: number;
  timedOut: number;
  cancelled: number;
  /** Answers that came when nobody waited any more. */
  late: number;
}

/**
 * Requester: asks over a broker, and gets the answer of one responder. Made by {@link requester}.
 *
 * Answers come on a topic of this process, which goes away with it. A request is delivered at least once: when a responder dies
 * another may do it again, until the deadline.
 */
export class Requester implements AsyncDisposable {
  readonly #broker: MessageBroker;
  readonly #post: Post;
  readonly #postbox: Postbox;
  readonly #timeoutMs: number;
  readonly #maxPending: number;
  readonly #revive: Revive | undefined;
  readonly #counters = { requests: 0, answered: 0, failed: 0, timedOut: 0, cancelled: 0 };
  readonly #closing = new AbortController();
  readonly #waiting = new Set<(reason: unknown) => void>();

  /** @throws {OptionError} `CELL_BAD_OPTION` for a bad option. */
  constructor(broker: MessageBroker, options: RequesterOptions = {}) {
    this.#broker = broker;
    this.#timeoutMs = duration('timeoutMs', options.timeoutMs ?? 30_000);
    this.#maxPending = whole('maxPending', options.maxPending ?? 10_000, 1);
    this.#revive = options.revive;
    this.#post = new Post(broker);
    this.#postbox = new Postbox(broker.entropy, this.#post, options.replyTopic);
  }

  /** What became of requests so far. */
  get counters(): Readonly<RequesterCounters> {
    return { ...this.#counters, late: this.#postbox.late };
  }

  /**
   * Asks, and waits for the answer.
   *
   * @throws {ValidationError} when question or answer do not fit their Bones.
   * @throws {RemoteError} what the responder threw: same code, status and details; see {@link RequesterOptions.revive}.
   * @throws {DeadlineError} when no answer has come in time.
   * @throws {CancelledError} when the signal aborts; the responder's signal then does, too.
   * @throws {TooManyRequestsError} when too many wait already.
   */
  async request<K extends RequestTopic>(
    topic: K,
    question: Question<K>,
    options: RequestScope = {},
  ): Promise<Answer<K>> {
    this.#check('ask');
    using context = requestContext(options, this.#timeoutMs, this.#broker);
    context.throwIfDone();
    const { name, answer } = this.#parts(topic, question);
    this.#counters.requests += 1;
    const id = this.#postbox.name();
    const reply = Promise.withResolvers<Frame>();
    using _listening = this.#postbox.listen(id, reply.resolve);
    // No composite of the two signals: one for each request on one that lives long is most of its cost.
    const { signal } = context;
    const abort = (): void => reply.reject(reasonOf(signal));
    signal.addEventListener('abort', abort, { once: true });
    this.#waiting.add(reply.reject);
    reply.promise.catch(() => {});
    try {
      await this.#ask(topic, question, { id, context, options });
      const value = this.#read(await reply.promise);
      return (answer === undefined ? value : answer.parse(value)) as Answer<K>;
    } catch (error) {
      if (signal.aborted || this.#closing.signal.aborted) this.#givenUp(name, id, context);
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
      this.#waiting.delete(reply.reject);
    }
  }

  #check(operation: string): void {
    if (this.#closing.signal.aborted) throw new ClosedError('The requester', operation);
    if (this.#postbox.size >= this.#maxPending) throw new TooManyRequestsError(this.#maxPending);
  }

  #parts(topic: RequestTopic, question: unknown): ReturnType<typeof partsOf> {
    const parts = partsOf(topic);
    parts.question?.parse(question);
    return parts;
  }

  async #ask(
    topic: RequestTopic,
    question: unknown,
    ask: { readonly id: string; readonly context: Context; readonly options: RequestScope; readonly credit?: number },
  ): Promise<void> {
    const { id, context, options, credit } = ask;
    const { name, question: shape } = partsOf(topic);
    await this.#postbox.open();
    context.throwIfDone();
    const head = { replyTo: this.#postbox.topic, id, deadline: context.deadline ?? Infinity, credit };
    await this.#post.send(name, question, {
      headers: { ...options.headers, ...headersOf(head, shape?.version) },
      ...(options.key !== undefined && { key: options.key }),
      ttlMs: context.remainingMs,
      context,
    });
  }

  #read(frame: Frame): unknown {
    if (frame.kind === 'answer') {
      this.#counters.answered += 1;
      return frame.value;
    }
    if (frame.kind === 'accept') this.#postbox.refuse(frame);
    this.#counters.failed += 1;
    if (frame.kind === 'problem') throw fromWire(frame.problem, this.#revive);
    throw new StreamBrokenError('one answer was asked for, and a stream came');
  }

  /** Tells those who may work on it, unless they know: the deadline they keep themselves. */
  #givenUp(name: string, id: string, context: Context): void {
    if (context.remainingMs === 0) {
      this.#counters.timedOut += 1;
      return;
    }
    this.#counters.cancelled += 1;
    this.#post.send(cancelTopic(name), { id }, { ttlMs: context.remainingMs }).catch(() => {});
  }

  /**
   * Asks, and gets a stream of answers, with flow control: the responder sends no more than `credit` values that have not been
   * read. With `input` a stream goes the other way at the same time, under the responder's flow control. Leaving the loop, or
   * the signal, ends both sides.
   *
   * Nothing is sent before the loop begins; each loop is a request of its own.
   *
   * Throws into the loop what {@link Requester.request} throws, and:
   *
   * @throws {PeerLostError} when the responder has not been heard of for `idleMs`.
   * @throws {StreamBrokenError} when a value has been lost on the way, or the responder breaks the rules.
   */
  stream<K extends RequestTopic, In = never>(
    topic: K,
    question: Question<K>,
    options: StreamRequestOptions<In> = {},
  ): AsyncIterable<Answer<K>> {
    return {
      [Symbol.asyncIterator]: () => {
        this.#check('ask for a stream');
        const { answer } = this.#parts(topic, question);
        this.#counters.requests += 1;
        return new RemoteStream<Answer<K>, In>(
          {
            broker: this.#broker,
            post: this.#post,
            postbox: this.#postbox,
            closing: this.#closing.signal,
            revive: this.#revive,
            answer,
            ask: (id, context, credit) => this.#ask(topic, question, { id, context, options, credit }),
          },
          options,
        );
      },
    };
  }

  /** Gives up all that waits, and drops its topic. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    const reason = new ClosedError('The requester', 'wait any longer');
    this.#closing.abort(reason);
    for (const reject of this.#waiting) reject(reason);
    await this.#postbox.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/**
 * Request-response over a Heart: what asks. The other side is {@link respond}.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Heart } from '@organism/circulatory';
 * import { requester, respond } from '@organism/circulatory/patterns';
 * import { requestReply } from '@organism/nervous';
 * import { Bone } from '@organism/skeletal';
 * import { z } from 'zod';
 *
 * const Locate = requestReply(
 *   new Bone('quake.locate', z.object({ id: z.string() })),
 *   new Bone('quake.located', z.object({ place: z.string() })),
 * );
 * await using heart = await new Heart().start();
 * await using responder = await respond(heart, Locate, ({ id }) => ({ place: `near ${id}` }));
 * await using asking = requester(heart, { timeoutMs: 5000 });
 * assert.equal((await asking.request(Locate, { id: 'Hualien' })).place, 'near Hualien');
 * ```
 */
export const requester = (broker: MessageBroker, options: RequesterOptions = {}): Requester =>
  new Requester(broker, options);
