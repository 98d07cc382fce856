import { OptionError, OrganismError } from '@organism/cell';

/** Bytes that are no encoded series. Code `METABOLIC_BAD_DELTAS`, status 400. */
export class BadDeltasError extends OrganismError {
  constructor(why: string) {
    super('METABOLIC_BAD_DELTAS', `The bytes are no encoded series: ${why}.`, { status: 400 });
  }
}

/** How a series is encoded. */
export interface DeltaOptions {
  /** 1: differences, for what grows or wanders. 2: differences of those, for even steps such as timestamps. Default 1. */
  readonly order?: 1 | 2;
}

/** Up to here doubling stays exact, so that plain numbers will do. */
const exact = 2 ** 51;
const most = BigInt(Number.MAX_SAFE_INTEGER);
/** Of four times the largest difference: 56 bits, in groups of seven. */
const longestVarint = 9;

const pushVarint = (bytes: number[], value: number): void => {
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest % 128) | 0x80);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
};

const pushBigVarint = (bytes: number[], value: bigint): void => {
  let rest = value;
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
};

/** Small numbers of either sign become small numbers: 0, -1, 1, -2 … become 0, 1, 2, 3 … */
const pushSigned = (bytes: number[], value: bigint | number): void => {
  if (typeof value === 'bigint') pushBigVarint(bytes, value < 0n ? -2n * value - 1n : 2n * value);
  else pushVarint(bytes, value < 0 ? -2 * value - 1 : 2 * value);
};

const subtract = (left: bigint | number, right: bigint | number): bigint | number => {
  if (typeof left === 'number' && typeof right === 'number') {
    const difference = left - right;
    if (Math.abs(difference) <= exact) return difference;
  }
  const difference = BigInt(left) - BigInt(right);
  return difference >= -BigInt(exact) && difference <= BigInt(exact) ? Number(difference) : difference;
};

/**
 * Encodes a series of integers compactly, without loss: differences between neighbours, zigzag, variable length. A
 * series of timestamps at even steps takes about a byte each with `order: 2`.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` when a value is no safe integer.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { decodeDeltas, encodeDeltas } from '@organism/metabolic';
 *
 * const times = Array.from({ length: 1000 }, (_, index) => 1_767_225_600_000 + index * 1000);
 * const bytes = encodeDeltas(times, { order: 2 });
 * assert.ok(bytes.length < 1020);
 * assert.deepEqual(decodeDeltas(bytes), times);
 * ```
 * @see https://protobuf.dev/programming-guides/encoding/#signed-ints
 */
export const encodeDeltas = (values: ArrayLike<number>, options: DeltaOptions = {}): Uint8Array<ArrayBuffer> => {
  const { order = 1 } = options;
  if (order !== 1 && order !== 2) throw new OptionError('order', '1 or 2', order);
  const bytes: number[] = [order];
  pushVarint(bytes, values.length);
  let last = 0;
  let lastDelta: bigint | number = 0;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    if (!Number.isSafeInteger(value)) throw new OptionError(`values[${index}]`, 'a safe integer', value);
    const delta = subtract(value ?? 0, last);
    pushSigned(bytes, order === 1 ? delta : subtract(delta, lastDelta));
    last = value ?? 0;
    lastDelta = delta;
  }
  return Uint8Array.from(bytes);
};

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new BadDeltasError('they end too early');
    this.#at += 1;
    return byte;
  }

  varint(): bigint | number {
    let value = 0;
    let scale = 1;
    for (let length = 1; length <= 7; length += 1) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    let big = BigInt(value);
    for (let length = 8; length <= longestVarint; length += 1) {
      const byte = this.byte();
      big += BigInt(byte & 0x7f) << BigInt(7 * (length - 1));
      if (byte < 0x80) return big;
    }
    throw new BadDeltasError('a number is too long');
  }

  signed(): bigint | number {
    const value = this.varint();
    if (typeof value === 'number') return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
    return (value & 1n) === 1n ? -(value + 1n) / 2n : value / 2n;
  }
}

const add = (left: bigint | number, right: bigint | number): bigint | number => {
  if (typeof left === 'number' && typeof right === 'number') {
    const sum = left + right;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return BigInt(left) + BigInt(right);
};

/**
 * Decodes a series of integers that {@link encodeDeltas} has encoded.
 *
 * @throws {BadDeltasError} `METABOLIC_BAD_DELTAS` for anything else.
 */
export const decodeDeltas = (bytes: Uint8Array): number[] => {
  const reader = new Reader(bytes);
  const order = reader.byte();
  if (order !== 1 && order !== 2) throw new BadDeltasError('their first byte is unknown');
  const count = reader.varint();
  // A value takes a byte at least: so a lie about the count costs no memory.
  if (count > reader.left) throw new BadDeltasError('they end too early');
  const values: number[] = [];
  let last: bigint | number = 0;
  let delta: bigint | number = 0;
  for (let index = 0; index < count; index += 1) {
    const read = reader.signed();
    delta = order === 1 ? read : add(delta, read);
    last = add(last, delta);
    if (last > most || last < -most) throw new BadDeltasError('a value is no safe integer');
    last = Number(last);
    values.push(last);
  }
  if (reader.left > 0) throw new BadDeltasError('something follows the series');
  return values;
};
