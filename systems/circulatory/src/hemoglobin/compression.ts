import { OptionError } from '@organism/cell';
import {
  brotliCompressSync,
  brotliDecompressSync,
  constants,
  gunzipSync,
  gzipSync,
  zstdCompressSync,
  zstdDecompressSync,
} from 'node:zlib';
import { oneOf, whole } from '../heart/check.ts';
import { DamagedMessageError, MessageTooLargeError } from './errors.ts';

/** How payloads may be compressed. */
export type CompressionAlgorithm = 'gzip' | 'brotli' | 'zstd';

/** Options of compression. */
export interface CompressionOptions {
  /** Default `zstd`. */
  readonly algorithm?: CompressionAlgorithm;
  /** Smaller payloads are left as they are. Default 1024. */
  readonly minBytes?: number;
  /** The algorithm's own level: gzip 0 to 9 (default 6), brotli 0 to 11 (default 4), zstd 1 to 22 (default 3). */
  readonly level?: number;
}

interface Algorithm {
  /** Its number in the header. */
  readonly number: number;
  readonly levels: readonly [least: number, most: number, usual: number];
  compress(bytes: Uint8Array, level: number): Buffer;
  decompress(bytes: Uint8Array, maxBytes: number): Buffer;
}

/** Memory that zstd may take for its window, as a power of two: its own levels need up to 27, most 21. */
const windowFor = (maxBytes: number): number => Math.min(27, Math.max(22, Math.ceil(Math.log2(maxBytes))));

const algorithms: Readonly<Record<CompressionAlgorithm, Algorithm>> = {
  gzip: {
    number: 1,
    levels: [0, 9, 6],
    compress: (bytes, level) => gzipSync(bytes, { level }),
    decompress: (bytes, maxOutputLength) => gunzipSync(bytes, { maxOutputLength }),
  },
  brotli: {
    number: 2,
    levels: [0, 11, 4],
    compress: (bytes, level) =>
      brotliCompressSync(bytes, {
        params: { [constants.BROTLI_PARAM_QUALITY]: level, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
      }),
    decompress: (bytes, maxOutputLength) => brotliDecompressSync(bytes, { maxOutputLength }),
  },
  zstd: {
    number: 3,
    levels: [1, 22, 3],
    compress: (bytes, level) =>
      zstdCompressSync(bytes, {
        pledgedSrcSize: bytes.length,
        params: { [constants.ZSTD_c_compressionLevel]: level },
      }),
    decompress: (bytes, maxOutputLength) =>
      zstdDecompressSync(bytes, {
        maxOutputLength,
        params: { [constants.ZSTD_d_windowLogMax]: windowFor(maxOutputLength) },
      }),
  },
};

/** By their numbers in the header. */
const byNumber: readonly (Algorithm | undefined)[] = [undefined, algorithms.gzip, algorithms.brotli, algorithms.zstd];

/** Compresses payloads that are worth it. */
export interface Compressor {
  readonly minBytes: number;
  /** Its number in the header. */
  readonly number: number;
  compress(bytes: Uint8Array): Buffer;
}

/** @throws {OptionError} `CELL_BAD_OPTION` for a bad option. */
export const compressorOf = (options: CompressionAlgorithm | CompressionOptions): Compressor => {
  const given = typeof options === 'string' ? { algorithm: options } : options;
  if (typeof given !== 'object' || given === null) throw new OptionError('compression', 'an algorithm', options);
  const name = oneOf('compression.algorithm', given.algorithm ?? 'zstd', ['gzip', 'brotli', 'zstd']);
  const { number, compress, levels } = algorithms[name];
  const [least, most, usual] = levels;
  const level = whole('compression.level', given.level ?? usual, least);
  if (level > most) throw new OptionError('compression.level', `a whole number from ${least} to ${most}`, level);
  const minBytes = whole('compression.minBytes', given.minBytes ?? 1024, 0);
  return { minBytes, number, compress: (bytes) => compress(bytes, level) };
};

/**
 * What was compressed.
 *
 * @param number Of the algorithm, as in the header; 0 for none.
 * @throws {MessageTooLargeError} as soon as there are more bytes than may be, whatever the message says of itself.
 * @throws {DamagedMessageError} when the bytes are not what the algorithm writes.
 */
export const decompress = (number: number, bytes: Buffer, maxBytes: number): Buffer => {
  const algorithm = byNumber[number];
  if (algorithm === undefined) {
    if (bytes.length > maxBytes) throw new MessageTooLargeError(maxBytes);
    return bytes;
  }
  try {
    return algorithm.decompress(bytes, maxBytes);
  } catch (cause) {
    if ((cause as { readonly code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE')
      throw new MessageTooLargeError(maxBytes, { cause });
    throw new DamagedMessageError('its payload is not compressed as it says', { cause });
  }
};
