import {
  CancelledError,
  CompositionError,
  DeadlineError,
  messageOf,
  OptionError,
  OrganismError,
  type OrganismErrorOptions,
  StartError,
  StateError,
  StopError,
  toOrganismError,
  typeName,
} from '@organism/cell';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const secret = 'hunter2';

class Order {
  readonly items = 1;
}

describe('an error', () => {
  test('has a code, and defaults for the rest', () => {
    const error = new OrganismError('SHOP_SOLD_OUT', 'No seat is left.');
    expect(error).toMatchObject({
      name: 'OrganismError',
      code: 'SHOP_SOLD_OUT',
      status: 500,
      title: 'Shop sold out',
      publicMessage: undefined,
      extensions: {},
      details: {},
      retryable: false,
    });
    expect('cause' in error).toBe(false);
    expect(error).toBeInstanceOf(Error);
  });

  test('takes the name of its class', () => {
    class SoldOutError extends OrganismError {}
    expect(new SoldOutError('SHOP_SOLD_OUT', '').name).toBe('SoldOutError');
  });

  test('keeps its cause, even one that is undefined', () => {
    expect(new OrganismError('X', '', { cause: secret }).cause).toBe(secret);
    expect('cause' in new OrganismError('X', '', { cause: undefined })).toBe(true);
  });
});

describe('the problem document', () => {
  test('shows the message of a client’s error, and keeps that of a server’s', () => {
    const problem = (status: number): unknown => new OrganismError('X_Y', 'why', { status }).toProblem();
    expect(problem(404)).toEqual({ type: 'about:blank', title: 'X y', status: 404, detail: 'why', code: 'X_Y' });
    expect(problem(500)).toEqual({ type: 'about:blank', title: 'X y', status: 500, code: 'X_Y' });
  });

  test('takes type and instance from the border it crosses', () => {
    const error = new OrganismError('X', 'why', { status: 400, publicMessage: 'other words' });
    expect(error.toProblem({ type: 'https://example.org/x', instance: '/orders/7' })).toMatchObject({
      type: 'https://example.org/x',
      instance: '/orders/7',
      detail: 'other words',
    });
  });

  test('never holds stack, cause, details or a server’s message', () => {
    const leaky: fc.Arbitrary<OrganismErrorOptions> = fc.record({
      status: fc.integer({ min: 500, max: 599 }),
      details: fc.dictionary(fc.string(), fc.constant(secret)),
      cause: fc.constantFrom(secret, new Error(secret), { secret }),
      extensions: fc.dictionary(fc.string(), fc.oneof(fc.boolean(), fc.double())),
      retryable: fc.boolean(),
    });
    fc.assert(
      fc.property(leaky, (options) => {
        const error = new OrganismError('X', `because of ${secret}`, options);
        for (const text of [JSON.stringify(error), JSON.stringify(error.toProblem()), JSON.stringify({ error })]) {
          expect(text).not.toContain(secret);
          expect(text).not.toContain('.test.ts');
        }
      }),
    );
  });

  test('can be made of an error whose private parts can’t be JSON', () => {
    const circular: Record<string, unknown> = { big: 1n };
    circular['self'] = circular;
    const error = new OrganismError('X', 'm', { details: circular, cause: circular });
    expect(JSON.parse(JSON.stringify(error))).toEqual({ type: 'about:blank', title: 'X', status: 500, code: 'X' });
  });

  test('its own members win over extensions of the same name', () => {
    const extensions = { status: 200, code: 'FAKE', title: 'Fine', type: 'x', field: 'magnitude' };
    expect(new OrganismError('X', 'm', { status: 422, extensions }).toProblem()).toEqual({
      type: 'about:blank',
      title: 'X',
      status: 422,
      detail: 'm',
      code: 'X',
      field: 'magnitude',
    });
  });
});

describe('the tree', () => {
  test.each([
    [new OptionError('f', 'a number', 'x'), 'CELL_BAD_OPTION', 500, false],
    [new CompositionError('CELL_NAME_TAKEN', 'm', []), 'CELL_NAME_TAKEN', 500, false],
    [new StateError('c', 'idle', 'stop'), 'CELL_STATE', 500, false],
    [new StartError('c', [new Error('x')]), 'CELL_START_FAILED', 500, false],
    [new StopError('c', [new Error('x')]), 'CELL_STOP_FAILED', 500, false],
    [new CancelledError(), 'CELL_CANCELLED', 499, false],
    [new DeadlineError(), 'CELL_DEADLINE_EXCEEDED', 504, true],
  ])('%s has code %s, status %d, retryable %s', (error, code, status, retryable) => {
    expect(error).toBeInstanceOf(OrganismError);
    expect(error).toMatchObject({ code, status, retryable, name: error.constructor.name });
  });

  test('a start or stop that failed carries all errors, and their messages', () => {
    const errors = [new Error('one'), 'two', Object.create(null)];
    const error = new StopError('db', errors);
    expect(error).toMatchObject({ details: { cell: 'db' }, errors, cause: errors[0] });
    expect(error.message).toBe('Cell "db" did not stop cleanly: one; two; object');
  });

  test('a bad option never shows its value', () => {
    expect(new OptionError('password', 'a text of 8 to 64 characters', secret).message).toBe(
      'password must be a text of 8 to 64 characters; got string.',
    );
  });
});

describe('typeName', () => {
  test.each([
    [null, 'null'],
    [undefined, 'undefined'],
    [[], 'array'],
    [Number.NaN, 'NaN'],
    [1, 'number'],
    [1n, 'bigint'],
    [secret, 'string'],
    [Symbol(secret), 'symbol'],
    [() => secret, 'function'],
    [{}, 'object'],
    [Object.create(null), 'object'],
    [new Date(), 'Date'],
    [new Map(), 'Map'],
    [new Order(), 'Order'],
    [new (class extends Order {})(), 'object'],
  ])('of %o is %s', (value, name) => {
    expect(typeName(value)).toBe(name);
  });

  test('is never taken from the data itself', () => {
    expect(typeName(JSON.parse('{"constructor":{"name":"hunter2"}}'))).toBe('object');
    expect(typeName({ constructor: null })).toBe('object');
  });

  test('takes anything', () => {
    fc.assert(fc.property(fc.anything({ withNullPrototype: true }), (value) => typeName(value).length > 0));
  });
});

describe('what was thrown', () => {
  test.each([
    [new Error('boom'), 'boom'],
    ['text', 'text'],
    [undefined, 'undefined'],
    [null, 'null'],
    [404, '404'],
    [Symbol('s'), 'Symbol(s)'],
    [{ message: 'from another realm' }, 'from another realm'],
    [{ message: 7 }, 'object'],
    [{}, 'object'],
    [Object.create(null), 'object'],
    [[1, 2], 'array'],
  ])('has a message: %o', (thrown, message) => {
    expect(messageOf(thrown)).toBe(message);
  });

  test('becomes an OrganismError that keeps it for logs only', () => {
    const known = new StateError('c', 'idle', 'stop');
    expect(toOrganismError(known)).toBe(known);
    for (const thrown of [new Error(secret), secret, null, { secret }]) {
      const error = toOrganismError(thrown);
      expect(error).toMatchObject({ code: 'CELL_UNEXPECTED', status: 500, title: 'Unexpected error', cause: thrown });
      expect(JSON.stringify(error)).not.toContain(secret);
    }
  });

  test('an abort becomes a cancellation, a timeout a passed deadline', () => {
    const abort = new DOMException('x', 'AbortError');
    expect(toOrganismError(abort)).toMatchObject({ code: 'CELL_CANCELLED', cause: abort });
    const timeout = new DOMException('x', 'TimeoutError');
    expect(toOrganismError(timeout)).toMatchObject({ code: 'CELL_DEADLINE_EXCEEDED', cause: timeout });
  });
});
