import { Duplex } from 'node:stream';
import {
  constants,
  createBrotliCompress,
  createBrotliDecompress,
  createDeflate,
  createGunzip,
  createGzip,
  createInflate,
  createZstdCompress,
  createZstdDecompress,
} from 'node:zlib';
import type { ByteTransform, Codec } from './codec.ts';

const toWeb = (stream: Duplex): ByteTransform => Duplex.toWeb(stream) as unknown as ByteTransform;

const within = (level: number, least: number, most: number): number => Math.round(least + level * (most - least));

/** Speeds of `zlib`. Without a level: its own for gzip and zstd; 4 for brotli, whose own is 11 and for files made once. */
export const codec: Codec = {
  encodings: ['br', 'zstd', 'gzip', 'deflate'],
  compress: (encoding, level) => {
    if (encoding === 'br') {
      const quality = level === undefined ? 4 : within(level, 0, 11);
      return toWeb(createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: quality } }));
    }
    if (encoding === 'zstd') {
      const params = level === undefined ? {} : { [constants.ZSTD_c_compressionLevel]: within(level, 1, 19) };
      return toWeb(createZstdCompress({ params }));
    }
    const options = level === undefined ? {} : { level: within(level, 1, 9) };
    return toWeb(encoding === 'gzip' ? createGzip(options) : createDeflate(options));
  },
  decompress: (encoding) => {
    if (encoding === 'br') return toWeb(createBrotliDecompress());
    if (encoding === 'zstd') return toWeb(createZstdDecompress());
    return toWeb(encoding === 'gzip' ? createGunzip() : createInflate());
  },
};
