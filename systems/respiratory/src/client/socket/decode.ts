import { pipeline, Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { StreamContent } from '../content.ts';
import { BadResponseError, type CallPlace } from '../errors.ts';
import type { WireContent, WireResponse } from '../transport.ts';

/** What this transport asks for. */
export const acceptedEncodings = 'gzip, deflate, br, zstd';

const decoders = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
} as const;

async function* decompress(
  body: WireContent,
  encoding: keyof typeof decoders,
  place: CallPlace,
): AsyncGenerator<Uint8Array> {
  const pieces = body[Symbol.asyncIterator]();
  const first = await pieces.next();
  // Nothing is nothing in any encoding, though no decoder takes it.
  if (first.done === true) return;
  const whole = async function* (): AsyncGenerator<Uint8Array> {
    yield first.value;
    yield* { [Symbol.asyncIterator]: () => pieces };
  };
  const decoder = decoders[encoding]();
  let failure: unknown;
  const source = Readable.from(whole(), { objectMode: false });
  // Why the source broke off comes through here alone: the decoder only knows that its input ended.
  source.on('error', (error) => (failure = error));
  pipeline(source, decoder, () => {});
  try {
    for await (const piece of decoder) yield piece as Uint8Array;
  } catch (cause) {
    throw failure ?? new BadResponseError(place, 'encoding', `it is not in ${encoding}, as it says`, { cause });
  }
}

const hasContent = (status: number): boolean => status !== 204 && status !== 304;

/** The response with its body decompressed, when it is compressed in a way that we know. */
export const decoded = (response: WireResponse, place: CallPlace): WireResponse => {
  const encoding = response.headers.get('content-encoding')?.toLowerCase();
  if (encoding === undefined || !Object.hasOwn(decoders, encoding)) return response;
  if (place.method === 'HEAD' || !hasContent(response.status)) return response;
  const { body, status } = response;
  const content = decompress(body, encoding as keyof typeof decoders, place);
  return {
    status,
    // Both speak of what was sent, not of what is given.
    headers: response.headers.without('content-encoding', 'content-length'),
    body: new StreamContent(content, place, () => body.cancel()),
    decompressed: true,
  };
};
