import { CancelledError } from '@organism/cell';
import { HttpError } from './errors.ts';
import type { Exchange } from './exchange.ts';

const tooLarge = (limit: number): HttpError =>
  new HttpError('RESPIRATORY_BODY_TOO_LARGE', `The body must not be larger than ${limit} bytes.`, {
    extensions: { limit },
  });

const checkType = (exchange: Exchange): void => {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = exchange.request.headers;
  const [mime = '', ...parameters] = type
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  if (mime !== 'application/json' && !/^application\/[\w.-]+\+json$/.test(mime)) {
    throw new HttpError(
      'RESPIRATORY_UNSUPPORTED_MEDIA_TYPE',
      `The body must be application/json; got ${mime === '' ? 'no content type' : 'another type'}.`,
    );
  }
  const charset = parameters
    .find((part) => part.startsWith('charset='))
    ?.slice('charset='.length)
    .replaceAll('"', '');
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8')
    throw new HttpError('RESPIRATORY_UNSUPPORTED_MEDIA_TYPE', 'The body must be in UTF-8.');
  if (encoding !== 'identity')
    throw new HttpError('RESPIRATORY_UNSUPPORTED_MEDIA_TYPE', 'The body must not be compressed.');
};

const readBytes = (exchange: Exchange, limit: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const { request } = exchange;
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) {
        request.removeAllListeners('data');
        reject(tooLarge(limit));
      } else chunks.push(chunk);
    });
    request.on('end', () =>
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)),
    );
    request.on('error', (cause) => reject(new CancelledError('The client went away.', { cause })));
    request.on('close', () => reject(new CancelledError('The client went away.')));
  });

/** Where a JSON text breaks off, without quoting it. */
const position = (error: unknown, text: string): string => {
  const found = /position (\d+)/.exec(error instanceof Error ? error.message : '');
  if (found === null) return text.trim() === '' ? ': it is empty' : '';
  const before = text.slice(0, Number(found[1])).split('\n');
  return ` at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads a JSON body.
 *
 * @returns the value, or undefined when there is no body.
 * @throws {HttpError} 413, 415 or 400; a body that announces itself too large is refused before it is read.
 */
export const readJson = async (exchange: Exchange, limit: number): Promise<unknown> => {
  const { headers } = exchange.request;
  const announced = headers['content-length'];
  if (announced === '0' || (announced === undefined && headers['transfer-encoding'] === undefined)) return undefined;
  if (Number(announced ?? 0) > limit) throw tooLarge(limit);
  checkType(exchange);
  const bytes = await readBytes(exchange, limit);
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch (cause) {
    throw new HttpError('RESPIRATORY_BAD_JSON', 'The body is not valid UTF-8.', { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HttpError('RESPIRATORY_BAD_JSON', `The body is not valid JSON${position(cause, text)}.`, { cause });
  }
};
