import {
  type CropRect,
  type CropRules,
  fitCrop,
  type Handle,
  handles,
  moveCrop,
  resizeCrop,
  roundCrop,
  type Size,
  turnCrop,
  wholeCrop,
} from './crop.ts';
import { cutOut, drawPicture, type Orientation, orientedSize, type Picture, writableType } from './picture.ts';
import { centre, fitScale, moveUnder, seen, toStage, type View } from './view.ts';

const upright: Orientation = { quarters: 0, flipX: false, flipY: false };
const mostZoom = 10;

/** A chosen part on a canvas, and the type that it is saved as. */
export interface CutOut {
  readonly canvas: HTMLCanvasElement;
  readonly type: string;
}

/** An image, the part of it that is chosen, and how it is seen: everything that moves, and nothing of the page. */
export class CropperState {
  readonly picture: Picture;
  readonly handles: readonly Handle[] = handles;
  orientation: Orientation = upright;
  crop: CropRect;
  view: View = { scale: 1, x: 0, y: 0 };
  rules: CropRules;
  #stage: Size = { width: 0, height: 0 };

  constructor(picture: Picture, rules: CropRules) {
    this.picture = picture;
    this.rules = rules;
    this.crop = wholeCrop(picture.size, rules);
  }

  /** Size of the image as it stands. */
  get size(): Size {
    return orientedSize(this.picture.size, this.orientation);
  }

  /** The chosen part in whole pixels. */
  get rounded(): CropRect {
    return roundCrop(this.crop, this.size);
  }

  /** The chosen part in pixels of the stage. */
  get box(): CropRect {
    return toStage(this.crop, this.view);
  }

  /** How large it is seen; 1 shows the whole image. */
  get zoom(): number {
    return this.view.scale / fitScale(this.size, this.#stage);
  }

  /** The largest zoom: one at which the part has come down to its least. */
  get maxZoom(): number {
    const { width, height } = this.box;
    const { min } = this.rules;
    const scale = Math.min(width / Math.max(1, min.width), height / Math.max(1, min.height));
    return Math.max(1, Math.min(mostZoom, scale / fitScale(this.size, this.#stage)));
  }

  /** Takes the size that there is room for. */
  layOut(stage: Size): void {
    if (stage.width === 0 || stage.height === 0) return;
    const { zoom } = this;
    const isFirst = this.#stage.width === 0;
    this.#stage = stage;
    this.view = centre(this.crop, this.size, stage, isFirst ? 1 : zoom);
  }

  #relayOut(zoom: number): void {
    this.view = centre(this.crop, this.size, this.#stage, zoom);
  }

  /** Begins anew, upright and whole. */
  reset(): void {
    this.orientation = upright;
    this.crop = wholeCrop(this.size, this.rules);
    this.#relayOut(1);
  }

  /** Chooses a part; what it can't be it becomes as nearly as it can. */
  choose(wish: CropRect): void {
    this.crop = fitCrop(wish, this.size, this.rules);
    this.#relayOut(this.zoom);
  }

  /** Moves the box; distances are in pixels of the stage. */
  move(x: number, y: number): void {
    const { scale } = this.view;
    this.crop = moveCrop(this.crop, x / scale, y / scale, seen(this.size, this.#stage, this.view));
  }

  /** Moves a handle of the box. */
  resize(handle: Handle, x: number, y: number): void {
    const { scale } = this.view;
    const bounds = seen(this.size, this.#stage, this.view);
    this.crop = resizeCrop(this.crop, handle, x / scale, y / scale, bounds, this.rules);
  }

  /** Moves the image under the box. */
  pan(x: number, y: number): void {
    const { view } = this;
    Object.assign(this, moveUnder(this.crop, this.size, view, { ...view, x: view.x + x, y: view.y + y }));
  }

  /** Scales the image under the box, around a place of the stage; by default the middle of the box. */
  zoomTo(zoom: number, at?: { readonly x: number; readonly y: number }): void {
    const { view, box, rules, size } = this;
    const most = this.maxZoom;
    const around = at ?? { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    const fit = fitScale(size, this.#stage);
    const least = Math.max(box.width / rules.max.width, box.height / rules.max.height);
    const scale = Math.max(least, fit * Math.max(1, Math.min(most, zoom)));
    const factor = scale / view.scale;
    const x = around.x - (around.x - view.x) * factor;
    const y = around.y - (around.y - view.y) * factor;
    Object.assign(this, moveUnder(this.crop, size, view, { scale, x, y }));
    // The whole image stands in the middle again.
    if (this.zoom <= 1.0001) this.#relayOut(1);
  }

  /** Turns the image by a quarter, clockwise or back. */
  turn(way: 1 | -1): void {
    const { zoom, size } = this;
    const { quarters, flipX, flipY } = this.orientation;
    // Mirrored once, the image turns the other way to turn this way for the eye.
    const step = flipX === flipY ? way : -way;
    this.crop = turnCrop(this.crop, size, way);
    this.orientation = { flipX, flipY, quarters: (quarters + step + 4) % 4 };
    this.crop = fitCrop(this.crop, this.size, this.rules);
    this.#relayOut(zoom);
  }

  /** Mirrors the image across or down. */
  flip(axis: 'x' | 'y'): void {
    const { zoom, size, crop, orientation } = this;
    if (axis === 'x') {
      this.orientation = { ...orientation, flipX: !orientation.flipX };
      this.crop = { ...crop, x: size.width - crop.x - crop.width };
    } else {
      this.orientation = { ...orientation, flipY: !orientation.flipY };
      this.crop = { ...crop, y: size.height - crop.y - crop.height };
    }
    this.#relayOut(zoom);
  }

  /** Draws the image as it is seen, with so many pixels of the canvas for one of the stage. */
  draw(context: CanvasRenderingContext2D, dense: number): void {
    const { scale, x, y } = this.view;
    drawPicture(context, this.picture, this.orientation, { scale: scale * dense, x: x * dense, y: y * dense });
  }

  /** The chosen part on a canvas of its own, and the type that it is saved as. */
  cutOut(wanted: string | undefined, width: number | undefined, isRound: boolean): CutOut {
    const type = writableType(wanted, this.picture.type, isRound);
    return { type, canvas: cutOut(this.picture, this.orientation, this.rounded, { width, type, isRound }) };
  }
}
