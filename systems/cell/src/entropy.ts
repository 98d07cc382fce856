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

/** The host's own randomness (Web Crypto, and `Math.random` for plain numbers): the default everywhere. */
export const systemEntropy: Entropy = {
  random: () => Math.random(),
  bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
  uuid: () => crypto.randomUUID(),
};
