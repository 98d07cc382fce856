import { Muscle } from '@organism/muscular';
import { endpoint, type Format, json, Lung } from '@organism/respiratory';
import { cbor } from '@organism/respiratory/cbor';
import { msgpack } from '@organism/respiratory/msgpack';
import { Bone } from '@organism/skeletal';
import { Decoder, Encoder } from 'cbor-x';
import fc from 'fast-check';
import { pack, unpack } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const Note = new Bone('note', z.object({ text: z.string(), size: z.number().optional() }));
const write = new Muscle({ name: 'write', input: Note, output: Note, run: (note) => note });
const lung = new Lung({ endpoints: [endpoint('POST /notes', write, { formats: [json, msgpack, cbor] })] });

const options = { useRecords: false, mapsAsObjects: true };
const [encoder, decoder] = [new Encoder(options), new Decoder(options)];
const cases: [string, Format, string, (value: unknown) => Uint8Array, (bytes: Uint8Array) => unknown][] = [
  ['MessagePack', msgpack, 'application/vnd.msgpack', pack, unpack],
  ['CBOR', cbor, 'application/cbor', (value) => encoder.encode(value), (bytes) => decoder.decode(bytes)],
];
const post = (type: string, body: Uint8Array, accept = type): Promise<Response> =>
  lung.inject('POST /notes', { headers: { 'content-type': type, accept }, body: new Uint8Array(body) });

describe.each(cases)('%s', (_name, format, type, encode, decode) => {
  it('is taken and given, as the client says', async () => {
    const answer = await post(type, encode({ text: 'a', size: 1.5 }));
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('vary')]).toEqual([
      200,
      type,
      'accept',
    ]);
    expect(decode(new Uint8Array(await answer.arrayBuffer()))).toEqual({ text: 'a', size: 1.5 });
    expect(await (await post(type, encode({ text: 'a' }), 'application/json')).json()).toEqual({ text: 'a' });
    const fromJson = await lung.inject('POST /notes', { json: { text: 'b' }, headers: { accept: type } });
    expect(decode(new Uint8Array(await fromJson.arrayBuffer()))).toEqual({ text: 'b' });
  });

  it('is checked by the Bone, and its errors are problems in JSON', async () => {
    const answer = await post(type, encode({ text: 1 }));
    expect([answer.status, answer.headers.get('content-type')]).toEqual([422, 'application/problem+json']);
  });

  it('property: gives back every value that JSON has', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const plain = JSON.parse(JSON.stringify(value).replaceAll('"__proto__"', '"proto"')) as unknown;
        const bytes = format.encode(plain) as Uint8Array;
        expect(JSON.stringify(format.decode?.(bytes))).toBe(JSON.stringify(plain));
      }),
    );
  });

  it('property: refuses or reads any bytes, and never runs away', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          format.decode?.(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses what breaks off, goes on, or is too deep', async () => {
    const whole = encode({ text: 'a' });
    for (const bytes of [whole.slice(0, -1), new Uint8Array([...whole, 0])])
      expect((await post(type, bytes)).status).toBe(400);
    const nested = (levels: number): Uint8Array<ArrayBuffer> =>
      new Uint8Array([...Array.from({ length: levels }, () => (type === 'application/cbor' ? 0x81 : 0x91)), 1]);
    // Read, and then refused by its shape; one level more, and it is not read.
    expect([(await post(type, nested(500))).status, (await post(type, nested(502))).status]).toEqual([422, 400]);
  });
});

describe('hostile bodies', () => {
  const nested = (head: number[], times: number): Uint8Array =>
    new Uint8Array(Array.from({ length: times }, () => head).flat());

  it.each([
    ['a list of 30 million entries in 5 bytes', 'application/vnd.msgpack', nested([0xdd, 1, 0xc9, 0xc3, 0x80], 1)],
    ['a hundred of them, one in the other', 'application/vnd.msgpack', nested([0xdd, 1, 0xc9, 0xc3, 0x80], 100)],
    ['a map that announces more than comes', 'application/vnd.msgpack', nested([0xdf, 0xff, 0xff, 0xff, 0xff], 1)],
    ['an extension type', 'application/vnd.msgpack', new Uint8Array([0xd4, 1, 0])],
    ['a date', 'application/vnd.msgpack', pack(new Date(0))],
    ['a list of 30 million entries', 'application/cbor', nested([0x9a, 1, 0xc9, 0xc3, 0x80], 1)],
    ['a text longer than all bytes', 'application/cbor', nested([0x7b, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 1)],
    ['a tag', 'application/cbor', new Encoder().encode(new Date(0))],
    ['an indefinite length', 'application/cbor', new Uint8Array([0x9f, 0xff])],
  ])('refuses %s', async (_name, type, bytes) => {
    const before = process.memoryUsage().rss;
    const answer = await post(type, bytes);
    expect([answer.status, (await answer.json()) as object]).toMatchObject([400, { code: 'RESPIRATORY_BAD_BODY' }]);
    expect(process.memoryUsage().rss - before).toBeLessThan(50e6);
  });

  it('refuses keys that would become prototypes', async () => {
    const bytes = new Encoder({ useRecords: false }).encode(new Map([['constructor', new Map([['prototype', 1]])]]));
    expect((await post('application/cbor', bytes)).status).toBe(400);
  });

  it('refuses other types, compressed ones, and those of endpoints that do not take them', async () => {
    expect((await post('application/x-other', pack({ text: 'a' }), '*/*')).status).toBe(415);
    const headers = { 'content-type': 'application/cbor', 'content-encoding': 'gzip' };
    expect((await lung.inject('POST /notes', { headers, body: new Uint8Array([0]) })).status).toBe(415);
    const plain = new Lung({ endpoints: [endpoint('POST /notes', write)] });
    const sent = { headers: { 'content-type': 'application/msgpack' }, body: new Uint8Array(pack({ text: 'a' })) };
    expect((await plain.inject('POST /notes', sent)).status).toBe(415);
  });

  it('stands in the API document', () => {
    expect(lung.openApi()).toMatchObject({
      paths: {
        '/notes': {
          post: {
            requestBody: { content: { 'application/json': {}, 'application/vnd.msgpack': {}, 'application/cbor': {} } },
            responses: { 200: { content: { 'application/json': {}, 'application/vnd.msgpack': {} } } },
          },
        },
      },
    });
  });
});
