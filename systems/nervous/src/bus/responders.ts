import { type Clock, Context, type ShapeReference } from '@organism/cell';
import { type CallOptions, contextOf, untilAborted } from './call-context.ts';
import { NoResponderError, NotRunningError, ResponderTakenError } from '../errors.ts';
import { Gate } from './gate.ts';
import type { Subscription, TopicInfo } from './listener.ts';
import type { Middleware } from './middleware.ts';
import type { RequestShape } from './request-shape.ts';
import type { Shape } from '../shape.ts';
import { nameOf } from './topic-key.ts';

/** Answers requests. What it throws, or rejects with, reaches the requester as it is. */
export type Responder<Q, A> = (question: Q, topic: TopicInfo) => A | PromiseLike<A>;

/** What responders need of their bus. */
export interface RespondersHost {
  readonly clock: () => Clock;
  readonly chain: (name: string) => readonly Middleware[];
  readonly validate: boolean;
}

interface Taken {
  readonly handle: Responder<never, unknown>;
  readonly shape: ShapeReference | undefined;
  readonly question: Shape<unknown> | undefined;
  readonly answer: Shape<unknown> | undefined;
}

const isRequestShape = (topic: Shape<unknown>): topic is RequestShape<unknown, unknown> => 'reply' in topic;

/** Who answers what: at most one responder for each name. */
export class Responders {
  readonly #host: RespondersHost;
  readonly #taken = new Map<string, Taken>();
  #closed = false;
  /** How many requests were made. */
  requests: number = 0;

  constructor(host: RespondersHost) {
    this.#host = host;
  }

  /** Names that are answered, and what is asked. */
  get ports(): readonly { readonly name: string; readonly shape: ShapeReference | undefined }[] {
    return [...this.#taken].map(([name, { shape }]) => ({ name, shape }));
  }

  /** Takes a name. @throws {ResponderTakenError} when it is taken. */
  respond(topic: string | Shape<unknown>, handle: Responder<never, unknown>): Subscription {
    const name = nameOf(topic);
    if (this.#closed) throw new NotRunningError('The event bus', `respond to "${name}"`);
    if (this.#taken.has(name)) throw new ResponderTakenError(name);
    const shape = typeof topic === 'string' ? undefined : { name, version: topic.version };
    const checks = this.#host.validate && typeof topic !== 'string' ? topic : undefined;
    const answer = checks !== undefined && isRequestShape(checks) ? checks.reply : undefined;
    const taken: Taken = { handle, shape, question: checks, answer };
    this.#taken.set(name, taken);
    const unsubscribe = (): void => {
      if (this.#taken.get(name) === taken) this.#taken.delete(name);
    };
    return { unsubscribe, [Symbol.dispose]: unsubscribe };
  }

  /** Asks the responder of a name, and gives its reply. */
  async request(topic: string | Shape<unknown>, question: unknown, options: CallOptions): Promise<unknown> {
    const name = nameOf(topic);
    if (this.#closed) throw new NotRunningError('The event bus', `request "${name}"`);
    this.requests += 1;
    const context = contextOf(options, this.#host.clock());
    try {
      context?.throwIfDone();
      const ask = (): Promise<unknown> => this.#ask(name, question, context);
      if (context === undefined) return await ask();
      return await untilAborted(context === Context.current() ? ask() : context.run(ask), context.signal);
    } finally {
      if (context !== options.context && context !== Context.current()) context?.[Symbol.dispose]();
    }
  }

  async #ask(name: string, question: unknown, context: Context | undefined): Promise<unknown> {
    const middleware = this.#host.chain(name);
    const taken = this.#taken.get(name);
    // Middleware may answer by itself, from a cache or another bus.
    if (taken === undefined && middleware.length === 0) throw new NoResponderError(name);
    const info: TopicInfo = { name, shape: taken?.shape, context };
    const gate = new Gate<unknown>();
    gate.middleware = middleware;
    gate.parse = taken?.question && ((value) => taken.question?.parse(value));
    return await gate.pass('request', question, info, { fail: () => {} }, async (accepted) => {
      if (taken === undefined) throw new NoResponderError(name);
      const reply = await taken.handle(accepted as never, info);
      return taken.answer === undefined ? reply : taken.answer.parse(reply);
    });
  }

  /** Drops every responder and refuses requests, or takes them again. */
  close(closed: boolean): void {
    this.#closed = closed;
    if (closed) this.#taken.clear();
  }
}
