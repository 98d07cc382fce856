import { Bone, BoneError, field, fieldsOf, Joint, mask } from '@organism/skeletal';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const Person = new Bone(
  'person',
  z.object({
    fullName: field(z.string().max(80), { label: 'Name', help: 'As in your passport' }),
    email: field(z.email(), { sensitivity: 'confidential' }).optional(),
    role: z.enum(['admin', 'guest']).default('guest'),
    cards: z.array(z.object({ number: field(z.string(), { sensitivity: 'secret' }), label: z.string() })),
  }),
);

describe('fieldsOf', () => {
  it('lists fields in order, with what forms and tables need', () => {
    const fields = fieldsOf(Person);
    expect(fields.map(({ path }) => path.join('.'))).toEqual([
      'fullName',
      'email',
      'role',
      'cards',
      'cards.*.number',
      'cards.*.label',
    ]);
    expect(fields[0]).toMatchObject({
      label: 'Name',
      help: 'As in your passport',
      type: 'string',
      required: true,
      constraints: { maxLength: 80 },
    });
    expect(fields[1]).toMatchObject({ label: 'Email', required: false, sensitivity: 'confidential' });
    expect(fields[2]).toMatchObject({ type: 'enum', required: false, default: 'guest', options: ['admin', 'guest'] });
  });

  it('shows the metadata in JSON Schema', () => {
    expect(Person.toJSONSchema()).toMatchObject({
      properties: {
        fullName: { title: 'Name', description: 'As in your passport' },
        email: { 'x-sensitivity': 'confidential' },
      },
    });
  });
});

describe('mask', () => {
  const value = { fullName: 'Ada', email: 'a@b.c', cards: [{ number: '4111', label: 'x' }] };
  it('hides what is too sensitive and leaves the value itself alone', () => {
    expect(mask(Person, value)).toEqual({ fullName: 'Ada', email: '•••', cards: [{ number: '•••', label: 'x' }] });
    expect(mask(Person, value, { show: 'confidential' })).toMatchObject({ email: 'a@b.c', cards: [{ number: '•••' }] });
    expect(value.cards[0]?.number).toBe('4111');
  });
  it('takes values that do not fit', () => {
    expect(mask(Person, { cards: 'nonsense' })).toEqual({ cards: 'nonsense' });
    expect(mask(Person, null)).toBeNull();
  });
});

describe('Joint', () => {
  const Customer = new Bone('customer', z.object({ id: z.string() }));
  const Order = new Bone('order', z.object({ customerId: z.string().optional(), parts: z.array(z.string()) }));
  const placedBy = new Joint({ name: 'placed-by', from: [Order, 'customerId'], to: [Customer, 'id'] });

  it('finds dangling references with their place', () => {
    expect(placedBy.check({ from: [{ customerId: 'ada' }, {}, { customerId: 'bob' }], to: [{ id: 'ada' }] })).toEqual([
      { code: 'dangling', index: 2, field: 'customerId', message: 'order[2].customerId refers to no customer.id.' },
    ]);
  });

  it('asks for each reference once', async () => {
    const asked: unknown[] = [];
    const problems = await placedBy.checkWith(
      [{ customerId: 'a' }, { customerId: 'a' }, { customerId: 'b' }],
      (reference) => {
        asked.push(reference);
        return reference === 'a';
      },
    );
    expect([asked, problems.map(({ index }) => index)]).toEqual([['a', 'b'], [2]]);
  });

  it('checks lists of references, and that one-to-one is', () => {
    const contains = new Joint({ name: 'contains', from: [Order, 'parts'], to: [Customer, 'id'], kind: 'one-to-one' });
    const problems = contains.check({
      from: [{ parts: ['a', 'b'] }, { parts: ['a', 'z'] }],
      to: [{ id: 'a' }, { id: 'b' }],
    });
    expect(problems.map(({ code, index }) => [code, index])).toEqual([
      ['duplicate', 1],
      ['dangling', 1],
    ]);
  });

  it('refuses fields that a Bone does not have', () => {
    // @ts-expect-error: no such field
    expect(() => new Joint({ name: 'x', from: [Order, 'nope'], to: [Customer, 'id'] })).toThrow(BoneError);
  });
});
