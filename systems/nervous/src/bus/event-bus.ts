import { type Anatomy, Cell, OptionError, type Port, type ShapeReference } from '@organism/cell';
import type { EventBusOptions, EventTendon } from './bus-options.ts';
import type { CallOptions, PublishOptions } from './call-context.ts';
import type { Failure } from '../errors.ts';
import { Failures } from './failures.ts';
import { checkOrdered } from './keyed-queue.ts';
import { LeakWatch } from './leaks.ts';
import type { AnyListener, Listener, ListenOptions, Subscription } from './listener.ts';
import type { Middleware } from './middleware.ts';
import type { AnswerOf, QuestionOf, RequestKey } from './request-shape.ts';
import { type Responder, Responders } from './responders.ts';
import { EventStream, type StreamOptions } from './stream.ts';
import type { Topic } from './topic.ts';
import type { TopicHost } from './topic-host.ts';
import { type HeardValue, nameOf, type TopicKey, type TopicPattern, type TopicValue } from './topic-key.ts';
import { type TopicIndex, Topics } from './topics.ts';
import { waitForValue, type WaitOptions } from './wait-for.ts';

/**
 * Event bus: in-process publish and subscribe, with topics typed by Bones or by a plain type map.
 *
 * Works as soon as it is made; as a cell of a body it drops its listeners when the body stops, and refuses values
 * from then on.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { EventBus } from '@organism/nervous';
 *
 * const bus = new EventBus<{ 'quake.seen': { magnitude: number } }>();
 * const seen: number[] = [];
 * using _subscription = bus.on('quake.seen', ({ magnitude }) => seen.push(magnitude));
 * bus.emit('quake.seen', { magnitude: 4.2 });
 * assert.deepEqual(seen, [4.2]);
 * ```
 */
export class EventBus<Events extends object = Record<string, unknown>> extends Cell {
  /** Failures of listeners; listening here replaces the console. */
  readonly errors: Topic<Failure>;
  readonly #failures: Failures;
  readonly #topics: Topics;
  /** For `emit`, which should not have to ask for it. */
  #byName: TopicIndex = {};
  readonly #responders: Responders;
  readonly #tendons: EventTendon[] = [];

  /** @throws {OptionError} `CELL_BAD_OPTION` when a bound is no number of its kind. */
  constructor(options: EventBusOptions = {}) {
    super({ name: 'bus', ...options });
    let order = 0;
    const nextOrder = (): number => (order += 1);
    const leaks = new LeakWatch(options.maxListeners, options.onLeak);
    const validate = options.validate === 'always';
    this.#failures = new Failures(options.onError, nextOrder);
    this.errors = this.#failures.topic;
    const { report } = this.#failures;
    const added = (topic: string, count: number): void => {
      try {
        leaks.check(topic, count);
      } catch (error) {
        report({ source: 'onLeak', error, value: topic });
      }
    };
    const host: TopicHost = { fail: report, nextOrder, added, ordered: checkOrdered(options.ordered) };
    this.#topics = new Topics(host, validate, (byName) => {
      this.#byName = byName;
    });
    const chain = (name: string): readonly Middleware[] => this.#topics.chain(name);
    this.#responders = new Responders({ clock: () => this.clock, chain, validate });
  }

  /** The topic's handle, for emitting and listening without a look-up. The topic is then kept as long as the bus. */
  topic<K extends TopicKey<Events>>(topic: K): Topic<TopicValue<Events, K>> {
    return this.#topics.pin(topic) as unknown as Topic<TopicValue<Events, K>>;
  }

  /**
   * Calls `listener` for every value of a topic, or of every topic that a pattern with `*` or `**` matches. On sticky
   * topics it gets what is kept at once, before this returns.
   *
   * @throws {NotRunningError} when the bus has stopped.
   * @throws {OptionError} when an option, or the pattern, is not as it must be.
   */
  on<K extends TopicKey<Events> | TopicPattern>(
    topic: K,
    listener: Listener<HeardValue<Events, K>>,
    options?: ListenOptions,
  ): Subscription {
    return this.#topics.on(topic, listener as AnyListener, options);
  }

  /** Calls `listener` for the next value only; for a pattern, the next of any topic. */
  once<K extends TopicKey<Events> | TopicPattern>(
    topic: K,
    listener: Listener<HeardValue<Events, K>>,
    options?: ListenOptions,
  ): Subscription {
    return this.#topics.on(topic, listener as AnyListener, { ...options, once: true });
  }

  /** Ends one subscription of `listener` to exactly this topic or pattern: the one that is called first. */
  off<K extends TopicKey<Events> | TopicPattern>(topic: K, listener: Listener<HeardValue<Events, K>>): void {
    this.#topics.off(topic, listener as AnyListener);
  }

  /**
   * Gives a value to every listener, at once: by priority, then in order of subscription. Failing listeners never disturb
   * others. An emit within a listener is done before the outer one goes on.
   *
   * @returns how many listeners got it.
   * @throws {NotRunningError} when the bus has stopped.
   */
  emit<K extends TopicKey<Events>>(topic: K, value: TopicValue<Events, K>): number {
    const known = this.#byName[typeof topic === 'string' ? topic : topic.name];
    return (known ?? this.#topics.get(topic)).emit(value as never);
  }

  /** Gives a value to every listener and waits until all have handled it. See {@link Topic.publish}. */
  publish<K extends TopicKey<Events>>(
    topic: K,
    value: TopicValue<Events, K>,
    options?: PublishOptions,
  ): Promise<number> {
    return this.#topics.get(topic).publish(value as never, options);
  }

  /** A topic, or all topics of a pattern, as an asynchronous sequence with a bounded buffer. */
  stream<K extends TopicKey<Events> | TopicPattern>(
    topic: K,
    options?: StreamOptions,
  ): EventStream<HeardValue<Events, K>> {
    return new EventStream((listener, how) => this.#topics.on(topic, listener as AnyListener, how), options);
  }

  /**
   * Waits for the next value that a predicate accepts; on a sticky topic that may be one kept.
   *
   * @throws {CancelledError} when the signal aborts first.
   * @throws {NotRunningError} when the bus stops first.
   */
  waitFor<K extends TopicKey<Events> | TopicPattern>(
    topic: K,
    predicate: (value: HeardValue<Events, K>) => boolean = () => true,
    options: WaitOptions = {},
  ): Promise<HeardValue<Events, K>> {
    return waitForValue((listener, how) => this.#topics.on(topic, listener as AnyListener, how), predicate, options);
  }

  /**
   * Makes a topic sticky: who listens later gets the last value at once. Returns the topic's handle.
   *
   * @param options.keep How many values are kept. Default 1; 0 drops them and ends it.
   */
  sticky<K extends TopicKey<Events>>(
    topic: K,
    { keep = 1 }: { readonly keep?: number } = {},
  ): Topic<TopicValue<Events, K>> {
    if (!Number.isSafeInteger(keep) || keep < 0) throw new OptionError('keep', 'a whole number of 0 or more', keep);
    const found = this.topic(topic);
    found.keep(keep);
    return found;
  }

  /** The last value of a sticky topic; undefined when there is none yet, or the topic is not sticky. */
  lastValue<K extends TopicKey<Events>>(topic: K): TopicValue<Events, K> | undefined {
    return this.#topics.get(topic).lastValue as TopicValue<Events, K> | undefined;
  }

  /**
   * Answers the requests of a topic. Listeners of that name don't hear them.
   *
   * @throws {ResponderTakenError} `NERVOUS_RESPONDER_TAKEN` when it has a responder.
   */
  respond<K extends RequestKey<Events>>(
    topic: K,
    responder: Responder<QuestionOf<Events, K>, AnswerOf<Events, K>>,
  ): Subscription {
    return this.#responders.respond(topic, responder as unknown as Responder<never, unknown>);
  }

  /**
   * Asks a topic's responder. Rejects with what the responder throws, as it is.
   *
   * @throws {NoResponderError} `NERVOUS_NO_RESPONDER` when there is none.
   * @throws {DeadlineError} when the timeout, or the context's deadline, passes first.
   * @throws {CancelledError} when the signal aborts first.
   */
  request<K extends RequestKey<Events>>(
    topic: K,
    question: QuestionOf<Events, K>,
    options: CallOptions = {},
  ): Promise<AnswerOf<Events, K>> {
    return this.#responders.request(topic, question, options) as Promise<AnswerOf<Events, K>>;
  }

  /**
   * Puts a function around every emit, publish and request, the first outermost. Topics without any go on as fast as ever.
   * @param options.topics Pattern or name of the topics it is for. Default `**`: all.
   */
  use(middleware: Middleware, { topics = '**' }: { readonly topics?: string } = {}): Subscription {
    return this.#topics.use(middleware, topics);
  }

  /** Joins a handler to its topic. */
  attach(tendon: EventTendon, options: ListenOptions = {}): Subscription {
    const subscription = this.#topics.on(tendon.topic, (value) => tendon.handle(value), options);
    this.#tendons.push(tendon);
    const unsubscribe = (): void => {
      subscription.unsubscribe();
      const index = this.#tendons.indexOf(tendon);
      if (index >= 0) this.#tendons.splice(index, 1);
    };
    return { unsubscribe, [Symbol.dispose]: unsubscribe };
  }

  protected override onStart(): void {
    this.#topics.close(false);
    this.#responders.close(false);
  }

  protected override onStop(): void {
    this.#topics.close(true);
    this.#responders.close(true);
    this.#tendons.length = 0;
  }

  protected override onDescribe(): Partial<Anatomy> {
    const topics = [...this.#topics.all];
    const sum = (count: (topic: Topic<never>) => number): number =>
      topics.reduce((total, topic) => total + count(topic), 0);
    const describe =
      (protocol: string) =>
      ({ name, shape }: { readonly name: string; readonly shape: ShapeReference | undefined }): Port => ({
        name,
        direction: 'in',
        protocol,
        ...(shape && { shape }),
      });
    return {
      ports: [...topics.map(describe('event')), ...this.#responders.ports.map(describe('request'))],
      edges: this.#tendons.map(({ topic, target }) => ({ from: this.name, to: target, label: nameOf(topic) })),
      counters: {
        emitted: sum((topic) => topic.emitted),
        listeners: sum((topic) => topic.listenerCount),
        failures: this.#failures.count,
        requests: this.#responders.requests,
      },
    };
  }
}
