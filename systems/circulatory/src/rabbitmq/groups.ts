import { ConsumerGroup, type GroupHost } from './consumer-group.ts';
import type { QueueSet } from './names.ts';

/** A group that this process has joined. */
interface Joined {
  readonly topic: string;
  readonly group: string;
  readonly set: QueueSet;
  readonly idleMs: number;
  /** When it was joined last, on the monotonic clock. */
  readonly since: number;
}

const keyOf = (topic: string, group: string): string => JSON.stringify([topic, group]);

/** The groups of all topics, as this process has joined and consumes them. */
export class Groups {
  readonly #host: GroupHost;
  readonly #joined = new Map<string, Joined>();
  readonly #consumed = new Map<string, ConsumerGroup>();
  /** Those that are being dropped: to consume a queue while it is deleted is more than a server takes. */
  readonly #leaving = new Set<string>();

  constructor(host: GroupHost) {
    this.#host = host;
  }

  get #now(): number {
    return this.#host.inlet.host.clock.monotonic();
  }

  /** Notes that a group was joined, and which queues it has. */
  async joined(topic: string, group: string, set: QueueSet, idleMs: number): Promise<void> {
    const key = keyOf(topic, group);
    this.#joined.set(key, { topic, group, set, idleMs, since: this.#now });
    // One that was dropped and made again meanwhile may have other queues.
    if (this.#consumed.get(key)?.set !== set) await this.#close(key);
  }

  /** Which queues a group has that was joined here, and that is never idle; undefined for any other. */
  joinedSet(topic: string, group: string): QueueSet | undefined {
    const joined = this.#joined.get(keyOf(topic, group));
    return joined?.idleMs === Infinity ? joined.set : undefined;
  }

  /** A group that is consumed here. */
  get(topic: string, group: string): ConsumerGroup | undefined {
    return this.#consumed.get(keyOf(topic, group));
  }

  /** A group, to be consumed here; undefined when there is none. */
  async find(topic: string, group: string): Promise<ConsumerGroup | undefined> {
    const key = keyOf(topic, group);
    if (this.#leaving.has(key)) return undefined;
    const set = this.#joined.get(key)?.set ?? (await this.#host.topology.find(topic, group));
    const found = this.#consumed.get(key);
    if (set === undefined || found !== undefined || this.#leaving.has(key)) return found;
    const made = new ConsumerGroup(this.#host, topic, group, set);
    this.#consumed.set(key, made);
    return made;
  }

  /** Names and queues of a topic's groups that were joined here. */
  of(topic: string): readonly (readonly [string, QueueSet])[] {
    return [...this.#joined.values()].filter((one) => one.topic === topic).map(({ group, set }) => [group, set]);
  }

  /** All that were joined or are consumed here. */
  get all(): readonly { readonly topic: string; readonly group: string; readonly found: ConsumerGroup | undefined }[] {
    return [...this.#joined].map(([key, { topic, group }]) => ({ topic, group, found: this.#consumed.get(key) }));
  }

  /** Whether nobody has asked for a group for longer than it may be idle. */
  isIdle(topic: string, group: string): boolean {
    const joined = this.#joined.get(keyOf(topic, group));
    if (joined === undefined || joined.idleMs === Infinity) return false;
    const askedMs = this.get(topic, group)?.idleMs ?? Infinity;
    return Math.min(askedMs, this.#now - joined.since) >= joined.idleMs;
  }

  async #close(key: string): Promise<void> {
    const found = this.#consumed.get(key);
    this.#consumed.delete(key);
    await found?.close();
  }

  /** Ends what is consumed of a group, and forgets that it was joined. */
  async forget(topic: string, group: string): Promise<void> {
    this.#joined.delete(keyOf(topic, group));
    await this.#close(keyOf(topic, group));
  }

  /** Ends what is consumed of a group, and lets nobody begin until the work is done. */
  async leaving<T>(topic: string, group: string, work: () => Promise<T>): Promise<T> {
    const key = keyOf(topic, group);
    this.#leaving.add(key);
    try {
      await this.forget(topic, group);
      return await work();
    } finally {
      this.#leaving.delete(key);
    }
  }

  /** Ends all that is consumed. */
  async close(): Promise<void> {
    await Promise.all([...this.#consumed.keys()].map((key) => this.#close(key)));
  }
}
