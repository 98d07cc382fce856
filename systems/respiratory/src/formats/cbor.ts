import { Decoder, Encoder } from 'cbor-x';
import type { Format } from '../endpoint/format.ts';
import { badBody, Scan } from './scan.ts';

const encoder = new Encoder({ useRecords: false, tagUint8Array: false, variableMapSize: true });
const decoder = new Decoder({ useRecords: false, mapsAsObjects: true });

/** @see RFC 8949 section 3 */
const scan = (bytes: Uint8Array): void => {
  const source = new Scan('CBOR', bytes);
  const argument = (info: number): number => {
    if (info < 24) return info;
    if (info <= 27) return source.uint(([1, 2, 4, 8] as const)[(info - 24) as 0 | 1 | 2 | 3]);
    throw badBody('CBOR', 'lengths must be definite');
  };
  const one = (depth: number): void => {
    const head = source.uint(1);
    const [major, value] = [head >> 5, argument(head & 31)];
    if (major === 2 || major === 3) source.skip(value);
    else if (major === 4) source.values(value, depth, one);
    else if (major === 5) source.values(2 * value, depth, one);
    else if (major === 6) throw badBody('CBOR', 'tags are not taken');
  };
  one(0);
  source.end();
};

/**
 * CBOR: a format of endpoints, for bodies and responses, of the same values as JSON and bytes. Tags and indefinite lengths
 * are refused. Needs `cbor-x`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { decode } from 'cbor-x';
 * import { Muscle } from '@organism/muscular';
 * import { endpoint, json, Lung } from '@organism/respiratory';
 * import { cbor } from '@organism/respiratory/cbor';
 *
 * const show = new Muscle({ name: 'show', run: () => ({ name: 'Ada' }) });
 * const lung = new Lung({ endpoints: [endpoint('GET /person', show, { formats: [json, cbor] })] });
 * const answer = await lung.inject('GET /person', { headers: { accept: 'application/cbor' } });
 * assert.deepEqual(decode(new Uint8Array(await answer.arrayBuffer())), { name: 'Ada' });
 * ```
 * @see RFC 8949
 */
export const cbor: Format = {
  type: 'application/cbor',
  encode: (value) => encoder.encode(value),
  decode: (bytes) => {
    scan(bytes);
    return decoder.decode(bytes) as unknown;
  },
};
