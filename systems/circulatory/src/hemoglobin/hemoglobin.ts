import type { Envelope } from '../envelope.ts';
import { oneOf, whole } from '../heart/check.ts';
import { type EnvelopeCodec, jsonEnvelopes } from '../heart/codec.ts';
import { type Compressor, compressorOf, decompress } from './compression.ts';
import { Cipher, keyIdAt, mostAdded } from './encryption.ts';
import {
  DamagedMessageError,
  MessageTooLargeError,
  NotEncryptedError,
  UnknownFormatError,
  UnknownKeyError,
} from './errors.ts';
import type { Format, Reader } from './format.ts';
import {
  fingerprintIn,
  flag,
  flagsIn,
  formatIn,
  type FormatName,
  formats,
  headEnd,
  magic,
  mostHead,
} from './header.ts';
import { jsonFormat } from './json.ts';
import { msgpackFormat } from './msgpack/msgpack.ts';
import type { HemoglobinOptions } from './options.ts';
import { protobufFormat } from './protobuf/protobuf.ts';

const makeFormat = (name: FormatName, { bones = [], proto }: HemoglobinOptions): Format => {
  if (name === 'json') return jsonFormat();
  return name === 'protobuf' ? protobufFormat(bones, proto) : msgpackFormat(bones);
};

/**
 * Whether bytes are a Buffer that begins so. The constructor is asked for, since `Buffer.isBuffer` took a twentieth of the
 * time of a small message.
 */
const hasHead = (bytes: string | Uint8Array, head: Uint8Array): bytes is Buffer => {
  if (bytes.constructor !== Buffer) return false;
  for (let index = 0; index < head.length; index += 1) if (bytes[index] !== head[index]) return false;
  return true;
};

class Hemoglobin implements EnvelopeCodec<Uint8Array> {
  readonly #options: HemoglobinOptions;
  readonly #format: Format;
  /** Formats of messages that another codec has written, made when the first of them comes. */
  readonly #others = new Map<FormatName, Format>();
  /** Of the last message in the clear: the next is mostly of the same kind. */
  #last: Reader | undefined;
  readonly #compressor: Compressor | undefined;
  readonly #cipher: Cipher | undefined;
  readonly #acceptsPlain: boolean;
  readonly #maxBytes: number;
  /** No payload is larger in the store: compression that does not help is not used, and encryption adds little. */
  readonly #mostStored: number;
  /** Payloads from this size on are compressed. */
  readonly #compressFrom: number;

  constructor(options: HemoglobinOptions) {
    const { compression, encryption, maxBytes = 1024 * 1024, entropy } = options;
    this.#maxBytes = whole('maxBytes', maxBytes, 1);
    this.#mostStored = maxBytes + mostHead + mostAdded;
    this.#options = options;
    const name = oneOf('format', options.format ?? 'msgpack', ['msgpack', 'json', 'protobuf']);
    this.#format = makeFormat(name, options);
    this.#compressor = compression === undefined ? undefined : compressorOf(compression);
    this.#compressFrom = this.#compressor?.minBytes ?? Infinity;
    this.#cipher = encryption === undefined ? undefined : new Cipher(encryption, entropy);
    this.#acceptsPlain = encryption === undefined || encryption.acceptPlain === true;
  }

  encode(envelope: Envelope): Uint8Array {
    const writer = this.#format.writerFor(envelope);
    const bytes = writer.write(envelope);
    const start = writer.head.length;
    const size = bytes.length - start;
    if (size > this.#maxBytes) throw new MessageTooLargeError(this.#maxBytes);
    return size >= this.#compressFrom || this.#cipher !== undefined ? this.#wrap(bytes, start) : bytes;
  }

  #wrap(bytes: Buffer, start: number): Uint8Array {
    const head = bytes.subarray(0, start);
    const plain = bytes.subarray(start);
    let payload = plain;
    if (this.#compressor !== undefined && plain.length >= this.#compressFrom) {
      const compressed = this.#compressor.compress(plain);
      if (compressed.length < plain.length) {
        payload = compressed;
        head[2] = (head[2] ?? 0) | this.#compressor.number;
      }
    }
    if (this.#cipher === undefined) return Buffer.concat([head, payload]);
    head[2] = (head[2] ?? 0) | flag.encrypted;
    return this.#cipher.seal(head, payload);
  }

  decode(body: string | Uint8Array): Envelope {
    const last = this.#last;
    if (last === undefined || !hasHead(body, last.head)) return this.#decode(body);
    if (body.length > this.#mostStored) throw new MessageTooLargeError(this.#maxBytes);
    return last.read(body, last.head.length);
  }

  #decode(body: string | Uint8Array): Envelope {
    if (typeof body === 'string' || body[0] !== magic) return this.#decodePlain(body);
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
    const name = formatIn(bytes);
    const format = name === this.#format.name ? this.#format : this.#other(name);
    const flags = flagsIn(bytes);
    if ((flags & flag.encrypted) === 0 && !this.#acceptsPlain) throw new NotEncryptedError();
    if (bytes.length > this.#mostStored) throw new MessageTooLargeError(this.#maxBytes);
    const reader = format.readerFor(fingerprintIn(bytes, flags));
    const end = headEnd(flags);
    if ((flags & (flag.encrypted | flag.compression)) !== 0) return reader.read(this.#unwrap(bytes, end, flags), 0);
    this.#last = reader;
    return reader.read(bytes, end);
  }

  #other(name: FormatName): Format {
    const known = this.#others.get(name);
    if (known !== undefined) return known;
    try {
      const made = makeFormat(name, this.#options);
      this.#others.set(name, made);
      return made;
    } catch (cause) {
      // Its library is not installed, say, or a Bone has no form in it.
      throw new UnknownFormatError('format', formats[name], { cause });
    }
  }

  #unwrap(bytes: Buffer, at: number, flags: number): Buffer {
    const payload = (flags & flag.encrypted) === 0 ? bytes.subarray(at) : this.#open(bytes, at);
    return decompress(flags & flag.compression, payload, this.#maxBytes);
  }

  #open(bytes: Buffer, at: number): Buffer {
    if (this.#cipher === undefined) throw new UnknownKeyError(keyIdAt(bytes, at));
    return this.#cipher.open(bytes, at);
  }

  /** What the default codec has written, or left of it by a store that knows bytes only. */
  #decodePlain(body: string | Uint8Array): Envelope {
    if (!this.#acceptsPlain) throw new NotEncryptedError();
    if (body.length > this.#maxBytes) throw new MessageTooLargeError(this.#maxBytes);
    const isJson = typeof body === 'string' ? body.startsWith('{') : body[0] === 0x7b;
    if (!isJson) throw new DamagedMessageError('its first byte is not that of a message');
    return jsonEnvelopes.decode(body);
  }
}

/**
 * Message codec: how a Heart writes envelopes for its store. MessagePack whose field names are left to the Bone, JSON, or
 * Protocol Buffers; compressed above a size; encrypted and sealed, with keys that rotate.
 *
 * The body of a message is encrypted; what the driver sorts by is not: topic, key, priority, times, and the id.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option, or a format whose library is missing.
 * @throws {NotMappableError} for a Bone that has no protobuf form.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { hemoglobin } from '@organism/circulatory/hemoglobin';
 * import { Bone } from '@organism/skeletal';
 * import { z } from 'zod';
 *
 * const Quake = new Bone('seismic.quake', z.object({ id: z.string(), seen: z.date(), magnitude: z.number() }));
 * const codec = hemoglobin({ bones: [Quake], compression: 'zstd' });
 * const envelope = {
 *   id: '7', type: 'seismic.quake', source: '/usgs', time: '2026-01-01T00:00:00.000Z',
 *   data: { id: 'a1', seen: new Date(0), magnitude: 6.1 }, headers: {},
 * };
 * const bytes = codec.encode(envelope);
 * assert.ok(bytes.length < JSON.stringify(envelope).length / 2);
 * assert.deepEqual(codec.decode(bytes), envelope);
 * ```
 */
export const hemoglobin = (options: HemoglobinOptions = {}): EnvelopeCodec<Uint8Array> => new Hemoglobin(options);
