import { OptionError } from '@organism/cell';
import { Entry, type Home, subscriptionOf } from './entry.ts';
import { NotRunningError } from '../errors.ts';
import type { AnyListener, ListenOptions, Subscription } from './listener.ts';
import type { Installed, Middleware } from './middleware.ts';
import type { Shape } from '../shape.ts';
import { Topic } from './topic.ts';
import type { TopicHost } from './topic-host.ts';
import { nameOf } from './topic-key.ts';
import { compilePattern, isPattern } from './wildcard.ts';

/** From this many topics on, those that nobody needs are forgotten. */
const mostTopics = 4096;

/** Topics by name: a bare object answers a fifth faster than a Map (benchmark nervous.emit). */
export type TopicIndex = Record<string, Topic<never> | undefined>;

const makeIndex = (topics: Iterable<readonly [string, Topic<never>]>): TopicIndex =>
  Object.assign(Object.create(null) as TopicIndex, Object.fromEntries(topics));

interface Pattern extends Home {
  readonly matches: (name: string) => boolean;
  readonly entries: Set<Entry>;
}

/** The topics of a bus by name, and the patterns that reach them. */
export class Topics {
  readonly #host: TopicHost;
  readonly #validate: boolean;
  readonly #all = new Map<string, Topic<never>>();
  readonly #onIndex: (byName: TopicIndex) => void;
  #byName = makeIndex([]);
  /** Topics that somebody has a handle of. */
  readonly #pinned = new Set<string>();
  readonly #patterns = new Map<string, Pattern>();
  #installed: readonly Installed[] = [];
  #forgetAt = mostTopics;
  /** Topics just forgotten: one of them may be giving out a value, and must hear of listeners that go. */
  #retired: Topic<never>[] = [];
  #closed = false;

  /** @param onIndex Told of the index of topics, and of each that takes its place. */
  constructor(host: TopicHost, validate: boolean, onIndex: (byName: TopicIndex) => void) {
    this.#host = host;
    this.#validate = validate;
    this.#onIndex = onIndex;
    onIndex(this.#byName);
  }

  /** Every topic that is known. */
  get all(): Iterable<Topic<never>> {
    return this.#all.values();
  }

  /** The topic of a name, made when there is none. */
  get(topic: string | Shape<unknown>): Topic<never> {
    const name = nameOf(topic);
    const found = this.#all.get(name) ?? this.#make(name);
    if (typeof topic !== 'string' && found.shape === undefined) {
      const parse = this.#validate ? (value: unknown): never => topic.parse(value) as never : undefined;
      found.carry({ name: topic.name, version: topic.version }, parse);
      this.#byName[name] = found;
    }
    return found;
  }

  /** The same, never to be forgotten. */
  pin(topic: string | Shape<unknown>): Topic<never> {
    this.#pinned.add(nameOf(topic));
    return this.get(topic);
  }

  #make(name: string): Topic<never> {
    if (isPattern(name)) throw new OptionError('topic', 'a name without "*": a pattern is for listening', name);
    if (this.#all.size >= this.#forgetAt) this.#forget();
    const made = new Topic<never>(name, this.#host);
    if (this.#closed) made.close(true);
    for (const { matches, entries } of this.#patterns.values())
      if (matches(name)) for (const entry of entries) made.add(entry);
    if (this.#installed.length > 0) made.pass(this.chain(name));
    this.#all.set(name, made);
    // Where values are checked, one that came by name only must not hide the way to its Bone.
    if (!this.#validate) this.#byName[name] = made;
    return made;
  }

  /** Names can come from outside, so those that nobody needs must not pile up. */
  #forget(): void {
    for (const [name, topic] of this.#all) {
      if (topic.isInUse || this.#pinned.has(name)) continue;
      this.#all.delete(name);
      this.#retired.push(topic);
    }
    queueMicrotask(() => {
      this.#retired = [];
    });
    // A new object: one that had keys deleted from it would stay slow.
    const indexed = [...this.#all].filter(([name]) => name in this.#byName);
    this.#byName = makeIndex(indexed);
    this.#onIndex(this.#byName);
    // Twice as many as are left, so that the walk is paid for by as many new topics.
    this.#forgetAt = Math.max(mostTopics, 2 * this.#all.size);
  }

  /** Adds a listener to a topic, or to all topics that a pattern matches, now and later. */
  on(topic: string | Shape<unknown>, listener: AnyListener, options: ListenOptions = {}): Subscription {
    return typeof topic === 'string' && isPattern(topic)
      ? this.#onPattern(topic, listener, options)
      : this.get(topic).on(listener, options);
  }

  #onPattern(name: string, listener: AnyListener, options: ListenOptions): Subscription {
    if (this.#closed) throw new NotRunningError('The event bus', `subscribe to "${name}"`);
    const pattern = this.#patterns.get(name) ?? this.#makePattern(name);
    const entry = new Entry(listener, options, this.#host.nextOrder(), pattern);
    if (entry.active) {
      this.#patterns.set(name, pattern);
      pattern.entries.add(entry);
      this.#host.added?.(name, pattern.entries.size);
      for (const topic of this.#all.values()) if (entry.active && pattern.matches(topic.name)) topic.add(entry);
    }
    return subscriptionOf(entry);
  }

  #makePattern(name: string): Pattern {
    const entries = new Set<Entry>();
    const remove = (entry: Entry): void => {
      entries.delete(entry);
      if (entries.size === 0) this.#patterns.delete(name);
      for (const topic of [...this.#all.values(), ...this.#retired]) topic.remove(entry);
    };
    return { matches: compilePattern(name), entries, remove };
  }

  /** Ends one subscription of a listener to exactly this topic or pattern. */
  off(topic: string | Shape<unknown>, listener: AnyListener): void {
    const name = nameOf(topic);
    if (!isPattern(name)) this.#all.get(name)?.off(listener);
    else
      for (const entry of this.#patterns.get(name)?.entries ?? []) if (entry.listener === listener) return entry.end();
  }

  /** Middleware for a name, in order. */
  chain(name: string): readonly Middleware[] {
    return this.#installed.filter(({ matches }) => matches(name)).map(({ middleware }) => middleware);
  }

  /** Puts middleware around every topic that its pattern matches. */
  use(middleware: Middleware, pattern: string): Subscription {
    const installed: Installed = { middleware, matches: compilePattern(pattern) };
    this.#setInstalled([...this.#installed, installed]);
    const unsubscribe = (): void => {
      if (this.#installed.includes(installed)) this.#setInstalled(this.#installed.filter((one) => one !== installed));
    };
    return { unsubscribe, [Symbol.dispose]: unsubscribe };
  }

  #setInstalled(installed: readonly Installed[]): void {
    this.#installed = installed;
    for (const topic of this.#all.values()) topic.pass(this.chain(topic.name));
  }

  /** Drops every listener and refuses values, or takes them again. */
  close(closed: boolean): void {
    this.#closed = closed;
    const wild = closed ? [...this.#patterns.values()].flatMap(({ entries }) => [...entries]) : [];
    if (closed) this.#patterns.clear();
    for (const topic of this.#all.values()) topic.close(closed);
    for (const entry of wild) entry.close();
  }
}
