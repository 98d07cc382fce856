import { BloodCellError } from './errors.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** Percent-encodes what a header can't hold, and spaces, quotes and percent signs. @see CloudEvents HTTP, 3.1.3.2 */
export const encodeHeaderValue = (value: string): string =>
  value.replace(/[^!#$&-~]/gu, (character) => {
    let out = '';
    for (const byte of encoder.encode(character)) out += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    return out;
  });

const unquote = (value: string): string =>
  value.length > 1 && value.startsWith('"') && value.endsWith('"')
    ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1')
    : value;

/**
 * Undoes the encoding of a header's value: quotes first, then one round of percent-decoding.
 *
 * @throws {BloodCellError} when the bytes are not UTF-8.
 */
export const decodeHeaderValue = (value: string, name: string): string =>
  unquote(value).replaceAll(/(?:%[0-9A-Fa-f]{2})+/g, (run) => {
    try {
      return decoder.decode(Buffer.from(run.replaceAll('%', ''), 'hex'));
    } catch (cause) {
      throw new BloodCellError(name, 'percent-encoded UTF-8', value, { cause });
    }
  });
