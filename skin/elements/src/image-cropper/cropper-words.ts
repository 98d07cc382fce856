import type { Terms } from '../base/terms.ts';
import type { ImageFailure } from './picture.ts';

declare module '../base/terms.ts' {
  interface Terms {
    readonly chooseImage: string;
    readonly changeImage: string;
    readonly cropArea: string;
    readonly cropPlace: string;
    readonly cropNw: string;
    readonly cropN: string;
    readonly cropNe: string;
    readonly cropW: string;
    readonly cropE: string;
    readonly cropSw: string;
    readonly cropS: string;
    readonly cropSe: string;
    readonly zoom: string;
    readonly rotateLeft: string;
    readonly rotateRight: string;
    readonly flipAcross: string;
    readonly flipDown: string;
    readonly reset: string;
    readonly imageType: string;
    readonly imageSize: string;
    readonly imageBroken: string;
    readonly imageNetwork: string;
    readonly imageCors: string;
  }
}

/** A word of the element, and its English. */
export type Word = readonly [keyof Terms, string];

/** What is told of an image that can't be cropped. */
export const failureWords: Readonly<Record<ImageFailure, Word>> = {
  type: ['imageType', 'This file is not an image.'],
  size: ['imageSize', 'This image is too large.'],
  broken: ['imageBroken', 'This image is damaged or of a kind that the browser can’t read.'],
  network: ['imageNetwork', 'The image could not be loaded.'],
  cors: ['imageCors', 'The image’s site does not allow other pages to edit it.'],
};
