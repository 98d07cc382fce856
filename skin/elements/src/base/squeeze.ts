/** Browsers stop laying out at some millions of pixels. */
const highest = 8_000_000;

/** Height of a scrolled content as it is laid out, and how many pixels of rows one of its pixels stands for. */
export interface Squeezed {
  readonly total: number;
  readonly ratio: number;
}

/** Fits a content of any height, seen through a frame, into what browsers can lay out. */
export const squeeze = (real: number, view: number): Squeezed => {
  const total = Math.min(real, highest);
  return { total, ratio: total > view && real > total ? (real - view) / (total - view) : 1 };
};
