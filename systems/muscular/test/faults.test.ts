import { OptionError } from '@organism/cell';
import { Fault, type FaultOf, Muscle, type Result } from '@organism/muscular';
import { typed } from '@organism/nervous';
import { describe, expect, expectTypeOf, it } from 'vitest';

const reserve = new Muscle({
  name: 'reserve',
  errors: {
    SOLD_OUT: 'No seat is left.',
    TOO_MANY: { message: 'So many are not sold.', status: 422, data: typed<{ most: number }>('limit') },
  },
  run: (seats: number, { fail }) => {
    if (seats === 0) throw new TypeError('no seats');
    if (seats === 13) throw fail('SOLD_OUT');
    if (seats > 4) throw fail('TOO_MANY', { most: 4 });
    return { seats };
  },
});

describe('declared failures', () => {
  it('come as values from attempt, with the type of their data', async () => {
    const result = await reserve.attempt(5);
    expectTypeOf(result).toEqualTypeOf<
      Result<{ readonly seats: number }, Fault<'SOLD_OUT', unknown> | Fault<'TOO_MANY', { most: number }>>
    >();
    if (result.ok) throw new Error('it should have failed');
    expect(result.error).toBeInstanceOf(Fault);
    expect(result.error.code === 'TOO_MANY' ? result.error.data.most : 0).toBe(4);
    expect(await reserve.attempt(2)).toEqual({ ok: true, value: { seats: 2 } });
  });

  it('are thrown by execute, as problems that a client may see', async () => {
    const error = (await reserve.execute(5).catch((thrown: unknown) => thrown)) as Fault;
    expect(error.toProblem()).toEqual({
      type: 'about:blank',
      title: 'Too many',
      status: 422,
      detail: 'So many are not sold.',
      code: 'TOO_MANY',
      data: { most: 4 },
    });
    await expect(reserve.execute(13)).rejects.toMatchObject({ code: 'SOLD_OUT', status: 409, retryable: false });
  });

  it('do not hide what was not declared', async () => {
    await expect(reserve.attempt(0)).rejects.toBeInstanceOf(TypeError);
    const outer = new Muscle({ name: 'outer', errors: { OTHER: 'Other.' }, run: () => reserve.execute(13) });
    await expect(outer.attempt()).rejects.toMatchObject({ code: 'SOLD_OUT' });
  });

  it('are checked: by the compiler, and where that was silenced, at run time', async () => {
    const wrong = new Muscle({
      name: 'wrong',
      errors: { KNOWN: { message: 'Known.', data: typed<number>('n') } },
      run: (code: string, { fail }) => {
        // @ts-expect-error: not declared
        if (code === 'unknown') throw fail('UNKNOWN');
        // @ts-expect-error: its data are missing
        throw fail('KNOWN');
      },
    });
    await expect(wrong.execute('unknown')).rejects.toBeInstanceOf(OptionError);
    await expect(wrong.attempt('known')).resolves.toMatchObject({ ok: false });
    expect(() => new Muscle({ name: 'x', errors: { EMPTY: '' }, run: () => {} })).toThrow('errors.EMPTY must be');
    expectTypeOf<FaultOf<{ A: number }>>().toEqualTypeOf<Fault<'A', number>>();
  });

  it('leave an operation usable where any operation is', () => {
    const any: Muscle<number, { seats: number }> = reserve;
    expect(any.errors).toHaveProperty('SOLD_OUT');
  });
});
