import { StringInterner } from '@organism/metabolic';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

describe('StringInterner', () => {
  it('always gives an equal text, and never keeps more than it may', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom('a', 'b', 'c'), fc.string({ maxLength: 12 })), { maxLength: 100 }),
        fc.integer({ min: 2, max: 9 }),
        (texts, max) => {
          const interner = new StringInterner({ max, maxLength: 8 });
          for (const text of texts) {
            expect(interner.intern(text)).toBe(text);
            expect(interner.size).toBeLessThanOrEqual(max + 1);
          }
        },
      ),
    );
  });

  it('keeps what is in use, and forgets what is not', () => {
    const interner = new StringInterner({ max: 4 });
    interner.intern('used');
    for (let index = 0; index < 20; index += 1) {
      interner.intern(`once ${index}`);
      interner.intern('used');
    }
    expect([interner.hits, interner.size <= 4]).toEqual([20, true]);
    interner.intern('once 0');
    expect(interner.hits).toBe(20);
    interner.clear();
    expect(interner.size).toBe(0);
  });

  it('does not keep long texts', () => {
    const interner = new StringInterner({ maxLength: 3 });
    interner.intern('long text');
    interner.intern('abc');
    expect(interner.size).toBe(1);
    expect(() => new StringInterner({ max: 1 })).toThrow('max must be');
    expect(() => new StringInterner({ maxLength: 0 })).toThrow('maxLength must be');
  });
});
