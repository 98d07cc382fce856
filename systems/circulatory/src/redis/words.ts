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
export const mostOf = ({ maxDepth, shed }: PublishOrder): string =>
  maxDepth === Infinity ? '-1' : `${shed ? '+' : ''}${maxDepth}`;

/**
 * Arguments of the script that publishes, for a plain message alone: one that needs no more than a place behind those that
 * have come. Undefined when it is none.
 */
export const toAppend = ({ messages, order }: Publish): Argument[] | undefined => {
  const [message] = messages;
  if (message === undefined || messages.length > 1 || order.retentionMs !== 0) return undefined;
  const { key, priority, publishedAt, dueAt, expiresAt, uniqueUntil, id, body } = message;
  if (key !== undefined || priority !== defaultPriority || expiresAt !== Infinity) return undefined;
  if (publishedAt !== order.now || dueAt > order.now) return undefined;
  if (uniqueUntil === 0) return [String(publishedAt), toStored(body)];
  return [String(publishedAt), toStored(body), String(untilOf(message)), id];
};

const [stored, duplicate] = [Object.freeze(['stored'] as const), Object.freeze(['duplicate'] as const)];

/** What came of a publish of one message. */
export const fromAppend = (reply: unknown): PublishOutcome => {
  if (reply === 1 || reply === '1') return stored;
  return reply === 'f' ? 'full' : duplicate;
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
  const words: Argument[] = [now, Math.min(order.retentionMs, 1e15), sizes];
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
  if (bodies.length === 0) return [];
  const numbers = String(text).split(' ');
  const first = Number(numbers[0]);
  const numberAt = (at: number): number => Number(numbers[at]);
  return bodies.map((body, index): Lease => {
    const at = index * 4;
    return {
      ref: numberAt(at + 1),
      token: first + index,
      attempt: numberAt(at + 2),
      until,
      previousDelayMs: numberAt(at + 3),
      publishedAt: numberAt(at + 4),
      body: fromStored(body),
    };
  });
};

/** When something is due or a lease runs out next, as a script says it. */
export const fromDue = (reply: unknown): number | undefined => {
  const text = String(reply);
  return text === '' ? undefined : Number(text);
};

/** How leases end, for the script that settles. */
export const toSettle = (ends: readonly Settlement[]): Argument[] => {
  const words: Argument[] = [];
  for (let from = 0; from < ends.length;) {
    const end = ends[from] as Settlement;
    let after = from + 1;
    if (end.kind === 'ack') {
      while (ends[after]?.kind === 'ack') after += 1;
      words.push('ack', String(after - from));
      for (let at = from; at < after; at += 1)
        words.push(String((ends[at] as Settlement).ref), String((ends[at] as Settlement).token));
    } else {
      words.push(end.kind, end.ref, end.token);
      if (end.kind === 'retry') words.push(end.delayMs);
      if (end.kind === 'dead') words.push(end.reason.code, end.reason.detail);
    }
    from = after;
  }
  return words;
};

/** Rows of so many fields each. */
export const rowsOf = (reply: unknown, width: number): unknown[][] => {
  const fields = reply as unknown[];
  return Array.from({ length: Math.floor(fields.length / width) }, (_, row) =>
    fields.slice(row * width, (row + 1) * width),
  );
};
