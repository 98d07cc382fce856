/**
 * Randomness source. Everything in Organism that needs chance takes it from one of these, so that a seeded one
 * replays a run exactly.
 */
export interface Entropy {
  /** A number in [0, 1). Not for secrets. */
  random(): number;
  /** `length` random bytes; cryptographically strong in the system default. */
  bytes(length: number): Uint8Array<ArrayBuffer>;
  /** A random UUID, version 4. @see RFC 9562 */
  uuid(): string;
}

/** Most bytes that the host gives in one go. @see Web Cryptography API, getRandomValues */
const mostBytes = 65_536;

/**
 * The host's own randomness (Web Crypto, and `Math.random` for plain numbers): the default everywhere.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { systemEntropy } from '@organism/cell';
 *
 * assert.equal(systemEntropy.bytes(16).length, 16);
 * assert.match(systemEntropy.uuid(), /^[0-9a-f-]{36}$/);
 * ```
 */
export const systemEntropy: Entropy = {
  random: () => Math.random(),
  bytes: (length) => {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; at += mostBytes) crypto.getRandomValues(bytes.subarray(at, at + mostBytes));
    return bytes;
  },
  uuid: () => crypto.randomUUID(),
};
