import { Bone } from '@organism/skeletal';
import {
  formatPath,
  type InvalidValue,
  invalidValuesOf,
  type JsonSchema,
  type Shape,
  UnsupportedSchemaError,
} from '@organism/testing';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { anySchema } from './fixtures/schemas.ts';
import { zoo } from './fixtures/zoo.ts';

const shapeOf = (schema: JsonSchema): Shape => ({ name: 'shape', toJSONSchema: () => schema });

const sample = (shape: Shape, count = 400): InvalidValue[] =>
  fc.sample(invalidValuesOf(shape), { numRuns: count, seed: 3 });

const rulesOf = (schema: JsonSchema): string[] => {
  const rules = sample(shapeOf(schema)).map(({ path, rule }) => `${rule} at ${formatPath(path)}`);
  return [...new Set(rules)].toSorted();
};

describe('invalid values of a Bone', () => {
  test.each(Object.entries(zoo))('do not fit it: %s', (name, schema) => {
    const bone = new Bone(`zoo.${name}`, schema);
    fc.assert(fc.property(invalidValuesOf(bone), ({ value }) => !bone.is(value)));
  });

  test('say the path that the Bone complains of', () => {
    const Order = new Bone(
      'order',
      z.strictObject({
        id: z.uuid(),
        customer: z.object({ name: z.string().min(1), age: z.int().min(18).optional() }),
        items: z.array(z.object({ sku: z.string().regex(/^[A-Z]{3}$/), count: z.number().positive() })).min(1),
        status: z.enum(['open', 'paid']),
      }),
    );
    const seen = new Set<string>();
    fc.assert(
      fc.property(invalidValuesOf(Order), ({ value, path, rule }) => {
        const result = Order.safeParse(value);
        if (result.ok) throw new Error('it fits');
        seen.add(`${rule} ${path.filter((step) => typeof step === 'string').join('.')}`);
        // The parent is blamed for a property too many.
        const blamed = rule === 'additionalProperties' ? path.slice(0, -1) : path;
        expect(new Set(result.issues.map((issue) => formatPath(issue.path)))).toEqual(new Set([formatPath(blamed)]));
      }),
      { numRuns: 500, seed: 1 },
    );
    for (const rule of [
      'additionalProperties extra',
      'required id',
      'format id',
      'type customer.name',
      'minLength customer.name',
      'minimum customer.age',
      'minItems items',
      'pattern items.sku',
      'exclusiveMinimum items.count',
      'required items.count',
      'enum status',
    ])
      expect(seen).toContain(rule);
  });
});

describe('every rule comes up', () => {
  test.each<[string, JsonSchema, string[]]>([
    ['bounds', { type: 'integer', minimum: 1, maximum: 5 }, ['maximum', 'minimum', 'type']],
    [
      'open bounds',
      { type: 'number', exclusiveMinimum: 1, exclusiveMaximum: 5 },
      ['exclusiveMaximum', 'exclusiveMinimum', 'type'],
    ],
    ['steps', { type: 'number', multipleOf: 0.1 }, ['multipleOf', 'type']],
    ['lengths', { type: 'string', minLength: 2, maxLength: 4 }, ['maxLength', 'minLength', 'type']],
    ['a pattern', { type: 'string', pattern: '^a+$' }, ['pattern', 'type']],
    ['a format', { type: 'string', format: 'date-time' }, ['format', 'type']],
    ['values', { enum: ['a', 'b'] }, ['enum']],
    ['one value', { const: 7 }, ['const']],
    ['sizes', { type: 'array', minItems: 1, maxItems: 3 }, ['maxItems', 'minItems', 'type']],
    [
      'uniqueness',
      { type: 'array', items: { type: 'integer' }, uniqueItems: true },
      ['type', 'type at [0]', 'uniqueItems'],
    ],
    [
      'counts of properties',
      { type: 'object', minProperties: 1, maxProperties: 2, additionalProperties: { type: 'null' } },
      ['maxProperties', 'minProperties', 'type'],
    ],
    [
      'names',
      { type: 'object', propertyNames: { pattern: '^[a-z]+$' }, additionalProperties: {} },
      ['propertyNames at 0', 'type'],
    ],
    [
      'patterns of names',
      { type: 'object', patternProperties: { '^x': { type: 'number' } }, additionalProperties: false },
      ['additionalProperties at extra', 'type'],
    ],
    [
      'a list that is closed',
      { type: 'array', prefixItems: [{ type: 'null' }], items: false },
      ['maxItems', 'type at [0]'],
    ],
    ['a choice of exactly one', { oneOf: [{ type: 'integer' }, { type: 'number', minimum: 5 }] }, ['type']],
    ['a choice', { anyOf: [{ type: 'number', minimum: 5 }, { type: 'null' }] }, ['minimum', 'type']],
  ])('of %s', (_, schema, rules) => {
    const found = rulesOf(schema);
    for (const rule of rules) expect(found).toContain(rule.includes(' at ') ? rule : `${rule} at (root)`);
  });

  test('at the bound itself, where it is open', () => {
    const values = sample(shapeOf({ type: 'integer', exclusiveMinimum: 1, exclusiveMaximum: 5 })).map(
      ({ value }) => value,
    );
    expect(values).toContain(1);
    expect(values).toContain(5);
  });

  test('about equally often', () => {
    const schema = {
      type: 'object',
      properties: { a: { type: 'string', minLength: 1 }, b: { type: 'integer', minimum: 0 } },
      required: ['a', 'b'],
      additionalProperties: false,
    };
    const counts = new Map<string, number>();
    for (const { path, rule } of sample(shapeOf(schema), 2000)) {
      const key = `${rule} ${path.length}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    for (const count of counts.values()) expect(count).toBeGreaterThan(50);
    expect([...counts.keys()].toSorted()).toEqual([
      'additionalProperties 1',
      'minLength 1',
      'minimum 1',
      'required 1',
      'type 0',
      'type 1',
    ]);
  });

  test('but not one that can’t be broken alone', () => {
    const found = rulesOf({ type: 'string', minLength: 3, pattern: '^[a-z]{3,}$' });
    expect(found).toEqual(['pattern at (root)', 'type at (root)']);
  });
});

test('a shape that takes everything is refused', () => {
  expect(() => invalidValuesOf(shapeOf({}))).toThrow(UnsupportedSchemaError);
  expect(() => invalidValuesOf(shapeOf({}))).toThrow('no rule that a value could break alone');
});

test('parts with an override of their own are left as they are', () => {
  const shape = shapeOf({ properties: { a: { type: 'string' }, b: { type: 'string' } }, required: ['a', 'b'] });
  const values = invalidValuesOf(shape, { overrides: { a: fc.constant('fixed') } });
  for (const { path, rule } of fc.sample(values, 200)) if (path[0] === 'a') expect(rule).toBe('required');
});

test('invalid values shrink too', () => {
  const shape = shapeOf({ type: 'array', items: { type: 'integer', maximum: 10 } });
  const { counterexample } = fc.check(
    fc.property(invalidValuesOf(shape), ({ rule }) => rule !== 'maximum'),
    { seed: 1 },
  );
  expect(counterexample?.[0]).toMatchObject({ rule: 'maximum', path: [0], value: [expect.any(Number)] });
});

test('invalid values of any schema fail another validator, which blames one thing', () => {
  const openOf = (schema: JsonSchema): fc.Arbitrary<InvalidValue> | undefined => {
    try {
      return invalidValuesOf(shapeOf(schema));
    } catch {
      // It takes everything.
      return undefined;
    }
  };
  fc.assert(
    fc.property(anySchema, fc.integer(), (schema, seed) => {
      const values = openOf(schema);
      fc.pre(values !== undefined);
      const validate = new Ajv2020({ strict: false, allErrors: true }).compile(schema);
      for (const { value, path, rule } of fc.sample(values, { numRuns: 10, seed })) {
        const told = `${rule} at ${formatPath(path)}: ${JSON.stringify(value)} of ${JSON.stringify(schema)}`;
        expect(validate(value), told).toBe(false);
        if (JSON.stringify(schema).includes('anyOf')) continue;
        const blamed = validate.errors?.filter(({ keyword }) => keyword !== 'items' || rule !== 'maxItems') ?? [];
        expect(blamed.length, told).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: 60 },
  );
});
