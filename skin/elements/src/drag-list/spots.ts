/** How the items of a list stand: below one another, side by side, or in columns. */
export type DragLayout = 'list' | 'row' | 'grid';
/** Where something is, in pixels of the viewport. */
export type Box = Pick<DOMRect, 'left' | 'right' | 'top' | 'bottom'>;

const sides = ['left', 'right', 'up', 'down'] as const;
type Side = (typeof sides)[number];

const middle = (one: number, other: number): number => (one + other) / 2;

/** The place among boxes at which something belongs that is held at a point: how many of them come before it. */
export const spotAt = (boxes: readonly Box[], x: number, y: number, layout: DragLayout, isRtl: boolean): number => {
  const isPast = ({ left, right }: Box): boolean => (isRtl ? x < middle(left, right) : x > middle(left, right));
  const isBefore = (box: Box): boolean => {
    if (layout === 'list') return y > middle(box.top, box.bottom);
    if (layout === 'row') return isPast(box);
    return box.bottom <= y || (box.top <= y && isPast(box));
  };
  return boxes.filter(isBefore).length;
};

/** Where an arrow key leads from a place, or the side of the next list that it points to; undefined for other keys. */
export const spotByKey = (
  key: string,
  at: number,
  last: number,
  { layout, columns, isRtl }: { readonly layout: DragLayout; readonly columns: number; readonly isRtl: boolean },
): number | Side | undefined => {
  const within = (next: number): number => Math.max(0, Math.min(last, next));
  if (key === 'Home') return 0;
  if (key === 'End') return last;
  const side = sides.find((one) => `arrow${one}` === key.toLowerCase());
  if (side === undefined) return undefined;
  const isAcross = side === 'left' || side === 'right';
  if (isAcross && layout !== 'list') return within(at + ((side === 'right') === isRtl ? -1 : 1));
  if (isAcross || layout === 'row') return side;
  const step = (layout === 'grid' ? columns : 1) * (side === 'up' ? -1 : 1);
  // Not to the end of a row that is not full, but down to where there is a place below.
  return layout === 'grid' && (at + step < 0 || at + step > last) ? at : within(at + step);
};

/** Of several boxes the nearest on one side of another. */
export const nearest = <T>(from: Box, others: readonly (readonly [T, Box])[], side: Side): T | undefined => {
  const center = ({ left, right, top, bottom }: Box): readonly [number, number] => [
    middle(left, right),
    middle(top, bottom),
  ];
  const [x, y] = center(from);
  const [found] = others
    .map(([one, box]) => {
      const [otherX, otherY] = center(box);
      const ahead = { left: x - otherX, right: otherX - x, up: y - otherY, down: otherY - y }[side];
      return { one, ahead, distance: Math.hypot(otherX - x, otherY - y) };
    })
    .filter(({ ahead }) => ahead > 1)
    .sort((a, b) => a.distance - b.distance);
  return found?.one;
};
