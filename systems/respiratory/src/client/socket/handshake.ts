import type { Socket } from 'node:net';
import { type CallPlace, ConnectError, systemCode } from '../errors.ts';

/** How many of the bytes that are there belong together; undefined while more are needed. */
export type Measure = (held: Buffer) => number | undefined;

/** So many bytes. */
export const exactly =
  (length: number): Measure =>
  (held) =>
    held.length < length ? undefined : length;

/** What a proxy says before it passes everything on. Afterwards the socket is paused, with what came beyond. */
export class Handshake implements Disposable {
  readonly #socket: Socket;
  readonly #place: CallPlace;
  #held: Buffer = Buffer.alloc(0);
  #isOver = false;
  #error: Error | undefined;
  #wake = (): void => {};

  constructor(socket: Socket, place: CallPlace) {
    this.#socket = socket;
    this.#place = place;
    socket.on('data', this.#read).on('error', this.#fail).on('close', this.#close);
  }

  readonly #read = (piece: Buffer): void => {
    this.#held = Buffer.concat([this.#held, piece]);
    this.#wake();
  };

  readonly #fail = (error: Error): void => {
    this.#error = error;
  };

  readonly #close = (): void => {
    this.#isOver = true;
    this.#wake();
  };

  /** The next part of what the proxy says. @throws {ConnectError} when it closes the connection before. */
  async take(measure: Measure): Promise<Buffer> {
    for (;;) {
      const length = measure(this.#held);
      if (length !== undefined) {
        const part = this.#held.subarray(0, length);
        this.#held = this.#held.subarray(length);
        return part;
      }
      if (this.#isOver) throw this.refusal(systemCode(this.#error) ?? 'PROXY_CLOSED');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** That there is no way through this proxy, and why. */
  refusal(reason: string): ConnectError {
    return new ConnectError(this.#place, this.#error, reason);
  }

  [Symbol.dispose](): void {
    this.#socket.off('data', this.#read).off('error', this.#fail).off('close', this.#close);
    this.#socket.pause();
    if (this.#held.length > 0) this.#socket.unshift(this.#held);
  }
}
