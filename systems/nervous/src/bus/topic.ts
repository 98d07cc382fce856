import { Context, type ShapeReference } from '@organism/cell';
import { contextOf, type PublishOptions, untilAborted } from './call-context.ts';
import { Entry, type Home, subscriptionOf } from './entry.ts';
import { callAll, guard, type Sink } from './deliver.ts';
import { NotRunningError } from '../errors.ts';
import { Gate } from './gate.ts';
import { checkCount, KeyedQueue } from './keyed-queue.ts';
import {
  type AnyListener,
  isThenable,
  type Listener,
  type ListenOptions,
  type Subscription,
  type TopicInfo,
} from './listener.ts';
import type { Middleware } from './middleware.ts';
import { Roster, type RosterHost } from './roster.ts';
import type { TopicHost } from './topic-host.ts';

export { isThenable, type Listener, type ListenOptions, type Subscription, type TopicInfo };
const none: PublishOptions = {};

/**
 * Bound topic: the fastest way to emit and listen, since the name is looked up only once.
 *
 * Emits within listeners go depth first: the inner value has reached everybody before the outer one goes on. A listener
 * added during an emit gets the next value; one taken away during an emit gets nothing more, this value included.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { EventBus, typed } from '@organism/nervous';
 *
 * const ticks = new EventBus().topic(typed<number>('tick'));
 * ticks.on((tick) => assert.equal(tick, 1));
 * assert.equal(ticks.emit(1), 1);
 * ```
 */
export class Topic<T> implements TopicInfo, Home, RosterHost {
  readonly name: string;
  shape: ShapeReference | undefined;
  /** How many values were emitted or published. */
  emitted: number = 0;
  readonly #host: TopicHost;
  readonly #roster: Roster<T>;
  /** The roster's list, at hand: to ask for it costs an emit another 5 % (benchmark nervous.emit, mixed). */
  #calls: readonly Listener<T>[] = [];
  #isCareful = false;
  /** Whether an emit just calls everybody: the ordinary case, which must stay fast. */
  #isPlain = true;
  #gate: Gate<T> | undefined;
  #queue: KeyedQueue | undefined;
  #own = 0;
  #closed = false;

  constructor(name: string, host: TopicHost) {
    this.name = name;
    this.#host = host;
    this.#roster = new Roster(this);
  }

  /** The current context, where the host has such (Node). */
  get context(): Context | undefined {
    return Context.current();
  }

  /** How many listeners a value reaches, wildcard ones included. */
  get listenerCount(): number {
    return this.#roster.size;
  }

  /** The last value of a sticky topic, or undefined. */
  get lastValue(): T | undefined {
    return this.#gate?.kept.at(-1);
  }

  /** Whether forgetting the topic would lose something. For the bus. */
  get isInUse(): boolean {
    return this.#own > 0 || (this.#gate?.keep ?? 0) > 0 || (this.#queue?.size ?? 0) > 0;
  }

  /**
   * Gives a value to every listener, at once and in order. A failing listener never disturbs the others.
   *
   * @returns how many listeners got it.
   * @throws {NotRunningError} when the bus has stopped.
   */
  emit(value: T): number {
    if (!this.#isPlain) return this.#emitCarefully(value);
    this.emitted += 1;
    return callAll(this.#calls, value, this, this);
  }

  #emitCarefully(value: T): number {
    if (this.#closed) throw new NotRunningError('The event bus', `emit "${this.name}"`);
    if (this.#gate === undefined) return this.#call(value, this);
    let reached = 0;
    const result = this.#gate.pass('emit', value, this, this, (accepted, sink) => {
      const count = this.#call(accepted, sink);
      reached += count;
      return count;
    });
    if (isThenable(result)) guard(result, value, this);
    return reached;
  }

  #call(value: T, sink: Sink): number {
    this.emitted += 1;
    return this.#roster.call(value, this, sink);
  }

  /** Reports a failure as if a listener had thrown it. For what feeds or drains the topic. */
  fail(error: unknown, value: unknown): void {
    this.#host.fail({ source: this.name, error, value });
  }

  /**
   * Gives a value to every listener and waits for those that are asynchronous.
   * With a `key`, waits first until earlier values of that key are handled. So a listener that publishes to its own topic
   * and key, and waits, waits for itself: give it a deadline.
   * @returns how many listeners handled it without failing.
   * @throws {NotRunningError} when the bus has stopped.
   * @throws {OverflowError} `NERVOUS_OVERFLOW` when too many values wait for their turn.
   * @throws {CancelledError} or DeadlineError when context or signal end the wait.
   */
  publish(value: T, options: PublishOptions = none): Promise<number> {
    try {
      if (options === none && this.#isPlain) return this.#deliver(value, this, this, undefined);
      return this.#publish(value, options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #publish(value: T, options: PublishOptions): Promise<number> {
    const { key, concurrency } = options;
    if (concurrency !== undefined) checkCount('concurrency', concurrency);
    const context = (options.context ?? options.signal) === undefined ? undefined : contextOf(options);
    const info =
      context === undefined && key === undefined
        ? this
        : { name: this.name, shape: this.shape, context: context ?? this.context, key };
    const run = async (): Promise<number> => {
      if (this.#closed) throw new NotRunningError('The event bus', `publish "${this.name}"`);
      context?.throwIfDone();
      const work = (): Promise<number> => this.#pass(value, info, concurrency);
      return context === undefined ? await work() : await context.run(work);
    };
    if (key !== undefined) this.#queue ??= new KeyedQueue(this.name, this.#host.ordered);
    const done = key === undefined || this.#queue === undefined ? run() : this.#queue.run(key, run);
    return context === undefined ? done : untilAborted(done, context.signal);
  }

  async #pass(value: T, info: TopicInfo, concurrency: number | undefined): Promise<number> {
    if (this.#gate === undefined) return await this.#deliver(value, info, this, concurrency);
    let handled = 0;
    await this.#gate.pass('publish', value, info, this, async (accepted, sink) => {
      const count = await this.#deliver(accepted, info, sink, concurrency);
      handled += count;
      return count;
    });
    return handled;
  }

  #deliver(value: T, info: TopicInfo, sink: Sink, concurrency: number | undefined): Promise<number> {
    this.emitted += 1;
    return this.#roster.deliver(value, info, sink, concurrency);
  }

  /**
   * Calls `listener` for every value until unsubscribed. The same function may be added more than once. On a sticky topic
   * it gets what is kept at once, before this returns.
   *
   * @throws {NotRunningError} when the bus has stopped.
   */
  on(listener: Listener<T>, options: ListenOptions = {}): Subscription {
    if (this.#closed) throw new NotRunningError('The event bus', `subscribe to "${this.name}"`);
    const entry = new Entry(listener, options, this.#host.nextOrder(), this);
    if (entry.active) {
      this.#own += 1;
      this.#host.added?.(this.name, this.#own);
      this.add(entry);
    }
    return subscriptionOf(entry);
  }

  /** Calls `listener` for the next value only. */
  once(listener: Listener<T>, options: ListenOptions = {}): Subscription {
    return this.on(listener, { ...options, once: true });
  }

  /** Ends one subscription of `listener` to this topic: the one that is called first. */
  off(listener: Listener<T>): void {
    this.#roster.entries.find((entry) => entry.listener === listener && entry.home === this)?.end();
  }

  /** Takes in a subscription, and gives it what is kept. For the bus. */
  add(entry: Entry): void {
    this.#roster.add(entry);
    for (const value of this.#gate?.kept ?? []) {
      if (!entry.active) return;
      callAll([entry.call as Listener<T>], value, this, this);
    }
  }

  /** Takes away a subscription. For the bus. */
  remove(entry: Entry): void {
    if (this.#roster.remove(entry) && entry.home === this) this.#own -= 1;
  }

  /** Keeps the last values for those who listen later; 0 keeps none and drops what is kept. For the bus. */
  keep(count: number): void {
    (this.#gate ??= new Gate<T>()).keep = count;
    this.#setRoute();
  }

  /** Says what the topic carries, and how to check it. For the bus. */
  carry(shape: ShapeReference, parse: ((value: unknown) => T) | undefined): void {
    this.shape = shape;
    if (parse !== undefined) (this.#gate ??= new Gate<T>()).parse = parse;
    this.#setRoute();
  }

  /** Sets the functions around every emit and publish. For the bus. */
  pass(middleware: readonly Middleware[]): void {
    if (middleware.length > 0 || this.#gate !== undefined) (this.#gate ??= new Gate<T>()).middleware = middleware;
    this.#setRoute();
  }

  /** Drops every listener and refuses further values, or takes them again. For the bus. */
  close(closed: boolean): void {
    this.#closed = closed;
    this.#gate?.drop();
    if (closed) this.#own = 0;
    const entries = closed ? this.#roster.clear() : [];
    this.#setRoute();
    for (const entry of entries) entry.close();
  }

  /** Takes the list to walk, and whether walks must be counted. For the roster. */
  onChange(calls: AnyListener[], isCareful: boolean): void {
    this.#calls = calls as unknown as readonly Listener<T>[];
    this.#isCareful = isCareful;
    this.#setRoute();
  }

  #setRoute(): void {
    this.#isPlain = !this.#closed && !this.#isCareful && this.#gate?.isOpen !== false;
  }
}
