import { Bone } from '@organism/skeletal';
import { formatPath, type JsonSchema, type Shape, UnsupportedSchemaError, valueOf, valuesOf } from '@organism/testing';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import * as fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { anySchema } from './fixtures/schemas.ts';
import { zoo } from './fixtures/zoo.ts';

const shapeOf = (schema: JsonSchema): Shape => ({ name: 'shape', toJSONSchema: () => schema });

const sample = <T>(shape: Shape<T>, count = 100): T[] => fc.sample(valuesOf(shape), { numRuns: count, seed: 7 });

describe('values of a Bone', () => {
  test.each(Object.entries(zoo))('fit it: %s', (name, schema) => {
    const bone = new Bone(`zoo.${name}`, schema);
    fc.assert(fc.property(valuesOf(bone), (value) => bone.is(value)));
  });

  test.each(Object.entries(zoo))('are JSON: %s', (name, schema) => {
    for (const value of sample(new Bone(`zoo.${name}`, schema)))
      expect(JSON.parse(JSON.stringify(value ?? null))).toEqual(value);
  });

  test('have its type', () => {
    const Quake = new Bone('quake', z.object({ id: z.string(), magnitude: z.number().optional() }));
    expectTypeOf(valueOf(Quake)).toEqualTypeOf<{ id: string; magnitude?: number | undefined }>();
    expectTypeOf(valuesOf(Quake)).toEqualTypeOf<fc.Arbitrary<{ id: string; magnitude?: number | undefined }>>();
  });

  test('are what it takes in, not what it gives', () => {
    const Event = new Bone('event', z.object({ at: z.coerce.date(), tags: z.array(z.string()).default([]) }));
    const values = sample(Event);
    for (const { at } of values) expect(new Date(String(at)).getTime()).not.toBeNaN();
    expect(values.some((value) => !('tags' in value))).toBe(true);
    expect(values.some((value) => 'tags' in value)).toBe(true);
  });

  test('keep checks that a JSON Schema can’t say, when enough values pass them', () => {
    const Even = new Bone(
      'even',
      z.int().refine((value) => value % 2 === 0),
    );
    for (const value of sample(Even)) expect(Math.abs(value % 2)).toBe(0);
  });
});

describe('valueOf', () => {
  const Order = new Bone('order', z.object({ id: z.uuid(), items: z.array(z.int().min(1)).min(1) }));

  test('gives the same value for the same seed, and others for others', () => {
    expect(valueOf(Order)).toEqual(valueOf(Order, 0));
    expect(valueOf(Order, 'monday')).toEqual(valueOf(Order, 'monday'));
    const values = Array.from({ length: 20 }, (_, seed) => JSON.stringify(valueOf(Order, seed)));
    expect(new Set(values).size).toBeGreaterThan(15);
  });

  test('gives a valid value', () => {
    for (let seed = 0; seed < 20; seed++) expect(Order.is(valueOf(Order, seed))).toBe(true);
  });
});

describe('values', () => {
  test('reach the edges of their bounds', () => {
    const numbers = sample(shapeOf({ type: 'integer', minimum: 1, maximum: 3 }));
    expect(new Set(numbers)).toEqual(new Set([1, 2, 3]));
    const lengths = sample(shapeOf({ type: 'string', minLength: 1, maxLength: 3 })).map((text) => String(text).length);
    expect(new Set(lengths)).toEqual(new Set([1, 2, 3]));
    const sizes = sample(shapeOf({ type: 'array', minItems: 0, maxItems: 2 })).map((list) => JSON.stringify(list));
    expect(sizes).toContain('[]');
  });

  test('come with and without what is optional, and from every alternative', () => {
    const schema = {
      properties: { a: { enum: [1] }, b: { anyOf: [{ type: 'null' }, { type: 'boolean' }] } },
      required: ['b'],
    };
    const seen = new Set(sample(shapeOf(schema)).map((value) => JSON.stringify(value)));
    for (const value of ['{"b":null}', '{"b":true}', '{"b":false}']) expect(seen).toContain(value);
    expect([...seen].some((value) => value.includes('"a":1'))).toBe(true);
  });

  test.each<[string, JsonSchema]>([
    ['exactly one of several', { oneOf: [{ type: 'number' }, { type: 'integer' }, { type: 'null' }] }],
    ['two steps at once', { type: 'integer', multipleOf: 4, allOf: [{ multipleOf: 6 }] }],
    ['types that overlap', { allOf: [{ type: ['string', 'null'] }, { type: ['string', 'number'] }] }],
    ['objects whose keys stand in another order', { enum: [{ a: 1, b: 2 }], allOf: [{ enum: [{ b: 2, a: 1 }, 3] }] }],
    ['a choice within a choice', { anyOf: [{ anyOf: [{ const: 1 }, { const: 2 }], not: { const: 1 } }] }],
    ['two choices at once', { anyOf: [{ minimum: 5 }, { maximum: 1 }], oneOf: [{ minimum: 3 }], type: 'integer' }],
    ['a list whose items all differ', { type: 'array', items: { enum: [1, 2, 3] }, uniqueItems: true, minItems: 3 }],
    ['a count of properties', { type: 'object', additionalProperties: true, minProperties: 2, maxProperties: 3 }],
  ])('of %s pass another validator', (_, schema) => {
    const validate = new Ajv2020({ strict: false }).compile(schema);
    for (const value of sample(shapeOf(schema))) expect(validate(value), JSON.stringify(value)).toBe(true);
  });

  test('shrink to the plainest that fails', () => {
    const shape = shapeOf({ type: 'object', properties: { n: { type: 'integer', minimum: 5 } }, required: ['n'] });
    const { counterexample } = fc.check(
      fc.property(valuesOf(shape), () => false),
      { seed: 1 },
    );
    expect(counterexample).toEqual([{ n: 5 }]);
  });

  test('of a schema that contains itself end', () => {
    const tree = {
      $ref: '#/$defs/tree',
      $defs: {
        tree: {
          type: 'object',
          properties: { left: { $ref: '#/$defs/tree' }, right: { $ref: '#/$defs/tree' } },
          additionalProperties: false,
        },
      },
    };
    const depth = (value: unknown): number =>
      typeof value === 'object' && value !== null
        ? 1 + Math.max(0, ...Object.values(value).map((one) => depth(one)))
        : 0;
    const depths = sample(shapeOf(tree)).map((value) => depth(value));
    expect(Math.max(...depths)).toBeGreaterThan(1);
    expect(Math.max(...depths)).toBeLessThan(6);
  });

  test('of schemas that refer to each other in long chains are not cut short', () => {
    const defs = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [
        `s${index}`,
        { type: 'object', properties: { next: { $ref: `#/$defs/s${index + 1}` } }, required: ['next'] },
      ]),
    );
    const [value] = sample(shapeOf({ $ref: '#/$defs/s0', $defs: { ...defs, s20: { const: 'end' } } }), 1);
    expect(JSON.stringify(value)).toContain('"end"');
  });
});

describe('formats', () => {
  const known = ['date-time', 'date', 'time', 'email', 'hostname', 'ipv4', 'ipv6', 'uri', 'uuid', 'duration'] as const;
  test.each(known)('%s is what another validator takes it for', (format) => {
    const other = new Ajv2020({ formats: fullFormats }).compile({ type: 'string', format });
    for (const value of sample(shapeOf({ type: 'string', format }), 300))
      expect(other(value), String(value)).toBe(true);
  });

  test('that nobody knows take any text', () => {
    expect(sample(shapeOf({ type: 'string', format: 'postcode-of-mars' }))).toHaveLength(100);
  });
});

describe('overrides', () => {
  const Trip = new Bone(
    'trip',
    z
      .object({
        from: z.string(),
        to: z.string(),
        stops: z.array(z.object({ code: z.string().regex(/^(?=LIS)\w{6}$/) })),
      })
      .refine(({ from, to }) => from === 'Lisbon' && to === 'Faro'),
  );

  test('stand in for what can’t be built: a rule between fields, a pattern too hard', () => {
    const overrides = {
      from: fc.constant('Lisbon'),
      to: fc.constant('Faro'),
      'stops.*.code': fc.constantFrom('LIS001', 'LIS002'),
    };
    fc.assert(fc.property(valuesOf(Trip, { overrides }), (trip) => Trip.is(trip)));
    expect(valueOf(Trip, 1, { overrides })).toMatchObject({ from: 'Lisbon' });
  });

  test('must still fit the schema', () => {
    const overrides = { from: fc.constant(7) };
    expect(() => valuesOf(new Bone('a', z.object({ from: z.string() })), { overrides })).toThrow(
      UnsupportedSchemaError,
    );
  });
});

describe('a schema beyond the builders is refused, with the path', () => {
  test.each([
    ['a pattern too hard to build', { properties: { a: { items: { type: 'string', pattern: '(x)\\1' } } } }, 'a.*'],
    ['bounds that cross', { type: 'number', minimum: 2, maximum: 1 }, '(root)'],
    ['sizes that cross', { type: 'array', minItems: 2, maxItems: 1 }, '(root)'],
    ['types that exclude each other', { allOf: [{ type: 'string' }, { type: 'number' }] }, '(root)'],
    ['a schema that nothing fits', { not: {} }, '(root)'],
    ['a required part that nothing fits', { properties: { a: { not: {} } }, required: ['a'] }, '(root)'],
    ['a need for itself', { properties: { self: { $ref: '#' } }, required: ['self'] }, '(root)'],
    ['a reference to nothing', { $ref: '#/$defs/nothing' }, '#/$defs/nothing'],
    ['a reference elsewhere', { $ref: 'https://example.org/schema' }, 'https://example.org/schema'],
    ['a reference to itself', { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/a' } } }, '#/$defs/a'],
  ])('%s', (_, schema, path) => {
    expect(() => valuesOf(shapeOf(schema))).toThrow(UnsupportedSchemaError);
    expect(() => valuesOf(shapeOf(schema))).toThrow(`shape has at ${path} `);
  });

  test('and so is a check that no value passes', () => {
    const Never = new Bone(
      'never',
      z.string().refine(() => false),
    );
    expect(() => valuesOf(Never)).toThrow('a check beyond its schema that no built value passed');
  });
});

test('values of any schema pass another validator', () => {
  fc.assert(
    fc.property(anySchema, fc.integer(), (schema, seed) => {
      const validate = new Ajv2020({ strict: false }).compile(schema);
      for (const value of fc.sample(valuesOf(shapeOf(schema)), { numRuns: 10, seed }))
        expect(validate(value), `${JSON.stringify(value)} of ${JSON.stringify(schema)}`).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('a path is written the way people write it', () => {
  expect([[], ['a'], ['items', 2, 'name'], [0], ['odd key', ''], ['a-b', '0']].map((path) => formatPath(path))).toEqual(
    ['(root)', 'a', 'items[2].name', '[0]', '["odd key"][""]', 'a-b.0'],
  );
});
