import { HttpError } from '../errors.ts';
import type { Exchange } from '../exchange/exchange.ts';

/** The one version of the protocol there is. */
export const tusVersion = '1.0.0';

const bad = (header: string, rule: string): HttpError =>
  new HttpError('RESPIRATORY_BAD_HEADER', `${header} must be ${rule}.`, { extensions: { header } });

/** A header that is a whole number of bytes. @throws {HttpError} `RESPIRATORY_BAD_HEADER` */
export const readCount = (exchange: Exchange, header: string): number | undefined => {
  const text = exchange.header(header.toLowerCase());
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw bad(header, 'a whole number of 0 or more');
  return Number(text);
};

const decodeBase64 = (text: string): Uint8Array => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));

/** `Upload-Metadata` as pairs. @throws {HttpError} `RESPIRATORY_BAD_HEADER` */
export const parseMetadata = (header: string | undefined): Readonly<Record<string, string>> => {
  const metadata: Record<string, string> = {};
  for (const pair of (header ?? '').split(',')) {
    const [key = '', encoded = '', ...rest] = pair.trim().split(' ');
    if (key === '' && encoded === '') continue;
    if (key === '' || rest.length > 0 || key === '__proto__' || Object.hasOwn(metadata, key))
      throw bad('Upload-Metadata', 'pairs of a unique key and a Base64 value');
    try {
      metadata[key] = new TextDecoder('utf-8', { fatal: true }).decode(decodeBase64(encoded));
    } catch {
      throw bad('Upload-Metadata', 'pairs of a unique key and a Base64 value');
    }
  }
  return metadata;
};

const encodeBase64 = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

/** Pairs as `Upload-Metadata`. */
export const formatMetadata = (metadata: Readonly<Record<string, string>>): string =>
  Object.entries(metadata)
    .map(([key, value]) => (value === '' ? key : `${key} ${encodeBase64(value)}`))
    .join(',');

/** `Upload-Checksum`: an algorithm and the sum. @throws {HttpError} `RESPIRATORY_BAD_HEADER` */
export const parseChecksum = (
  header: string | undefined,
  algorithms: readonly string[],
): { readonly algorithm: string; readonly sum: string } | undefined => {
  if (header === undefined) return undefined;
  const [algorithm = '', sum = ''] = header.split(' ');
  if (!algorithms.includes(algorithm) || sum === '')
    throw bad('Upload-Checksum', `one of ${algorithms.join(', ')} and a Base64 sum`);
  return { algorithm, sum };
};
