import { CancelledError, type Context, OptionError } from '@organism/cell';
import type { Shape } from '@organism/nervous';
import { RejectError } from '../errors.ts';
import { period, whole } from '../heart/check.ts';
import type { Message } from '../heart/message.ts';
import type { Subscription } from '../heart/subscription.ts';
import type { Source } from '../streams/source.ts';
import { type MessageBroker, Post } from './broker.ts';
import { Postbox } from './postbox.ts';
import { toWire } from './problem.ts';
import { Remembered } from './remembered.ts';
import type { RespondOptions, RespondScope } from './responder.ts';
import { type Answer, partsOf, type Question, type RequestTopic, type TopicParts } from './shapes.ts';
import { StreamSession } from './session.ts';
import { type Frame, readHead, type RequestHead } from './wire.ts';

/** What a handler of streams gets besides the question. */
export interface RespondStreamScope<In = unknown> extends RespondScope {
  /** What the asker streams here; nothing when it streams nothing. The asker sends no more than `credit` values ahead. */
  readonly input: AsyncIterable<In>;
}

/** Options of {@link respondStream}. */
export interface RespondStreamOptions<In = unknown> extends Omit<RespondOptions, 'concurrency' | 'prefetch'> {
  /** How many values of the asker may be on their way or wait for the handler. Default 32. */
  readonly credit?: number;
  /** The Bone of the input's values. */
  readonly inputShape?: Shape<In>;
  /** Topic for what the askers say: see {@link RequesterOptions.replyTopic}. */
  readonly replyTopic?: string;
  /** Most streams at once; further requests go to others or wait. Default 100. */
  readonly maxStreams?: number;
  /** The asker is lost when it has not been heard of for so long, in milliseconds. Default 30 000. */
  readonly idleMs?: number;
}

type Handler = (question: unknown, scope: RespondStreamScope) => Source<unknown>;

interface Settings {
  readonly credit: number;
  readonly maxStreams: number;
  readonly idleMs: number;
  readonly exposeErrors: boolean;
  readonly inputShape: Shape<unknown> | undefined;
}

/** Stream responder: answers requests with streams until it is closed. Made by {@link respondStream}. */
export class StreamResponder implements AsyncDisposable {
  readonly #broker: MessageBroker;
  readonly #post: Post;
  readonly #postbox: Postbox;
  readonly #parts: TopicParts;
  readonly #handler: Handler;
  readonly #settings: Settings;
  readonly #sessions = new Set<StreamSession<unknown, unknown>>();
  /** Requests that were taken up: one may be delivered again though it was. */
  readonly #seen = new Remembered();
  #subscription: Pick<Subscription, 'pause' | 'resume' | 'close'> | undefined;

  constructor(broker: MessageBroker, parts: TopicParts, handler: Handler, options: RespondStreamOptions) {
    this.#broker = broker;
    this.#parts = parts;
    this.#handler = handler;
    this.#settings = {
      credit: whole('credit', options.credit ?? 32, 1),
      maxStreams: whole('maxStreams', options.maxStreams ?? 100, 1),
      idleMs: period('idleMs', options.idleMs ?? 30_000),
      exposeErrors: options.exposeErrors === true,
      inputShape: options.inputShape,
    };
    this.#post = new Post(broker);
    this.#postbox = new Postbox(broker.entropy, this.#post, options.replyTopic);
  }

  /** Streams that are open. */
  get streams(): number {
    return this.#sessions.size;
  }

  /** Begins to answer. For {@link respondStream}. */
  async open(options: RespondStreamOptions): Promise<void> {
    const {
      credit: _credit,
      inputShape: _shape,
      maxStreams: _most,
      idleMs: _idle,
      exposeErrors: _expose,
      replyTopic: _topic,
      ...rest
    } = options;
    await this.#postbox.open();
    this.#subscription = await this.#broker.subscribe(this.#parts.name, (message) => this.#take(message), {
      group: 'responders',
      ...rest,
      concurrency: 1,
      prefetch: 1,
    });
  }

  /** Done when the stream has begun: from then on the two sides look after it. */
  async #take(message: Message): Promise<void> {
    const head = readHead(message.headers);
    if (head.deadline <= this.#broker.clock.now() || this.#seen.has(head.id)) return;
    if (head.credit === undefined)
      throw new RejectError('One answer is asked for; this topic gives streams.', { reason: 'not-a-stream' });
    this.#seen.add(head.id);
    let question: unknown = message.data;
    try {
      question = this.#parts.question?.parse(message.data) ?? message.data;
    } catch (error) {
      const problem: Frame = { kind: 'problem', to: head.id, problem: toWire(error, this.#settings.exposeErrors) };
      await this.#post.send(head.replyTo, problem, { key: head.id, ttlMs: head.deadline - this.#broker.clock.now() });
      return;
    }
    await this.#begin(message, head, question, head.credit);
  }

  async #begin(message: Message, head: RequestHead, question: unknown, credit: number): Promise<void> {
    const { clock } = this.#broker;
    const { idleMs, inputShape, exposeErrors } = this.#settings;
    const id = this.#postbox.name();
    const aborter = new AbortController();
    const context = message.context.child({ signal: aborter.signal, deadline: head.deadline });
    const session = new StreamSession<unknown, unknown>({
      id,
      post: this.#post,
      clock,
      window: this.#settings.credit,
      idleMs,
      exposeErrors,
      revive: undefined,
      read: (value) => (inputShape === undefined ? value : inputShape.parse(value)),
      onEnd: (failure) => {
        const reason = failure?.error ?? new CancelledError('The stream is over.');
        aborter.abort(reason);
        context[Symbol.dispose]();
        listening[Symbol.dispose]();
        this.#leave(session);
      },
    });
    const listening = this.#postbox.listen(id, (frame) => {
      if (frame.kind !== 'answer' && frame.kind !== 'problem' && frame.kind !== 'accept') session.receive(frame);
    });
    this.#sessions.add(session);
    if (this.#sessions.size >= this.#settings.maxStreams) this.#subscription?.pause();
    session.meet({ id: head.id, topic: head.replyTo });
    const accept: Frame = {
      kind: 'accept',
      to: head.id,
      from: id,
      replyTo: this.#postbox.topic,
      credit: this.#settings.credit,
    };
    try {
      await this.#post.send(head.replyTo, accept, { key: head.id, ttlMs: idleMs * 4 });
    } catch (error) {
      this.#seen.delete(head.id);
      session.end({ error });
      throw error;
    }
    if (session.isOver) return;
    context.signal.addEventListener('abort', () => session.fail(context.signal.reason), { once: true });
    void this.#run({ session, question, context, message, credit });
  }

  async #run(work: {
    readonly session: StreamSession<unknown, unknown>;
    readonly question: unknown;
    readonly context: Context;
    readonly message: Message;
    readonly credit: number;
  }): Promise<void> {
    const { session, question, context, message, credit } = work;
    const answers = (): Source<unknown> =>
      context.run(() => this.#handler(question, { input: session.incoming, signal: context.signal, context, message }));
    // Made when the first value is asked for, so that what it throws is the stream's error.
    const source: AsyncIterable<unknown> = {
      [Symbol.asyncIterator]: () => iterate(answers, context),
    };
    await session.send(
      source,
      credit,
      (value) => void this.#parts.answer?.parse(value),
      () => session.end(),
    );
  }

  #leave(session: StreamSession<unknown, unknown>): void {
    this.#sessions.delete(session);
    if (this.#sessions.size === this.#settings.maxStreams - 1) this.#subscription?.resume();
  }

  /** Takes up no more streams, cancels those that are open, and drops its topic. */
  async close(): Promise<void> {
    await this.#subscription?.close();
    for (const session of this.#sessions) session.fail(new CancelledError('The responder is closing.'));
    await this.#postbox.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** An iterator that begins when it is first asked, each of its steps in the context. */
const iterate = (open: () => Source<unknown>, context: Context): AsyncIterator<unknown, undefined> => {
  let iterator: AsyncIterator<unknown> | Iterator<unknown> | undefined;
  return {
    next: async () => {
      if (iterator === undefined) {
        const source = open();
        iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
      }
      const begun = iterator;
      const step = await context.run(() => begun.next());
      return step.done === true ? { done: true, value: undefined } : step;
    },
    return: async () => {
      await iterator?.return?.();
      return { done: true, value: undefined };
    },
  };
};

/**
 * Request-stream over a Heart: answers each request with a stream, and reads one of the asker at the same time if it sends one. The
 * asker's side is {@link Requester.stream}.
 *
 * The source is read only as far as the asker has room. When the asker leaves, is lost, or its deadline passes, the source is closed
 * and the signal aborts. A request may be delivered again before its stream has begun, never after.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Heart } from '@organism/circulatory';
 * import { requester, respondStream } from '@organism/circulatory/patterns';
 *
 * await using heart = await new Heart().start();
 * await using responder = await respondStream(heart, 'count', async function* (question) {
 *   for (let n = 1; n <= Number(question); n += 1) yield n;
 * });
 * await using asking = requester(heart);
 * let sum = 0;
 * for await (const n of asking.stream('count', 100, { credit: 10 })) sum += Number(n);
 * assert.equal(sum, 5050);
 * ```
 */
export const respondStream = async <K extends RequestTopic, In = unknown>(
  broker: MessageBroker,
  topic: K,
  handler: (question: Question<K>, scope: RespondStreamScope<In>) => Source<Answer<K>>,
  options: RespondStreamOptions<In> = {},
): Promise<StreamResponder> => {
  if (typeof handler !== 'function') throw new OptionError('handler', 'a function', handler);
  const responder = new StreamResponder(broker, partsOf(topic), handler as Handler, options as RespondStreamOptions);
  try {
    await responder.open(options as RespondStreamOptions);
  } catch (error) {
    await responder.close();
    throw error;
  }
  return responder;
};
