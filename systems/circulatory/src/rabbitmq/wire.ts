import type { Message, MessageProperties, Options } from 'amqplib';
import type { Body, DeadRecord, DeathReason, NewMessage } from '../heart/driver.ts';

/** Headers of a message. Short, since every message carries them. */
const headers = {
  key: 'key',
  publishedAt: 'at',
  dueAt: 'due',
  expiresAt: 'until',
  attempts: 'tries',
  previousDelayMs: 'waited',
  /** Of dead letters: which one, why, when, and the queue from which it came. */
  ref: 'ref',
  reason: 'reason',
  detail: 'detail',
  failedAt: 'failed',
  lane: 'lane',
} as const;

/** How often a quorum queue has given a message before. @see https://www.rabbitmq.com/docs/quorum-queues#poison-message-handling */
const redeliveries = 'x-delivery-count';

/** A reason's detail goes into a header, and headers are bounded. */
const longestDetail = 2000;

/** A message as it comes from a queue. */
export interface Arrival extends NewMessage {
  /** Attempts so far. */
  readonly attempts: number;
  readonly previousDelayMs: number;
  /** How often it has come back without having been settled. */
  readonly redeliveries: number;
}

/** Bytes of a body. */
export const toContent = (body: Body): Buffer => {
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return Buffer.from(JSON.stringify(body));
};

const ordinary = { deliveryMode: 2, mandatory: true } as const;

const typeOf = (body: Body): string => (typeof body === 'string' ? 'application/json' : 'application/octet-stream');

/** How a message is written. `attempts` is left out for one that is new. */
export const toProperties = (
  { id, key, publishedAt, dueAt, expiresAt, body }: Omit<NewMessage, 'priority' | 'uniqueUntil'>,
  now: number,
  tried?: { readonly attempts: number; readonly previousDelayMs: number },
): Options.Publish => {
  const table: Record<string, string | number> = { [headers.publishedAt]: publishedAt };
  if (key !== undefined) table[headers.key] = key;
  if (dueAt > now) table[headers.dueAt] = Math.ceil(dueAt);
  if (tried !== undefined) {
    table[headers.attempts] = tried.attempts;
    table[headers.previousDelayMs] = Math.round(tried.previousDelayMs);
  }
  const properties: Options.Publish = { ...ordinary, messageId: id, contentType: typeOf(body), headers: table };
  if (expiresAt === Infinity) return properties;
  table[headers.expiresAt] = Math.ceil(expiresAt);
  return { ...properties, expiration: String(Math.max(0, Math.ceil(expiresAt - now))) };
};

/**
 * How ordinary messages are written, with headers that are the same objects for all of them: the client makes a prototype of what it
 * is given, and a new prototype for each message takes more time than the rest of writing it. So they count only until the
 * next message, which is long enough for a channel that is open.
 */
export class OrdinaryProperties {
  readonly #plain = { [headers.publishedAt]: 0 };
  readonly #keyed = { [headers.publishedAt]: 0, [headers.key]: '' };

  /** Properties to be used at once. */
  of(message: NewMessage, now: number): Options.Publish {
    if (message.dueAt > now || message.expiresAt !== Infinity) return toProperties(message, now);
    return { ...ordinary, messageId: message.id, contentType: typeOf(message.body), headers: this.#headers(message) };
  }

  #headers({ key, publishedAt }: NewMessage): Table {
    if (key === undefined) {
      this.#plain[headers.publishedAt] = publishedAt;
      return this.#plain;
    }
    this.#keyed[headers.publishedAt] = publishedAt;
    this.#keyed[headers.key] = key;
    return this.#keyed;
  }
}

type Table = Readonly<Record<string, unknown>>;

const numberOf = (table: Table, name: string, otherwise: number): number => {
  const value = table[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise;
};

const textOf = (table: Table, name: string): string | undefined => {
  const value = table[name];
  return typeof value === 'string' ? value : undefined;
};

const bodyOf = ({ content, properties }: Message): Body =>
  properties.contentType === 'application/octet-stream' ? content : content.toString('utf8');

const idOf = ({ messageId }: MessageProperties): string => (typeof messageId === 'string' ? messageId : '');

/** Reads a message. One that others have put into the queue lacks headers, and may still be read. */
export const toArrival = (message: Message, now: number): Arrival => {
  const table: Table = message.properties.headers ?? {};
  return {
    id: idOf(message.properties),
    key: textOf(table, headers.key),
    priority: 4,
    publishedAt: numberOf(table, headers.publishedAt, now),
    dueAt: numberOf(table, headers.dueAt, 0),
    expiresAt: numberOf(table, headers.expiresAt, Infinity),
    uniqueUntil: 0,
    body: bodyOf(message),
    attempts: numberOf(table, headers.attempts, 0),
    previousDelayMs: numberOf(table, headers.previousDelayMs, 0),
    redeliveries: numberOf(table, redeliveries, 0),
  };
};

/** Why, when and whence a message became a dead letter. */
export interface Death {
  readonly ref: string;
  readonly reason: DeathReason;
  readonly attempts: number;
  readonly failedAt: number;
  /** Queue to which a replay gives it back. */
  readonly lane: string;
}

/** How a dead letter is written: one that has expired meanwhile stays all the same. */
export const toDeadProperties = (message: Arrival, death: Death): Options.Publish => {
  const properties = toProperties({ ...message, dueAt: 0, expiresAt: Infinity }, 0, message);
  return {
    ...properties,
    headers: {
      ...(properties.headers as Table),
      [headers.ref]: death.ref,
      [headers.reason]: death.reason.code,
      [headers.detail]: death.reason.detail.slice(0, longestDetail),
      [headers.attempts]: death.attempts,
      [headers.failedAt]: death.failedAt,
      [headers.lane]: death.lane,
    },
  };
};

/** A dead letter as it comes from its queue, and the lane it came from. */
export const toDeadRecord = (message: Message): DeadRecord & { readonly lane: string | undefined } => {
  const table: Table = message.properties.headers ?? {};
  return {
    ref: textOf(table, headers.ref) ?? idOf(message.properties),
    reason: { code: textOf(table, headers.reason) ?? 'unknown', detail: textOf(table, headers.detail) ?? '' },
    attempts: numberOf(table, headers.attempts, 0),
    failedAt: numberOf(table, headers.failedAt, 0),
    publishedAt: numberOf(table, headers.publishedAt, 0),
    body: bodyOf(message),
    lane: textOf(table, headers.lane),
  };
};

/** A dead letter as if it were new. */
export const toRevived = (message: Message, now: number): Options.Publish =>
  toProperties({ ...toArrival(message, now), dueAt: 0, expiresAt: Infinity }, now);
