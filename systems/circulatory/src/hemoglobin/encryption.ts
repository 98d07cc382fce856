import { type Entropy, OptionError, systemEntropy } from '@organism/cell';
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { DamagedMessageError, KeyExhaustedError, UnknownKeyError } from './errors.ts';

/** Options of encryption. */
export interface EncryptionOptions {
  /** Id of the key for new messages: 1 to 64 printable ASCII characters, which travel in the clear. */
  readonly current: string;
  /**
   * Keys by id, of 32 random bytes each, as base64 or as they are. To rotate, first give all consumers the new key, then
   * make it the current one, and drop the old one when none of its messages are left.
   */
  readonly keys: Readonly<Record<string, string | Uint8Array>>;
  /** Read messages in the clear too, while a store moves to encryption. Anybody who can write to it can write those. Default false. */
  readonly acceptPlain?: boolean;
}

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** Most bytes that encryption adds to a message. */
export const mostAdded: number = 1 + 64 + nonceBytes + tagBytes;

/**
 * Most messages under one key. Nonces are random: above this the chance that two are the same is no longer below 2^-32.
 *
 * @see NIST SP 800-38D section 8.3
 */
export const mostPerKey: number = 2 ** 32;

const keyOf = (field: string, value: unknown): KeyObject => {
  const rule = '32 bytes, as they are or in base64';
  if (typeof value !== 'string' && !(value instanceof Uint8Array)) throw new OptionError(field, rule, value);
  const bytes = typeof value === 'string' ? Buffer.from(value, 'base64') : Buffer.from(value);
  // A text that is no base64 gives what of it is; a key must not be weaker than it looks.
  if (bytes.length !== 32 || (typeof value === 'string' && !/^[A-Za-z0-9+/_-]{43}=?$/.test(value)))
    throw new OptionError(field, rule, value);
  return createSecretKey(bytes);
};

/** Where the id of the key ends that a message is encrypted under. */
const idEndAt = (bytes: Buffer, at: number): number => at + 1 + (bytes[at] ?? 0);

/** Id of the key that a message is encrypted under. @param at Where the fields of the encryption begin. */
export const keyIdAt = (bytes: Buffer, at: number): string => bytes.toString('latin1', at + 1, idEndAt(bytes, at));

/** Authenticated encryption with AES-256-GCM: a random nonce for each message, and the header under the same seal. */
export class Cipher {
  readonly #keys: ReadonlyMap<string, KeyObject>;
  readonly #current: KeyObject;
  readonly #id: string;
  /** Length and text of the current key's id. */
  readonly #idField: Buffer;
  readonly #entropy: Entropy;
  #sealed = 0;

  /** @throws {OptionError} `CELL_BAD_OPTION` for a bad option; it names the key's id and never the key. */
  constructor({ current, keys }: EncryptionOptions, entropy: Entropy = systemEntropy) {
    if (typeof keys !== 'object' || keys === null) throw new OptionError('encryption.keys', 'an object of keys', keys);
    const all = new Map<string, KeyObject>();
    for (const [id, key] of Object.entries(keys)) {
      if (!/^[\x21-\x7e]{1,64}$/.test(id))
        throw new OptionError('encryption.keys', 'named by ids of 1 to 64 printable ASCII characters', id);
      all.set(id, keyOf(`encryption.keys.${id}`, key));
    }
    const chosen = all.get(current);
    if (chosen === undefined) throw new OptionError('encryption.current', 'the id of one of the keys', current);
    this.#keys = all;
    this.#current = chosen;
    this.#id = current;
    this.#idField = Buffer.from(`\0${current}`, 'latin1');
    this.#idField[0] = current.length;
    this.#entropy = entropy;
  }

  /** Encrypts a payload behind a header, to which it adds key and nonce. @throws {KeyExhaustedError} */
  seal(head: Uint8Array, payload: Uint8Array): Buffer {
    if (this.#sealed >= mostPerKey) throw new KeyExhaustedError(this.#id, mostPerKey);
    this.#sealed += 1;
    const nonce = this.#entropy.bytes(nonceBytes);
    const header = Buffer.concat([head, this.#idField, nonce]);
    const cipher = createCipheriv(algorithm, this.#current, nonce, { authTagLength: tagBytes });
    cipher.setAAD(header);
    return Buffer.concat([header, cipher.update(payload), cipher.final(), cipher.getAuthTag()]);
  }

  /**
   * Decrypts what {@link Cipher.seal} gave.
   *
   * @param at Where the fields of the encryption begin.
   * @throws {UnknownKeyError} when the key is none of its own.
   * @throws {DamagedMessageError} when anything, the header too, is not as it was sealed.
   */
  open(bytes: Buffer, at: number): Buffer {
    const idEnd = idEndAt(bytes, at);
    const start = idEnd + nonceBytes;
    if (bytes.length < start + tagBytes) throw new DamagedMessageError('it ends in the fields of its encryption');
    const id = keyIdAt(bytes, at);
    const key = this.#keys.get(id);
    if (key === undefined) throw new UnknownKeyError(id);
    const end = bytes.length - tagBytes;
    const decipher = createDecipheriv(algorithm, key, bytes.subarray(idEnd, start), { authTagLength: tagBytes });
    decipher.setAAD(bytes.subarray(0, start));
    decipher.setAuthTag(bytes.subarray(end));
    const payload = decipher.update(bytes.subarray(start, end));
    try {
      return Buffer.concat([payload, decipher.final()]);
    } catch (cause) {
      throw new DamagedMessageError('its seal is broken', { cause });
    }
  }
}
