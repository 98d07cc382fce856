import type { Message } from '../heart/message.ts';
import { name } from '../heart/check.ts';
import { OptionError } from '@organism/cell';

/** Names a delivery of a message to a group. */
export interface InboxRecord {
  readonly group: string;
  readonly topic: string;
  readonly id: string;
  /** The message's fencing token. */
  readonly fence: number;
  /** When it was published: milliseconds since the epoch. */
  readonly publishedAt: number;
}

/** What came of a delivery: its effect is done, or it had been before. */
export type InboxOutcome<R> = { readonly isDuplicate: false; readonly value: R } | { readonly isDuplicate: true };

/**
 * Inbox port: remembers which messages have had their effect, in the same database as the effect.
 *
 * `Tx` is what effects are done with; `Work` says whether they may be asynchronous.
 */
export interface InboxStore<Tx, Result = unknown> {
  /** Makes the tables if need be. */
  setup(): Promise<void>;
  /**
   * Does the work and records the message in one transaction, unless it is recorded: both happen or neither.
   *
   * @throws {LeaseLostError} when a later lease of the message has been recorded: this consumer had stalled.
   */
  once<R extends Result>(record: InboxRecord, work: (transaction: Tx) => R): Promise<InboxOutcome<Awaited<R>>>;
  /** Forgets messages whose effect is older than so many milliseconds. Returns how many. */
  prune(olderThanMs: number): Promise<number>;
}

/** Options of {@link exactlyOnce}. */
export interface ExactlyOnceOptions {
  /** The consumer group: each does its own effect of a message. Default `default`. */
  readonly group?: string;
  /** Is told of messages that had had their effect. */
  readonly onDuplicate?: (message: Message) => void;
}

/**
 * Idempotent consumer: a handler for `heart.subscribe` whose effect is done exactly once for each message, however often that is
 * delivered. The effect must be done with the transaction that the handler gets: it and the record of the message's id commit
 * together. What else the handler does (a mail, a call of another service) may happen more than once.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 */
export const exactlyOnce = <T, Tx, Result>(
  store: InboxStore<Tx, Result>,
  handler: (message: Message<T>, transaction: Tx) => Result,
  options: ExactlyOnceOptions = {},
): ((message: Message<T>) => Promise<void>) => {
  if (typeof handler !== 'function') throw new OptionError('handler', 'a function', handler);
  const group = name('group', options.group ?? 'default');
  return async (message) => {
    const { id, type: topic, fence, publishedAt } = message;
    const outcome = await store.once({ group, topic, id, fence, publishedAt }, (transaction) =>
      handler(message, transaction),
    );
    if (outcome.isDuplicate) options.onDuplicate?.(message as Message);
  };
};
