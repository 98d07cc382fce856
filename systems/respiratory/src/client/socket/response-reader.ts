import { HeaderList } from '../header-list.ts';

/** Hears what a {@link ResponseReader} finds. */
export interface ResponseListener {
  head(status: number, headers: HeaderList): void;
  data(piece: Buffer): void;
  /** The response is complete. */
  end(): void;
}

/** A response that breaks the rules of HTTP/1.1. */
export class ProtocolFault extends Error {}

const statusLine = /^HTTP\/1\.([01]) (\d{3})(?: |$)/;
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Control characters, and half line ends, which would let one reader see other fields than another. */
// oxlint-disable-next-line no-control-regex -- controls are what it looks for
const forbidden = /\r(?!\n)|(?<!\r)\n|[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/;
const chunkSize = /^([0-9a-fA-F]{1,13})[ \t]*(?:;[\t\x20-\x7e\x80-\xff]*)?$/;
const longestChunkLine = 4096;
const endOfHead = Buffer.from('\r\n\r\n');

type State = 'head' | 'length' | 'close' | 'chunk-size' | 'chunk-data' | 'chunk-end' | 'trailers' | 'done';

/**
 * HTTP/1.1 response parser for one connection: strict, incremental, without copies of what arrives in one piece.
 *
 * What could be read in two ways is refused: two lengths, a length beside a transfer coding, folded lines, spaces
 * before the colon, line ends of one character.
 *
 * @see RFC 9112
 */
export class ResponseReader {
  readonly #listener: ResponseListener;
  readonly #maxHeadBytes: number;
  #state: State = 'done';
  #toHead = false;
  /** What is left of the body, of the chunk, or nothing. */
  #left = 0;
  #held: Buffer | undefined = undefined;
  #length: number | undefined = undefined;
  #received = 0;
  /** Whether another request may follow on this connection; known once the head is read. */
  reusable = false;

  constructor(listener: ResponseListener, maxHeadBytes: number) {
    this.#listener = listener;
    this.#maxHeadBytes = maxHeadBytes;
  }

  /** Gets ready for the response to a request. */
  expect(method: string): void {
    this.#state = 'head';
    this.#toHead = method === 'HEAD';
    this.#held = this.#length = undefined;
    this.#left = this.#received = 0;
    this.reusable = false;
  }

  /** How far the response has come, in words. */
  get progress(): string {
    if (this.#state === 'head') return this.#held === undefined ? 'before an answer came' : 'within the header';
    const of = this.#length === undefined ? '' : ` of ${this.#length}`;
    return `after ${this.#received}${of} bytes of the body`;
  }

  /** Whether nothing of the response has come yet. */
  get untouched(): boolean {
    return this.#state === 'head' && this.#held === undefined;
  }

  /** Reads what arrived. @throws {ProtocolFault} when it breaks the rules, or when nothing was expected. */
  push(arrived: Buffer): void {
    let piece = arrived;
    if (this.#held !== undefined) {
      piece = Buffer.concat([this.#held, arrived]);
      this.#held = undefined;
    }
    let at = 0;
    while (at < piece.length) {
      const next = this.#step(piece, at);
      if (next < 0) {
        this.#held = piece.subarray(at);
        return;
      }
      at = next;
      if (this.#state !== 'done') continue;
      // What follows belongs to no request: this response stands, but the connection can't be trusted.
      if (at < piece.length) this.reusable = false;
      // The listener may send the next request at once.
      this.#listener.end();
      return;
    }
  }

  /** The other side has closed. Returns whether the response is complete by that. */
  close(): boolean {
    if (this.#state !== 'close') return false;
    this.#state = 'done';
    this.#listener.end();
    return true;
  }

  /** Reads one part. Returns where the next begins, or -1 when more must arrive first. */
  #step(piece: Buffer, at: number): number {
    switch (this.#state) {
      case 'head':
        return this.#head(piece, at);
      case 'length':
        return this.#fixed(piece, at, 'done');
      case 'close':
        this.#take(piece.subarray(at));
        return piece.length;
      case 'chunk-size':
        return this.#chunkSize(piece, at);
      case 'chunk-data':
        return this.#fixed(piece, at, 'chunk-end');
      case 'chunk-end':
        return this.#chunkEnd(piece, at);
      case 'trailers':
        return this.#trailers(piece, at);
      default:
        throw new ProtocolFault('bytes after the end of the response');
    }
  }

  #head(piece: Buffer, at: number): number {
    const end = piece.indexOf(endOfHead, at);
    if (end < 0 ? piece.length - at > this.#maxHeadBytes : end - at > this.#maxHeadBytes)
      throw new ProtocolFault(`a header of more than ${this.#maxHeadBytes} bytes`);
    if (end < 0) return -1;
    const text = piece.toString('latin1', at, end);
    if (forbidden.test(text)) throw new ProtocolFault('control characters in the header');
    const lines = text.split('\r\n');
    const match = statusLine.exec(lines[0] ?? '');
    if (match === null) throw new ProtocolFault('no status line of HTTP/1.0 or HTTP/1.1');
    const status = Number(match[2]);
    if (status < 100) throw new ProtocolFault('a status code below 100');
    const headers = fieldsOf(lines);
    if (status < 200) {
      if (status === 101) throw new ProtocolFault('a change of protocol that nobody asked for');
      return end + 4;
    }
    const next = this.#frame(status, headers, match[1] === '1');
    this.#state = next;
    this.#listener.head(status, headers);
    return end + 4;
  }

  /** How the body is delimited. @see RFC 9112 section 6.3 */
  #frame(status: number, headers: HeaderList, modern: boolean): State {
    const connection = headers.get('connection');
    this.reusable = modern ? !hasToken(connection, 'close') : hasToken(connection, 'keep-alive');
    const lengths = headers.get('content-length');
    const coding = headers.get('transfer-encoding');
    if (coding !== undefined) {
      if (!modern || lengths !== undefined) throw new ProtocolFault('a transfer coding beside another length');
      if (coding.toLowerCase() !== 'chunked') throw new ProtocolFault('a transfer coding other than chunked');
    }
    const length = lengths === undefined ? undefined : lengthOf(lengths);
    if (this.#toHead || status === 204 || status === 304) return 'done';
    if (coding !== undefined) return 'chunk-size';
    if (length === undefined) {
      this.reusable = false;
      return 'close';
    }
    this.#length = this.#left = length;
    return length === 0 ? 'done' : 'length';
  }

  #fixed(piece: Buffer, at: number, after: State): number {
    const end = Math.min(piece.length, at + this.#left);
    this.#left -= end - at;
    this.#take(at === 0 && end === piece.length ? piece : piece.subarray(at, end));
    if (this.#left === 0) this.#state = after;
    return end;
  }

  #take(piece: Buffer): void {
    this.#received += piece.length;
    this.#listener.data(piece);
  }

  #line(piece: Buffer, at: number): string | undefined {
    const end = piece.indexOf(0x0a, at);
    if ((end < 0 ? piece.length : end) - at > longestChunkLine) throw new ProtocolFault('a line that is too long');
    if (end < 0) return undefined;
    if (piece[end - 1] !== 0x0d || end === at) throw new ProtocolFault('a line end of one character');
    return piece.toString('latin1', at, end - 1);
  }

  #chunkSize(piece: Buffer, at: number): number {
    const line = this.#line(piece, at);
    if (line === undefined) return -1;
    const size = chunkSize.exec(line)?.[1];
    if (size === undefined) throw new ProtocolFault('a malformed chunk size');
    this.#left = Number.parseInt(size, 16);
    this.#state = this.#left === 0 ? 'trailers' : 'chunk-data';
    return at + line.length + 2;
  }

  #chunkEnd(piece: Buffer, at: number): number {
    if (piece.length - at < 2) return -1;
    if (piece[at] !== 0x0d || piece[at + 1] !== 0x0a) throw new ProtocolFault('a chunk longer than its size');
    this.#state = 'chunk-size';
    return at + 2;
  }

  /** Trailer fields are read and dropped. */
  #trailers(piece: Buffer, at: number): number {
    const line = this.#line(piece, at);
    if (line === undefined) return -1;
    this.#left += line.length;
    if (this.#left > this.#maxHeadBytes) throw new ProtocolFault('too many trailer fields');
    if (line === '') this.#state = 'done';
    return at + line.length + 2;
  }
}

const fieldsOf = (lines: readonly string[]): HeaderList => {
  const flat: string[] = [];
  for (let index = 1; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    if (colon < 1 || !token.test(name)) throw new ProtocolFault('a malformed header field');
    flat.push(name.toLowerCase(), line.slice(colon + 1).trim());
  }
  return new HeaderList(flat);
};

/** The length, when all that were sent are the same. @see RFC 9112 section 6.3, item 5 */
const lengthOf = (lengths: string): number => {
  const all = new Set(lengths.includes(',') ? lengths.split(',').map((length) => length.trim()) : [lengths]);
  const [length = ''] = all;
  if (all.size !== 1 || !/^\d{1,15}$/.test(length)) throw new ProtocolFault('a malformed content-length');
  return Number(length);
};

/** Whether a comma-separated list holds a word, in any case. */
const hasToken = (list: string | undefined, word: string): boolean =>
  list !== undefined && list.split(',').some((one) => one.trim().toLowerCase() === word);
