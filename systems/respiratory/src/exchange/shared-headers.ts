import type { ResponseHeaders } from './exchange.ts';

/** What a host made of shared headers. */
export interface Prepared {
  /** The status that the text begins with; 0 until a host has made it. */
  status: number;
  /** As they go over the wire, checked. */
  text: string;
}

/** Where it is kept: no header, and not copied with them. */
const prepared: unique symbol = Symbol('prepared');

/**
 * Headers that many responses share, so that a host checks and joins them once. They say nothing of the connection, the
 * date or the length of the body.
 */
export const sharedHeaders = (headers: ResponseHeaders): ResponseHeaders =>
  Object.freeze(Object.defineProperty({ ...headers }, prepared, { value: { status: 0, text: '' } satisfies Prepared }));

/** What was made of headers; undefined for those that are not shared. */
export const preparedOf = (headers: ResponseHeaders): Prepared | undefined =>
  (headers as { readonly [prepared]?: Prepared })[prepared];
