import { structuralKey } from '@organism/muscular';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const data = fc.anything({ withDate: true, withMap: true, withSet: true, withBigInt: true, withTypedArray: true });
const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Map)
    return new Map([...value].toReversed().map(([key, inner]) => [shuffled(key), shuffled(inner)]));
  if (value instanceof Set) return new Set([...value].toReversed().map(shuffled));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, shuffled(inner)]),
  );
};

describe('structuralKey', () => {
  it('is the same for the same data, in whatever order', () => {
    fc.assert(
      fc.property(data, (value) => {
        expect(structuralKey(shuffled(value))).toBe(structuralKey(value));
      }),
    );
  });

  it('is another for other data', () => {
    fc.assert(
      fc.property(data, data, (one, other) => {
        fc.pre(structuralKey(one) === structuralKey(other));
        expect(shuffled(one)).toStrictEqual(shuffled(other));
      }),
      { numRuns: 20, maxSkipsPerRun: 10_000 },
    );
    const alike = [1, '1', 1n, true, 'true', null, undefined, 'null', [], {}, [[]], [{}], '', [''], ['', ''], { a: 1 }];
    const more = [{ a: '1' }, { a: undefined }, { a: { b: 1 } }, { 'a=': 1 }, new Date(0), 0, -0, NaN, [1, 2], [12]];
    const last = [
      new Map([[1, 2]]),
      new Set([1, 2]),
      new Uint8Array([1]),
      new Int8Array([1]),
      new URL('http://a.b'),
      ['a,"1:b'],
    ];
    const keys = [...alike, ...more, ...last].map((value) => structuralKey(value));
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('tells texts apart that look like its own marks', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 4 })), fc.array(fc.string({ maxLength: 4 })), (one, other) => {
        expect(structuralKey(one) === structuralKey(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
    );
  });

  it('refuses what is no data, naming its type and never its value', () => {
    class Secret {
      readonly password = 'hunter2';
    }
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    expect(() => structuralKey({ a: new Secret() })).toThrow('got Secret');
    expect(() => structuralKey([() => {}])).toThrow('got function');
    expect(() => structuralKey(Symbol('s'))).toThrow('got symbol');
    expect(() => structuralKey(circular)).toThrow('nested at most 100 levels deep');
  });
});
