import type { Context } from '@organism/cell';
import { CancelledError, OptionError } from '@organism/cell';
import { period } from '../heart/check.ts';
import type { SubscribeOptions } from '../heart/consume-options.ts';
import type { Message } from '../heart/message.ts';
import type { Subscription } from '../heart/subscription.ts';
import { type MessageBroker, Post } from './broker.ts';
import { toWire } from './problem.ts';
import { Remembered } from './remembered.ts';
import { type Answer, partsOf, type Question, type RequestTopic, type TopicParts } from './shapes.ts';
import { cancelTopic, type Frame, readHead, type RequestHead } from './wire.ts';

/** What a handler of requests gets besides the question. */
export interface RespondScope {
  /** Aborts when the answer is not wanted any more: cancelled, too late, or the message's lease is lost. */
  readonly signal: AbortSignal;
  /** The asker's trace and correlation, with its deadline. */
  readonly context: Context;
  readonly message: Message;
}

/** Options of {@link respond}. */
export interface RespondOptions extends Omit<SubscribeOptions, 'broadcast' | 'paused'> {
  /**
   * Send message and details of every error: for askers that are trusted with them. Default false: they get what a client may see.
   */
  readonly exposeErrors?: boolean;
}

/** What became of requests. */
export interface ResponderCounters {
  answered: number;
  /** Answered with an error. */
  failed: number;
  cancelled: number;
  /** Past their deadline when they came, or when they were done: nobody was answered. */
  expired: number;
}

type Handler = (question: unknown, scope: RespondScope) => unknown;

class Scope implements RespondScope {
  readonly context: Context;
  readonly message: Message;

  constructor(context: Context, message: Message) {
    this.context = context;
    this.message = message;
  }

  /** Made when it is looked at: it costs more than all the rest of a request. */
  get signal(): AbortSignal {
    return this.context.signal;
  }
}

/** Responder: answers requests until it is closed. Made by {@link respond}. */
export class Responder implements AsyncDisposable {
  readonly #broker: MessageBroker;
  readonly #post: Post;
  readonly #parts: TopicParts;
  readonly #handler: Handler;
  readonly #options: RespondOptions;
  readonly #leaseMs: number;
  readonly #working = new Map<string, AbortController>();
  readonly #cancelled = new Remembered();
  readonly #counters: ResponderCounters = { answered: 0, failed: 0, cancelled: 0, expired: 0 };
  #subscriptions: readonly Pick<Subscription, 'close'>[] = [];

  constructor(broker: MessageBroker, parts: TopicParts, handler: Handler, options: RespondOptions) {
    this.#broker = broker;
    this.#post = new Post(broker);
    this.#parts = parts;
    this.#handler = handler;
    this.#options = options;
    this.#leaseMs = period('ackTimeoutMs', options.ackTimeoutMs ?? 30_000);
  }

  /** What became of requests so far. */
  get counters(): Readonly<ResponderCounters> {
    return { ...this.#counters };
  }

  /** Begins to answer. For {@link respond}. */
  async open(): Promise<void> {
    const { name } = this.#parts;
    const { exposeErrors: _expose, ...options } = this.#options;
    const cancels = await this.#post.listen(cancelTopic(name), (data) => this.#cancel(data));
    this.#subscriptions = [cancels];
    const requests = await this.#broker.subscribe(name, (message) => this.#answer(message), {
      group: 'responders',
      ...options,
    });
    this.#subscriptions = [requests, cancels];
  }

  #cancel(data: unknown): void {
    const { id } = (data ?? {}) as { readonly id?: unknown };
    if (typeof id !== 'string') return;
    // It may have come before the request, or before that is delivered again.
    this.#cancelled.add(id);
    this.#working.get(id)?.abort(new CancelledError('The asker has given up.'));
  }

  async #answer(message: Message): Promise<void> {
    const head = readHead(message.headers);
    if (head.deadline <= this.#broker.clock.now()) this.#counters.expired += 1;
    else if (this.#cancelled.has(head.id)) this.#counters.cancelled += 1;
    else await this.#work(message, head);
  }

  async #work(message: Message, head: RequestHead): Promise<void> {
    const aborter = new AbortController();
    this.#working.set(head.id, aborter);
    // A handler that is at work keeps its message; when the process dies another gets it.
    const keep = (): void => void message.extend().catch((error: unknown) => aborter.abort(error));
    using _keeping = this.#broker.clock.setInterval(keep, this.#leaseMs / 2).unref();
    using context = message.context.child({ signal: aborter.signal, deadline: head.deadline });
    let frame: Frame;
    try {
      const value = await context.run(() => this.#ask(message, context));
      frame = { kind: 'answer', to: head.id, value };
    } catch (error) {
      frame = { kind: 'problem', to: head.id, problem: toWire(error, this.#options.exposeErrors === true) };
    } finally {
      if (this.#working.get(head.id) === aborter) this.#working.delete(head.id);
    }
    if (aborter.signal.aborted) this.#counters.cancelled += 1;
    else if (context.remainingMs === 0) this.#counters.expired += 1;
    else {
      // When that fails the message is delivered again, as long as there is time.
      await this.#post.send(head.replyTo, frame, { ttlMs: context.remainingMs, key: head.id });
      this.#counters[frame.kind === 'answer' ? 'answered' : 'failed'] += 1;
    }
  }

  async #ask(message: Message, context: Context): Promise<unknown> {
    const { question, answer } = this.#parts;
    const asked = question === undefined ? message.data : question.parse(message.data);
    const value = await this.#handler(asked, new Scope(context, message));
    // Checked and not changed, as by a publish: the asker reads it through the Bone.
    answer?.parse(value);
    return value;
  }

  /** Takes no more requests, and ends when those at work are answered. */
  async close(): Promise<void> {
    for (const subscription of this.#subscriptions) await subscription.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/**
 * Request-response over a Heart: what answers. Responders of one group share the requests.
 *
 * What the handler throws goes to the asker; it is not tried again here, as the asker knows better whether to. Question and answer
 * are checked against their Bones. Nobody is answered after the deadline, or when the asker has given up.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 */
export const respond = async <K extends RequestTopic>(
  broker: MessageBroker,
  topic: K,
  handler: (question: Question<K>, scope: RespondScope) => Answer<K> | PromiseLike<Answer<K>>,
  options: RespondOptions = {},
): Promise<Responder> => {
  if (typeof handler !== 'function') throw new OptionError('handler', 'a function', handler);
  const responder = new Responder(broker, partsOf(topic), handler as Handler, options);
  try {
    await responder.open();
  } catch (error) {
    await responder.close();
    throw error;
  }
  return responder;
};
