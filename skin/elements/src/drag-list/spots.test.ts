import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Box, nearest, spotAt, spotByKey } from './spots.ts';

const box = (left: number, top: number, width = 100, height = 20): Box => ({
  left,
  top,
  right: left + width,
  bottom: top + height,
});
const grid = [box(0, 0), box(110, 0), box(0, 30), box(110, 30), box(0, 60)];
const mirrored = grid.map(({ left, right, top, bottom }) => ({ left: -right, right: -left, top, bottom }));

describe('spotAt', () => {
  it.each([
    [20, 5, 0],
    [70, 5, 1],
    [200, 5, 2],
    [20, 40, 2],
    [70, 40, 3],
    [200, 70, 5],
    [20, 900, 5],
    [20, -50, 0],
  ])('in a grid, at %i, %i: %i, and the same from right to left', (x, y, expected) => {
    expect(spotAt(grid, x, y, 'grid', false)).toBe(expected);
    expect(spotAt(mirrored, -x, y, 'grid', true)).toBe(expected);
  });

  it('finds for the middle of each free place the place itself, in any list of any heights', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 10, max: 90 }), { minLength: 1, maxLength: 12 }),
        fc.nat(),
        (heights, n) => {
          const at = n % (heights.length + 1);
          let y = 0;
          let middle = 0;
          const boxes: Box[] = [];
          for (let index = 0; index <= heights.length; index += 1) {
            if (index === at) {
              middle = y + 20;
              y += 40;
            }
            const height = heights[index];
            if (height === undefined) continue;
            boxes.push(box(0, y, 100, height));
            y += height;
          }
          expect(spotAt(boxes, 50, middle, 'list', false)).toBe(at);
          const turned = boxes.map(({ top, bottom }) => box(top, 0, bottom - top));
          expect(spotAt(turned, middle, 10, 'row', false)).toBe(at);
        },
      ),
    );
  });
});

describe('spotByKey', () => {
  const go = (key: string, at: number, layout: 'list' | 'row' | 'grid', isRtl = false) =>
    spotByKey(key, at, 4, { layout, columns: 2, isRtl });

  it.each([
    ['list', 'ArrowDown', 1, 2],
    ['list', 'ArrowUp', 0, 0],
    ['list', 'ArrowRight', 1, 'right'],
    ['row', 'ArrowRight', 1, 2],
    ['row', 'ArrowUp', 1, 'up'],
    ['grid', 'ArrowDown', 1, 3],
    ['grid', 'ArrowDown', 3, 3],
    ['grid', 'ArrowUp', 1, 1],
    ['grid', 'ArrowUp', 4, 2],
    ['grid', 'ArrowLeft', 2, 1],
    ['list', 'Home', 3, 0],
    ['grid', 'End', 3, 4],
    ['row', 'x', 3, undefined],
  ] as const)('%s: %s from %i leads to %s', (layout, key, at, expected) => {
    expect(go(key, at, layout)).toBe(expected);
  });

  it('turns its arrows round from right to left', () => {
    expect([go('ArrowLeft', 1, 'row', true), go('ArrowRight', 1, 'grid', true)]).toEqual([2, 0]);
    expect(go('ArrowRight', 1, 'list', true)).toBe('right');
  });
});

describe('nearest', () => {
  it('is what is ahead, and next', () => {
    const others = [
      ['far', box(400, 0)],
      ['near', box(120, 10)],
      ['left', box(-120, 0)],
    ] as const;
    expect(nearest(box(0, 0), others, 'right')).toBe('near');
    expect(nearest(box(0, 0), others, 'left')).toBe('left');
    expect(nearest(box(0, 0), others, 'up')).toBe(undefined);
  });
});
