import { create, fromBinary, toBinary, toJson } from '@bufbuild/protobuf';
import { OptionError, OrganismError } from '@organism/cell';
import { Bone, isoDate } from '@organism/skeletal';
import { valuesOf } from '@organism/testing';
import type { Envelope } from '@organism/circulatory';
import {
  DamagedMessageError,
  hemoglobin,
  NotEncodableError,
  NotMappableError,
  protoNumbers,
  toProto,
  UnknownSchemaError,
} from '@organism/circulatory/hemoglobin';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { registryOf } from './hemoglobin.proto-file.ts';

const Order = new Bone(
  'shop.order',
  z.object({
    id: z.string(),
    total: z.number(),
    paid: z.boolean(),
    count: z.int32(),
    bigCount: z.int(),
    small: z.float32().optional(),
    placedAt: isoDate(),
    state: z.enum(['open', 'in-transit', 'done']),
    'weird-name': z.literal('x'),
    note: z.string().nullable(),
    coupon: z.string().optional(),
    lines: z.array(z.object({ sku: z.string(), quantity: z.uint32(), tags: z.array(z.string()) })),
    scores: z.array(z.number()),
    flags: z.array(z.enum(['a', 'b'])),
    address: z.object({ street: z.string(), geo: z.object({ lat: z.number(), lon: z.number() }) }).optional(),
    labels: z.record(z.string(), z.string()),
    stock: z.record(z.string(), z.object({ left: z.int32() })),
  }),
);

const order = {
  id: 'o1',
  total: 12.5,
  paid: true,
  count: -3,
  bigCount: 2 ** 40,
  placedAt: '2026-01-01T00:00:00Z',
  state: 'in-transit',
  'weird-name': 'x',
  note: null,
  lines: [
    { sku: 'a', quantity: 2, tags: ['new', 'red'] },
    { sku: 'b', quantity: 0, tags: [] },
  ],
  scores: [1, 2.5, -0],
  flags: ['a', 'b'],
  address: { street: 'Rua 1', geo: { lat: 38.7, lon: -9.1 } },
  labels: { shop: 'lisbon' },
  stock: { a: { left: 3 }, b: { left: 0 } },
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

/** The Bone's message in a message without compression and encryption, read by the library's own runtime. */
const readByLibrary = (text: string, bytes: Uint8Array, name: string): unknown => {
  const registry = registryOf(text);
  const envelopeSchema = registry.getMessage('organism.Envelope');
  const schema = registry.getMessage(`organism.${name}`);
  if (envelopeSchema === undefined || schema === undefined) throw new Error(`No ${name}.`);
  const envelope = fromBinary(envelopeSchema, bytes.subarray(3)) as unknown as { readonly data: Uint8Array };
  return toJson(schema, fromBinary(schema, envelope.data), { alwaysEmitImplicit: true });
};

describe('a message in protobuf', () => {
  const codec = hemoglobin({ format: 'protobuf', bones: [Order] });

  it('comes back as it was', () => {
    for (const envelope of [
      envelopeOf(order),
      envelopeOf(order, { key: 'ada', headers: { 'x-tenant': 'lisbon', 'retry-of': '6' } }),
      envelopeOf({ ...order, note: '', coupon: '', small: 0.5 }),
    ])
      expect(codec.decode(Uint8Array.from(codec.encode(envelope)))).toEqual(envelope);
  });

  it('of any value of a Bone comes back as it was', () => {
    const noZero = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value), (_, inner: unknown) => (inner === 0 ? 0 : inner));
    fc.assert(
      fc.property(valuesOf(Order), (data) => {
        // A 32-bit number is one: the rest of a double is not for its field.
        const small = (data as { small?: number }).small;
        const value = noZero({ ...data, ...(small !== undefined && { small: Math.fround(small) }) });
        expect(noZero(codec.decode(codec.encode(envelopeOf(value))).data)).toEqual(value);
      }),
      { numRuns: 200 },
    );
  });

  it('is read by the library from the .proto alone, with the same content', () => {
    const text = toProto(Order);
    const json = readByLibrary(text, codec.encode(envelopeOf(order)), 'ShopOrder');
    expect(json).toEqual({
      id: 'o1',
      total: 12.5,
      paid: true,
      count: -3,
      bigCount: String(2 ** 40),
      placedAt: '2026-01-01T00:00:00Z',
      state: 'STATE_IN_TRANSIT',
      'weird-name': 'x',
      lines: [
        { sku: 'a', quantity: 2, tags: ['new', 'red'] },
        { sku: 'b', quantity: 0, tags: [] },
      ],
      scores: [1, 2.5, -0],
      flags: ['FLAGS_A', 'FLAGS_B'],
      address: { street: 'Rua 1', geo: { lat: 38.7, lon: -9.1 } },
      labels: { shop: 'lisbon' },
      stock: { a: { left: 3 }, b: { left: 0 } },
    });
  });

  it('that the library has written is read as well', () => {
    const registry = registryOf(toProto(Order));
    const [envelopeSchema, schema] = ['Envelope', 'ShopOrder'].map((name) => registry.getMessage(`organism.${name}`));
    if (envelopeSchema === undefined || schema === undefined) throw new Error('No such message.');
    const sent = codec.encode(envelopeOf(order));
    const parsed = fromBinary(envelopeSchema, sent.subarray(3)) as unknown as { data: Uint8Array };
    const data = toBinary(schema, fromBinary(schema, parsed.data));
    const bytes = toBinary(envelopeSchema, create(envelopeSchema, { ...envelopeOf(0), data } as never));
    expect(codec.decode(Buffer.concat([sent.subarray(0, 3), bytes]))).toEqual(envelopeOf(order));
  });

  it('keeps Dates, Sets, Maps, bigints and bytes where the Bone has them', () => {
    const Rich = new Bone(
      'rich',
      z.object({
        at: z.date(),
        before: z.date(),
        big: z.int64(),
        huge: z.uint64(),
        seen: z.set(z.string()),
        scores: z.map(z.int32(), z.object({ at: z.date() })),
        photo: z.instanceof(Uint8Array),
      }),
    );
    const data = {
      at: new Date(1_234_567_890),
      before: new Date(-1),
      big: -(2n ** 63n),
      huge: 2n ** 64n - 1n,
      seen: new Set(['x']),
      scores: new Map([[-7, { at: new Date(0) }]]),
      photo: Uint8Array.of(0, 255),
    };
    const proto = { rich: { bytes: ['photo'] } };
    const rich = hemoglobin({ format: 'protobuf', bones: [Rich], proto });
    expect(rich.decode(rich.encode(envelopeOf(data, { type: 'rich' }))).data).toStrictEqual(data);
    const json = readByLibrary(toProto(Rich, { proto }), rich.encode(envelopeOf(data, { type: 'rich' })), 'Rich');
    expect(json).toMatchObject({ at: '1970-01-15T06:56:07.890Z', before: '1969-12-31T23:59:59.999Z', photo: 'AP8=' });
  });

  it('may hold messages of its own kind, but not without end', () => {
    interface Tree {
      readonly name: string;
      readonly children: Tree[];
    }
    const tree: z.ZodType<Tree> = z.lazy(() => z.object({ name: z.string(), children: z.array(tree) }));
    const Node = new Bone('tree', tree);
    const trees = hemoglobin({ format: 'protobuf', bones: [Node] });
    const data = { name: 'a', children: [{ name: 'b', children: [{ name: '', children: [] }] }] };
    const bytes = trees.encode(envelopeOf(data, { type: 'tree' }));
    expect(trees.decode(bytes).data).toEqual(data);
    expect(readByLibrary(toProto(Node), bytes, 'Tree')).toEqual(data);
    let deep: Tree = { name: '', children: [] };
    for (let depth = 0; depth < 500; depth += 1) deep = { name: '', children: [deep] };
    const bomb = trees.encode(envelopeOf(deep, { type: 'tree' }));
    expect(() => trees.decode(bomb)).toThrow(DamagedMessageError);
  });

  it('is refused, naming the field, when the value does not fit', () => {
    for (const [data, what] of [
      [{ ...order, total: 'much' }, /total must be a number/],
      [{ ...order, count: 2 ** 40 }, /count must be within int32/],
      [{ ...order, lines: [{ ...order.lines[0], sku: 5 }] }, /lines\.\*\.sku must be a string/],
      [{ ...order, state: 'lost' }, /state must be one of its values/],
      [{ ...order, id: undefined }, /id must be a string/],
      [7, /data must be an object/],
    ] as const) {
      expect(() => codec.encode(envelopeOf(data))).toThrow(NotEncodableError);
      expect(() => codec.encode(envelopeOf(data))).toThrow(what);
    }
    expect(() => codec.encode(envelopeOf(order, { type: 'no.bone' }))).toThrow(/not given its Bone/);
  });

  it('of a type or version that is not known waits for its Bone', () => {
    const newer = codec.encode(envelopeOf(order));
    const Other = new Bone('other', z.object({ a: z.string() }));
    const other = hemoglobin({ format: 'protobuf', bones: [Other] });
    expect(() => other.decode(newer)).toThrow(UnknownSchemaError);
    const V2 = Order.evolve(z.object({ id: z.string() }), { upcast: ({ id }) => ({ id }) });
    const both = hemoglobin({ format: 'protobuf', bones: [Order, V2] });
    const second = both.encode(envelopeOf({ id: 'o' }, { headers: { 'x-schema-version': '2' } }));
    expect(both.decode(second).data).toEqual({ id: 'o' });
    expect(() => codec.decode(second)).toThrow(/"shop.order" version 2/);
  });

  it('of any bytes ends in a typed error or a message', () => {
    const good = codec.encode(envelopeOf(order));
    const survives = (bytes: Uint8Array): void => {
      try {
        codec.decode(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(OrganismError);
      }
    };
    for (let length = 0; length < good.length; length += 1) survives(good.slice(0, length));
    for (let at = 3; at < good.length; at += 1)
      for (let bit = 0; bit < 8; bit += 1) survives(Uint8Array.from(good).with(at, (good[at] ?? 0) ^ (1 << bit)));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => survives(Buffer.concat([good.subarray(0, 3), bytes]))),
      { numRuns: 500 },
    );
  });
});

describe('a Bone without a form in protobuf', () => {
  const parts: readonly [string, z.ZodType, string][] = [
    ['a union', z.object({ a: z.object({ b: z.union([z.string(), z.number()]) }) }), 'a.b'],
    ['a tuple in a list', z.object({ a: z.array(z.tuple([z.string()])) }), 'a.*'],
    ['a list of lists', z.object({ a: z.array(z.array(z.string())) }), 'a.*'],
    ['what may be missing or null', z.object({ a: z.string().nullish() }), 'a'],
    ['an optional list', z.object({ a: z.array(z.string()).optional() }), 'a'],
    ['any', z.object({ a: z.any() }), 'a'],
    ['a bigint without a bound', z.object({ a: z.bigint() }), 'a'],
    ['fields that are not declared', z.object({ a: z.looseObject({}) }), 'a'],
    ['two fields of one name', z.object({ fooBar: z.string(), foo_bar: z.string() }), 'foo_bar'],
    ['a text', z.string(), ''],
  ];
  it.each(parts)('%s is refused by its path', (_name, schema, path) => {
    const bone = new Bone('thing', schema);
    let error: unknown;
    try {
      hemoglobin({ format: 'protobuf', bones: [bone] });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(NotMappableError);
    expect((error as NotMappableError).path).toBe(path);
    expect(() => toProto(bone)).toThrow(NotMappableError);
  });
});

describe('numbers of fields', () => {
  const V1 = new Bone(
    'thing',
    z.object({ a: z.string(), kind: z.enum(['x', 'y']), inner: z.object({ b: z.string() }) }),
  );
  const V2 = new Bone(
    'thing',
    z.object({ kind: z.enum(['z', 'y']), c: z.string(), inner: z.object({ d: z.string(), b: z.string() }) }),
    { version: 2 },
  );

  it('stay what they were, and those of what is gone are reserved', () => {
    const first = protoNumbers(V1);
    expect(first).toEqual({ a: 1, kind: 2, inner: 3, 'kind=x': 1, 'kind=y': 2, 'inner.b': 1 });
    const second = protoNumbers(V2, first);
    expect(second).toEqual({ ...first, c: 4, 'kind=z': 3, 'inner.d': 2 });
    const text = toProto(V2, { proto: { thing: { numbers: second } } });
    expect(text).toContain(`message ThingV2 {
  reserved 1;
  reserved "a";
  enum Kind {
    reserved 1;
    reserved "KIND_X";
    KIND_UNSPECIFIED = 0;
    KIND_Z = 3;
    KIND_Y = 2;
  }
  message Inner {
    string d = 2;
    string b = 1;
  }
  Kind kind = 2;
  string c = 4;
  Inner inner = 3;
}`);
    registryOf(text);
  });

  it('let one schema read the messages of another, when they are the same list', () => {
    const numbers = protoNumbers(V2, protoNumbers(V1));
    const proto = { thing: { numbers } };
    const codec = hemoglobin({ format: 'protobuf', bones: [V1, V2], proto });
    const data = { a: 'old', kind: 'y', inner: { b: 'b' } };
    const bytes = codec.encode(envelopeOf(data, { type: 'thing' }));
    expect(codec.decode(bytes).data).toEqual(data);
    // As a reader in another language with the newer .proto sees it.
    expect(readByLibrary(toProto(V2, { proto }), bytes, 'ThingV2')).toEqual({
      kind: 'KIND_Y',
      c: '',
      inner: { b: 'b', d: '' },
    });
  });

  it('are refused when they are missing, double, or none', () => {
    const kinds = { 'kind=x': 1, 'kind=y': 2 };
    for (const [numbers, what] of [
      [{ a: 1, kind: 2, inner: 3, 'inner.b': 1, 'kind=y': 1 }, /kind=x.*2 is free/],
      [{ a: 1, kind: 2, ...kinds }, /inner.*3 is free/],
      [{ a: 1, kind: 1, inner: 2 }, /another than that of a/],
      [{ gone: 1, a: 1, kind: 2, inner: 3 }, /another than that of gone/],
      [{ a: 0, kind: 2, inner: 3 }, /a number that protobuf has/],
      [{ a: 19_000, kind: 2, inner: 3 }, /a number that protobuf has/],
    ] as const) {
      const make = (): unknown => hemoglobin({ format: 'protobuf', bones: [V1], proto: { thing: { numbers } } });
      expect(make).toThrow(OptionError);
      expect(make).toThrow(what);
    }
  });
});
