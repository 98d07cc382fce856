import { OrganismError } from '@organism/cell';
import type { Encoding } from './encoding.ts';

/** Bytes that the named coding did not make, or that end too early. Code `METABOLIC_BAD_COMPRESSED_DATA`, status 400. */
export class BadCompressedDataError extends OrganismError {
  constructor(encoding: Encoding, cause: unknown) {
    // The host's reason goes along as the cause; some hosts give none.
    super('METABOLIC_BAD_COMPRESSED_DATA', `The bytes are no valid ${encoding} data.`, { status: 400, cause });
  }
}

/** Data that is bigger, once decompressed, than is taken. Code `METABOLIC_DECOMPRESSED_TOO_LARGE`, status 413. */
export class DecompressedTooLargeError extends OrganismError {
  constructor(maxBytes: number) {
    super('METABOLIC_DECOMPRESSED_TOO_LARGE', `The decompressed data has more than ${maxBytes} bytes.`, {
      status: 413,
    });
  }
}

/** A coding that this host can't make or read. Code `METABOLIC_UNSUPPORTED_ENCODING`, status 415. */
export class UnsupportedEncodingError extends OrganismError {
  constructor(encoding: string, supported: readonly string[]) {
    super('METABOLIC_UNSUPPORTED_ENCODING', `This host has no coding of that name; it has ${supported.join(', ')}.`, {
      status: 415,
      details: { encoding },
    });
  }
}
