import { DamagedMessageError, UnknownFormatError } from './errors.ts';

/**
 * First byte of every message. UTF-8 has no such byte and MessagePack leaves it unused, so that neither JSON nor bare
 * MessagePack is ever taken for one of ours. @see RFC 3629 section 1
 */
export const magic = 0xc1;

/** Version of the header. */
const version = 1;

/** How payloads are written. */
export const formats = { json: 0, msgpack: 1, protobuf: 2 } as const;

/** Name of a format. */
export type FormatName = keyof typeof formats;

/** Bits of the third byte; the lowest two are the compression. */
export const flag = { compression: 0b0011, encrypted: 0b0100, schema: 0b1000 } as const;
const knownFlags = 0b1111;

/** Bytes of a fingerprint. */
export const fingerprintBytes = 6;

/**
 * Begin of a message in the clear.
 *
 * | byte | |
 * |---|---|
 * | 0 | magic, C1 |
 * | 1 | header version (high half), format (low half: 0 JSON, 1 MessagePack, 2 protobuf) |
 * | 2 | flags: 01 gzip, 10 brotli, 11 zstd; 100 encrypted; 1000 fingerprint |
 * | 6 bytes | fingerprint of the Bone, with its flag |
 * | 1 + n bytes | length of the key's id, and the id, when encrypted |
 * | 12 bytes | nonce, when encrypted |
 * | the rest | payload: compressed first, then encrypted; the last 16 bytes are the tag |
 */
export const headOf = (format: FormatName, fingerprint?: Uint8Array): Uint8Array => {
  const start = [magic, (version << 4) | formats[format]];
  return fingerprint === undefined
    ? Uint8Array.of(...start, 0)
    : Uint8Array.of(...start, flag.schema, ...fingerprint.subarray(0, fingerprintBytes));
};

/** Most bytes of a header, but for what the encryption adds. */
export const mostHead: number = 3 + fingerprintBytes;

/** Where the header ends, but for what the encryption adds. */
export const headEnd = (flags: number): number => ((flags & flag.schema) === 0 ? 3 : 3 + fingerprintBytes);

const byteAt = (bytes: Uint8Array, at: number): number => bytes[at] ?? 0;

/** A fingerprint as a number. Byte by byte: `readUIntBE` took a fortieth of all decoding. */
export const fingerprintAt = (bytes: Uint8Array, at: number): number =>
  (((byteAt(bytes, at) << 8) | byteAt(bytes, at + 1)) >>> 0) * 2 ** 32 +
  (((byteAt(bytes, at + 2) << 24) |
    (byteAt(bytes, at + 3) << 16) |
    (byteAt(bytes, at + 4) << 8) |
    byteAt(bytes, at + 5)) >>>
    0);

/** The fingerprint of a message; undefined when it says all about itself. */
export const fingerprintIn = (bytes: Uint8Array, flags: number): number | undefined =>
  (flags & flag.schema) === 0 ? undefined : fingerprintAt(bytes, 3);

/** Names of formats by their numbers. */
const nameOf: readonly FormatName[] = ['json', 'msgpack', 'protobuf'];

/**
 * The format of a message.
 *
 * @throws {DamagedMessageError} when it is cut short.
 * @throws {UnknownFormatError} when it is of a newer version, say.
 */
export const formatIn = (bytes: Uint8Array): FormatName => {
  if (bytes.length < 3) throw new DamagedMessageError('it ends in its header');
  const kind = byteAt(bytes, 1);
  if (kind >> 4 !== version) throw new UnknownFormatError('version', kind >> 4);
  const name = nameOf[kind & 0xf];
  if (name === undefined) throw new UnknownFormatError('format', kind & 0xf);
  return name;
};

/** The flags of a message whose format is known. @throws as {@link formatIn} does. */
export const flagsIn = (bytes: Uint8Array): number => {
  const flags = byteAt(bytes, 2);
  if ((flags & ~knownFlags) !== 0) throw new UnknownFormatError('flags', flags);
  if (bytes.length < headEnd(flags)) throw new DamagedMessageError('it ends in its header');
  return flags;
};
