import { OptionError } from '@organism/cell';
import { RejectError } from '../errors.ts';

/** Where answers go: a topic of the process that asks. */
export const replyToHeader = 'x-reply-to';
/** Names the request. */
export const requestIdHeader = 'x-request-id';
/** When an answer is of no use any more: milliseconds since the epoch. */
export const deadlineHeader = 'x-deadline';
/** How many values the asker of a stream takes at first. */
export const creditHeader = 'x-credit';

/** What goes to the topic of a process; `to` names the request or the side of a stream that it is for. */
export type Frame =
  | { readonly kind: 'answer'; readonly to: string; readonly value: unknown }
  | { readonly kind: 'problem'; readonly to: string; readonly problem: unknown }
  | StreamFrame;

/** What the sides of a stream tell each other. `from` names the side that it comes from. */
export type StreamFrame =
  | {
      readonly kind: 'accept';
      readonly to: string;
      readonly from: string;
      readonly replyTo: string;
      readonly credit: number;
    }
  /** The value with this number, from 1. */
  | { readonly kind: 'data'; readonly to: string; readonly from: string; readonly seq: number; readonly value: unknown }
  /** Values up to this number may be sent. */
  | { readonly kind: 'credit'; readonly to: string; readonly from: string; readonly total: number }
  /** There are so many values, and no more. */
  | { readonly kind: 'end'; readonly to: string; readonly from: string; readonly seq: number }
  /** After so many values something failed. */
  | {
      readonly kind: 'fail';
      readonly to: string;
      readonly from: string;
      readonly seq: number;
      readonly problem: unknown;
    }
  /** No more values are wanted. */
  | { readonly kind: 'stop'; readonly to: string; readonly from: string }
  /** It is all over. */
  | { readonly kind: 'cancel'; readonly to: string; readonly from: string; readonly problem?: unknown }
  /** Still there. */
  | { readonly kind: 'ping'; readonly to: string; readonly from: string };

const streamKinds = ['accept', 'data', 'credit', 'end', 'fail', 'stop', 'cancel', 'ping'];
const numbers: Readonly<Record<string, string>> = {
  accept: 'credit',
  data: 'seq',
  credit: 'total',
  end: 'seq',
  fail: 'seq',
};

/** The frame, or undefined when it is none. */
export const checkFrame = (data: unknown): Frame | undefined => {
  const frame = (data ?? {}) as Readonly<Record<string, unknown>>;
  const { kind, to, from, replyTo } = frame;
  if (typeof kind !== 'string' || typeof to !== 'string') return undefined;
  if (kind === 'answer' || kind === 'problem') return data as Frame;
  if (!streamKinds.includes(kind) || typeof from !== 'string') return undefined;
  const number = numbers[kind];
  if (number !== undefined && !(Number.isSafeInteger(frame[number]) && (frame[number] as number) >= 0))
    return undefined;
  if (kind === 'accept' && !isReplyTopic(replyTo)) return undefined;
  return data as Frame;
};

/** The topic of a process. @throws {OptionError} for a name that is none. */
export const replyTopic = (topic: string): string => {
  if (!isReplyTopic(topic))
    throw new OptionError('replyTopic', "'reply.' and up to 100 letters, digits, '_', '.', '-'", topic);
  return topic;
};

/** Whether a text is one: nothing else may be published to on somebody else's word. */
export const isReplyTopic = (topic: unknown): topic is string =>
  typeof topic === 'string' && /^reply\.[\w.-]{1,100}$/.test(topic);

/** The topic on which responders hear that a request is not wanted any more. */
export const cancelTopic = (topic: string): string => `${topic}.cancel`;

/** Whether a topic is one that the patterns make for themselves. */
export const isOwnTopic = (topic: string): boolean => topic.endsWith(cancelTopic('')) || isReplyTopic(topic);

/** A request as its headers tell of it. */
export interface RequestHead {
  readonly replyTo: string;
  readonly id: string;
  /** Milliseconds since the epoch; Infinity for none. */
  readonly deadline: number;
  /** Undefined when one answer is asked for. */
  readonly credit: number | undefined;
}

/** @throws {RejectError} when it is no request: nobody could be answered. */
export const readHead = (headers: Readonly<Record<string, string>>): RequestHead => {
  const {
    [replyToHeader]: replyTo,
    [requestIdHeader]: id = '',
    [deadlineHeader]: end,
    [creditHeader]: given,
  } = headers;
  const deadline = end === undefined ? Infinity : Number(end);
  const credit = given === undefined ? undefined : Number(given);
  const isCredit = credit === undefined || (Number.isSafeInteger(credit) && credit >= 1);
  if (!isReplyTopic(replyTo) || !/^[\w.-]{1,100}$/.test(id) || Number.isNaN(deadline) || !isCredit)
    throw new RejectError('The message is no request: nobody could be answered.', { reason: 'not-a-request' });
  return { replyTo, id, deadline, credit };
};

/** The headers of a request. */
export const headersOf = ({ replyTo, id, deadline, credit }: RequestHead, version = 1): Record<string, string> => ({
  [replyToHeader]: replyTo,
  [requestIdHeader]: id,
  ...(deadline !== Infinity && { [deadlineHeader]: String(Math.ceil(deadline)) }),
  ...(credit !== undefined && { [creditHeader]: String(credit) }),
  ...(version !== 1 && { 'x-schema-version': String(version) }),
});
