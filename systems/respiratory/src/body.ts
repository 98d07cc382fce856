import { HttpError } from './errors.ts';
import type { Exchange } from './exchange/exchange.ts';
import { parseJson } from './json.ts';

/** Media type and parameters of a `content-type` header, in lower case. */
export const mediaTypeOf = (type: string): { readonly mime: string; readonly charset: string | undefined } => {
  const [mime = '', ...parameters] = type.split(';');
  const charset = parameters
    .map((part) => part.trim().toLowerCase())
    .find((part) => part.startsWith('charset='))
    ?.slice('charset='.length)
    .replaceAll('"', '');
  return { mime: mime.trim().toLowerCase(), charset };
};

const isJson = (mime: string): boolean => mime === 'application/json' || /^application\/[\w.-]+\+json$/.test(mime);

/** @throws {HttpError} 415 */
const checkType = (exchange: Exchange): void => {
  const encoding = exchange.header('content-encoding');
  const type = exchange.header('content-type') ?? '';
  if (type !== 'application/json') {
    const { mime, charset } = mediaTypeOf(type);
    if (!isJson(mime))
      throw new HttpError(
        'RESPIRATORY_UNSUPPORTED_MEDIA_TYPE',
        `The body must be application/json; got ${mime === '' ? 'no content type' : 'another type'}.`,
      );
    if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8')
      throw new HttpError('RESPIRATORY_UNSUPPORTED_MEDIA_TYPE', 'The body must be in UTF-8.');
  }
  if (encoding !== undefined && encoding !== 'identity')
    throw new HttpError('RESPIRATORY_UNSUPPORTED_MEDIA_TYPE', 'The body must not be compressed.');
};

/** Whether a body comes with the request, as its headers say; refuses one that announces itself too large. */
export const announcesBody = (exchange: Exchange, limit: number): boolean => {
  const announced = exchange.header('content-length');
  if (announced === undefined) return exchange.header('transfer-encoding') !== undefined || !exchange.drained;
  if (Number(announced) > limit) throw HttpError.tooLarge(limit);
  return announced !== '0';
};

/**
 * Reads a JSON body.
 *
 * @returns the value, or undefined when there is no body.
 * @throws {HttpError} 413, 415 or 400; a body that announces itself too large is refused before it is read.
 */
export const readJson = async (exchange: Exchange, limit: number): Promise<unknown> => {
  if (!announcesBody(exchange, limit)) return undefined;
  checkType(exchange);
  return parseJson(await exchange.readBytes(limit));
};
