import { type Clock, Context, contextToHeaders, type Entropy, messageOf } from '@organism/cell';
import type { Shape } from '@organism/nervous';
import { NotEncodableError } from '../errors.ts';
import { name } from '../heart/check.ts';
import { type HeartPublishOptions, schedule } from '../heart/publish-options.ts';
import type { PublishedValue } from '../heart/topic-value.ts';
import { versionHeader } from '../heart/topic.ts';

/** The type of what may be put into an outbox for a topic. */
export type OutboxValue<K> = K extends string ? unknown : PublishedValue<unknown, K>;

/** A message as an outbox stores it. */
export interface OutboxEntry {
  readonly id: string;
  readonly topic: string;
  readonly key: string | undefined;
  /** Messages of one lane are relayed in order, by one relay at a time. */
  readonly lane: number;
  /** What {@link readBody} reads. */
  readonly body: string;
}

/** What is stored of a message besides its names. Times are milliseconds since the epoch. */
export interface OutboxBody {
  readonly value?: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly priority?: number;
  readonly at?: number;
  readonly expiresAt?: number;
}

/** What making an entry needs besides the message. */
export interface EntryMaker {
  readonly lanes: number;
  readonly trusted: boolean;
  readonly clock: Clock;
  readonly entropy: Entropy;
}

/** 32-bit FNV-1a over UTF-16 code units. @see http://www.isthe.com/chongo/tech/comp/fnv/ */
const hash = (text: string): number => {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  return state >>> 0;
};

const headersOf = (
  shape: Shape<unknown> | undefined,
  options: HeartPublishOptions,
  trusted: boolean,
): OutboxBody['headers'] => {
  const context = options.context ?? Context.current();
  const carried = context === undefined ? {} : contextToHeaders(context, { trusted });
  // How long the sender waits says nothing of how long its message is wanted.
  delete carried['x-timeout-ms'];
  const version = shape?.version ?? 1;
  return { ...carried, ...(version !== 1 && { [versionHeader]: String(version) }), ...options.headers };
};

/**
 * Makes a message into what is stored. A value is checked against its Bone here, where its sender can still do something about it.
 *
 * @throws {ValidationError} when the value does not fit the topic's Bone.
 * @throws {OptionError} for a bad option.
 */
export const toEntry = (
  topic: string | Shape<unknown>,
  value: unknown,
  options: HeartPublishOptions,
  { lanes, trusted, clock, entropy }: EntryMaker,
): OutboxEntry => {
  const shape = typeof topic === 'string' ? undefined : topic;
  const topicName = name('topic', typeof topic === 'string' ? topic : topic.name);
  shape?.parse(value);
  const now = clock.now();
  const { dueAt, expiresAt } = schedule(options, now);
  const id = options.id ?? entropy.uuid();
  const body: OutboxBody = {
    value,
    headers: headersOf(shape, options, trusted),
    ...(options.priority !== undefined && { priority: options.priority }),
    ...(dueAt > now && { at: dueAt }),
    ...(expiresAt !== Infinity && { expiresAt }),
  };
  const lane = hash(`${topicName}\0${options.key ?? id}`) % lanes;
  return { id, topic: topicName, key: options.key, lane, body: write(topicName, body) };
};

const write = (topic: string, body: OutboxBody): string => {
  try {
    return JSON.stringify(body);
  } catch (cause) {
    throw new NotEncodableError(topic, messageOf(cause), { cause });
  }
};

/** What was stored. @throws {SyntaxError} when it is damaged. */
export const readBody = (body: string): OutboxBody => JSON.parse(body) as OutboxBody;
