import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { place, type Placement, type PlaceInput } from './place.ts';

const anchor = { left: 100, right: 150, top: 100, bottom: 130 };
const input: PlaceInput = { anchor, width: 80, height: 60, viewportWidth: 400, viewportHeight: 400, isRtl: false };
const placements: readonly Placement[] = [
  'bottom-start',
  'bottom',
  'bottom-end',
  'top-start',
  'top',
  'top-end',
  'start',
  'end',
];

describe('place', () => {
  it.each<[Placement, number, number]>([
    ['bottom-start', 100, 134],
    ['bottom', 85, 134],
    ['bottom-end', 70, 134],
    ['top', 85, 36],
    ['end', 154, 85],
    ['start', 16, 85],
  ])('%s stands beside its anchor', (placement, x, y) => {
    expect(place(placement, input)).toEqual({ x, y });
  });

  it('follows the direction of the text', () => {
    expect([place('bottom-start', { ...input, isRtl: true }).x, place('end', { ...input, isRtl: true }).x]).toEqual([
      70, 16,
    ]);
  });

  it('goes to the other side where there is no room', () => {
    expect(place('bottom', { ...input, viewportHeight: 180 }).y).toBe(36);
    expect(place('top', { ...input, height: 98 }).y).toBe(134);
    expect(place('end', { ...input, viewportWidth: 200 }).x).toBe(16);
    expect(place('start', { ...input, width: 120 }).x).toBe(154);
  });

  it('never leaves the window, if it fits into it at all', () => {
    const number = fc.integer({ min: 0, max: 1000 });
    fc.assert(
      fc.property(
        fc.constantFrom(...placements),
        fc.boolean(),
        number,
        number,
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 300 }),
        (placement, isRtl, left, top, width, height) => {
          const { x, y } = place(placement, {
            anchor: { left, right: left + 40, top, bottom: top + 20 },
            width,
            height,
            viewportWidth: 400,
            viewportHeight: 400,
            isRtl,
          });
          expect(x >= 4 && y >= 4 && x + width <= 396 && y + height <= 396).toBe(true);
        },
      ),
    );
  });
});
