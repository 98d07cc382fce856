import { childTrace, type Entropy, formatTraceparent, newTrace, parseTraceparent } from '@organism/cell';
import { SeededEntropy } from '@organism/testing';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';
const good = `00-${traceId}-${spanId}-01`;

describe('traces', () => {
  test('start sampled, with ids that are never all zero', () => {
    const zero: Entropy = { random: () => 0, bytes: (length) => new Uint8Array(length), uuid: () => '' };
    for (const entropy of [zero, new SeededEntropy(1)]) {
      const trace = newTrace(entropy);
      expect(trace.flags).toBe(1);
      expect(parseTraceparent(formatTraceparent(trace))).toEqual(trace);
    }
  });

  test('of a child differ in the span only', () => {
    const entropy = new SeededEntropy(1);
    const parent = { ...newTrace(entropy), state: 'a=1' };
    const child = childTrace(parent, entropy);
    expect(child).toEqual({ ...parent, spanId: child.spanId });
    expect(child.spanId).not.toBe(parent.spanId);
  });
});

describe('traceparent', () => {
  test('is read and written', () => {
    expect(parseTraceparent(good)).toEqual({ traceId, spanId, flags: 1 });
    expect(formatTraceparent({ traceId, spanId, flags: 1 })).toBe(good);
  });

  test.each([
    ['spaces around it', `  ${good}\t`, 1],
    ['not sampled', `00-${traceId}-${spanId}-00`, 0],
    ['a future version', `cc-${traceId}-${spanId}-01`, 1],
    ['a future version that says more', `cc-${traceId}-${spanId}-01-what-the-future-will-be-like`, 1],
  ])('with %s is understood', (_, header, flags) => {
    expect(parseTraceparent(header)).toEqual({ traceId, spanId, flags });
  });

  test.each([
    ['empty', ''],
    ['nonsense', 'hello'],
    ['too short', `00-${traceId}-${spanId}`],
    ['version 00 with more', `${good}-more`],
    ['version 00 with a dash', `${good}-`],
    ['a future version with more but no dash', `cc-${traceId}-${spanId}-01.what`],
    ['the forbidden version', `ff-${traceId}-${spanId}-01`],
    ['a version of one digit', `0-${traceId}-${spanId}-01`],
    ['a version of three digits', `000-${traceId}-${spanId}-01`],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${spanId}-01`],
    ['a span id of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
    ['a trace id too long', `00-${traceId}0-${spanId}-01`],
    ['a trace id too short', `00-${traceId.slice(1)}-${spanId}-01`],
    ['a span id too short', `00-${traceId}-${spanId.slice(1)}-01`],
    ['flags of one digit', `00-${traceId}-${spanId}-1`],
    ['flags of three digits', `00-${traceId}-${spanId}-001`],
    ['letters that are no digits', `00-${traceId.replace('a', 'g')}-${spanId}-01`],
    ['upper-case digits', `00-${traceId.toUpperCase()}-${spanId}-01`],
    ['upper-case version', `CC-${traceId}-${spanId}-01`],
    ['other separators', good.replaceAll('-', '_')],
    ['two headers joined', `${good}, ${good}`],
    ['a line break', `${good}\nx`],
  ])('that is %s is refused', (_, header) => {
    expect(parseTraceparent(header)).toBeUndefined();
  });

  test('passes on only the flags that the specification knows', () => {
    expect(formatTraceparent({ traceId, spanId, flags: 0xff })).toBe(`00-${traceId}-${spanId}-03`);
  });

  test('any text is either understood or refused, and what is understood is written the same', () => {
    const near = fc.stringMatching(/^[0-9a-f]{2}-[0-9a-f]{31,33}-[0-9a-f]{16}-0[0-3](-[a-z]+)?$/);
    fc.assert(
      fc.property(fc.oneof(near, fc.string()), (header) => {
        const trace = parseTraceparent(header);
        if (trace !== undefined) expect(formatTraceparent(trace)).toBe(`00${header.trim().slice(2, 55)}`);
      }),
    );
  });
});

describe('tracestate', () => {
  test.each([
    ['with a line break', 'a=1\r\nx-evil: 1'],
    ['not ASCII', 'a=é'],
    ['endless', `a=${'x'.repeat(5000)}`],
    ['empty', ''],
    ['blank', '  '],
  ])('that is %s is dropped, and the trace kept', (_, state) => {
    expect(parseTraceparent(good, state)).toEqual({ traceId, spanId, flags: 1 });
  });

  test('of 512 characters is kept, as the specification asks', () => {
    const state = `a=${'x'.repeat(510)}`;
    expect(parseTraceparent(good, state)?.state).toBe(state);
  });
});
