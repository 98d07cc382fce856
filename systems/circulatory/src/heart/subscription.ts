import { Context, type Timer } from '@organism/cell';
import type { Policy } from '@organism/homeostasis';
import { UnsupportedError } from '../errors.ts';
import { having, maybeFunction } from './check.ts';
import type { Consumer } from './consumer.ts';
import type { ConsumerCounters, ConsumerHost } from './consumer-host.ts';
import type { SubscribeOptions } from './consume-options.ts';
import type { MaybePromise, Settlement } from './driver.ts';
import type { Message } from './message.ts';
import { isThenable } from './thenable.ts';

/** Effect and acknowledgement in one: see {@link HandlerScope.transaction}. */
export type Transact<Tx> = <R>(work: (transaction: Tx) => R) => Promise<R>;

/** What a handler may use besides the message. */
export interface HandlerScope<Tx = unknown> {
  /**
   * Runs `work` in a transaction of the message store and acknowledges the message in the same one: both happen or
   * neither, so the effect happens once however often the message is delivered. `work` is synchronous and gets the
   * transaction: do what takes time before. Use it once, last. For stores that can (SQLite).
   *
   * @throws {UnsupportedError} when the store can't.
   * @throws {LeaseLostError} when the lease has run out; `work` is not called.
   */
  readonly transaction: Transact<Tx>;
}

/** Handles a message. When it returns, or what it returns resolves, the message is acknowledged; when it fails, retried. */
export type MessageHandler<T = unknown, Tx = unknown> = (message: Message<T>, scope: HandlerScope<Tx>) => unknown;

class Scope implements HandlerScope {
  readonly #consumer: Consumer;
  readonly #message: Message;
  readonly #host: ConsumerHost;
  /** A transaction that has yet to end; a handler need not wait for it. */
  underWay: Promise<unknown> | undefined;

  constructor(consumer: Consumer, message: Message, host: ConsumerHost) {
    this.#consumer = consumer;
    this.#message = message;
    this.#host = host;
  }

  get transaction(): Transact<unknown> {
    const { driver } = this.#host;
    if (driver.transact === undefined) throw new UnsupportedError(driver.name, 'transactions');
    return (work) => {
      const done = this.#consumer.transact(this.#message, work);
      const over = (): void => {
        if (this.underWay === done) this.underWay = undefined;
      };
      this.underWay = done;
      done.then(over, over);
      return done;
    };
  }
}

/** How many messages are handled in one go before others get their turn of the event loop. */
const burst = 4096;

/**
 * Subscription: hands messages to a handler until it is closed. Made by {@link Heart.subscribe}.
 */
export class Subscription implements AsyncDisposable {
  readonly #consumer: Consumer;
  readonly #host: ConsumerHost;
  readonly #handler: MessageHandler;
  readonly #concurrency: number;
  readonly #policy: Policy | undefined;
  readonly #retryIf: (error: unknown) => boolean;
  #running = 0;
  #dispatching = false;
  #breath: Timer | undefined;
  /** For the Heart: called at the end. */
  onClose: () => void = () => {};

  constructor(consumer: Consumer, host: ConsumerHost, handler: MessageHandler, options: SubscribeOptions) {
    this.#consumer = consumer;
    this.#host = host;
    this.#handler = handler;
    this.#concurrency = options.concurrency ?? 1;
    this.#policy = options.policy && having('policy', 'a policy', options.policy, ['execute']);
    this.#retryIf = maybeFunction('retryIf', options.retryIf) ?? (() => true);
    consumer.onReady = () => this.#dispatch();
  }

  /** Name of the topic. */
  get topic(): string {
    return this.#consumer.topic.name;
  }

  /** Name of the consumer group. */
  get group(): string {
    return this.#consumer.options.group;
  }

  /** Handlers at work. */
  get running(): number {
    return this.#running;
  }

  /** What came of the messages so far. */
  get counters(): ConsumerCounters {
    return this.#consumer.counters;
  }

  /** Begins no more handlers until {@link Subscription.resume}; messages not begun go back to the group. */
  pause(): void {
    this.#consumer.pause();
  }

  /** Goes on after a pause. */
  resume(): void {
    this.#consumer.resume();
  }

  /** Pauses, and resolves when the handlers at work are done and their messages settled. */
  drain(): Promise<void> {
    this.#consumer.pause();
    return this.#consumer.drained();
  }

  /** Ends the subscription: drains it and leaves. Doing so again does nothing. */
  async close(): Promise<void> {
    await this.#consumer.close();
    await this.#consumer.drained();
    await this.#consumer.leave();
    this.#breath?.[Symbol.dispose]();
    this.onClose();
  }

  /** Closes it. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** A loop and not a recursion: handlers that are done at once make room for the next at once. */
  #dispatch(): void {
    if (this.#dispatching || this.#breath !== undefined) return;
    this.#dispatching = true;
    try {
      for (let count = 0; this.#running < this.#concurrency && this.#consumer.isOpen; count += 1) {
        if (count === burst) {
          this.#breath = this.#consumer.clock.setTimeout(() => {
            this.#breath = undefined;
            this.#dispatch();
          }, 0);
          break;
        }
        const message = this.#consumer.take();
        if (message === undefined) break;
        this.#handle(message);
      }
    } finally {
      this.#dispatching = false;
    }
  }

  #handle(message: Message): void {
    this.#running += 1;
    const scope = new Scope(this.#consumer, message, this.#host);
    let result: unknown;
    try {
      result = this.#call(message, scope);
    } catch (error) {
      this.#fail(message, scope, error);
      return;
    }
    if (isThenable(result))
      Promise.resolve(result).then(
        () => this.#succeed(message, scope),
        (error: unknown) => this.#fail(message, scope, error),
      );
    else this.#succeed(message, scope);
  }

  #call(message: Message, scope: Scope): unknown {
    const run = (): unknown => this.#handler(message, scope);
    const policy = this.#policy;
    if (policy === undefined) {
      // Entering a context takes as long as all the rest; without a sender's there is none to enter, but perhaps one to leave.
      const hasContext = message.hasContext || Context.current() !== undefined;
      return hasContext ? message.context.run(run) : this.#handler(message, scope);
    }
    // The policy bounds the lease too: what waits for its turn must not outlive it.
    return message.context.run((context: Context) => policy.execute(run, { context, signal: message.signal }));
  }

  #succeed(message: Message, scope: Scope): void {
    if (scope.underWay !== undefined) {
      scope.underWay.then(
        () => this.#done(),
        (error: unknown) => this.#fail(message, scope, error),
      );
      return;
    }
    const { ref, token } = message.lease;
    if (message.settled === undefined) this.#settle(message, { ref, token, kind: 'ack' });
    this.#done();
  }

  #fail(message: Message, scope: Scope, error: unknown): void {
    this.#host.report(error, this.#consumer, message);
    const finish = (): void => {
      if (message.settled === undefined) this.#settle(message, this.#afterFailure(message, error));
      this.#done();
    };
    // As when a policy has called time: whether the message is done is for the transaction to say.
    if (scope.underWay === undefined) finish();
    else scope.underWay.then(finish, finish);
  }

  #afterFailure(message: Message, error: unknown): Settlement {
    try {
      return this.#consumer.failed(message, { error, isFinal: !this.#retryIf(error) });
    } catch (thrown) {
      // `retryIf` or `backoff` has failed: that takes no attempt more than there are.
      this.#host.report(thrown, this.#consumer, message);
      return this.#consumer.failed(message, { error, delayMs: 1000 });
    }
  }

  #settle(message: Message, end: Settlement): void {
    const report = (error: unknown): void => this.#host.report(error, this.#consumer, message);
    try {
      const done: MaybePromise<boolean> = this.#consumer.settle(message, end);
      if (isThenable(done)) Promise.resolve(done).catch(report);
    } catch (error) {
      report(error);
    }
  }

  #done(): void {
    this.#running -= 1;
    if (!this.#dispatching) this.#dispatch();
  }
}
