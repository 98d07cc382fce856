import { preconditionStatus, rangeStillFits } from '../conditions.ts';
import { HttpError } from '../errors.ts';
import type { Exchange, ResponseHeaders } from '../exchange/exchange.ts';
import { pour } from '../exchange/outlet.ts';
import { parseRange } from '../range.ts';
import type { OpenFile } from './open-file.ts';

/** What is said of a file. */
export interface FileFacts {
  readonly contentType: string;
  readonly cacheControl: string;
  /** How the file is compressed. */
  readonly encoding?: string | undefined;
}

/** Up to so many bytes are read at once, and sent with the head. */
const smallBytes = 64 * 1024;

/**
 * Sends an open file: whole, a range of it, or only word that the client has it.
 *
 * @throws {HttpError} 412 or 416
 */
export const sendFile = async (exchange: Exchange, file: OpenFile, facts: FileFacts): Promise<void> => {
  const { size, mtimeMs, mtime } = file.info;
  const { contentType, cacheControl, encoding } = facts;
  const suffix = encoding === undefined ? '' : `-${encoding}`;
  const etag = `"${size.toString(36)}-${Math.round(mtimeMs * 1000).toString(36)}${suffix}"`;
  const validators = { etag, modifiedMs: mtimeMs };
  const headers: ResponseHeaders = {
    etag,
    'last-modified': mtime.toUTCString(),
    'cache-control': cacheControl,
    'accept-ranges': 'bytes',
    'x-content-type-options': 'nosniff',
    ...(encoding !== undefined && { 'content-encoding': encoding }),
  };
  const condition = preconditionStatus(exchange, validators);
  if (condition === 304) {
    exchange.reply(304, headers);
    return;
  }
  if (condition === 412) throw new HttpError('RESPIRATORY_PRECONDITION_FAILED', 'The file is another than you expect.');
  // Only a GET asks for a part. @see RFC 9110 section 14.2
  const isPart = exchange.method === 'GET' && rangeStillFits(exchange, validators);
  const asked = isPart ? parseRange(exchange.header('range'), size) : undefined;
  if (asked === 'unsatisfiable') {
    exchange.setHeader('content-range', `bytes */${size}`);
    throw new HttpError('RESPIRATORY_RANGE_NOT_SATISFIABLE', `The file has ${size} bytes.`);
  }
  const { start, end } = asked ?? { start: 0, end: size - 1 };
  const length = end - start + 1;
  const status = asked === undefined ? 200 : 206;
  const all: ResponseHeaders = {
    ...headers,
    'content-type': contentType,
    'content-length': length,
    ...(asked !== undefined && { 'content-range': `bytes ${start}-${end}/${size}` }),
  };
  if (exchange.method === 'HEAD' || length === 0) {
    exchange.reply(status, all);
    return;
  }
  if (length > smallBytes) {
    await pour(exchange.open(status, all), file.pieces(start, end));
    return;
  }
  const bytes = await file.bytes(start, end);
  if (bytes.length < length) throw new Error('A file became shorter while it was read.');
  exchange.reply(status, all, bytes);
};
