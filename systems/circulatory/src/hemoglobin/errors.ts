import { OrganismError } from '@organism/cell';

/**
 * Bytes that are no message, or not as they were written: cut short, changed, compressed wrongly, or of another's key. Code
 * `CIRCULATORY_DAMAGED`, status 422; a consumer's dead letter has the reason `corrupt`.
 */
export class DamagedMessageError extends OrganismError {
  /** @param what Which part breaks which rule; no content. */
  constructor(what: string, options: { readonly cause?: unknown } = {}) {
    super('CIRCULATORY_DAMAGED', `A message can't be read: ${what}.`, { status: 422, ...options });
  }
}

/** A wire format that this version does not know. Code `CIRCULATORY_UNKNOWN_FORMAT`; the reason is `unknown-format`. */
export class UnknownFormatError extends OrganismError {
  constructor(part: 'version' | 'format' | 'flags', value: number, options: { readonly cause?: unknown } = {}) {
    super('CIRCULATORY_UNKNOWN_FORMAT', `A message has ${part} ${value}, which this codec does not know.`, {
      status: 422,
      details: { part, value },
      ...options,
    });
  }
}

/**
 * A message of a Bone, or of a version of one, that the codec was not given. Code `CIRCULATORY_UNKNOWN_SCHEMA`; the reason
 * is `unknown-schema`: replay it once the Bone is known.
 */
export class UnknownSchemaError extends OrganismError {
  constructor(what: string) {
    super('CIRCULATORY_UNKNOWN_SCHEMA', `A message is of ${what}, which this codec does not know.`, {
      status: 422,
      details: { what },
    });
  }
}

/**
 * A message under a key that the codec was not given. Code `CIRCULATORY_UNKNOWN_KEY`; the reason is `unknown-key`: replay it
 * once the key is known.
 */
export class UnknownKeyError extends OrganismError {
  constructor(id: string) {
    super('CIRCULATORY_UNKNOWN_KEY', `A message is encrypted under key ${JSON.stringify(id)}, which is not known.`, {
      status: 422,
      publicMessage: 'The message is encrypted under a key that is not known.',
      details: { id },
    });
  }
}

/** A message in the clear where all must be encrypted. Code `CIRCULATORY_NOT_ENCRYPTED`; the reason is `not-encrypted`. */
export class NotEncryptedError extends OrganismError {
  constructor() {
    super('CIRCULATORY_NOT_ENCRYPTED', 'A message is not encrypted, and this codec takes encrypted ones only.', {
      status: 422,
    });
  }
}

/** A key that has encrypted as many messages as it may. Code `CIRCULATORY_KEY_EXHAUSTED`: rotate. @see NIST SP 800-38D section 8.3 */
export class KeyExhaustedError extends OrganismError {
  constructor(id: string, most: number) {
    super('CIRCULATORY_KEY_EXHAUSTED', `Key ${JSON.stringify(id)} has encrypted ${most} messages; take a new one.`, {
      details: { id, most },
    });
  }
}

/** A message above `maxBytes`, before compression or after decompression. Code `CIRCULATORY_TOO_LARGE`; the reason is `too-large`. */
export class MessageTooLargeError extends OrganismError {
  constructor(maxBytes: number, options: { readonly cause?: unknown } = {}) {
    super('CIRCULATORY_TOO_LARGE', `A message has more than ${maxBytes} bytes.`, {
      status: 413,
      details: { maxBytes },
      ...options,
    });
  }
}

/** A Bone with a part that Protocol Buffers have no form for. Code `CIRCULATORY_NOT_MAPPABLE`; names the path. */
export class NotMappableError extends OrganismError {
  /** Where in the Bone: `lines.*.price`; empty for all of it. */
  readonly path: string;

  constructor(bone: string, path: string, why: string) {
    super('CIRCULATORY_NOT_MAPPABLE', `${bone}: ${path === '' ? 'its root' : path} has no protobuf form: ${why}.`, {
      details: { bone, path },
    });
    this.path = path;
  }
}
