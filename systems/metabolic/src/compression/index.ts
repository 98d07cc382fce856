export {
  compress,
  compressionStream,
  type CompressOptions,
  decompress,
  decompressionStream,
  type DecompressOptions,
  supportedEncodings,
} from './streams.ts';
export { type Encoding, negotiateEncoding } from './encoding.ts';
export type { ByteTransform } from './codec.ts';
export { BadCompressedDataError, DecompressedTooLargeError, UnsupportedEncodingError } from './errors.ts';
