import type { CropRules } from './crop.ts';
import { CropperState } from './cropper-state.ts';
import { loadPicture } from './picture.ts';

export { Stage } from './stage.ts';

/** Loads an image, ready to be cropped: all that an element without one does not need. */
export const loadState = async (
  source: Blob | string,
  rules: CropRules,
  limits: Parameters<typeof loadPicture>[1],
): Promise<CropperState> => new CropperState(await loadPicture(source, limits), rules);
