import {
  DiscardPolicy,
  JetStreamApiError,
  RetentionPolicy,
  type StreamConfig,
  type StreamInfo,
  StorageType,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { Durability } from '../heart/durability.ts';
import type { Link } from './link.ts';
import type { Names } from './names.ts';
import type { NatsSettings } from './options.ts';
import { addMover, parkUnlessJoined } from './parking.ts';

/** A topic as the server has it. */
export interface TopicStream {
  readonly topic: string;
  readonly stream: string;
  /** Begin of its subjects. */
  readonly root: string;
  /** How many lanes there are for keyed messages. */
  readonly partitions: number;
  /** Most messages; Infinity for no bound. */
  maxDepth: number;
  /** How long ids are kept. */
  windowMs: number;
  /** A change of these that is under way. */
  fitting: Promise<void> | undefined;
}

/** What a topic's stream says of itself, since servers before 2.10 keep no metadata. */
interface Description {
  readonly topic: string;
  readonly partitions: number;
}

const streamNotFound = 10059;
const nameInUse = 10058;

/** Whether an error is the server's word that there is no such thing. */
export const isNotFound = (error: unknown): boolean =>
  error instanceof JetStreamApiError && (error.code === streamNotFound || error.code === 10014);

/** How long the server keeps ids of messages at least. */
const leastWindowMs = 100;

/** What a stream's own settings promise. */
export const durabilityOf = ({ storage, num_replicas: replicas }: StreamConfig): Durability => {
  if (replicas >= 3) return 'replicated';
  // The server acknowledges what it has written to its file, and flushes that from time to time.
  return storage === StorageType.File ? 'page-cache' : 'memory';
};

/** Makes the streams that the driver needs, and changes those that are there. */
export class Streams {
  readonly #link: Link;
  readonly #names: Names;
  readonly #settings: NatsSettings;
  readonly #known = new Map<string, Promise<TopicStream>>();

  constructor(link: Link, names: Names, settings: NatsSettings) {
    this.#link = link;
    this.#names = names;
    this.#settings = settings;
  }

  async #info(stream: string): Promise<StreamInfo | undefined> {
    try {
      return await this.#link.manager.streams.info(stream);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async #make(config: Partial<StreamConfig> & { readonly name: string }): Promise<StreamInfo> {
    const found = await this.#info(config.name);
    if (found !== undefined) return found;
    const { storage, replicas } = this.#settings;
    try {
      return await this.#link.manager.streams.add({ storage, num_replicas: replicas, ...config });
    } catch (error) {
      // Another process was faster.
      const made = error instanceof JetStreamApiError && error.code === nameInUse;
      const other = made ? await this.#info(config.name) : undefined;
      if (other === undefined) throw error;
      return other;
    }
  }

  /** Makes the streams of dead letters and of notes. Returns what the first promises. */
  async open(): Promise<Durability> {
    const { prefix, deadStream, noteStream } = this.#names;
    const [dead] = await Promise.all([
      this.#make({ name: deadStream, subjects: [`${prefix}.dead.*.*`], retention: RetentionPolicy.Limits }),
      this.#make({
        name: noteStream,
        subjects: [`${prefix}.notes.>`],
        retention: RetentionPolicy.Limits,
        max_msgs_per_subject: 1,
        discard: DiscardPolicy.Old,
      }),
    ]);
    return durabilityOf(dead.config);
  }

  /** Forgets what it has seen: the server may have lost it. */
  forget(topic?: string): void {
    if (topic === undefined) this.#known.clear();
    else this.#known.delete(topic);
  }

  /** The stream of a topic, which is made if there is none. */
  get(topic: string): Promise<TopicStream> {
    const known = this.#known.get(topic);
    if (known !== undefined) return known;
    const made = this.#open(topic, () => this.#makeTopic(topic)) as Promise<TopicStream>;
    this.#known.set(topic, made);
    made.catch(() => this.#known.delete(topic));
    return made;
  }

  /** The stream of a topic, if there is one. */
  async find(topic: string): Promise<TopicStream | undefined> {
    const known = this.#known.get(topic);
    if (known !== undefined) return await known;
    const found = await this.#open(topic, () => this.#info(this.#names.stream(topic)));
    if (found !== undefined) this.#known.set(topic, Promise.resolve(found));
    return found;
  }

  #makeTopic(topic: string): Promise<StreamInfo> {
    const { partitions } = this.#settings;
    return this.#make({
      name: this.#names.stream(topic),
      description: JSON.stringify({ topic, partitions } satisfies Description),
      subjects: [`${this.#names.root(topic)}.>`],
      // A message goes when every group has handled it.
      retention: RetentionPolicy.Interest,
      discard: DiscardPolicy.New,
    });
  }

  async #open(topic: string, look: () => Promise<StreamInfo | undefined>): Promise<TopicStream | undefined> {
    const info = await look();
    if (info === undefined) return undefined;
    const { name: stream, description = '', max_msgs: most, duplicate_window: window } = info.config;
    const { partitions } = JSON.parse(description) as Description;
    const root = this.#names.root(topic);
    // Nobody has joined, or only what was made here: what comes must wait for the first group.
    if (info.state.consumer_count < 3) {
      await addMover(this.#link, { stream, root });
      await parkUnlessJoined(this.#link, { stream, root });
    }
    const maxDepth = most > 0 ? most : Infinity;
    return { topic, stream, root, partitions, maxDepth, windowMs: window / 1e6, fitting: undefined };
  }

  /** Lets a stream take so many messages, and keep ids for so long (0: as long as it does). */
  async fit(stream: TopicStream, maxDepth: number, windowMs: number): Promise<void> {
    for (;;) {
      const window = windowMs === 0 ? stream.windowMs : Math.max(windowMs, leastWindowMs);
      if (stream.maxDepth === maxDepth && stream.windowMs === window) return;
      // Many publishers begin together, and most want the same.
      if (stream.fitting === undefined) {
        stream.fitting = this.#update(stream, maxDepth, window).finally(() => (stream.fitting = undefined));
        return await stream.fitting;
      }
      await stream.fitting;
    }
  }

  async #update(stream: TopicStream, maxDepth: number, windowMs: number): Promise<void> {
    await this.#link.manager.streams.update(stream.stream, {
      max_msgs: maxDepth === Infinity ? -1 : maxDepth,
      duplicate_window: nanos(windowMs),
    });
    stream.maxDepth = maxDepth;
    stream.windowMs = windowMs;
  }

  /** Names of all topics on the server. */
  async topics(): Promise<readonly string[]> {
    const found: string[] = [];
    for await (const { config } of this.#link.manager.streams.list(`${this.#names.prefix}.q.>`))
      if (config.name.startsWith(`${this.#names.prefix}_`))
        found.push((JSON.parse(config.description ?? '') as Description).topic);
    return found;
  }
}
