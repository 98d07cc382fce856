import { Bone, BoneError, type OutputOf, ValidationError } from '@organism/skeletal';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';

const quake = z.object({
  id: z.string(),
  magnitude: z.number().min(-2).max(10),
  tags: z.array(z.string()).default([]),
});
const Quake = new Bone('seismic.quake', quake);
const issuesOf = (bone: Bone<unknown, never> | Bone<unknown, unknown>, value: unknown) => {
  const result = bone.safeParse(value);
  return result.ok ? [] : result.issues;
};

describe('Bone.parse', () => {
  it('gives the value with its defaults, as a new object', () => {
    const input = { id: 'a', magnitude: 4, extra: 1 };
    const parsed = Quake.parse(input);
    expect(parsed).toEqual({ id: 'a', magnitude: 4, tags: [] });
    expect(parsed).not.toBe(input);
  });

  it('is typed read-only all the way down', () => {
    expectTypeOf<OutputOf<typeof Quake>>().toEqualTypeOf<{
      readonly id: string;
      readonly magnitude: number;
      readonly tags: readonly string[];
    }>();
  });

  it('freezes deeply when asked, and never the caller’s own class instances', () => {
    const Frozen = new Bone('frozen', z.object({ list: z.array(z.object({ n: z.number() })), when: z.date() }), {
      freeze: 'deep',
    });
    const when = new Date(0);
    const parsed = Frozen.parse({ list: [{ n: 1 }], when });
    expect([Object.isFrozen(parsed), Object.isFrozen(parsed.list[0]), Object.isFrozen(when)]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('names the field, the rule and the type of what came, never the value', () => {
    const error = (() => {
      try {
        Quake.parse({ id: 'a', magnitude: 'secret-value' });
      } catch (thrown) {
        return thrown;
      }
      return undefined;
    })();
    expect(error).toBeInstanceOf(ValidationError);
    expect((error as ValidationError).toProblem()).toMatchObject({
      status: 422,
      code: 'SKELETAL_INVALID',
      errors: [
        {
          code: 'type',
          path: ['magnitude'],
          pointer: '/magnitude',
          message: 'magnitude must be a number; got string.',
          received: 'string',
        },
      ],
    });
    expect(JSON.stringify(error) + String(error)).not.toContain('secret-value');
  });

  it('refuses asynchronous schemas with advice, and parseAsync takes them', async () => {
    const Slow = new Bone(
      'slow',
      z.string().refine(async (text) => text !== 'taken', 'Pick another name'),
    );
    expect(() => Slow.parse('free')).toThrow(BoneError);
    expect(await Slow.parseAsync('free')).toBe('free');
    await expect(Slow.parseAsync('taken')).rejects.toThrow('The value: Pick another name.');
  });
});

describe('issues', () => {
  const cases: readonly (readonly [string, z.ZodType, unknown, string, string])[] = [
    ['required', z.object({ a: z.string() }), {}, 'required', 'a is required: a string.'],
    ['lower bound', z.number().min(3), 1, 'too_small', 'The value must be at least 3; got number.'],
    ['exclusive bound', z.number().lt(3), 3, 'too_big', 'The value must be less than 3; got number.'],
    ['length', z.string().min(2), 'x', 'too_small', 'The value must be at least 2 characters; got string.'],
    ['integer', z.int(), 1.5, 'type', 'The value must be an integer; got number.'],
    ['format', z.email(), 'x', 'format', 'The value must be text in email format; got string.'],
    ['enumeration', z.enum(['a', 'b']), 'c', 'enum', 'The value must be one of "a", "b"; got string.'],
    ['literal', z.literal('a'), 'c', 'enum', 'The value must be "a"; got string.'],
    [
      'unknown key',
      z.strictObject({ a: z.number() }),
      { a: 1, b: 2 },
      'unknown_key',
      'The value must not have the key "b".',
    ],
    [
      'plain union',
      z.union([z.string(), z.number()]),
      true,
      'union',
      'The value must be a string or a number; got boolean.',
    ],
    ['own message', z.string().refine(() => false, 'Nope'), 'x', 'custom', 'The value: Nope.'],
    ['not a number', z.number(), Number.NaN, 'type', 'The value must be a number; got NaN.'],
    ['step', z.number().multipleOf(5), 7, 'multiple_of', 'The value must be a multiple of 5; got number.'],
  ];
  it.each(cases)('%s', (_name, schema, value, code, message) => {
    expect(issuesOf(new Bone('case', schema), value)).toMatchObject([{ code, message }]);
  });

  it('says one thing of a value of the wrong type', () => {
    expect(issuesOf(new Bone('named', z.object({ name: z.string().min(1) })), { name: [] })).toMatchObject([
      { code: 'type', received: 'array' },
    ]);
  });

  it('points into nested lists', () => {
    const Deep = new Bone('deep', z.object({ items: z.array(z.object({ 'a/b': z.number() })) }));
    expect(issuesOf(Deep, { items: [{ 'a/b': 1 }, { 'a/b': null }] })).toMatchObject([
      { path: ['items', 1, 'a/b'], pointer: '/items/1/a~1b', message: 'items[1].a/b must be a number; got null.' },
    ]);
  });

  it('reports the branch of a union that was meant', () => {
    const shape = z.union([
      z.object({ kind: z.literal('circle'), radius: z.number() }),
      z.object({ kind: z.literal('square'), side: z.number() }),
    ]);
    expect(issuesOf(new Bone('shape', shape), { kind: 'square', side: 'x' })).toMatchObject([
      { path: ['side'], code: 'type', received: 'string' },
    ]);
  });

  it('lists the tags of a discriminated union', () => {
    const shape = z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('a') }),
      z.object({ kind: z.literal('b') }),
    ]);
    expect(issuesOf(new Bone('shape', shape), { kind: 'c' })).toMatchObject([
      { path: ['kind'], code: 'union', expected: 'one of "a", "b"' },
    ]);
  });

  it('is bounded for hostile input', () => {
    const List = new Bone('list', z.array(z.number()));
    const issues = issuesOf(
      List,
      Array.from({ length: 10_000 }, () => 'x'),
    );
    expect(issues).toHaveLength(100);
    expect(new ValidationError('list', issues).message.length).toBeLessThan(500);
  });

  it('survives prototype keys, cycles and throwing getters', () => {
    const hostile: unknown = JSON.parse('{"__proto__":{"polluted":true},"id":"a","magnitude":1}');
    expect(Quake.parse(hostile)).toEqual({ id: 'a', magnitude: 1, tags: [] });
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    const cyclic: Record<string, unknown> = { id: 'a' };
    cyclic['magnitude'] = cyclic;
    expect(issuesOf(Quake, cyclic)).toMatchObject([{ received: 'object' }]);
  });

  it('property: agrees with the schema beneath on every value', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const theirs = quake.safeParse(value);
        const ours = Quake.safeParse(value);
        expect(ours.ok).toBe(theirs.success);
        if (ours.ok) expect(ours.value).toEqual(theirs.data);
        else expect(ours.issues.every((issue) => issue.message.length > 0 && issue.path.length < 20)).toBe(true);
      }),
    );
  });
});

describe('Bone', () => {
  it('guards and asserts', () => {
    const value: unknown = { id: 'a', magnitude: 1 };
    expect(Quake.is(value)).toBe(true);
    expect(() => (Quake as Bone<unknown, unknown>).assert({})).toThrow(ValidationError);
  });

  it('is a Standard Schema', async () => {
    const props = Quake['~standard'];
    expect([props.version, props.vendor]).toEqual([1, 'organism']);
    expect(await props.validate({ id: 'a', magnitude: 1 })).toEqual({ value: { id: 'a', magnitude: 1, tags: [] } });
    expect(await props.validate({ id: 'a' })).toMatchObject({ issues: [{ path: ['magnitude'] }] });
  });

  it.each(['', 'Quake', 'a..b', 'a b', '__proto__'])('refuses the name %j', (name) => {
    expect(() => new Bone(name, z.string())).toThrow(BoneError);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses the version %d', (version) => {
    expect(() => new Bone('a', z.string(), { version })).toThrow(BoneError);
  });

  it('proves its examples', () => {
    expect(() => new Bone('a', z.number(), { examples: [1, 2] }).checkExamples()).not.toThrow();
    expect(() => new Bone('a', z.number().max(1), { examples: [1, 2] }).checkExamples()).toThrow('a (example 1)');
  });

  it('joins with another', () => {
    const Named = new Bone('named', z.object({ name: z.string() }));
    const Both = Quake.and(Named, 'both');
    expect(Both.parse({ id: 'a', magnitude: 1, name: 'n' })).toEqual({ id: 'a', magnitude: 1, tags: [], name: 'n' });
    expect(Both.safeParse({ id: 'a', magnitude: 1 }).ok).toBe(false);
  });
});

describe('versions', () => {
  const V1 = new Bone('user', z.object({ name: z.string() }));
  const V2 = V1.evolve(z.object({ first: z.string(), last: z.string() }), {
    upcast: ({ name }) => ({ first: name.split(' ')[0] ?? '', last: name.split(' ')[1] ?? '' }),
  });
  const V3 = V2.evolve(z.object({ last: z.string().min(1) }), { upcast: ({ last }) => ({ last }) });

  it('upcasts through every step', () => {
    expect(V3.versions).toEqual([3, 2, 1]);
    expect(V3.parseVersion({ name: 'Ada Lovelace' }, 1)).toEqual({ last: 'Lovelace' });
    expect(V3.parseVersion({ last: 'x' }, 3)).toEqual({ last: 'x' });
  });

  it('refuses unknown and newer versions, and values that do not fit the version they claim', () => {
    expect(() => V2.parseVersion({}, 3)).toThrow('newer');
    expect(() => V2.parseVersion({}, 0)).toThrow('not known');
    expect(() => V3.parseVersion({ first: 'x' }, 1)).toThrow(ValidationError);
    expect(() => V3.parseVersion({ name: 'Ada' }, 1)).toThrow(ValidationError);
    expect(() => V2.evolve(z.string(), { version: 2, upcast: () => '' })).toThrow(BoneError);
  });
});
