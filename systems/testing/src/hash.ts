const avalanche = (word: number): number => {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return mixed ^ (mixed >>> 16);
};

/**
 * Four 32-bit words from a text: four multiplicative hashes that feed each other, each ended by the finaliser of
 * MurmurHash3. 128 bits, so that thousands of seeds and forks never meet; no protection against malice.
 */
export const wordsOf = (text: string): [number, number, number, number] => {
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

/** The same as 16 hexadecimal digits, half of the bits. */
export const digestOf = (text: string): string => {
  const [a, b, c, d] = wordsOf(text);
  return [a ^ c, b ^ d].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
};
