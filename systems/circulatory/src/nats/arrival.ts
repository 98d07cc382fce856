import type { Msg } from '@nats-io/transport-node';
import type { Body } from '../heart/driver.ts';

/** Headers of the driver's own. */
export const header = {
  id: 'Nats-Msg-Id',
  /** Not handled from then on; milliseconds since the epoch. */
  expires: 'Heart-Expires',
  /** Not handled before. */
  due: 'Heart-Due',
  /** When it was published, where it has been stored again since. */
  published: 'Heart-Published',
  /** Of a dead letter: JSON, as it may hold any text. */
  death: 'Heart-Death',
} as const;

/** A message that the server has sent to this consumer. */
export interface Arrival {
  /** Names it within its topic and group: its lane and its number in the stream. */
  readonly ref: string;
  readonly lane: string;
  readonly seq: number;
  /** How often the server has sent it. */
  readonly sent: number;
  /** Its number among all that the server has sent to this lane of the group. */
  readonly consumerSeq: number;
  readonly publishedAt: number;
  readonly expiresAt: number;
  readonly dueAt: number;
  /** The encoded group that it is for; undefined: for all. Of a message that is not due: its lane. */
  readonly target: string | undefined;
  readonly subject: string;
  /** Where to say what became of it. */
  readonly reply: string;
  readonly data: Uint8Array;
}

/** What its lane knows of a message that comes. */
export interface Passage {
  /** Whether it has come before, whatever the server says. */
  readonly isAgain: boolean;
  /** All that the server has sent to the lane from this number on came here. */
  readonly unbrokenFrom: number;
}

/** Text of a message whose subject says that it is text; its bytes otherwise. */
export const bodyOf = (subject: string, data: Uint8Array, at: number): Body =>
  subject.startsWith('t', at) ? new TextDecoder().decode(data) : data.slice();

/**
 * Reads what the server says of a message in its reply subject: `$JS.ACK.stream.consumer.sent.seq.consumerSeq.time.pending`,
 * with a domain and an account after `ACK` where there are such.
 *
 * @see https://github.com/nats-io/nats-architecture-and-design/blob/main/adr/ADR-15.md
 */
export const arrivalOf = (message: Msg, root: string): Arrival => {
  const reply = message.reply ?? '';
  const tokens = reply.split('.');
  const at = tokens.length > 9 ? 6 : 4;
  const seq = Number(tokens[at + 1]);
  // root.lane.kind.target
  const [lane = '', , target] = message.subject.slice(root.length + 1).split('.');
  const { headers } = message;
  const numberOf = (name: string, missing: number): number => {
    const value = headers?.get(name) ?? '';
    return value === '' ? missing : Number(value);
  };
  return {
    ref: `${lane}.${seq}`,
    lane,
    seq,
    sent: Number(tokens[at]),
    consumerSeq: Number(tokens[at + 2]),
    publishedAt: numberOf(header.published, Math.floor(Number(tokens[at + 3]) / 1e6)),
    expiresAt: numberOf(header.expires, Infinity),
    dueAt: numberOf(header.due, 0),
    target,
    subject: message.subject,
    reply,
    data: message.data,
  };
};
