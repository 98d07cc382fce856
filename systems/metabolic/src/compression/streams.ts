import { codec } from '#compression-codec';
import { OptionError } from '@organism/cell';
import { checkCount } from '../check.ts';
import type { ByteTransform } from './codec.ts';
import type { Encoding } from './encoding.ts';
import { BadCompressedDataError, DecompressedTooLargeError, UnsupportedEncodingError } from './errors.ts';

/** Options of compression. */
export interface CompressOptions {
  /** From 0 (fastest) to 1 (smallest). Default: fit for answers made on the spot. Browsers have one level only. */
  readonly level?: number;
}

/** Options of decompression. */
export interface DecompressOptions {
  /** Most bytes of the result: a few kilobytes can become gigabytes. Default 64 MiB; Infinity for trusted data. */
  readonly maxBytes?: number;
}

/** The codings that this host can make and read, but for `identity`. */
export const supportedEncodings: readonly Encoding[] = codec.encodings;

const checkEncoding = (encoding: Encoding): void => {
  if (encoding !== 'identity' && !codec.encodings.includes(encoding))
    throw new UnsupportedEncodingError(encoding, [...codec.encodings, 'identity']);
};

const plain = (): ByteTransform => new TransformStream<Uint8Array, Uint8Array<ArrayBuffer>>();

/**
 * Compression stream for a content coding, with back pressure.
 *
 * @throws {UnsupportedEncodingError} `METABOLIC_UNSUPPORTED_ENCODING`
 * @throws {OptionError} `CELL_BAD_OPTION` that names the option.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { compressionStream, decompressionStream } from '@organism/metabolic/compression';
 *
 * const text = 'M 5.2, Hualien. '.repeat(1000);
 * const packed = new Blob([text]).stream().pipeThrough(compressionStream('zstd'));
 * const bytes = await new Response(packed).bytes();
 * assert.ok(bytes.length < 100);
 * const back = new Blob([bytes]).stream().pipeThrough(decompressionStream('zstd', { maxBytes: 20_000 }));
 * assert.equal(await new Response(back).text(), text);
 * ```
 */
export const compressionStream = (encoding: Encoding, options: CompressOptions = {}): ByteTransform => {
  const { level } = options;
  checkEncoding(encoding);
  if (level !== undefined && !(level >= 0 && level <= 1)) throw new OptionError('level', 'a number from 0 to 1', level);
  return encoding === 'identity' ? plain() : codec.compress(encoding, level);
};

/** Counts what comes out, and says in our words what goes wrong. */
const guard = (
  source: ReadableStream<Uint8Array<ArrayBuffer>>,
  encoding: Encoding,
  maxBytes: number,
): ReadableStream<Uint8Array<ArrayBuffer>> => {
  const reader = source.getReader();
  let total = 0;
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull: async (controller) => {
        const { done, value } = await reader.read().catch((error: unknown) => {
          throw new BadCompressedDataError(encoding, error);
        });
        if (done) {
          controller.close();
          return;
        }
        total += value.length;
        if (total > maxBytes) {
          const tooLarge = new DecompressedTooLargeError(maxBytes);
          reader.cancel(tooLarge).catch(() => {});
          throw tooLarge;
        }
        controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
};

/**
 * Decompression stream for a content coding, with back pressure and a bound.
 *
 * The stream fails with {@link BadCompressedDataError} (`METABOLIC_BAD_COMPRESSED_DATA`) for other bytes and for data
 * that ends too early, and with {@link DecompressedTooLargeError} (`METABOLIC_DECOMPRESSED_TOO_LARGE`) at `maxBytes`.
 *
 * @throws {UnsupportedEncodingError} `METABOLIC_UNSUPPORTED_ENCODING`
 */
export const decompressionStream = (encoding: Encoding, options: DecompressOptions = {}): ByteTransform => {
  const { maxBytes = 64 * 2 ** 20 } = options;
  checkEncoding(encoding);
  if (maxBytes !== Infinity) checkCount('maxBytes', maxBytes, 0);
  const { readable, writable } = encoding === 'identity' ? plain() : codec.decompress(encoding);
  return { readable: guard(readable, encoding, maxBytes), writable };
};

const collect = async (bytes: Uint8Array, { readable, writable }: ByteTransform): Promise<Uint8Array<ArrayBuffer>> => {
  const writer = writable.getWriter();
  // What goes wrong shows on the readable side, in our words.
  writer.write(bytes).catch(() => {});
  writer.close().catch(() => {});
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of readable) {
    chunks.push(chunk);
    length += chunk.length;
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
};

/** Compresses bytes. Throws as {@link compressionStream} does. */
export const compress = async (
  bytes: Uint8Array,
  encoding: Encoding,
  options: CompressOptions = {},
): Promise<Uint8Array<ArrayBuffer>> => await collect(bytes, compressionStream(encoding, options));

/** Decompresses bytes. Throws, and rejects, as {@link decompressionStream} does. */
export const decompress = async (
  bytes: Uint8Array,
  encoding: Encoding,
  options: DecompressOptions = {},
): Promise<Uint8Array<ArrayBuffer>> => await collect(bytes, decompressionStream(encoding, options));
