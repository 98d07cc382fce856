import { createHash } from 'node:crypto';

/** The lane of messages without a key; those with one go to lanes `0`, `1` and so on. */
export const openLane = 'any';

/** Names may have 255 bytes: what is too long for its part of one is cut, with a hash of the whole. */
const part = (text: string): string => {
  const encoded = encodeURIComponent(text);
  if (encoded.length <= 80) return encoded;
  return `${encoded.slice(0, 47)}~${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
};

/** FNV-1a over the code units of a key. @see http://www.isthe.com/chongo/tech/comp/fnv/ */
const hash = (key: string): number => {
  let value = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) value = Math.imul(value ^ key.charCodeAt(index), 0x01000193);
  return value >>> 0;
};

/** Queues of a group: the topic's first group takes over those in which messages have waited for it. */
export type QueueSet = 'first' | 'own';

/** What exchanges and queues are called. */
export class Names {
  readonly #prefix: string;
  readonly lanes: readonly string[];

  constructor(prefix: string, partitions: number) {
    this.#prefix = prefix;
    this.lanes = [openLane, ...Array.from({ length: partitions }, (_, index) => String(index))];
  }

  /** The lane of a key: the same in every process that has as many. */
  laneOf(key: string | undefined): string {
    return key === undefined ? openLane : String(hash(key) % (this.lanes.length - 1));
  }

  /** Where messages of a topic are published. */
  exchange(topic: string): string {
    return `${this.#prefix}:${part(topic)}`;
  }

  /** Where they go when no group has a queue for their lane. */
  waiting(topic: string): string {
    return `${this.exchange(topic)}:waiting`;
  }

  /** Says which group is the first; a queue of which only the arguments count. */
  marker(topic: string): string {
    return `${this.exchange(topic)}:owner`;
  }

  /** Held by who changes the groups of a topic. */
  lock(topic: string): string {
    return `${this.exchange(topic)}:lock`;
  }

  #group(topic: string, group: string): string {
    return `${this.exchange(topic)}:group:${part(group)}`;
  }

  /** Queue of one lane of a group. */
  lane(topic: string, group: string, set: QueueSet, lane: string): string {
    return set === 'first' ? this.first(topic, lane) : `${this.#group(topic, group)}:${lane}`;
  }

  /** Queue of one lane of the first group, also before there is one. */
  first(topic: string, lane: string): string {
    return `${this.exchange(topic)}:first:${lane}`;
  }

  /** Queue of a group's dead letters. */
  dead(topic: string, group: string): string {
    return `${this.#group(topic, group)}:dead`;
  }

  /** Queue in which messages of one lane wait for so long before they come back to it. */
  parked(lane: string, ms: number): string {
    return `${lane}:wait:${ms}`;
  }

  /** Queue with a note of each group. */
  registry(topic: string): string {
    return `${this.exchange(topic)}:groups`;
  }
}
