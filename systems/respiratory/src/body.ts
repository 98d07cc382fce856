import type { Format } from './endpoint/format.ts';
import { HttpError } from './errors.ts';
import type { Exchange } from './exchange/exchange.ts';
import { poisoned } from './json.ts';

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

const checkEncoding = (exchange: Exchange): void => {
  const encoding = exchange.header('content-encoding');
  if (encoding !== undefined && encoding !== 'identity')
    throw new HttpError('RESPIRATORY_UNSUPPORTED_MEDIA_TYPE', 'The body must not be compressed.');
};

/** @throws {HttpError} 415 */
const checkType = (exchange: Exchange): void => {
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
  checkEncoding(exchange);
};

/** Whether a body comes with the request, as its headers say; refuses one that announces itself too large. */
export const announcesBody = (exchange: Exchange, limit: number): boolean => {
  const announced = exchange.header('content-length');
  if (announced === undefined) return exchange.header('transfer-encoding') !== undefined || !exchange.drained;
  if (Number(announced) > limit) throw HttpError.tooLarge(limit);
  return announced !== '0';
};

/**
 * Whether a JSON body is to be read, which {@link parseJson} then takes.
 *
 * @throws {HttpError} 413 or 415; a body that announces itself too large is refused before it is read.
 */
export const expectsJson = (exchange: Exchange, limit: number): boolean => {
  if (!announcesBody(exchange, limit)) return false;
  checkType(exchange);
  return true;
};

/** Reads bodies of other types than JSON, by the formats that can. */
export const bodyReader = (formats: readonly Format[]): BodyReader | undefined => {
  const decoders = new Map<string, NonNullable<Format['decode']>>();
  for (const { type, aliases = [], decode } of formats)
    if (decode !== undefined) for (const name of [type, ...aliases]) decoders.set(name, decode);
  if (decoders.size === 0) return undefined;
  return (exchange, limit) => {
    if (!announcesBody(exchange, limit)) return undefined;
    const { mime } = mediaTypeOf(exchange.header('content-type') ?? '');
    const decode = decoders.get(mime);
    if (decode === undefined) return undefined;
    checkEncoding(exchange);
    return exchange.readBytes(limit).then((bytes) => decoded(decode, bytes));
  };
};

/** Gives undefined when there is no body, or one that is to be read as JSON. */
export type BodyReader = (exchange: Exchange, limit: number) => Promise<unknown> | undefined;

const decoded = (decode: NonNullable<Format['decode']>, bytes: Uint8Array): unknown => {
  let value: unknown;
  try {
    value = decode(bytes);
  } catch (cause) {
    if (cause instanceof HttpError) throw cause;
    throw new HttpError('RESPIRATORY_BAD_BODY', 'The body is not valid in its type.', { cause });
  }
  if (poisoned(value))
    throw new HttpError(
      'RESPIRATORY_BAD_BODY',
      'The body must not have the keys "__proto__" or "constructor.prototype".',
    );
  return value;
};
