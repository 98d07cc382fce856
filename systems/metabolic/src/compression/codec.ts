import type { Encoding } from './encoding.ts';

/** A pair of streams of bytes. */
export interface ByteTransform {
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly writable: WritableStream<Uint8Array>;
}

/** What a host brings for compression. */
export interface Codec {
  readonly encodings: readonly Encoding[];
  /** `level` from 0 (fastest) to 1 (smallest), where the host can choose. */
  compress(encoding: Exclude<Encoding, 'identity'>, level: number | undefined): ByteTransform;
  decompress(encoding: Exclude<Encoding, 'identity'>): ByteTransform;
}
