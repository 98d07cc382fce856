/** A part of an image, in pixels. */
export interface CropRect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A width and a height, in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What holds for every part that may be chosen. */
export interface CropRules {
  /** Width by height; undefined for any. */
  readonly ratio: number | undefined;
  readonly min: Size;
  readonly max: Size;
}

/** What a handle moves: -1 the start of an axis, 1 its end, 0 neither. */
export interface Handle {
  readonly name: string;
  readonly x: -1 | 0 | 1;
  readonly y: -1 | 0 | 1;
}

/** Corners and edges, in reading order. */
export const handles: readonly Handle[] = [
  { name: 'nw', x: -1, y: -1 },
  { name: 'n', x: 0, y: -1 },
  { name: 'ne', x: 1, y: -1 },
  { name: 'w', x: -1, y: 0 },
  { name: 'e', x: 1, y: 0 },
  { name: 'sw', x: -1, y: 1 },
  { name: 's', x: 0, y: 1 },
  { name: 'se', x: 1, y: 1 },
];

const clamp = (value: number, least: number, most: number): number =>
  Math.max(Math.min(value, most), Math.min(least, most));

/** The largest width that the rules allow in a room, and the least; the room counts more than the rules. */
const widths = (room: Size, { ratio, min, max }: CropRules): readonly [least: number, most: number] => {
  if (ratio === undefined) return [Math.min(min.width, room.width), Math.min(max.width, room.width)];
  const most = Math.min(room.width, max.width, room.height * ratio, max.height * ratio);
  return [Math.min(most, Math.max(min.width, min.height * ratio)), most];
};

/** The largest part in the middle of an image. */
export const wholeCrop = (image: Size, rules: CropRules): CropRect => {
  const [, width] = widths(image, rules);
  const height = rules.ratio === undefined ? Math.min(image.height, rules.max.height) : width / rules.ratio;
  return { x: (image.width - width) / 2, y: (image.height - height) / 2, width, height };
};

/** Moves a part, within bounds. */
export const moveCrop = (crop: CropRect, x: number, y: number, bounds: CropRect): CropRect => ({
  ...crop,
  x: clamp(crop.x + x, bounds.x, bounds.x + bounds.width - crop.width),
  y: clamp(crop.y + y, bounds.y, bounds.y + bounds.height - crop.height),
});

/** A part as near to a wish as bounds and rules allow. */
export const fitCrop = (wish: CropRect, image: Size, rules: CropRules): CropRect => {
  const [least, most] = widths(image, rules);
  const width = clamp(wish.width, least, most);
  const height =
    rules.ratio === undefined
      ? clamp(wish.height, Math.min(rules.min.height, image.height), Math.min(rules.max.height, image.height))
      : width / rules.ratio;
  return moveCrop({ x: wish.x, y: wish.y, width, height }, 0, 0, { x: 0, y: 0, ...image });
};

/** Moves a corner or an edge of a part; what lies across from it stays where it is. */
export const resizeCrop = (
  crop: CropRect,
  handle: Handle,
  x: number,
  y: number,
  bounds: CropRect,
  rules: CropRules,
): CropRect => {
  const { ratio, min, max } = rules;
  const right = bounds.x + bounds.width;
  const bottom = bounds.y + bounds.height;
  const middle = { x: crop.x + crop.width / 2, y: crop.y + crop.height / 2 };
  // An edge moves across alone, or with a ratio to both sides of the middle.
  const room = {
    width:
      [crop.x + crop.width - bounds.x, 2 * Math.min(middle.x - bounds.x, right - middle.x), right - crop.x][
        handle.x + 1
      ] ?? 0,
    height:
      [crop.y + crop.height - bounds.y, 2 * Math.min(middle.y - bounds.y, bottom - middle.y), bottom - crop.y][
        handle.y + 1
      ] ?? 0,
  };
  let width = crop.width + handle.x * x;
  let height = crop.height + handle.y * y;
  if (ratio === undefined) {
    if (handle.x !== 0) width = clamp(width, Math.min(min.width, room.width), Math.min(max.width, room.width));
    if (handle.y !== 0) height = clamp(height, Math.min(min.height, room.height), Math.min(max.height, room.height));
  } else {
    const isByHeight = handle.x === 0 || (handle.y !== 0 && Math.abs(y) * ratio > Math.abs(x));
    width = clamp(isByHeight ? height * ratio : width, ...widths(room, rules));
    height = width / ratio;
  }
  const place = (at: -1 | 0 | 1, start: number, before: number, now: number): number =>
    at < 0 ? start + before - now : at > 0 ? start : start + (before - now) / 2;
  return {
    x: place(handle.x, crop.x, crop.width, width),
    y: place(handle.y, crop.y, crop.height, height),
    width,
    height,
  };
};

/** Where a part lies once the image has been turned by a quarter, clockwise or, with -1, back. */
export const turnCrop = ({ x, y, width, height }: CropRect, image: Size, way: 1 | -1): CropRect =>
  way > 0
    ? { x: image.height - y - height, y: x, width: height, height: width }
    : { x: y, y: image.width - x - width, width: height, height: width };

/** In whole pixels, within the image. */
export const roundCrop = (crop: CropRect, image: Size): CropRect => {
  const x = clamp(Math.round(crop.x), 0, image.width - 1);
  const y = clamp(Math.round(crop.y), 0, image.height - 1);
  const width = clamp(Math.round(crop.width), 1, image.width - x);
  const height = clamp(Math.round(crop.height), 1, image.height - y);
  return { x, y, width, height };
};
