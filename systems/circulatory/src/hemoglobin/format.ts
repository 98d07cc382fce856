import type { Envelope } from '../envelope.ts';
import type { FormatName } from './header.ts';

/** Writes messages of one kind. */
export interface Writer {
  /** Begin of its messages, without compression and encryption. */
  readonly head: Uint8Array;
  /** The message: its begin and the payload. @throws {NotEncodableError} for a value without a form. */
  write(envelope: Envelope): Buffer;
}

/** Reads messages of one kind. */
export interface Reader {
  /** Begin of its messages, without compression and encryption. */
  readonly head: Uint8Array;
  /** Reads a payload from `start` on. @throws {DamagedMessageError} when the payload breaks the format. */
  read(bytes: Buffer, start: number): Envelope;
}

/** How payloads are written and read. */
export interface Format {
  readonly name: FormatName;
  writerFor(envelope: Envelope): Writer;
  /** @throws {UnknownSchemaError} when the fingerprint is unknown. */
  readerFor(fingerprint: number | undefined): Reader;
}
