import { createHash } from 'node:crypto';

/** Longest encoded name: names of streams and consumers end up as names of files. */
const longest = 120;

/**
 * A name as one token of a subject, and as a part of the name of a stream. Letters, digits and `-` stay; all else becomes
 * `_` and two hexadecimal digits for each byte. What would be too long ends in a hash.
 */
export const encodeName = (name: string): string => {
  const encoded = name.replaceAll(/[^A-Za-z0-9-]+/g, (text) =>
    Array.from(new TextEncoder().encode(text), (byte) => `_${byte.toString(16).padStart(2, '0')}`).join(''),
  );
  if (encoded.length <= longest) return encoded;
  // `_h` is no byte, so that no other name is encoded so.
  return `${encoded.slice(0, 60)}_h${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;
};

/** Lane of messages without a key. */
export const unkeyedLane = 'u';

/** Lane of messages that are not due yet. */
export const delayedLane = 'd';

/** Consumer that holds what comes before the first group. Encoded names never look like it. */
export const parking = '_parking';

/** Consumer that moves what has become due. */
export const mover = '_delayed';

/** The lane of a key: always the same one, so that one consumer sees all messages of a key in order. FNV-1a. */
export const laneOf = (key: string | undefined, partitions: number): string => {
  if (key === undefined) return unkeyedLane;
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  return `${((hash ^ (hash >>> 15)) >>> 0) % partitions}`;
};

/** All lanes from which groups take messages. */
export const lanesOf = (partitions: number): readonly string[] => [
  ...Array.from({ length: partitions }, (_, index) => `${index}`),
  unkeyedLane,
];

/** What a body is: the fourth token of a subject. */
export type BodyKind = 't' | 'b';

/** Names of what the driver keeps on the server, all of which begin with a prefix. */
export class Names {
  readonly prefix: string;
  /** Stream of dead letters. */
  readonly deadStream: string;
  /** Stream of notes: attempts that do not count, and groups that end when nobody asks. */
  readonly noteStream: string;

  constructor(prefix: string) {
    this.prefix = prefix;
    this.deadStream = `${prefix}-dead`;
    this.noteStream = `${prefix}-notes`;
  }

  stream(topic: string): string {
    return `${this.prefix}_${encodeName(topic)}`;
  }

  /** Begin of the subjects of a topic: `root.lane.kind`, or `root.lane.kind.group` for what is meant for one group only. */
  root(topic: string): string {
    return `${this.prefix}.q.${encodeName(topic)}`;
  }

  consumer(group: string, lane: string): string {
    return `${encodeName(group)}-${lane}`;
  }

  dead(topic: string, group: string): string {
    return `${this.prefix}.dead.${encodeName(topic)}.${encodeName(group)}`;
  }

  attempt(topic: string, group: string, seq: number | '*'): string {
    return `${this.prefix}.notes.attempt.${encodeName(topic)}.${encodeName(group)}.${seq}`;
  }

  idle(topic: string, group: string): string {
    return `${this.prefix}.notes.idle.${encodeName(topic)}.${encodeName(group)}`;
  }
}
