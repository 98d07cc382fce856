import { HttpError } from '../errors.ts';

const find = (bytes: Uint8Array, wanted: Uint8Array, from: number): number => {
  const [first = 0] = wanted;
  const last = bytes.length - wanted.length;
  // The host's own search for the first byte, then the rest by hand: delimiters are rare.
  for (let at = bytes.indexOf(first, from); at >= 0 && at <= last; at = bytes.indexOf(first, at + 1)) {
    let index = 1;
    while (index < wanted.length && bytes[at + index] === wanted[index]) index += 1;
    if (index === wanted.length) return at;
  }
  return -1;
};

const join = (a: Uint8Array, b: Uint8Array): Uint8Array => {
  if (b.length === 0) return a;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
};

/** A window over a body: holds what has come and is not used yet, never more than a chunk and a delimiter. */
export class Window {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #maxBytes: number;
  #bytes: Uint8Array = new Uint8Array();
  #total = 0;

  constructor(source: AsyncIterable<Uint8Array>, maxBytes: number) {
    this.#source = source[Symbol.asyncIterator]();
    this.#maxBytes = maxBytes;
  }

  /** Waits for more. @throws {HttpError} when there is no more, or too much. */
  async #fill(): Promise<void> {
    const { done, value } = await this.#source.next();
    if (done === true) throw new HttpError('RESPIRATORY_BAD_MULTIPART', 'The multipart body breaks off.');
    this.#total += value.length;
    if (this.#total > this.#maxBytes) throw HttpError.tooLarge(this.#maxBytes);
    if (this.#bytes.length === 0) {
      this.#bytes = value;
      return;
    }
    this.#bytes = join(this.#bytes, value);
  }

  /** Puts bytes before what is there. */
  unread(bytes: Uint8Array): void {
    this.#bytes = join(bytes, this.#bytes);
  }

  /** Takes exactly so many bytes. */
  async take(count: number): Promise<Uint8Array> {
    while (this.#bytes.length < count) await this.#fill();
    const taken = this.#bytes.subarray(0, count);
    this.#bytes = this.#bytes.subarray(count);
    return taken;
  }

  /** Takes all up to a delimiter, and drops the delimiter. @throws `error` when it does not come within `most` bytes. */
  async takeUntil(delimiter: Uint8Array, most: number, error: () => HttpError): Promise<Uint8Array> {
    let from = 0;
    for (;;) {
      const at = find(this.#bytes, delimiter, from);
      if (at > most || (at < 0 && this.#bytes.length > most + delimiter.length)) throw error();
      if (at >= 0) {
        const taken = this.#bytes.subarray(0, at);
        this.#bytes = this.#bytes.subarray(at + delimiter.length);
        return taken;
      }
      from = Math.max(0, this.#bytes.length - delimiter.length + 1);
      await this.#fill();
    }
  }

  /** Gives all up to a delimiter as it comes, and drops the delimiter. */
  async *pass(delimiter: Uint8Array): AsyncGenerator<Uint8Array, void> {
    for (;;) {
      const at = find(this.#bytes, delimiter, 0);
      // What may be the beginning of the delimiter stays.
      const sure = at >= 0 ? at : Math.max(0, this.#bytes.length - delimiter.length + 1);
      const piece = this.#bytes.subarray(0, sure);
      this.#bytes = this.#bytes.subarray(at >= 0 ? at + delimiter.length : sure);
      if (piece.length > 0) yield piece;
      if (at >= 0) return;
      await this.#fill();
    }
  }
}
