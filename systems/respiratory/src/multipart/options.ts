import { OptionError } from '@organism/cell';

/** Bounds of a multipart body. */
export interface MultipartOptions {
  /** Most parts. Default 100. */
  readonly maxParts?: number;
  /** Most bytes of the headers of a part. Default 8 KiB. */
  readonly maxHeaderBytes?: number;
  /** Most bytes of one part's content. Default 16 MiB. */
  readonly maxPartBytes?: number;
  /** Most bytes of the whole body. Default 64 MiB. */
  readonly maxBytes?: number;
}

const defaults: Required<MultipartOptions> = {
  maxParts: 100,
  maxHeaderBytes: 8192,
  maxPartBytes: 16 * 2 ** 20,
  maxBytes: 64 * 2 ** 20,
};

/** Bounds with their defaults. @throws {OptionError} `CELL_BAD_OPTION` that names the option. */
export const boundsOf = (options: MultipartOptions): Required<MultipartOptions> => {
  const bounds = { ...defaults, ...options };
  for (const [name, value] of Object.entries(bounds))
    if (!Number.isSafeInteger(value) || value < 0) throw new OptionError(name, 'a whole number of 0 or more', value);
  return bounds;
};
