import { structuralKey } from '../key.ts';

/** Inputs of more parts than this, or with longer texts, have their keys made each time. */
const mostTokens = 64;
const longestText = 256;
/** So many inputs are known by their parts, as a power of two. */
const slotBits = 12;

/** Marks where an object, a list, or one of their ends is, among the parts of an input. */
const [objectStart, listStart, end] = [{}, {}, {}];

/** An input, taken apart, and its key. */
interface Known {
  readonly tokens: readonly unknown[];
  readonly key: string;
}

/**
 * Structural keys, found again without being written anew: writing one takes longer than all else that a hit does
 * (700 ns of 1000, benchmark muscular.memo). An input that has the same names and values as one seen lately has its
 * key, which is flat and hashed already. Everything unusual is left to {@link structuralKey}.
 */
export class KeyCache {
  /** Made when the first key is. */
  #known: (Known | undefined)[] | undefined;
  readonly #prefix: string;
  /** Where a comparison stands. */
  #at = 0;

  /** @param prefix what every key begins with. */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** The key of an input. @throws {OptionError} as {@link structuralKey}. */
  keyOf(input: unknown): string {
    const hash = hashOf(input, 0);
    if (hash === unusual) return this.#prefix + structuralKey(input);
    // The upper bits of a product by the golden ratio are well mixed (Knuth, volume 3, section 6.4).
    const slot = Math.imul(hash, 0x9e_37_79_b1) >>> (32 - slotBits);
    const table = (this.#known ??= Array.from({ length: 2 ** slotBits }));
    const known = table[slot];
    if (known !== undefined) {
      this.#at = 0;
      if (this.#isSame(input, known.tokens) && this.#at === known.tokens.length) return known.key;
    }
    const key = this.#prefix + structuralKey(input);
    const tokens: unknown[] = [];
    takeApart(input, tokens);
    if (tokens.length <= mostTokens) table[slot] = { tokens, key };
    return key;
  }

  /** Whether a value has the parts that begin where the comparison stands; moves it on. */
  #isSame(value: unknown, tokens: readonly unknown[]): boolean {
    if (typeof value !== 'object' || value === null) {
      this.#at += 1;
      return tokens[this.#at - 1] === value;
    }
    return Array.isArray(value) ? this.#isSameList(value, tokens) : this.#isSameObject(value, tokens);
  }

  #isSameObject(value: object, tokens: readonly unknown[]): boolean {
    let at = this.#at;
    if (tokens[at] !== objectStart) return false;
    at += 1;
    // The common members in place: a third of a hit (benchmark muscular.memo).
    for (const name in value) {
      if (tokens[at] !== name) return false;
      const member = (value as Readonly<Record<string, unknown>>)[name];
      if (typeof member === 'string') {
        if (tokens[at + 1] !== member) return false;
        at += 2;
      } else {
        this.#at = at + 1;
        if (!this.#isSame(member, tokens)) return false;
        at = this.#at;
      }
    }
    this.#at = at + 1;
    return tokens[at] === end;
  }

  #isSameList(value: readonly unknown[], tokens: readonly unknown[]): boolean {
    if (tokens[this.#at] !== listStart) return false;
    this.#at += 1;
    for (let index = 0; index < value.length; index += 1) if (!this.#isSame(value[index], tokens)) return false;
    this.#at += 1;
    return tokens[this.#at - 1] === end;
  }
}

/** Takes a value apart that {@link hashOf} has found usual. */
const takeApart = (value: unknown, tokens: unknown[]): void => {
  if (typeof value !== 'object' || value === null) tokens.push(value);
  else if (Array.isArray(value)) {
    tokens.push(listStart);
    for (let index = 0; index < value.length; index += 1) takeApart(value[index], tokens);
    tokens.push(end);
  } else {
    tokens.push(objectStart);
    for (const name in value) {
      tokens.push(name);
      takeApart((value as Readonly<Record<string, unknown>>)[name], tokens);
    }
    tokens.push(end);
  }
};

/** Says that a value is not to be kept; a number, so that hashes stay small integers all through. */
const unusual = 0x3f_ff_ff_ff;
/** How deep an input may be nested. */
const deepest = 8;

/** A number for a value: equal ones have the same. */
const hashOf = (value: unknown, depth: number): number => {
  if (typeof value === 'string') return hashOfText(value);
  if (typeof value === 'number') return hashOfNumber(value);
  if (typeof value === 'object' && value !== null) return depth > deepest ? unusual : hashOfParts(value, depth + 1);
  if (typeof value === 'boolean') return value ? 1 : 2;
  return value === null || value === undefined ? 3 : unusual;
};

const hashOfParts = (value: object, depth: number): number => {
  let hash = 7;
  if (Array.isArray(value)) {
    if (value.length > mostTokens) return unusual;
    for (let index = 0; index < value.length; index += 1) {
      const one = hashOf(value[index], depth);
      if (one === unusual) return unusual;
      hash = (Math.imul(hash, 31) + one) | 0;
    }
    return hash;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return unusual;
  for (const name in value) {
    const one = hashOf((value as Readonly<Record<string, unknown>>)[name], depth);
    if (one === unusual) return unusual;
    hash = (Math.imul(hash, 31) + one) | 0;
  }
  return hash;
};

/** The last characters tell most ids apart; equality is proven anyway. */
const hashOfText = (text: string): number => {
  let hash = text.length;
  if (hash > longestText) return unusual;
  for (let at = Math.max(0, hash - 12); at < text.length; at += 1)
    hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return hash;
};

const hashOfNumber = (value: number): number => {
  const whole = value | 0;
  if (whole !== value) return (value * 1_048_573) | 0;
  // -0 equals 0, but has another key.
  return whole === 0 && 1 / value < 0 ? unusual : whole;
};
