import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  type CropRect,
  type CropRules,
  fitCrop,
  handles,
  moveCrop,
  resizeCrop,
  roundCrop,
  turnCrop,
  wholeCrop,
} from './crop.ts';

const nearly = 1e-6;
const image = fc.record({ width: fc.integer({ min: 20, max: 5000 }), height: fc.integer({ min: 20, max: 5000 }) });
const rules: fc.Arbitrary<CropRules> = fc.record({
  ratio: fc.option(fc.double({ min: 0.2, max: 5, noNaN: true }), { nil: undefined }),
  min: fc.record({ width: fc.integer({ min: 1, max: 50 }), height: fc.integer({ min: 1, max: 50 }) }),
  max: fc.record({ width: fc.integer({ min: 60, max: 9000 }), height: fc.integer({ min: 60, max: 9000 }) }),
});
const way = fc.integer({ min: -6000, max: 6000 });

const isWithin = (crop: CropRect, { width, height }: { width: number; height: number }): boolean =>
  crop.x >= -nearly &&
  crop.y >= -nearly &&
  crop.x + crop.width <= width + nearly &&
  crop.y + crop.height <= height + nearly &&
  crop.width > 0 &&
  crop.height > 0;
const keepsRatio = ({ width, height }: CropRect, ratio: number | undefined): boolean =>
  ratio === undefined || Math.abs(width / height - ratio) < 1e-6 * ratio;

it('whatever moves it, the part stays within the image, in its ratio and within its bounds', () => {
  const move = fc.record({ handle: fc.option(fc.constantFrom(...handles), { nil: undefined }), x: way, y: way });
  fc.assert(
    fc.property(image, rules, fc.array(move, { maxLength: 12 }), (size, limits, moves) => {
      const bounds = { x: 0, y: 0, ...size };
      let crop = wholeCrop(size, limits);
      for (const { handle, x, y } of moves) {
        const before = crop;
        crop = handle === undefined ? moveCrop(crop, x, y, bounds) : resizeCrop(crop, handle, x, y, bounds, limits);
        expect(isWithin(crop, size) && keepsRatio(crop, limits.ratio)).toBe(true);
        expect(crop.width <= Math.max(limits.max.width, 0) + nearly).toBe(true);
        // What lies across from a corner has not moved.
        if (handle?.x === 1) expect(crop.x).toBeCloseTo(before.x, 6);
        if (handle?.x === -1) expect(crop.x + crop.width).toBeCloseTo(before.x + before.width, 6);
        if (handle?.y === 1) expect(crop.y).toBeCloseTo(before.y, 6);
      }
    }),
  );
});

it('any wish becomes a part of the image, and whole pixels stay in it', () => {
  const wish = fc.record({ x: way, y: way, width: way, height: way });
  fc.assert(
    fc.property(image, rules, wish, (size, limits, wished) => {
      const crop = fitCrop(wished, size, limits);
      expect(isWithin(crop, size) && keepsRatio(crop, limits.ratio)).toBe(true);
      expect(isWithin(roundCrop(crop, size), size)).toBe(true);
    }),
  );
});

it('four quarters bring it back, and one back undoes one forth', () => {
  fc.assert(
    fc.property(image, (size) => {
      const crop = { x: 3, y: 5, width: 7, height: 4 };
      const turned = { width: size.height, height: size.width };
      expect(turnCrop(turnCrop(crop, size, 1), turned, -1)).toEqual(crop);
      let four: CropRect = crop;
      for (const at of [size, turned, size, turned]) four = turnCrop(four, at, 1);
      expect(four).toEqual(crop);
    }),
  );
});
