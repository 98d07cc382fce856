import { BadDeltasError, decodeDeltas, encodeDeltas } from '@organism/metabolic';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const { MAX_SAFE_INTEGER: most, MIN_SAFE_INTEGER: least } = Number;
const edges = [0, 1, -1, most, least, most - 1, least + 1, 2 ** 49, -(2 ** 50), 2 ** 51, -(2 ** 52)];
const value = fc.oneof(fc.maxSafeInteger(), fc.integer(), fc.integer({ min: -5, max: 5 }), fc.constantFrom(...edges));

describe('delta encoding', () => {
  it.each([1, 2] as const)('gives back any series of safe integers, order %i', (order) => {
    fc.assert(
      fc.property(fc.array(value), (values) => {
        expect(decodeDeltas(encodeDeltas(values, { order }))).toEqual(values);
      }),
      { numRuns: 500 },
    );
    expect(decodeDeltas(encodeDeltas(edges, { order }))).toEqual(edges);
  });

  it('takes about a byte for a value of an even series, and takes typed arrays', () => {
    const times = Float64Array.from({ length: 1000 }, (_, index) => 1_767_225_600_000 + 60_000 * index);
    expect(encodeDeltas(times, { order: 2 }).length).toBeLessThan(1020);
    expect(encodeDeltas(times).length).toBeLessThan(3020);
    expect(decodeDeltas(encodeDeltas(times))).toEqual([...times]);
  });

  it('refuses what is no series, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        let decoded: number[] | undefined;
        try {
          decoded = decodeDeltas(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(BadDeltasError);
        }
        if (decoded !== undefined) expect(decoded.every((one) => Number.isSafeInteger(one))).toBe(true);
      }),
      { numRuns: 1000 },
    );
    const whole = encodeDeltas([1, 2, 300]);
    for (let length = 0; length < whole.length; length += 1)
      expect(() => decodeDeltas(whole.subarray(0, length))).toThrow('end too early');
    expect(() => decodeDeltas(Uint8Array.from([...whole, 0]))).toThrow('something follows');
    expect(() => decodeDeltas(Uint8Array.from([3, 0]))).toThrow('first byte');
    expect(() => decodeDeltas(Uint8Array.from([1, 255, 255, 255, 255, 255, 255, 1]))).toThrow('end too early');
    expect(() => decodeDeltas(Uint8Array.from([1, 1, ...Array.from({ length: 12 }, () => 255)]))).toThrow('too long');
    expect(() => decodeDeltas(Uint8Array.from([1, 1, 255, 255, 255, 255, 255, 255, 255, 255, 1]))).toThrow(
      'safe integer',
    );
  });

  it('names a bad argument', () => {
    expect(() => encodeDeltas([1, 0.5])).toThrow('values[1] must be a safe integer; got number.');
    expect(() => encodeDeltas([Number.NaN])).toThrow('got NaN');
    expect(() => encodeDeltas([], { order: 3 as 1 })).toThrow('order must be');
  });
});
