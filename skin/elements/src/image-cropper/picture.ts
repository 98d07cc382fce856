import type { CropRect, Size } from './crop.ts';

/** Why an image is not shown: of another type, too large, damaged, out of reach, or not ours to read. */
export type ImageFailure = 'type' | 'size' | 'broken' | 'network' | 'cors';

/** An image that can't be cropped, and why. */
export class ImageRefusedError extends Error {
  override readonly name = 'ImageRefusedError';
  readonly code = 'SKIN_IMAGE_REFUSED';
  readonly reason: ImageFailure;

  constructor(reason: ImageFailure, options?: ErrorOptions) {
    super(`The image was refused (${reason}).`, options);
    this.reason = reason;
  }
}

/** A decoded image. Its pixels may be fewer than those that it had: `size` counts the original's. */
export interface Picture {
  readonly bitmap: ImageBitmap;
  readonly size: Size;
  readonly type: string;
  readonly name: string;
}

/** How an image stands: quarters clockwise, then mirrored. */
export interface Orientation {
  readonly quarters: number;
  readonly flipX: boolean;
  readonly flipY: boolean;
}

const loadElement = async (url: string): Promise<HTMLImageElement> => {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
};

/** Fetches an image. One that shows but can't be read belongs to a page that does not share it. */
const fetchImage = async (url: string, signal: AbortSignal): Promise<Blob> => {
  let response: Response;
  try {
    response = await fetch(url, { signal });
  } catch (error) {
    signal.throwIfAborted();
    const isShown = await loadElement(url).then(
      () => true,
      () => false,
    );
    throw new ImageRefusedError(isShown ? 'cors' : 'network', { cause: error });
  }
  if (!response.ok) throw new ImageRefusedError('network', { cause: response.status });
  return response.blob();
};

const nameOf = (source: Blob | string): string => {
  if (source instanceof File) return source.name;
  if (typeof source !== 'string' || source.startsWith('data:') || source.startsWith('blob:')) return 'image';
  return decodeURI(new URL(source, document.baseURI).pathname.split('/').at(-1) ?? '') || 'image';
};

/**
 * Decodes an image the right way up, whatever its EXIF data say, with no more pixels than are allowed.
 *
 * @throws {ImageRefusedError} when it is none.
 */
export const loadPicture = async (
  source: Blob | string,
  { maxPixels, maxBytes, signal }: { maxPixels: number; maxBytes: number; signal: AbortSignal },
): Promise<Picture> => {
  const blob = typeof source === 'string' ? await fetchImage(source, signal) : source;
  if (blob.type !== '' && !blob.type.startsWith('image/')) throw new ImageRefusedError('type');
  if (blob.size > maxBytes) throw new ImageRefusedError('size');
  const url = URL.createObjectURL(blob);
  try {
    const image = await loadElement(url);
    // A drawing without a size of its own gets one.
    const size = { width: image.naturalWidth || 1024, height: image.naturalHeight || 1024 };
    const share = Math.min(1, Math.sqrt(maxPixels / (size.width * size.height)));
    const bitmap = await createImageBitmap(image, {
      resizeWidth: Math.max(1, Math.round(size.width * share)),
      resizeHeight: Math.max(1, Math.round(size.height * share)),
      resizeQuality: 'high',
    });
    return { bitmap, size, type: blob.type, name: nameOf(source) };
  } catch (error) {
    throw new ImageRefusedError('broken', { cause: error });
  } finally {
    URL.revokeObjectURL(url);
  }
};

/** Size of an image as it stands. */
export const orientedSize = ({ width, height }: Size, { quarters }: Orientation): Size =>
  quarters % 2 === 0 ? { width, height } : { width: height, height: width };

/** Draws an image as it stands; `scale` and the place of its corner are in pixels of the canvas. */
export const drawPicture = (
  context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  { bitmap, size }: Picture,
  orientation: Orientation,
  { scale, x, y }: { scale: number; x: number; y: number },
): void => {
  const { width, height } = orientedSize(size, orientation);
  context.setTransform(scale, 0, 0, scale, x, y);
  context.translate(width / 2, height / 2);
  context.scale(orientation.flipX ? -1 : 1, orientation.flipY ? -1 : 1);
  context.rotate((orientation.quarters * Math.PI) / 2);
  context.drawImage(bitmap, -size.width / 2, -size.height / 2, size.width, size.height);
};

/** What a part of an image is saved as. */
export interface CropOutput {
  /** Type of the file: `image/png`, `image/jpeg` or `image/webp`. Default: that of the image. */
  readonly type?: string;
  /** From 0 to 1, for types that lose some. Default 0.92. */
  readonly quality?: number;
  /** Width in pixels; the height follows. Default: as many as were chosen. */
  readonly width?: number;
}

/** A type that canvases write. */
export const writableType = (wanted: string | undefined, from: string, isRound: boolean): string => {
  const all = ['image/png', 'image/jpeg', 'image/webp'];
  if (wanted !== undefined && all.includes(wanted)) return wanted;
  // Corners that are cut off need a type that can be transparent.
  if (isRound && from === 'image/jpeg') return 'image/png';
  return all.includes(from) ? from : 'image/png';
};

/** Browsers draw no larger canvas everywhere. */
const largest = 8192;

/** The chosen part on a canvas of its own. */
export const cutOut = (
  picture: Picture,
  orientation: Orientation,
  crop: CropRect,
  { width, type, isRound }: { width: number | undefined; type: string; isRound: boolean },
): HTMLCanvasElement => {
  const asked = width !== undefined && width >= 1 ? width : crop.width;
  const scale = Math.min(asked / crop.width, largest / crop.width, largest / crop.height);
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(crop.width * scale));
  canvas.height = Math.max(1, Math.round(crop.height * scale));
  const context = canvas.getContext('2d');
  if (context === null) return canvas;
  context.imageSmoothingQuality = 'high';
  if (type === 'image/jpeg') {
    context.fillStyle = '#fff';
    context.fillRect(0, 0, canvas.width, canvas.height);
  }
  if (isRound) {
    context.ellipse(canvas.width / 2, canvas.height / 2, canvas.width / 2, canvas.height / 2, 0, 0, 2 * Math.PI);
    context.clip();
  }
  drawPicture(context, picture, orientation, { scale, x: -crop.x * scale, y: -crop.y * scale });
  return canvas;
};
