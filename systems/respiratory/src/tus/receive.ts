import { HttpError } from '../errors.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { crypto } from '../node/builtins.ts';
import { parseChecksum } from './headers.ts';
import type { Upload, UploadStore } from './store.ts';

/** Algorithms for checksums that are offered. */
export const algorithms = ['sha256', 'sha1', 'sha512', 'md5'] as const;

/**
 * Takes the bytes of a request into an upload, and gives the new offset. What came before a break stays; what does not
 * match its checksum, or reaches past the end, does not.
 *
 * @throws {HttpError} `RESPIRATORY_CHECKSUM_MISMATCH`, `RESPIRATORY_BODY_TOO_LARGE`
 */
export const receive = async (
  exchange: Exchange,
  upload: Upload,
  store: UploadStore,
  maxBytes: number,
): Promise<number> => {
  const checksum = parseChecksum(exchange.header('upload-checksum'), algorithms);
  const hash = checksum === undefined ? undefined : crypto().createHash(checksum.algorithm);
  const room = Math.min(upload.length ?? maxBytes, maxBytes) - upload.offset;
  if (Number(exchange.header('content-length') ?? 0) > room) throw HttpError.tooLarge(room);
  let size = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of exchange.chunks()) {
      if (size + chunk.length > room) throw HttpError.tooLarge(room);
      size += chunk.length;
      hash?.update(chunk);
      yield chunk;
    }
  };
  try {
    await store.append(upload.id, upload.offset, counted());
  } catch (error) {
    // A part that has a checksum counts whole or not at all.
    if (checksum !== undefined || error instanceof HttpError) await store.truncate(upload.id, upload.offset);
    throw error;
  }
  if (hash !== undefined && hash.digest('base64') !== checksum?.sum) {
    await store.truncate(upload.id, upload.offset);
    throw new HttpError('RESPIRATORY_CHECKSUM_MISMATCH', 'The bytes do not have the checksum that came with them.');
  }
  return upload.offset + size;
};
