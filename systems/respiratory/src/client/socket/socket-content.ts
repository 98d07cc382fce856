import { join } from '../content.ts';
import { type CallPlace, ResponseTooLargeError } from '../errors.ts';
import type { WireContent } from '../transport.ts';

/** How many bytes may wait for a slow reader before the socket is paused. */
const highWater = 65_536;

/** The end of a connection that a body comes from. */
export interface ContentSource {
  pause(): void;
  resume(): void;
  /** The rest is not wanted. */
  abandon(): void;
}

/** The body of a response from a socket: pieces queue up until somebody reads them. */
export class SocketContent implements WireContent {
  readonly #place: CallPlace;
  #source: ContentSource | undefined;
  #pieces: Buffer[] = [];
  #waiting = 0;
  #paused = false;
  #ended = false;
  #error: unknown;
  #failed = false;
  /** What wakes the reader. */
  #wake: (() => void) | undefined;
  /** Whoever reads the whole takes as much as this. */
  #limit = highWater;
  #whole = false;

  constructor(source: ContentSource, place: CallPlace) {
    this.#source = source;
    this.#place = place;
  }

  push(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#waiting += piece.length;
    if (this.#whole) {
      if (this.#waiting > this.#limit) this.#wake?.();
      return;
    }
    if (this.#waiting > highWater && !this.#paused) {
      this.#paused = true;
      this.#source?.pause();
    }
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#source = undefined;
    this.#wake?.();
  }

  fail(error: unknown): void {
    if (this.#ended || this.#failed) return;
    this.#failed = true;
    this.#error = error;
    this.#source = undefined;
    this.#wake?.();
  }

  cancel(): void {
    const source = this.#source;
    this.#source = undefined;
    this.#pieces = [];
    this.#waiting = 0;
    source?.abandon();
  }

  #resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#source?.resume();
  }

  #changed(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }

  /** The pieces so far, once the body has ended; undefined while it has not. */
  #complete(maxBytes: number): Buffer[] | undefined {
    if (this.#failed) throw this.#error;
    if (this.#waiting > maxBytes) {
      this.cancel();
      throw new ResponseTooLargeError(this.#place, maxBytes);
    }
    return this.#ended ? this.#pieces : undefined;
  }

  async #all(maxBytes: number): Promise<Buffer[]> {
    this.#whole = true;
    this.#limit = maxBytes;
    this.#resume();
    for (;;) {
      const pieces = this.#complete(maxBytes);
      if (pieces !== undefined) return pieces;
      await this.#changed();
    }
  }

  async bytes(maxBytes: number): Promise<Uint8Array> {
    const pieces = await this.#all(maxBytes);
    return join(pieces, this.#waiting);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const piece = this.#pieces.shift();
        if (piece !== undefined) {
          this.#waiting -= piece.length;
          yield piece;
          continue;
        }
        if (this.#failed) throw this.#error;
        if (this.#ended) return;
        this.#resume();
        await this.#changed();
      }
    } finally {
      this.cancel();
    }
  }
}
