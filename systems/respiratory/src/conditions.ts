import { matchesTag } from './etag.ts';
import type { Exchange } from './exchange/exchange.ts';

/** What can be said of the present state of a resource. */
export interface Validators {
  readonly etag: string;
  /** Milliseconds since the epoch. */
  readonly modifiedMs: number;
}

const seconds = (ms: number): number => Math.floor(ms / 1000);
const date = (header: string): number => seconds(Date.parse(header));

const isStrong = (tag: string): boolean => tag.startsWith('"');

/**
 * What a conditional request is to be answered with: 412, 304, or undefined to go on.
 *
 * @see RFC 9110 section 13.2.2
 */
export const preconditionStatus = (exchange: Exchange, { etag, modifiedMs }: Validators): 304 | 412 | undefined => {
  const match = exchange.header('if-match');
  const unmodified = exchange.header('if-unmodified-since');
  if (match !== undefined) {
    const strong = match.trim() === '*' || match.split(',').some((tag) => isStrong(tag.trim()) && tag.trim() === etag);
    if (!strong) return 412;
  } else if (unmodified !== undefined && seconds(modifiedMs) > date(unmodified)) return 412;
  const isRead = exchange.method === 'GET' || exchange.method === 'HEAD';
  const tags = exchange.header('if-none-match');
  if (tags !== undefined) return matchesTag(tags, etag) ? (isRead ? 304 : 412) : undefined;
  const since = exchange.header('if-modified-since');
  return isRead && since !== undefined && seconds(modifiedMs) <= date(since) ? 304 : undefined;
};

/** Whether a range may be sent: what the client has of it is of this very state. @see RFC 9110 section 13.1.5 */
export const rangeStillFits = (exchange: Exchange, { etag, modifiedMs }: Validators): boolean => {
  const header = exchange.header('if-range');
  if (header === undefined) return true;
  return header.startsWith('"') ? header === etag : !header.startsWith('W/') && seconds(modifiedMs) === date(header);
};
