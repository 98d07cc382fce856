import type { ByteTransform, Codec } from './codec.ts';

const formats = { gzip: 'gzip', deflate: 'deflate', br: 'brotli', zstd: 'zstd' } as const;

const isThere = (format: string): boolean => {
  try {
    return 'readable' in new CompressionStream(format as CompressionFormat);
  } catch {
    return false;
  }
};

/** The Compression Streams of browsers and edge hosts: gzip and deflate everywhere, others where the host has them. */
export const codec: Codec = {
  encodings: (['br', 'zstd', 'gzip', 'deflate'] as const).filter((encoding) => isThere(formats[encoding])),
  compress: (encoding) => new CompressionStream(formats[encoding] as CompressionFormat) as ByteTransform,
  decompress: (encoding) => new DecompressionStream(formats[encoding] as CompressionFormat) as ByteTransform,
};
