import type { Lease, NewMessage, PublishOrder, PublishOutcome, Settlement } from '../heart/driver.ts';
import { defaultPriority } from '../heart/publish-options.ts';
import { fromStored, toStored } from './body.ts';
import type { Argument } from './script.ts';

/** One publish: messages that are stored all or none. */
export interface Publish {
  readonly messages: readonly NewMessage[];
  readonly order: PublishOrder;
}

/** Times that most messages of a batch share. */
interface Usual {
  readonly publishedAt: number;
  readonly uniqueUntil: number;
}

const untilOf = ({ uniqueUntil }: NewMessage): number => Math.min(uniqueUntil, Number.MAX_SAFE_INTEGER);

const timesOf = (message: NewMessage, usual: Usual): string => {
  const { priority, publishedAt, dueAt, expiresAt } = message;
  const until = untilOf(message);
  const isUsual = publishedAt === usual.publishedAt && until === usual.uniqueUntil;
  if (isUsual && priority === defaultPriority && dueAt === publishedAt && expiresAt === Infinity) return '';
  return `${publishedAt} ${priority} ${dueAt} ${expiresAt === Infinity ? 0 : expiresAt} ${until}`;
};

/** Most that may wait, for the script. */
const mostOf = ({ maxDepth, shed }: PublishOrder): string =>
  maxDepth === Infinity ? '-1' : `${shed ? '+' : ''}${maxDepth}`;

/**
 * Arguments of the script that publishes, for a plain message alone: one that needs no more than a place behind those that
 * have come. Undefined when it is none.
 */
export const toAppend = (publishes: readonly Publish[]): Argument[] | undefined => {
  const [only, another] = publishes;
  if (only?.messages.length !== 1 || another !== undefined || only.order.retentionMs !== 0) return undefined;
  const { order, messages } = only;
  const { key, priority, publishedAt, dueAt, expiresAt, id, body } = messages[0] as NewMessage;
  if (key !== undefined || priority !== defaultPriority || expiresAt !== Infinity) return undefined;
  if (publishedAt !== order.now || dueAt > order.now) return undefined;
  return [String(order.now), mostOf(order), String(untilOf(messages[0] as NewMessage)), id, toStored(body)];
};

/** Arguments of the script that publishes, for any messages. */
export const toPublish = (publishes: readonly Publish[]): Argument[] => {
  const sizes = publishes.every(({ messages }) => messages.length === 1)
    ? ''
    : publishes.map(({ messages }) => messages.length).join(' ');
  const middle = publishes[publishes.length >> 1] as Publish;
  const { publishedAt = 0 } = middle.messages[0] ?? {};
  const usual = { publishedAt, uniqueUntil: middle.messages[0] === undefined ? 0 : untilOf(middle.messages[0]) };
  const { order } = middle;
  const now = Math.max(...publishes.map((publish) => publish.order.now));
  const words: Argument[] = [now, mostOf(order), Math.min(order.retentionMs, 1e15), sizes];
  words.push(usual.publishedAt, usual.uniqueUntil);
  for (const { messages } of publishes)
    for (const message of messages) {
      const id = message.uniqueUntil === 0 ? '' : message.id;
      words.push(timesOf(message, usual), id, message.key ?? '', toStored(message.body));
    }
  return words;
};

/** Whether two publishes have the same bounds, so that they may go together. */
export const areAlike = ({ order: one }: Publish, { order: other }: Publish): boolean =>
  one.maxDepth === other.maxDepth && one.shed === other.shed && one.retentionMs === other.retentionMs;

/** What came of each publish. */
export const fromPublish = (publishes: readonly Publish[], reply: unknown): PublishOutcome[] => {
  const marks = String(reply);
  let at = 0;
  return publishes.map(({ messages }) => {
    if (marks[at] === 'f') {
      at += 1;
      return 'full';
    }
    return messages.map(() => (marks[at++] === '1' ? 'stored' : 'duplicate'));
  });
};

/** The leases that a script gave: their numbers in one text, then their bodies. */
export const fromReserve = (reply: unknown, until: number): Lease[] => {
  const [text, ...bodies] = reply as unknown[];
  const numbers = String(text).split(' ').map(Number);
  const first = numbers[0] ?? 0;
  return bodies.map((body, index): Lease => {
    const [ref = 0, attempt = 0, previousDelayMs = 0, publishedAt = 0] = numbers.slice(index * 4 + 1, index * 4 + 5);
    return { ref, token: first + index, attempt, until, previousDelayMs, publishedAt, body: fromStored(body) };
  });
};

/** How a lease ends, for the script that settles. */
export const toSettle = (end: Settlement): Argument[] => {
  if (end.kind === 'retry') return [end.kind, end.ref, end.token, end.delayMs];
  if (end.kind === 'dead') return [end.kind, end.ref, end.token, end.reason.code, end.reason.detail];
  return [end.kind, end.ref, end.token];
};
