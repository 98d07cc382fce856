import { HttpError } from '../errors.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { boundsOf, type MultipartOptions } from './options.ts';
import { parsePartHead, type PartHead } from './part.ts';
import { Window } from './window.ts';

/** One part of a multipart body. */
export interface Part extends PartHead {
  /** The content as it comes. What is not read before the next part is asked for is dropped. */
  readonly body: AsyncIterable<Uint8Array>;
  /** The content as text. @throws {HttpError} 413 when it has more than `maxBytes`, 64 KiB unless said otherwise. */
  text(maxBytes?: number): Promise<string>;
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const lineEnd = encode('\r\n');
const endOfHead = encode('\r\n\r\n');
const bad = (what: string): HttpError => new HttpError('RESPIRATORY_BAD_MULTIPART', what);

/** The boundary that a `content-type` header names. @throws {HttpError} `RESPIRATORY_UNSUPPORTED_MEDIA_TYPE` */
const boundaryOf = (type: string): string => {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]{1,70})"|([^;\s"]{1,70}))\s*(?:;|$)/i.exec(type) ?? [];
  const boundary = quoted ?? plain;
  if (!/^multipart\/form-data\s*;/i.test(type) || boundary === undefined)
    throw new HttpError('RESPIRATORY_UNSUPPORTED_MEDIA_TYPE', 'The body must be multipart/form-data with a boundary.');
  return boundary;
};

const bounded = async function* (source: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const piece of source) {
    size += piece.length;
    if (size > limit) throw HttpError.tooLarge(limit);
    yield piece;
  }
};

const textOf = async (body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> => {
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of bounded(body, maxBytes)) text += decoder.decode(piece, { stream: true });
  return text + decoder.decode();
};

/**
 * Multipart uploads: the parts of a form with files, one after the other, streamed: at no time is more in memory than a
 * chunk and a delimiter.
 *
 * @throws {HttpError} 415 for another type, 400 for a malformed body, 413 past a bound.
 * @throws {OptionError} `CELL_BAD_OPTION` that names the option.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Lung, multipart, respond } from '@organism/respiratory';
 *
 * const upload = respond('POST /upload', async (exchange) => {
 *   const sizes: Record<string, number> = {};
 *   for await (const { name, body } of multipart(exchange, { maxPartBytes: 1_000_000 })) {
 *     sizes[name] = 0;
 *     for await (const piece of body) sizes[name] += piece.length;
 *   }
 *   exchange.sendJson(200, sizes);
 * });
 * const form = new FormData();
 * form.set('note', 'hi');
 * form.set('file', new Blob(['x'.repeat(1000)]), 'x.txt');
 * const answer = await new Lung({ endpoints: [upload] }).inject('POST /upload', { body: form });
 * assert.deepEqual(await answer.json(), { note: 2, file: 1000 });
 * ```
 * @see RFC 7578, RFC 2046 section 5.1
 */
export const multipart = async function* (exchange: Exchange, options: MultipartOptions = {}): AsyncGenerator<Part> {
  const { maxParts, maxHeaderBytes, maxPartBytes, maxBytes } = boundsOf(options);
  const boundary = boundaryOf(exchange.header('content-type') ?? '');
  if (Number(exchange.header('content-length') ?? 0) > maxBytes) throw HttpError.tooLarge(maxBytes);
  const window = new Window(exchange.chunks(), maxBytes);
  const delimiter = encode(`\r\n--${boundary}`);
  // The first delimiter has no line end before it, unless there is a preamble.
  window.unread(lineEnd);
  await window.takeUntil(delimiter, maxHeaderBytes, () => bad('The multipart body does not begin with its boundary.'));
  for (let count = 0; ; count += 1) {
    if (await atEnd(window)) return;
    if (count === maxParts) throw bad(`The multipart body must not have more than ${maxParts} parts.`);
    // A part without headers has nothing but an empty line: the line end that was taken is the first half of it.
    window.unread(lineEnd);
    const head = await window.takeUntil(endOfHead, maxHeaderBytes, () => bad('The headers of a part are too large.'));
    const body = bounded(window.pass(delimiter), maxPartBytes);
    yield { ...parsePartHead(head), body, text: (most = 65_536) => textOf(body, most) };
    // What the caller has not read, unless it broke off in the middle: then nothing can be found behind it.
    for await (const _ of body);
  }
};

/** Reads what stands behind a delimiter: the end of the body, or of the line. */
const atEnd = async (window: Window): Promise<boolean> => {
  const two = await window.take(2);
  if (two[0] === 45 && two[1] === 45) return true;
  if (two[0] === 13 && two[1] === 10) return false;
  throw bad('A boundary must be followed by the end of its line.');
};
