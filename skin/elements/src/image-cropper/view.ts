import type { CropRect, Size } from './crop.ts';

/** Where an image stands in the stage: its scale, and its corner in pixels of the stage. */
export interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** Pixels that stay free around the box, so that its handles are seen. */
const inset = 12;

const between = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value));

/** Scale at which the whole image is seen. */
export const fitScale = (image: Size, stage: Size): number =>
  Math.max(0.001, Math.min((stage.width - 2 * inset) / image.width, (stage.height - 2 * inset) / image.height));

/** A view in which the chosen part stands in the middle, as large as the zoom says where it fits. */
export const centre = (crop: CropRect, image: Size, stage: Size, zoom: number): View => {
  const fit = fitScale(image, stage);
  const most = Math.min((stage.width - 2 * inset) / crop.width, (stage.height - 2 * inset) / crop.height);
  const scale = Math.max(fit, Math.min(fit * zoom, most));
  const along = (start: number, size: number, all: number, room: number): number => {
    const whole = all * scale;
    // What fits stands in the middle; what doesn't leaves no empty edge.
    return whole <= room
      ? (room - whole) / 2
      : between(room / 2 - (start + size / 2) * scale, room - inset - whole, inset);
  };
  return {
    scale,
    x: along(crop.x, crop.width, image.width, stage.width),
    y: along(crop.y, crop.height, image.height, stage.height),
  };
};

/** The chosen part in pixels of the stage. */
export const toStage = (crop: CropRect, { scale, x, y }: View): CropRect => ({
  x: crop.x * scale + x,
  y: crop.y * scale + y,
  width: crop.width * scale,
  height: crop.height * scale,
});

/** What of the image is seen: the part must stay within it. */
export const seen = (image: Size, stage: Size, { scale, x, y }: View): CropRect => {
  const left = Math.max(0, (inset - x) / scale);
  const top = Math.max(0, (inset - y) / scale);
  return {
    x: left,
    y: top,
    width: Math.min(image.width, (stage.width - inset - x) / scale) - left,
    height: Math.min(image.height, (stage.height - inset - y) / scale) - top,
  };
};

/**
 * Moves and scales the image under the box, which stays where it is on the screen, and gives the part that it then holds.
 * The image always fills the box.
 */
export const moveUnder = (
  crop: CropRect,
  image: Size,
  view: View,
  to: { readonly scale: number; readonly x: number; readonly y: number },
): { readonly crop: CropRect; readonly view: View } => {
  const box = toStage(crop, view);
  const scale = Math.max(to.scale, box.width / image.width, box.height / image.height);
  const next = {
    scale,
    x: between(to.x, box.x + box.width - image.width * scale, box.x),
    y: between(to.y, box.y + box.height - image.height * scale, box.y),
  };
  return {
    view: next,
    crop: {
      x: (box.x - next.x) / scale,
      y: (box.y - next.y) / scale,
      width: box.width / scale,
      height: box.height / scale,
    },
  };
};
