import {
  Context,
  contextFromHeaders,
  contextToHeaders,
  type ContextOptions,
  formatTraceparent,
  type TraceContext,
} from '@organism/cell';
import { SeededEntropy, VirtualClock } from '@organism/testing';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const hex = (length: number): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length })
    .map((digits) => digits.join(''))
    .filter((digits) => /[^0]/.test(digits));

const trace: fc.Arbitrary<TraceContext> = fc.record({ traceId: hex(32), spanId: hex(16), flags: fc.nat(3) });
const visible = fc
  .array(fc.integer({ min: 0x21, max: 0x7e }), { minLength: 1, maxLength: 256 })
  .map((codes) => String.fromCharCode(...codes));
const anyText = fc.string({ unit: 'grapheme', maxLength: 100 });
const anyPrincipal = anyText.chain((id) => fc.dictionary(anyText, fc.jsonValue()).map((claims) => ({ ...claims, id })));

const options: fc.Arbitrary<ContextOptions> = fc.record(
  {
    trace,
    correlationId: visible,
    causationId: visible,
    principal: anyPrincipal,
    tenant: anyText,
    timeout: fc.nat(86_400_000),
  },
  { requiredKeys: [] },
);

describe('a context that crosses the wire', () => {
  test('arrives whole where the other side is trusted, with a span of its own', () => {
    fc.assert(
      fc.property(options, (given) => {
        const clock = new VirtualClock();
        const sent = new Context({ ...given, clock, entropy: new SeededEntropy('here') });
        const headers = contextToHeaders(sent, { trusted: true });
        for (const [name, value] of Object.entries(headers)) {
          expect(name).toBe(name.toLowerCase());
          expect(value).toMatch(/^[\x20-\x7e]*$/);
        }
        for (const source of [headers, new Headers(headers)]) {
          const base = { clock, entropy: new SeededEntropy('there') };
          const received = contextFromHeaders(source, base, { trusted: true });
          expect(received.correlationId).toBe(sent.correlationId);
          expect(received.causationId).toBe(sent.causationId);
          expect(received.principal).toEqual(sent.principal && JSON.parse(JSON.stringify(sent.principal)));
          expect(received.tenant).toBe(sent.tenant);
          expect(received.trace.traceId).toBe(sent.trace.traceId);
          expect(received.trace.flags).toBe(sent.trace.flags);
          expect(received.trace.spanId).not.toBe(sent.trace.spanId);
        }
      }),
    );
  });

  test('leaves principal and tenant at home unless told that the other side is trusted', () => {
    const context = new Context({ principal: { id: 'ada' }, tenant: 'lisbon' });
    expect(Object.keys(contextToHeaders(context)).toSorted()).toEqual(['traceparent', 'x-correlation-id']);
  });

  test('says how much time is left, so that clocks need not agree', async () => {
    const here = new VirtualClock({ start: '2026-01-01' });
    const there = new VirtualClock({ start: '1999-01-01' });
    const sent = new Context({ clock: here, deadline: here.now() + 5000 });
    await here.advance(1000);
    const received = contextFromHeaders(contextToHeaders(sent), { clock: there });
    expect([received.deadline, received.remainingMs]).toEqual([there.now() + 4000, 4000]);
  });

  test('that has no time left says so', async () => {
    const clock = new VirtualClock();
    const sent = new Context({ clock, deadline: clock.now() - 1 });
    expect(contextFromHeaders(contextToHeaders(sent), { clock }).remainingMs).toBe(0);
  });

  test('passes on the tracestate unchanged', () => {
    const state = 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE';
    const headers = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', tracestate: state };
    const received = contextFromHeaders(headers);
    expect(received.trace.state).toBe(state);
    expect(contextToHeaders(received)['tracestate']).toBe(state);
  });

  test('leaves out ids and names that no header can carry', () => {
    const context = new Context({ correlationId: 'two\r\nlines', causationId: 'é', tenant: '\ud800' });
    const headers = contextToHeaders(context, { trusted: true });
    expect(Object.keys(headers)).toEqual(['traceparent']);
  });
});

describe('what comes from outside', () => {
  const base = (): ContextOptions => ({ clock: new VirtualClock(), entropy: new SeededEntropy('x') });

  test('names nobody unless it is trusted', () => {
    const headers = { 'x-principal': encodeURIComponent('{"id":"root"}'), 'x-tenant': 'all' };
    const received = contextFromHeaders(headers);
    expect([received.principal, received.tenant]).toEqual([undefined, undefined]);
    const kept = contextFromHeaders(headers, { principal: { id: 'guest' }, tenant: 'demo' });
    expect([kept.principal, kept.tenant]).toEqual([{ id: 'guest' }, 'demo']);
    expect(contextFromHeaders(headers, {}, { trusted: true })).toMatchObject({
      principal: { id: 'root' },
      tenant: 'all',
    });
  });

  test('may be anything at all without an error, and gives a usable context', () => {
    const names = ['traceparent', 'tracestate', 'x-correlation-id', 'x-causation-id', 'x-timeout-ms'];
    const value = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.array(fc.string()), fc.constant(undefined));
    const source = fc.dictionary(fc.constantFrom(...names, 'x-principal', 'x-tenant'), value);
    fc.assert(
      fc.property(source, fc.boolean(), (headers, trusted) => {
        const received = contextFromHeaders(headers, base(), { trusted });
        expect(received.trace.traceId).toMatch(/^[0-9a-f]{32}$/);
        expect(received.correlationId).toMatch(/^[\x21-\x7e]{1,256}$/);
        expect(received.remainingMs).toBeGreaterThanOrEqual(0);
        const again = new Headers(contextToHeaders(received, { trusted }));
        expect(again.get('traceparent')).toBe(formatTraceparent(received.trace));
      }),
    );
  });

  test.each(['', ' ', 'soon', '-5', 'NaN', 'Infinity', '1e3', '0x10', '10 ms', '5, 6'])(
    'a time left of %o is ignored',
    (timeout) => {
      expect(contextFromHeaders({ 'x-timeout-ms': timeout }, base()).deadline).toBeUndefined();
    },
  );

  test('a time left beyond a day is cut to a day', () => {
    const received = contextFromHeaders({ 'x-timeout-ms': '99999999999999' }, base());
    expect(received.remainingMs).toBe(86_400_000);
  });

  test('can’t give more time than there was', () => {
    const clock = new VirtualClock();
    const received = contextFromHeaders({ 'x-timeout-ms': '5000' }, { clock, deadline: clock.now() + 100 });
    expect(received.remainingMs).toBe(100);
  });

  test.each([
    ['too long', 'x'.repeat(257)],
    ['empty', ''],
    ['with spaces', 'a b'],
    ['with a line break', 'a\r\nset-cookie: x'],
    ['not ASCII', 'é'],
  ])('an id that is %s is replaced by a fresh one', (_, id) => {
    const received = contextFromHeaders({ 'x-correlation-id': id, 'x-causation-id': id }, base());
    expect(received.correlationId).toMatch(/^[0-9a-f-]{36}$/);
    expect(received.causationId).toBeUndefined();
  });

  test.each([
    ['not encoded', '%E0%A4%A'],
    ['not JSON', encodeURIComponent('{"id":')],
    ['a list', encodeURIComponent('["ada"]')],
    ['null', 'null'],
    ['without an id', '{}'],
    ['with an id that is no text', encodeURIComponent('{"id":7}')],
    ['too long', encodeURIComponent(JSON.stringify({ id: 'x'.repeat(9000) }))],
  ])('a principal that is %s is ignored, even when trusted', (_, value) => {
    expect(contextFromHeaders({ 'x-principal': value }, base(), { trusted: true }).principal).toBeUndefined();
  });

  test('a principal can’t change the prototype of anything', () => {
    const value = encodeURIComponent('{"id":"a","__proto__":{"admin":true}}');
    const { principal } = contextFromHeaders({ 'x-principal': value }, base(), { trusted: true });
    expect(principal?.['admin']).toBeUndefined();
    expect(Object.getPrototypeOf(principal)).toBe(Object.prototype);
  });

  test('lists of values are read as the joined header they stand for', () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const received = contextFromHeaders({ traceparent: [traceparent], tracestate: ['a=1', 'b=2'] }, base());
    expect(received.trace).toMatchObject({ traceId: '0af7651916cd43dd8448eb211c80319c', state: 'a=1, b=2' });
    const twice = contextFromHeaders({ traceparent: [traceparent, traceparent] }, base());
    expect(twice.trace.traceId).not.toBe('0af7651916cd43dd8448eb211c80319c');
  });
});
