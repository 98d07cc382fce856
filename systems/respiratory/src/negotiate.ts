interface Range {
  readonly type: string;
  readonly subtype: string;
  readonly weight: number;
}

const weightForm = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

const rangesOf = (accept: string): readonly Range[] => {
  const ranges: Range[] = [];
  for (const part of accept.split(',')) {
    const [name = '', ...parameters] = part.split(';').map((piece) => piece.trim());
    const [type = '', subtype = ''] = name.toLowerCase().split('/');
    if (type === '' || subtype === '') continue;
    const q = parameters.find((parameter) => /^q\s*=/i.test(parameter))?.replace(/^q\s*=\s*/i, '');
    if (q !== undefined && !weightForm.test(q)) continue;
    ranges.push({ type, subtype, weight: q === undefined ? 1 : Number(q) });
  }
  return ranges;
};

/** How exactly a range names a type; 0: not at all. */
const closeness = (range: Range, type: string, subtype: string): number => {
  if (range.type === '*' && range.subtype === '*') return 1;
  if (range.type !== type) return 0;
  if (range.subtype === '*') return 2;
  if (range.subtype === subtype) return 4;
  // Who takes problem+json, geo+json or the like can read JSON.
  return subtype === 'json' && range.subtype.endsWith('+json') ? 3 : 0;
};

/**
 * Content negotiation: which of the types a server can make to send, by the request's `accept`.
 *
 * @param available without parameters, the one the server likes best first.
 * @returns the index of the type of the highest weight; -1 when none is accepted.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { negotiateType } from '@organism/respiratory';
 *
 * assert.equal(negotiateType('text/html;q=0.5, application/json', ['text/html', 'application/json']), 1);
 * assert.equal(negotiateType('image/*', ['text/html']), -1);
 * ```
 * @see RFC 9110 section 12.5.1
 */
export const negotiateType = (accept: string | undefined, available: readonly string[]): number => {
  if (accept === undefined || accept === '*/*' || accept === '') return 0;
  if (accept === available[0]) return 0;
  const ranges = rangesOf(accept);
  let best = -1;
  let bestWeight = 0;
  for (const [index, name] of available.entries()) {
    const [type = '', subtype = ''] = name.split('/');
    let weight = 0;
    let exactness = 0;
    for (const range of ranges) {
      const close = closeness(range, type, subtype);
      if (close > exactness) [exactness, weight] = [close, range.weight];
    }
    if (weight > bestWeight) [best, bestWeight] = [index, weight];
  }
  return best;
};
