import { HttpError } from '../errors.ts';
import { maxDepth } from '../json.ts';

/** A body that is not what its media type says. */
export const badBody = (type: string, why: string): HttpError =>
  new HttpError('RESPIRATORY_BAD_BODY', `The body is not valid ${type}: ${why}.`);

/**
 * Walks encoded bytes without making values of them. Libraries trust the counts they find: five bytes that announce a
 * list of thirty million entries would take 240 MB, and nested ones any amount. Here each count is held against the bytes
 * that are left, as an entry has at least one.
 */
export class Scan {
  readonly type: string;
  readonly #bytes: DataView;
  at = 0;

  constructor(type: string, bytes: Uint8Array) {
    this.type = type;
    this.#bytes = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.byteLength - this.at;
  }

  /** The next number of so many bytes, big-endian. */
  uint(bytes: 1 | 2 | 4 | 8): number {
    this.skip(bytes);
    const at = this.at - bytes;
    if (bytes === 1) return this.#bytes.getUint8(at);
    if (bytes === 2) return this.#bytes.getUint16(at);
    if (bytes === 4) return this.#bytes.getUint32(at);
    return Number(this.#bytes.getBigUint64(at));
  }

  skip(bytes: number): void {
    if (bytes > this.left) throw badBody(this.type, 'it breaks off');
    this.at += bytes;
  }

  /** Walks so many values by `one`, each of which walks what is in it by the same way. */
  values(count: number, depth: number, one: (depth: number) => void): void {
    if (count > this.left) throw badBody(this.type, 'it breaks off');
    if (depth > maxDepth) throw badBody(this.type, `it is nested deeper than ${maxDepth} levels`);
    for (let index = 0; index < count; index += 1) one(depth + 1);
  }

  end(): void {
    if (this.left > 0) throw badBody(this.type, 'something follows the value');
  }
}
