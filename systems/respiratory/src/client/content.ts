import { type CallPlace, ResponseTooLargeError } from './errors.ts';
import type { WireContent } from './transport.ts';

/** Joins pieces; one alone is given as it is. */
export const join = (pieces: readonly Uint8Array[], length: number): Uint8Array => {
  const [first] = pieces;
  if (first !== undefined && pieces.length === 1) return first;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
};

/** A body over any source of pieces, such as a decompressing stream or the body of a Fetch response. */
export class StreamContent implements WireContent {
  readonly #source: AsyncIterable<Uint8Array>;
  readonly #place: CallPlace;
  readonly #cancel: () => void;

  constructor(source: AsyncIterable<Uint8Array>, place: CallPlace, cancel: () => void) {
    this.#source = source;
    this.#place = place;
    this.#cancel = cancel;
  }

  async bytes(maxBytes: number): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    let length = 0;
    for await (const piece of this.#source) {
      length += piece.length;
      if (length > maxBytes) {
        this.#cancel();
        throw new ResponseTooLargeError(this.#place, maxBytes);
      }
      pieces.push(piece);
    }
    return join(pieces, length);
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return this.#source[Symbol.asyncIterator]();
  }

  cancel(): void {
    this.#cancel();
  }
}
