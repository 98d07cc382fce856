/** Content codings that can be made and read. `identity` leaves the bytes as they are. */
export type Encoding = 'gzip' | 'deflate' | 'br' | 'zstd' | 'identity';

interface Preference {
  readonly name: string;
  readonly weight: number;
}

/** RFC 9110, section 12.4.2: at most three decimals, from 0 to 1. */
const weightForm = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

const readPreference = (part: string): Preference | undefined => {
  const [name = '', ...parameters] = part.split(';').map((piece) => piece.trim());
  if (name === '') return undefined;
  let weight = 1;
  for (const parameter of parameters) {
    const [key = '', value = ''] = parameter.split('=').map((piece) => piece.trim());
    if (key.toLowerCase() !== 'q') continue;
    if (!weightForm.test(value)) return undefined;
    weight = Number(value);
  }
  return { name: name.toLowerCase(), weight };
};

/** Names that mean the same. RFC 9110, section 8.4.1.3 */
const aliases: Readonly<Record<string, string>> = { 'x-gzip': 'gzip' };

/**
 * Content negotiation: the coding to answer with, by the request's `Accept-Encoding`.
 *
 * @param header the field's value; undefined when the request has none, and then anything goes: `identity` it is.
 * @param available what the server can make, the one it likes best first. Default: br, zstd, gzip, deflate.
 * @returns the coding of the highest weight, of those the one the server likes best; `identity` when none is accepted;
 *   undefined when even that is refused (answer 406, or send it all the same: RFC 9110 allows both).
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { negotiateEncoding } from '@organism/metabolic/compression';
 *
 * assert.equal(negotiateEncoding('gzip, br;q=0.8'), 'gzip');
 * assert.equal(negotiateEncoding('gzip, br, zstd'), 'br');
 * assert.equal(negotiateEncoding('*;q=0'), undefined);
 * ```
 * @see RFC 9110 section 12.5.3
 */
export const negotiateEncoding = (
  header: string | undefined,
  available: readonly Encoding[] = ['br', 'zstd', 'gzip', 'deflate'],
): Encoding | undefined => {
  if (header === undefined) return 'identity';
  const weights = new Map<string, number>();
  for (const part of header.split(',')) {
    const preference = readPreference(part);
    if (preference === undefined) continue;
    const name = aliases[preference.name] ?? preference.name;
    // The first of two for one name: later ones can't take back what was said.
    if (!weights.has(name)) weights.set(name, preference.weight);
  }
  const others = weights.get('*');
  let best: Encoding | undefined;
  let bestWeight = 0;
  for (const encoding of available) {
    const weight = weights.get(encoding) ?? (encoding === 'identity' ? 0 : (others ?? 0));
    if (weight > bestWeight) [best, bestWeight] = [encoding, weight];
  }
  if (best !== undefined && bestWeight >= (weights.get('identity') ?? 0)) return best;
  // Not compressing is fine unless it is refused by name, or by a star that nothing contradicts.
  const isIdentityFine = (weights.get('identity') ?? (others === 0 ? 0 : 1)) > 0;
  return isIdentityFine ? 'identity' : best;
};
