import { Packr, Unpackr } from 'msgpackr';
import type { Format } from '../endpoint/format.ts';
import { badBody, Scan } from './scan.ts';

const type = 'application/vnd.msgpack';
const packr = new Packr({ useRecords: false, variableMapSize: true });
const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true, int64AsType: 'number' });

/** @see MessagePack specification, "Formats" */
const scan = (bytes: Uint8Array): void => {
  const source = new Scan('MessagePack', bytes);
  const one = (depth: number): void => {
    const tag = source.uint(1);
    if (tag <= 0x7f || tag >= 0xe0) return;
    if (tag <= 0x8f) source.values(2 * (tag & 15), depth, one);
    else if (tag <= 0x9f) source.values(tag & 15, depth, one);
    else if (tag <= 0xbf) source.skip(tag & 31);
    else rest(tag, depth);
  };
  const rest = (tag: number, depth: number): void => {
    const sizes = [1, 2, 4] as const;
    if (tag === 0xc0 || tag === 0xc2 || tag === 0xc3) return;
    if (tag >= 0xc4 && tag <= 0xc6) source.skip(source.uint(sizes[tag - 0xc4] ?? 4));
    else if (tag === 0xca) source.skip(4);
    else if (tag === 0xcb) source.skip(8);
    else if (tag >= 0xcc && tag <= 0xd3) source.skip(1 << ((tag - 0xcc) & 3));
    else if (tag >= 0xd9 && tag <= 0xdb) source.skip(source.uint(sizes[tag - 0xd9] ?? 4));
    else if (tag === 0xdc || tag === 0xdd) source.values(source.uint(tag === 0xdc ? 2 : 4), depth, one);
    else if (tag === 0xde || tag === 0xdf) source.values(2 * source.uint(tag === 0xde ? 2 : 4), depth, one);
    else throw badBody('MessagePack', 'extension types are not taken');
  };
  one(0);
  source.end();
};

/**
 * MessagePack: a format of endpoints, for bodies and responses, of the same values as JSON and bytes. Extension types are
 * refused. Needs `msgpackr`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { unpack } from 'msgpackr';
 * import { Muscle } from '@organism/muscular';
 * import { endpoint, json, Lung } from '@organism/respiratory';
 * import { msgpack } from '@organism/respiratory/msgpack';
 *
 * const show = new Muscle({ name: 'show', run: () => ({ name: 'Ada' }) });
 * const lung = new Lung({ endpoints: [endpoint('GET /person', show, { formats: [json, msgpack] })] });
 * const answer = await lung.inject('GET /person', { headers: { accept: 'application/vnd.msgpack' } });
 * assert.deepEqual(unpack(new Uint8Array(await answer.arrayBuffer())), { name: 'Ada' });
 * ```
 */
export const msgpack: Format = {
  type,
  aliases: ['application/msgpack', 'application/x-msgpack'],
  encode: (value) => packr.pack(value),
  decode: (bytes) => {
    scan(bytes);
    return unpackr.unpack(bytes) as unknown;
  },
};
