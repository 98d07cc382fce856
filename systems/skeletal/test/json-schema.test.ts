import { bigintString, Bone, compatibility, isoDate, NotRepresentableError } from '@organism/skeletal';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
const bone = <O, I>(schema: z.ZodType<O, I>): Bone<O, I> => new Bone('case', schema);

describe('Bone.toJSONSchema', () => {
  it('tells input from output', () => {
    const Case = bone(z.object({ a: z.string().default('x'), n: z.coerce.number() }));
    expect(Case.toJSONSchema({ io: 'input' })['required']).toEqual(['n']);
    expect(Case.toJSONSchema({ io: 'output' })['required']).toEqual(['a', 'n']);
  });

  it('writes a codec in its wire form, in both directions', () => {
    const Case = bone(z.object({ when: isoDate(), big: bigintString() }));
    for (const io of ['input', 'output'] as const) {
      expect(Case.toJSONSchema({ io })).toMatchObject({
        properties: { when: { type: 'string', format: 'date-time' }, big: { type: 'string' } },
      });
    }
    const wire = { when: '2018-02-04T14:13:00.000Z', big: '12345678901234567890' };
    expect(Case.parse(wire).when).toBeInstanceOf(Date);
    expect(Case.encode(Case.parse(wire))).toEqual(wire);
  });

  it('writes dates that go out, and refuses those that can’t come in', () => {
    expect(bone(z.date()).toJSONSchema()).toMatchObject({ type: 'string', format: 'date-time' });
    expect(() => bone(z.object({ at: z.array(z.date()) })).toJSONSchema({ io: 'input' })).toThrow(
      'case at at.*: no JSON value is a Date',
    );
    expect(bone(z.coerce.date()).toJSONSchema({ io: 'input' })).toMatchObject({ type: 'string', format: 'date-time' });
  });

  it.each([
    ['transform', z.object({ a: z.string().transform((text) => text.length) }), 'a'],
    ['bigint', z.object({ a: z.bigint() }), 'a'],
    ['map', z.object({ a: z.map(z.string(), z.string()) }), 'a'],
    ['custom', z.object({ a: z.object({ b: z.custom<string>(() => true) }) }), 'a.b'],
    ['symbol', z.object({ properties: z.symbol() }), 'properties'],
  ])('refuses %s, naming the path', (_name, schema, path) => {
    const Case: Bone<unknown, unknown> = bone<unknown, unknown>(schema);
    expect(() => Case.toJSONSchema()).toThrow(NotRepresentableError);
    try {
      Case.toJSONSchema();
    } catch (error) {
      expect((error as NotRepresentableError).path).toBe(path);
    }
  });

  it('takes a transform that says what it gives', () => {
    expect(
      bone(
        z
          .string()
          .transform((text) => text.length)
          .pipe(z.number()),
      ).toJSONSchema(),
    ).toMatchObject({ type: 'number' });
  });

  it('keeps nested Bones as named definitions, and lets them be hoisted', () => {
    const Point = new Bone('geo.point', z.object({ x: z.number() }));
    const Line = new Bone('geo.line', z.object({ from: Point.schema, to: Point.schema }));
    expect(Line.toJSONSchema()).toMatchObject({
      properties: { from: { $ref: '#/$defs/geo.point' } },
      $defs: { 'geo.point': { type: 'object' } },
    });
    expect(Line.toJSONSchema({ refs: (name) => `#/components/schemas/${name}` })).toMatchObject({
      properties: { to: { $ref: '#/components/schemas/geo.point' } },
    });
  });

  it('describes recursion', () => {
    interface Tree {
      readonly kids: Tree[];
    }
    const tree: z.ZodType<Tree, Tree> = z.lazy(() => z.object({ kids: z.array(tree) }));
    const validate = ajv.compile(bone(tree).toJSONSchema({ io: 'input' }));
    expect([validate({ kids: [{ kids: [] }] }), validate({ kids: [{}] })]).toEqual([true, false]);
  });

  it('property: accepts the same JSON as parse does', () => {
    const leaf = fc.oneof(
      fc.constant(z.string()),
      fc.integer({ min: 0, max: 5 }).map((min) => z.string().min(min)),
      fc.integer({ min: -5, max: 5 }).map((min) => z.number().min(min)),
      fc.constant(z.int()),
      fc.constant(z.boolean()),
      fc.constant(z.enum(['a', 'b'])),
      fc.constant(z.null()),
    );
    const schemas = fc.letrec<{ schema: z.ZodType }>((tie) => ({
      schema: fc.oneof(
        { maxDepth: 3 },
        leaf,
        tie('schema').map((inner) => z.array(inner)),
        tie('schema').map((inner) => z.nullable(inner)),
        fc.tuple(tie('schema'), tie('schema')).map(([a, b]) => z.union([a, b])),
        fc.tuple(tie('schema'), tie('schema')).map(([a, b]) => z.object({ a, b: b.optional() })),
        fc.tuple(tie('schema')).map(([a]) => z.strictObject({ a })),
        tie('schema').map((inner) => z.record(z.string(), inner)),
      ),
    }));
    const json = fc
      .oneof(fc.jsonValue(), fc.record({ a: fc.jsonValue(), b: fc.jsonValue() }, { requiredKeys: [] }))
      .filter((value) => !JSON.stringify(value).includes('__proto__'));
    fc.assert(
      fc.property(schemas.schema, fc.array(json, { minLength: 5, maxLength: 15 }), (schema, values) => {
        const Case = bone(schema);
        const validate = ajv.compile(Case.toJSONSchema({ io: 'input' }));
        for (const value of values) expect([value, validate(value)]).toEqual([value, Case.is(value)]);
      }),
      { numRuns: 150 },
    );
  });
});

describe('compatibility', () => {
  const compare = (a: z.ZodType, b: z.ZodType) => compatibility(bone(a), new Bone('case', b, { version: 2 }));
  const cases: readonly (readonly [string, z.ZodType, z.ZodType, string])[] = [
    ['the same', z.object({ a: z.string() }), z.object({ a: z.string() }), 'full'],
    [
      'an optional field more',
      z.object({ a: z.string() }),
      z.object({ a: z.string(), b: z.number().optional() }),
      'full',
    ],
    ['a required field more', z.object({ a: z.string() }), z.object({ a: z.string(), b: z.number() }), 'forward'],
    ['a required field less', z.object({ a: z.string(), b: z.number() }), z.object({ a: z.string() }), 'backward'],
    ['a default makes it readable', z.object({}), z.object({ b: z.number().default(1) }), 'full'],
    ['another type', z.object({ a: z.string() }), z.object({ a: z.number() }), 'none'],
    ['a value more', z.enum(['a']), z.enum(['a', 'b']), 'backward'],
    ['a tighter bound', z.number().max(10), z.number().max(5), 'forward'],
    ['integer to number', z.int(), z.number(), 'backward'],
    ['a branch more', z.string(), z.union([z.string(), z.number()]), 'backward'],
    [
      'strict readers refuse new keys',
      z.strictObject({ a: z.string() }),
      z.strictObject({ a: z.string(), b: z.string().optional() }),
      'backward',
    ],
    ['what can’t be told', z.string(), z.string().transform(Number), 'backward'],
  ];
  it.each(cases)('%s', (_name, a, b, level) => {
    expect(compare(a, b).level).toBe(level);
  });

  it('says why, where and which way', () => {
    expect(
      compare(
        z.object({ list: z.array(z.object({ n: z.number() })) }),
        z.object({ list: z.array(z.object({ n: z.string() })) }),
      ).reasons,
    ).toEqual([
      { breaks: 'backward', path: 'list.*.n', message: 'string for the reader, number for the writer' },
      { breaks: 'forward', path: 'list.*.n', message: 'number for the reader, string for the writer' },
    ]);
  });

  it('property: when it says backward, what the older accepts the newer accepts', () => {
    const leaf = fc.constantFrom<z.ZodType>(
      z.string(),
      z.string().min(2),
      z.number(),
      z.number().min(0),
      z.int(),
      z.enum(['a', 'b']),
      z.enum(['a']),
      z.boolean(),
    );
    const object = fc.record({ a: leaf, b: leaf, optional: fc.boolean(), strict: fc.boolean() });
    const build = ({
      a,
      b,
      optional,
      strict,
    }: {
      a: z.ZodType;
      b: z.ZodType;
      optional: boolean;
      strict: boolean;
    }): z.ZodType => (strict ? z.strictObject : z.object)({ a, b: optional ? b.optional() : b });
    const value = fc.record({
      a: fc.constantFrom<unknown>('a', 'b', 'xyz', '', 1, -1, 1.5, true),
      b: fc.constantFrom<unknown>('a', 'b', 'x', 0, 2.5, false, undefined),
    });
    fc.assert(
      fc.property(object, object, fc.array(value, { maxLength: 20 }), (older, newer, values) => {
        const [Old, New] = [bone(build(older)), bone(build(newer))];
        const { level } = compatibility(Old, New);
        fc.pre(level === 'full' || level === 'backward');
        for (const candidate of values) {
          const written = Old.safeParse(JSON.parse(JSON.stringify(candidate)));
          if (written.ok) expect(New.is(written.value)).toBe(true);
        }
      }),
      { numRuns: 400 },
    );
  });
});
