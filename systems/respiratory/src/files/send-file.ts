import { type FileHandle, open } from 'node:fs/promises';
import { preconditionStatus, rangeStillFits } from '../conditions.ts';
import { HttpError } from '../errors.ts';
import type { Exchange, ResponseHeaders } from '../exchange/exchange.ts';
import { pour } from '../exchange/outlet.ts';
import { parseRange } from '../range.ts';

/** What is sent. */
export interface FileToSend {
  readonly path: string;
  readonly contentType: string;
  readonly cacheControl: string;
  /** How the file is compressed. */
  readonly encoding?: string | undefined;
}

const send = async (exchange: Exchange, handle: FileHandle, file: FileToSend): Promise<void> => {
  const info = await handle.stat();
  if (!info.isFile()) throw HttpError.notFound();
  const etag = `"${info.size.toString(36)}-${Math.round(info.mtimeMs * 1000).toString(36)}${file.encoding === undefined ? '' : `-${file.encoding}`}"`;
  const validators = { etag, modifiedMs: info.mtimeMs };
  const headers: ResponseHeaders = {
    etag,
    'last-modified': info.mtime.toUTCString(),
    'cache-control': file.cacheControl,
    'accept-ranges': 'bytes',
    'x-content-type-options': 'nosniff',
    ...(file.encoding !== undefined && { 'content-encoding': file.encoding }),
  };
  const status = preconditionStatus(exchange, validators);
  if (status === 304) {
    exchange.reply(304, headers);
    return;
  }
  if (status === 412) throw new HttpError('RESPIRATORY_PRECONDITION_FAILED', 'The file is another than you expect.');
  const asked = rangeStillFits(exchange, validators) ? parseRange(exchange.header('range'), info.size) : undefined;
  if (asked === 'unsatisfiable') {
    exchange.setHeader('content-range', `bytes */${info.size}`);
    throw new HttpError('RESPIRATORY_RANGE_NOT_SATISFIABLE', `The file has ${info.size} bytes.`);
  }
  const { start, end } = asked ?? { start: 0, end: info.size - 1 };
  const outlet = exchange.open(asked === undefined ? 200 : 206, {
    ...headers,
    'content-type': file.contentType,
    'content-length': end - start + 1,
    ...(asked !== undefined && { 'content-range': `bytes ${start}-${end}/${info.size}` }),
  });
  if (exchange.method === 'HEAD' || end < start) {
    outlet.end();
    return;
  }
  await pour(outlet, handle.createReadStream({ start, end, autoClose: false, highWaterMark: 256 * 1024 }));
};

/**
 * Sends a file: whole, a range of it, or only word that the client has it. Read through one handle, so that a file
 * that is replaced meanwhile is not sent in two halves.
 *
 * @throws {HttpError} 404, 412 or 416
 */
export const sendFile = async (exchange: Exchange, file: FileToSend): Promise<void> => {
  let handle: FileHandle;
  try {
    handle = await open(file.path, 'r');
  } catch {
    throw HttpError.notFound();
  }
  try {
    await send(exchange, handle, file);
  } finally {
    await handle.close();
  }
};
