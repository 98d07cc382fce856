import { type Entropy, OptionError } from '@organism/cell';

const avalanche = (word: number): number => {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return mixed ^ (mixed >>> 16);
};

/**
 * Four 32-bit words from a text: four multiplicative hashes that feed each other, each ended by the finaliser of
 * MurmurHash3. 128 bits, so that thousands of seeds and forks never meet.
 */
const wordsOf = (text: string): [number, number, number, number] => {
  let [a, b, c, d] = [0x9e37_79b9, 0x243f_6a88, 0xb7e1_5162, text.length];
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    a = Math.imul(a ^ code ^ (d >>> 15), 0x0100_0193);
    b = Math.imul(b ^ code ^ (a >>> 15), 0x85eb_ca6b);
    c = Math.imul(c ^ code ^ (b >>> 15), 0xc2b2_ae35);
    d = Math.imul(d ^ code ^ (c >>> 15), 0x27d4_eb2f);
  }
  return [avalanche(a ^ d), avalanche(b ^ a), avalanche(c ^ b), avalanche(d ^ c)];
};

/**
 * Seeded randomness: the same seed gives the same numbers on every machine, for ever. Never for secrets.
 *
 * The generator is sfc32 (128 bits of state, passes PractRand).
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { SeededEntropy } from '@organism/testing';
 *
 * const [a, b] = [new SeededEntropy('monday'), new SeededEntropy('monday')];
 * assert.equal(a.random(), b.random());
 * assert.equal(a.uuid(), b.uuid());
 * assert.notEqual(a.fork('orders').uuid(), a.fork('payments').uuid());
 * ```
 * @see https://pracrand.sourceforge.net
 */
export class SeededEntropy implements Entropy {
  /** What makes this source start again: `new SeededEntropy(source.seed)`. */
  readonly seed: string;
  #a: number;
  #b: number;
  #c: number;
  #count: number;
  #draws = 0;

  /** @throws {OptionError} `CELL_BAD_OPTION` when the seed is neither a text nor a finite number. */
  constructor(seed: string | number) {
    if (typeof seed !== 'string' && !Number.isFinite(seed))
      throw new OptionError('seed', 'a text or a finite number', seed);
    this.seed = String(seed);
    [this.#a, this.#b, this.#c, this.#count] = wordsOf(this.seed);
    // The first outputs still show the seed.
    for (let round = 0; round < 15; round++) this.#word();
    this.#draws = 0;
  }

  /** How many 32-bit words were drawn so far: two runs that agree in it and in the seed are in the same state. */
  get draws(): number {
    return this.#draws;
  }

  #word(): number {
    this.#draws++;
    const sum = (this.#a + this.#b + this.#count) | 0;
    this.#count = (this.#count + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    this.#c |= 0;
    return sum >>> 0;
  }

  /** A number in [0, 1) with 53 random bits. */
  random(): number {
    return ((this.#word() >>> 5) * 0x400_0000 + (this.#word() >>> 6)) / 2 ** 53;
  }

  /** `length` bytes. */
  bytes(length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length);
    let word = 0;
    for (let index = 0; index < length; index++) {
      word = index % 4 === 0 ? this.#word() : word >>> 8;
      bytes[index] = word & 0xff;
    }
    return bytes;
  }

  /** A UUID, version 4. @see RFC 9562 */
  uuid(): string {
    const bytes = this.bytes(16);
    const hex = Array.from(bytes, (byte, index) => {
      const marked = index === 6 ? (byte & 0x0f) | 0x40 : index === 8 ? (byte & 0x3f) | 0x80 : byte;
      return marked.toString(16).padStart(2, '0');
    }).join('');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  }

  /**
   * A source of its own for one part, derived from the seed and the label alone: what other parts draw, and in which
   * order, never changes it. The same label gives the same source.
   */
  fork(label: string): SeededEntropy {
    return new SeededEntropy(`${this.seed}/${label}`);
  }
}
