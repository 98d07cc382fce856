import { RingBuffer } from '@organism/metabolic';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

type Step = { readonly do: 'push' | 'unshift' | 'shift' | 'pop' | 'clear'; readonly value: number };
const steps = fc.array(
  fc.record<Step>({
    do: fc.oneof(
      { arbitrary: fc.constantFrom('push', 'unshift', 'shift', 'pop'), weight: 20 },
      { arbitrary: fc.constant('clear'), weight: 1 },
    ),
    value: fc.integer(),
  }),
  { maxLength: 200 },
);

describe('RingBuffer', () => {
  it.each(['refuse', 'drop-oldest'] as const)('does as an array would, at the limit too: %s', (overflow) => {
    fc.assert(
      fc.property(
        steps,
        fc.option(fc.integer({ min: 1, max: 12 })),
        fc.integer({ min: 1, max: 9 }),
        (all, limit, capacity) => {
          const ring = new RingBuffer<number>({ capacity, overflow, ...(limit !== null && { limit }) });
          let model: number[] = [];
          for (const { do: operation, value } of all) {
            const isFull = model.length >= (limit ?? Infinity);
            if (operation === 'push') {
              const isTaken = !isFull || overflow === 'drop-oldest';
              expect(ring.push(value)).toBe(isTaken);
              if (isTaken) model = [...model.slice(isFull ? 1 : 0), value];
            } else if (operation === 'unshift') {
              expect(ring.unshift(value)).toBe(!isFull);
              if (!isFull) model.unshift(value);
            } else if (operation === 'clear') {
              ring.clear();
              model = [];
            } else expect(ring[operation]()).toBe(model[operation]());
            expect([...ring]).toEqual(model);
            expect([ring.size, ring.at(0), ring.at(-1), ring.at(2), ring.at(model.length)]).toEqual([
              model.length,
              model.at(0),
              model.at(-1),
              model.at(2),
              undefined,
            ]);
            expect(ring.capacity).toBeGreaterThanOrEqual(ring.size);
          }
        },
      ),
    );
  });

  it('names a bad option', () => {
    expect(() => new RingBuffer({ capacity: 0 })).toThrow('capacity must be');
    expect(() => new RingBuffer({ limit: 1.5 })).toThrow('limit must be');
    expect(() => new RingBuffer({ overflow: 'grow' as 'refuse' })).toThrow('overflow must be');
  });
});
