import { type Anatomy, CancelledError, Cell, type CellOptions } from '@organism/cell';
import { type Failure, NotRunningError, reportToConsole } from './errors.ts';
import type { Shape } from './shape.ts';
import { EventStream, type StreamOptions } from './stream.ts';
import { type Listener, type Subscription, Topic } from './topic.ts';
import { compilePattern, isPattern } from './wildcard.ts';

/** Options of an {@link EventBus}. */
export interface EventBusOptions extends Partial<Pick<CellOptions, 'name' | 'needs' | 'clock' | 'entropy'>> {
  /** Check every value against its topic's Bone when it is emitted. Default `never`: types have checked it already. */
  readonly validate?: 'never' | 'always';
  /** Gets what listeners throw or reject with. Default: the console, unless the `errors` topic has listeners. */
  readonly onError?: (failure: Failure) => void;
}

/** Joins a handler to a topic; `onEvent` of `@organism/muscular` makes one from a Muscle. */
export interface EventTendon {
  readonly topic: string | Shape<unknown>;
  /** Name of what handles the values, for the anatomy. */
  readonly target: string;
  handle(value: unknown): unknown;
}

/** Names of topics that are patterns. */
export type TopicPattern = `${string}*${string}`;

/** From this many topics on, those that nobody listens to by name are forgotten. */
const mostTopics = 4096;

interface Wild {
  readonly matches: (name: string) => boolean;
  readonly listener: Listener<never>;
}

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
  readonly #topics = new Map<string, Topic<never>>();
  /** The same topics for the look-up in `emit`: a bare object answers a fifth faster than a Map (benchmark nervous.emit). */
  #byName: Record<string, Topic<never> | undefined> = Object.create(null) as Record<string, Topic<never> | undefined>;
  readonly #validate: boolean;
  readonly #onError: ((failure: Failure) => void) | undefined;
  readonly #tendons: EventTendon[] = [];
  #wilds: readonly Wild[] = [];
  #failures = 0;
  #forgetAt = mostTopics;
  #closed = false;

  constructor(options: EventBusOptions = {}) {
    super({ name: 'bus', ...options });
    this.#validate = options.validate === 'always';
    this.#onError = options.onError;
    this.errors = new Topic({ name: 'errors', fail: reportToConsole });
  }

  readonly #fail = (failure: Failure): void => {
    this.#failures += 1;
    if (this.#onError !== undefined) {
      try {
        this.#onError(failure);
      } catch (error) {
        reportToConsole({ source: 'onError', error, value: failure });
      }
    }
    if (this.errors.listenerCount > 0) this.errors.emit(failure);
    else if (this.#onError === undefined) reportToConsole(failure);
  };

  /** The topic's handle, for emitting and listening without a look-up. */
  topic<T>(topic: Shape<T>): Topic<T>;
  topic<K extends keyof Events & string>(topic: K): Topic<Events[K]>;
  topic(topic: string | Shape<unknown>): Topic<never> {
    return this.#topic(topic);
  }

  #topic(topic: string | Shape<unknown>): Topic<never> {
    const name = typeof topic === 'string' ? topic : topic.name;
    const found = this.#topics.get(name) ?? this.#makeTopic(name);
    if (typeof topic !== 'string' && found.shape === undefined) {
      const parse = this.#validate ? (value: unknown): never => topic.parse(value) as never : undefined;
      found.carry({ name: topic.name, version: topic.version }, parse);
    }
    return found;
  }

  #makeTopic(name: string): Topic<never> {
    if (this.#topics.size >= this.#forgetAt) this.#forget();
    // A handle kept while its topic was forgotten comes back with its first listener.
    const made = new Topic<never>({ name, fail: this.#fail, onFirst: () => this.#remember(made) });
    if (this.#closed) made.close(true);
    else made.setWild(this.#matching(name));
    this.#remember(made);
    return made;
  }

  #remember(topic: Topic<never>): void {
    this.#topics.set(topic.name, topic);
    this.#byName[topic.name] = topic;
  }

  /** Names can come from outside, so those that nobody listens to must not pile up. */
  #forget(): void {
    for (const [name, topic] of this.#topics) if (!topic.isOwned) this.#topics.delete(name);
    // A new object: one that had keys deleted from it would stay slow.
    this.#byName = Object.assign(Object.create(null) as Record<string, Topic<never>>, Object.fromEntries(this.#topics));
    // Twice as many as are left, so that the walk is paid for by as many new topics.
    this.#forgetAt = Math.max(mostTopics, 2 * this.#topics.size);
  }

  #matching(name: string): readonly Listener<never>[] {
    return this.#wilds.length === 0
      ? []
      : this.#wilds.filter(({ matches }) => matches(name)).map(({ listener }) => listener);
  }

  /**
   * Calls `listener` for every value of a topic, or of every topic that a pattern with `*` or `**` matches.
   *
   * @throws {NotRunningError} when the bus has stopped.
   */
  on<T>(topic: Shape<T>, listener: Listener<T>): Subscription;
  on<K extends keyof Events & string>(topic: K, listener: Listener<Events[K]>): Subscription;
  on(topic: TopicPattern, listener: Listener<unknown>): Subscription;
  on(topic: string | Shape<unknown>, listener: Listener<never>): Subscription {
    return typeof topic === 'string' && isPattern(topic)
      ? this.#onPattern(topic, listener)
      : this.#topic(topic).on(listener);
  }

  #onPattern(pattern: string, listener: Listener<never>): Subscription {
    if (this.#closed) throw new NotRunningError('The event bus', `subscribe to "${pattern}"`);
    const wild: Wild = { matches: compilePattern(pattern), listener };
    this.#setWilds([...this.#wilds, wild]);
    const unsubscribe = (): void => {
      if (this.#wilds.includes(wild)) this.#setWilds(this.#wilds.filter((other) => other !== wild));
    };
    return { unsubscribe, [Symbol.dispose]: unsubscribe };
  }

  #setWilds(wilds: readonly Wild[]): void {
    this.#wilds = wilds;
    for (const [name, topic] of this.#topics) topic.setWild(this.#matching(name));
  }

  /** Calls `listener` for the next value only. */
  once<T>(topic: Shape<T>, listener: Listener<T>): Subscription;
  once<K extends keyof Events & string>(topic: K, listener: Listener<Events[K]>): Subscription;
  once(topic: string | Shape<unknown>, listener: Listener<never>): Subscription {
    return this.#topic(topic).once(listener);
  }

  /** Ends one subscription of `listener` to a topic. */
  off<T>(topic: Shape<T>, listener: Listener<T>): void;
  off<K extends keyof Events & string>(topic: K, listener: Listener<Events[K]>): void;
  off(topic: string | Shape<unknown>, listener: Listener<never>): void {
    this.#topic(topic).off(listener);
  }

  /**
   * Gives a value to every listener, at once and in order of subscription. Failing listeners never disturb others.
   *
   * @returns how many listeners got it.
   * @throws {NotRunningError} when the bus has stopped.
   */
  emit<T>(topic: Shape<T>, value: T): number;
  emit<K extends keyof Events & string>(topic: K, value: Events[K]): number;
  emit(topic: string | Shape<unknown>, value: unknown): number {
    const known = this.#byName[typeof topic === 'string' ? topic : topic.name];
    return (known ?? this.#topic(topic)).emit(value as never);
  }

  /** Gives a value to every listener and waits until all have handled it. Returns how many did so without failing. */
  publish<T>(topic: Shape<T>, value: T, options?: { readonly concurrency?: number }): Promise<number>;
  publish<K extends keyof Events & string>(
    topic: K,
    value: Events[K],
    options?: { readonly concurrency?: number },
  ): Promise<number>;
  publish(
    topic: string | Shape<unknown>,
    value: unknown,
    options?: { readonly concurrency?: number },
  ): Promise<number> {
    return this.#topic(topic).publish(value as never, options);
  }

  /** A topic as an asynchronous sequence with a bounded buffer. */
  stream<T>(topic: Shape<T>, options?: StreamOptions): EventStream<T>;
  stream<K extends keyof Events & string>(topic: K, options?: StreamOptions): EventStream<Events[K]>;
  stream(topic: string | Shape<unknown>, options?: StreamOptions): EventStream<unknown> {
    return new EventStream<unknown>((listener) => this.#topic(topic).on(listener), options);
  }

  /**
   * Waits for the next value that a predicate accepts.
   *
   * @throws {CancelledError} when the signal aborts first.
   */
  waitFor<T>(
    topic: Shape<T>,
    predicate?: (value: T) => boolean,
    options?: { readonly signal?: AbortSignal },
  ): Promise<T>;
  waitFor<K extends keyof Events & string>(
    topic: K,
    predicate?: (value: Events[K]) => boolean,
    options?: { readonly signal?: AbortSignal },
  ): Promise<Events[K]>;
  waitFor(
    topic: string | Shape<unknown>,
    predicate: (value: never) => boolean = () => true,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<unknown> {
    const { signal } = options;
    return new Promise((resolve, reject) => {
      const cancel = (): void => {
        subscription.unsubscribe();
        reject(new CancelledError('The wait for an event was cancelled.', { cause: signal?.reason }));
      };
      const subscription = this.#topic(topic).on((value) => {
        if (!predicate(value)) return;
        subscription.unsubscribe();
        signal?.removeEventListener('abort', cancel);
        resolve(value);
      });
      if (signal?.aborted) cancel();
      else signal?.addEventListener('abort', cancel, { once: true });
    });
  }

  /** Joins a handler to its topic. */
  attach(tendon: EventTendon): Subscription {
    const subscription = this.#topic(tendon.topic).on((value) => tendon.handle(value));
    this.#tendons.push(tendon);
    const unsubscribe = (): void => {
      subscription.unsubscribe();
      const index = this.#tendons.indexOf(tendon);
      if (index >= 0) this.#tendons.splice(index, 1);
    };
    return { unsubscribe, [Symbol.dispose]: unsubscribe };
  }

  protected override onStart(): void {
    this.#closed = false;
    for (const topic of this.#topics.values()) topic.close(false);
  }

  protected override onStop(): void {
    this.#closed = true;
    this.#wilds = [];
    this.#tendons.length = 0;
    for (const topic of this.#topics.values()) topic.close(true);
  }

  protected override onDescribe(): Partial<Anatomy> {
    const topics = [...this.#topics.values()];
    const sum = (count: (topic: Topic<never>) => number): number =>
      topics.reduce((total, topic) => total + count(topic), 0);
    return {
      ports: topics.map(({ name, shape }) => ({ name, direction: 'in', protocol: 'event', ...(shape && { shape }) })),
      edges: this.#tendons.map(({ topic, target }) => ({
        from: this.name,
        to: target,
        label: typeof topic === 'string' ? topic : topic.name,
      })),
      counters: {
        emitted: sum((topic) => topic.emitted),
        listeners: sum((topic) => topic.listenerCount),
        failures: this.#failures,
      },
    };
  }
}
