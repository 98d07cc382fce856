import { OptionError, OrganismError } from '@organism/cell';
import { Bone } from '@organism/skeletal';
import { valuesOf } from '@organism/testing';
import type { Envelope } from '@organism/circulatory';
import { jsonEnvelopes } from '@organism/circulatory';
import {
  boneFingerprint,
  DamagedMessageError,
  hemoglobin,
  type HemoglobinOptions,
  MessageTooLargeError,
  NotEncodableError,
  UnknownFormatError,
  UnknownSchemaError,
} from '@organism/circulatory/hemoglobin';
import * as fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const Line = z.object({ sku: z.string(), count: z.int(), note: z.string().optional(), gift: z.boolean().optional() });
const Order = new Bone(
  'shop.order',
  z.object({
    id: z.string(),
    total: z.number(),
    lines: z.array(Line),
    address: z.object({ street: z.string(), zip: z.string().nullable() }).optional(),
    tags: z.record(z.string(), z.string()),
    state: z.enum(['open', 'paid']),
  }),
);

const order = {
  id: 'o1',
  total: 12.5,
  lines: [{ sku: 'a', count: 2, note: 'red' }],
  tags: { shop: 'lisbon' },
  state: 'open',
};

const envelopeOf = (data: unknown, other: Partial<Envelope> = {}): Envelope => ({
  id: 'm-7',
  type: 'shop.order',
  source: '/shop',
  time: '2026-01-01T12:34:56.789Z',
  data,
  headers: {},
  ...other,
});

const back = (options: HemoglobinOptions, envelope: Envelope): Envelope => {
  const bytes = hemoglobin(options).encode(envelope);
  return hemoglobin(options).decode(Uint8Array.from(bytes));
};

describe('messages in MessagePack', () => {
  it('come back as they were, in a codec that has not written them', () => {
    for (const envelope of [
      envelopeOf(order),
      envelopeOf(order, { key: 'ada' }),
      envelopeOf(order, { headers: { traceparent: 't', 'x-correlation-id': 'c', 'retry-of': '6' } }),
      envelopeOf({ ...order, address: { street: 'Rua 1', zip: null } }),
      envelopeOf(null, { type: 'no.bone' }),
      envelopeOf(undefined, { type: 'no.bone', key: 'k' }),
    ])
      expect(back({ bones: [Order] }, envelope)).toEqual(envelope);
  });

  it('keep what JSON can not say', () => {
    const Rich = new Bone(
      'rich',
      z.object({
        at: z.date(),
        big: z.bigint(),
        scores: z.map(z.string(), z.number()),
        seen: z.set(z.string()),
        bytes: z.instanceof(Uint8Array),
        nothing: z.undefined(),
        far: z.number(),
      }),
    );
    const value = {
      at: new Date(1_234_567),
      big: 12_345_678_901_234_567_890_123_456_789n,
      scores: new Map([['a', 1]]),
      seen: new Set(['x', 'y']),
      bytes: Uint8Array.of(1, 2, 255),
      nothing: undefined,
      far: 2 ** 53 - 1,
    };
    const { data } = back({ bones: [Rich] }, envelopeOf(value, { type: 'rich' }));
    expect(data).toStrictEqual(value);
    expect((data as typeof value).bytes.constructor).toBe(Uint8Array);
    expect(Rich.parse(data)).toEqual(value);
  });

  it('leave the names of fields to the Bone, in whatever order they come', () => {
    const codec = hemoglobin({ bones: [Order] });
    const text = (data: unknown): string => Buffer.from(codec.encode(envelopeOf(data))).toString('latin1');
    const { id, total, lines, tags, state } = order;
    for (const data of [order, { state, tags, lines: [{ note: 'red', count: 2, sku: 'a' }], total, id }, order])
      for (const name of ['total', 'lines', 'sku', 'shop.order']) expect(text(data)).not.toContain(name);
    const shuffled = envelopeOf({ state, tags, lines, total, id });
    expect(codec.decode(codec.encode(shuffled))).toEqual(shuffled);
  });

  it('are smaller than those that say their names', () => {
    const ours = hemoglobin({ bones: [Order] }).encode(envelopeOf(order));
    const named = hemoglobin().encode(envelopeOf(order));
    expect(hemoglobin().decode(named)).toEqual(envelopeOf(order));
    expect(ours.length).toBeLessThan(named.length * 0.7);
  });

  it('of any Bone come back as they were', () => {
    const codec = hemoglobin({ bones: [Order], compression: { minBytes: 200 } });
    const texts = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(valuesOf(Order), texts, fc.option(texts, { nil: undefined }), (data, id, key) => {
        const envelope = envelopeOf(data, { id, ...(key !== undefined && { key }) });
        expect(codec.decode(codec.encode(envelope))).toEqual(envelope);
      }),
      { numRuns: 300 },
    );
  });

  it('of any value come back as they were, with and without a Bone that it fits', () => {
    // MessagePack has one zero, and one name is kept from what it could do.
    const double = fc.double().map((number) => (number === 0 ? 0 : number));
    const scalars = [fc.boolean(), fc.integer(), double, fc.string({ unit: 'grapheme' }), fc.constant(null)];
    const value = fc.anything({
      key: fc.string().filter((name) => !['__proto__', 'toJSON', 'hasOwnProperty'].includes(name)),
      values: [...scalars, fc.bigInt(), fc.date(), fc.constant(undefined), fc.uint8Array()],
      withMap: true,
      withSet: true,
      maxDepth: 4,
    });
    const codec = hemoglobin({ bones: [Order] });
    fc.assert(
      fc.property(value, fc.constantFrom('shop.order', 'no.bone'), (data, type) => {
        const envelope = envelopeOf(data, { type });
        expect(codec.decode(codec.encode(envelope))).toEqual(envelope);
      }),
      { numRuns: 300 },
    );
  });

  it('of a Bone that holds itself come back as they were', () => {
    interface Tree {
      readonly name: string;
      readonly children: readonly Tree[];
    }
    const tree: z.ZodType<Tree> = z.lazy(() => z.object({ name: z.string(), children: z.array(tree) }));
    const codec = hemoglobin({ bones: [new Bone('tree', tree)] });
    const data = { children: [{ name: 'b', children: [{ children: [], name: '' }] }], name: 'a' };
    const bytes = codec.encode(envelopeOf(data, { type: 'tree' }));
    expect(codec.decode(bytes).data).toEqual(data);
    expect(Buffer.from(bytes).includes('children')).toBe(false);
  });

  it('of more shapes than a table has room for come back as they were', () => {
    const names = Array.from({ length: 60 }, (_, index) => `part${index}`);
    const part = z.object({ a: z.string().optional(), b: z.number() });
    const Big = new Bone('big', z.object(Object.fromEntries(names.map((name) => [name, z.object({ [name]: part })]))));
    const data = Object.fromEntries(names.map((name, b) => [name, { [name]: b % 2 === 0 ? { b } : { a: 'x', b } }]));
    const shapes = Array.from({ length: 100 }, (_, index) => ({
      [`own${index}`]: index,
      common: { [`deep${index}`]: 1 },
    }));
    const codec = hemoglobin({ bones: [Big] });
    for (const value of [data, shapes, { ...data, shapes }, data]) {
      const envelope = envelopeOf(value, { type: 'big' });
      expect(codec.decode(codec.encode(envelope))).toEqual(envelope);
    }
  });

  it('stay what they were when the codec goes on, and share nothing with what is read', () => {
    const codec = hemoglobin();
    const bytes = Array.from({ length: 200 }, (_, index) => codec.encode(envelopeOf(index)));
    expect(bytes.map((one) => codec.decode(one).data)).toEqual(Array.from({ length: 200 }, (_, index) => index));
    const message = codec.encode(envelopeOf(Buffer.from('as it was')));
    const { data } = codec.decode(message);
    message.fill(0);
    expect(String(data)).toBe('as it was');
  });

  it('are refused when a value has no form, and the next is written as ever', () => {
    const codec = hemoglobin({ bones: [Order] });
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    for (const data of [Symbol('s'), { deep: Symbol('s') }, circle]) {
      expect(() => codec.encode(envelopeOf(data))).toThrow(NotEncodableError);
      expect(codec.decode(codec.encode(envelopeOf(order)))).toEqual(envelopeOf(order));
    }
  });

  it('name a Bone by what its bytes depend on, and by nothing else', () => {
    const V1 = new Bone('thing', z.object({ a: z.number() }));
    const stricter = new Bone('thing', z.object({ a: z.number().min(3).max(9) }), { description: 'A thing.' });
    const renamed = new Bone('thing', z.object({ b: z.number() }));
    const newer = new Bone('thing', z.object({ a: z.number() }), { version: 2 });
    const envelope = envelopeOf({ a: 5 }, { type: 'thing' });
    const bytes = hemoglobin({ bones: [V1] }).encode(envelope);
    expect(hemoglobin({ bones: [stricter] }).decode(bytes)).toEqual(envelope);
    for (const bone of [renamed, newer]) {
      const codec = hemoglobin({ bones: [bone] });
      expect(() => codec.decode(bytes)).toThrow(UnknownSchemaError);
      expect(() => codec.decode(bytes)).toThrow(`fingerprint ${boneFingerprint(V1)}, which`);
      expect(boneFingerprint(bone)).not.toBe(boneFingerprint(V1));
    }
    expect(boneFingerprint(V1)).toBe(Buffer.from(bytes).toString('hex', 3, 9));
    expect(hemoglobin({ bones: [V1, newer] }).decode(bytes)).toEqual(envelope);
  });

  it('are written by the version of the Bone that they say', () => {
    const V1 = new Bone('thing', z.object({ a: z.number() }));
    const V2 = V1.evolve(z.object({ b: z.number() }), { upcast: ({ a }) => ({ b: a }) });
    const codec = hemoglobin({ bones: [V1, V2] });
    const envelope = envelopeOf({ b: 5 }, { type: 'thing', headers: { 'x-schema-version': '2' } });
    const bytes = codec.encode(envelope);
    expect(codec.decode(bytes)).toEqual(envelope);
    const olderCodec = hemoglobin({ bones: [V1] });
    expect(() => olderCodec.decode(bytes)).toThrow(UnknownSchemaError);
  });
});

describe('messages in JSON', () => {
  const codec = hemoglobin({ format: 'json' });

  it('say what JSON can say, and refuse what it can not', () => {
    expect(codec.decode(codec.encode(envelopeOf(order, { key: 'k' })))).toEqual(envelopeOf(order, { key: 'k' }));
    expect(codec.decode(codec.encode(envelopeOf({ at: new Date(0) }))).data).toEqual({
      at: '1970-01-01T00:00:00.000Z',
    });
    expect(() => codec.encode(envelopeOf({ big: 1n }))).toThrow(NotEncodableError);
  });

  it('are JSON behind three bytes', () => {
    const bytes = Buffer.from(codec.encode(envelopeOf(order)));
    expect([...bytes.subarray(0, 3)]).toEqual([0xc1, 0x10, 0]);
    expect(JSON.parse(bytes.toString('utf8', 3))).toEqual(envelopeOf(order));
  });

  it('are refused when they are no envelope', () => {
    for (const value of [null, 7, [], {}, { ...envelopeOf(1), id: 7 }, { ...envelopeOf(1), headers: { a: 1 } }]) {
      const bytes = Buffer.concat([Uint8Array.of(0xc1, 0x10, 0), Buffer.from(JSON.stringify(value))]);
      expect(() => codec.decode(bytes)).toThrow(DamagedMessageError);
    }
  });
});

describe('bytes from elsewhere', () => {
  const all: readonly [string, HemoglobinOptions][] = [
    ['msgpack', { bones: [Order] }],
    ['msgpack without a Bone', {}],
    ['json', { format: 'json' }],
    ['gzip', { bones: [Order], compression: { algorithm: 'gzip', minBytes: 0 } }],
    ['brotli', { bones: [Order], compression: { algorithm: 'brotli', minBytes: 0 } }],
    ['zstd', { bones: [Order], compression: { algorithm: 'zstd', minBytes: 0 } }],
  ];
  const codes = ['DAMAGED', 'UNKNOWN_SCHEMA', 'UNKNOWN_FORMAT', 'UNKNOWN_KEY', 'TOO_LARGE', 'CORRUPT'];
  const isTyped = (error: unknown): boolean =>
    error instanceof OrganismError && codes.includes(error.code.replace('CIRCULATORY_', ''));
  const big = { ...order, lines: Array.from({ length: 20 }, (_, count) => ({ sku: 'abcdef', count })) };

  const survives = (options: HemoglobinOptions, bytes: Uint8Array): void => {
    const codec = hemoglobin(options);
    try {
      const envelope = codec.decode(bytes);
      expect(typeof envelope.id).toBe('string');
    } catch (error) {
      expect(isTyped(error)).toBe(true);
    }
  };

  it.each(all)('%s: a message cut short is refused, wherever it ends', (_name, options) => {
    const codec = hemoglobin(options);
    const bytes = codec.encode(envelopeOf(big));
    expect(codec.decode(bytes)).toEqual(envelopeOf(big));
    for (let length = 0; length < bytes.length; length += 1) {
      const cut = bytes.slice(0, length);
      expect(() => codec.decode(cut)).toThrow();
    }
    expect(codec.decode(bytes)).toEqual(envelopeOf(big));
  });

  it.each(all)('%s: a changed bit makes another message or a typed error, and harms no later one', (_name, options) => {
    const codec = hemoglobin(options);
    const bytes = codec.encode(envelopeOf(big));
    for (let at = 0; at < bytes.length; at += 1)
      for (let bit = 0; bit < 8; bit += 1) {
        const changed = Uint8Array.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ (1 << bit);
        try {
          codec.decode(changed);
        } catch (error) {
          expect(isTyped(error)).toBe(true);
        }
      }
    expect(codec.decode(bytes)).toEqual(envelopeOf(big));
  });

  it.each(all)('%s: any bytes end in a typed error or a message', (_name, options) => {
    const head = hemoglobin(options).encode(envelopeOf(order)).subarray(0, 9);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, hasHead) => {
        survives(options, hasHead ? Uint8Array.from([...head, ...bytes]) : bytes);
      }),
      { numRuns: 500 },
    );
  });

  it('that define structures anew do not change how others are read', () => {
    const codec = hemoglobin({ bones: [Order] });
    const good = codec.encode(envelopeOf(order));
    // Redefines each number of the table, in a message that is otherwise well-formed or not.
    for (let number = 0x40; number < 0x80; number += 1) {
      const evil = Uint8Array.from([...good.subarray(0, 9), 0xd4, 0x72, number, 0x91, 0xa1, 0x78, 0x01]);
      expect(() => codec.decode(evil)).toThrow(DamagedMessageError);
      expect(codec.decode(good)).toEqual(envelopeOf(order));
    }
  });

  it('that nest deeply or promise much are refused at once', () => {
    const head = hemoglobin().encode(envelopeOf(1)).subarray(0, 3);
    const codec = hemoglobin();
    const bombs = [
      new Uint8Array(1_000_000).fill(0x91),
      new Uint8Array(1_000_000).fill(0x7f),
      Uint8Array.of(0xdd, 0xff, 0xff, 0xff, 0xff),
      Uint8Array.of(0xdf, 0xff, 0xff, 0xff, 0xff),
      Uint8Array.of(0xc6, 0xff, 0xff, 0xff, 0xff),
      Uint8Array.of(0x95, 0xd5, 0x72, 0x60, 0x00, 0x91, 0xa1, 0x61, 0x60, 0x05),
    ];
    for (const bomb of bombs) {
      const bytes = Buffer.concat([head, bomb]);
      expect(() => codec.decode(bytes)).toThrow(DamagedMessageError);
    }
    expect(codec.decode(codec.encode(envelopeOf(order)))).toEqual(envelopeOf(order));
  });

  it('of a newer header, or another format, are named so', () => {
    const codec = hemoglobin({ bones: [Order] });
    const bytes = Uint8Array.from(codec.encode(envelopeOf(order)));
    const changed = (at: number, value: number): Uint8Array => bytes.with(at, value);
    expect(() => codec.decode(changed(1, 0x21))).toThrow(/version 2/);
    expect(() => codec.decode(changed(1, 0x17))).toThrow(/format 7/);
    expect(() => codec.decode(changed(2, 0x40))).toThrow(/flags 64/);
    expect(() => codec.decode(changed(1, 0x21))).toThrow(UnknownFormatError);
  });
});

describe('compression', () => {
  const long = envelopeOf({ ...order, id: 'x'.repeat(100_000) });

  it.each(['gzip', 'brotli', 'zstd'] as const)(
    '%s: begins at its threshold, and any codec of the format reads it',
    (algorithm) => {
      const codec = hemoglobin({ bones: [Order], compression: algorithm });
      const bytes = codec.encode(long);
      expect(bytes.length).toBeLessThan(1000);
      expect(hemoglobin({ bones: [Order] }).decode(bytes)).toEqual(long);
      const small = codec.encode(envelopeOf(order));
      expect([small[2], small.length]).toEqual([8, hemoglobin({ bones: [Order] }).encode(envelopeOf(order)).length]);
    },
  );

  it('leaves what does not get smaller', () => {
    const noise = Uint8Array.from(randomBytes(2000));
    const codec = hemoglobin({ compression: 'zstd' });
    const bytes = codec.encode(envelopeOf(noise));
    expect(bytes[2]).toBe(0);
    expect(codec.decode(bytes).data).toEqual(noise);
  });

  it('reads what its highest levels write', () => {
    const words = Array.from({ length: 50_000 }, (_, index) => `word${(index * 7919) % 10_000}`);
    for (const [algorithm, level] of [
      ['zstd', 19],
      ['gzip', 9],
    ] as const) {
      const codec = hemoglobin({ compression: { algorithm, level }, maxBytes: 10_000_000 });
      expect(codec.decode(codec.encode(envelopeOf(words))).data).toEqual(words);
    }
  });

  it('stops a bomb at maxBytes', () => {
    const codec = hemoglobin({ format: 'json', maxBytes: 10_000 });
    const zeros = new Uint8Array(5_000_000);
    const bombs = [gzipSync(zeros), brotliCompressSync(zeros), zstdCompressSync(zeros)];
    for (const [index, bomb] of bombs.entries()) {
      const bytes = Buffer.concat([Uint8Array.of(0xc1, 0x10, index + 1), bomb]);
      expect(() => codec.decode(bytes)).toThrow(MessageTooLargeError);
    }
    expect(() => codec.encode(long)).toThrow(MessageTooLargeError);
    const large = hemoglobin({ format: 'json' }).encode(long);
    expect(() => codec.decode(large)).toThrow(MessageTooLargeError);
    expect(() => codec.decode(jsonEnvelopes.encode(long))).toThrow(MessageTooLargeError);
  });

  it('takes good options only', () => {
    for (const options of [
      { compression: 'lzma' },
      { compression: { algorithm: 'gzip', level: 12 } },
      { compression: { minBytes: -1 } },
      { maxBytes: 0 },
      { format: 'xml' },
      { bones: [{ name: 'x' }] },
      { bones: [Order, Order] },
    ])
      expect(() => hemoglobin(options as unknown as HemoglobinOptions)).toThrow(OptionError);
  });
});

describe('a codec takes over from another', () => {
  it('reading what that has written in another format', () => {
    const formats = ['msgpack', 'json', 'protobuf'] as const;
    const bones = [Order.evolve(z.object({ id: z.string() }), { upcast: ({ id }) => ({ id }) })];
    const envelope = envelopeOf({ id: 'o1' }, { headers: { 'x-schema-version': '2' } });
    for (const from of formats)
      for (const to of formats) {
        const bytes = hemoglobin({ format: from, bones, compression: { minBytes: 0 } }).encode(envelope);
        expect(hemoglobin({ format: to, bones }).decode(bytes)).toEqual(envelope);
      }
  });

  it('but for Bones that have no form there', () => {
    const V1 = new Bone('thing', z.object({ a: z.string() }));
    const V2 = V1.evolve(z.object({ a: z.union([z.string(), z.number()]) }), { upcast: (older) => older });
    const bytes = hemoglobin({ format: 'protobuf', bones: [V1] }).encode(envelopeOf({ a: 'x' }, { type: 'thing' }));
    expect(() => hemoglobin({ bones: [V1, V2] }).decode(bytes)).toThrow(UnknownFormatError);
  });

  it('reading what that has written, as text or bytes', () => {
    const text = jsonEnvelopes.encode(envelopeOf(order));
    for (const options of [{ bones: [Order] }, { format: 'json' }] as const) {
      expect(hemoglobin(options).decode(text)).toEqual(envelopeOf(order));
      expect(hemoglobin(options).decode(Buffer.from(text))).toEqual(envelopeOf(order));
      expect(() => hemoglobin(options).decode('nonsense')).toThrow(DamagedMessageError);
    }
  });
});
