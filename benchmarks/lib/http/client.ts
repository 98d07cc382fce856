import { connect, type Socket } from 'node:net';

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
  /** Bytes, head and body as they came. */
  readonly size: number;
}

const end = '\r\n\r\n';

const unchunk = (text: string): string => {
  let [at, whole] = [0, ''];
  for (;;) {
    const line = text.indexOf('\r\n', at);
    const size = Number.parseInt(text.slice(at, line), 16);
    if (!(size > 0)) return whole;
    whole += text.slice(line + 2, line + 2 + size);
    at = line + 2 + size + 2;
  }
};

const isComplete = (text: string): boolean => {
  const at = text.indexOf(end);
  if (at < 0) return false;
  const length = /content-length: (\d+)/i.exec(text.slice(0, at))?.[1];
  return length === undefined ? text.endsWith(`0${end}`) : text.length >= at + end.length + Number(length);
};

/**
 * A connection that sends one request at a time. Reading goes into one buffer, and a load only counts bytes: what the
 * generator does is time that the server waits.
 */
export class Client {
  readonly socket: Socket;
  readonly #buffer: Buffer;
  #take: (size: number) => void = () => {};
  #fail: (error: Error) => void = () => {};

  /** @param buffer Where answers are read into; shared by those that wait for small ones. */
  constructor(port: number, buffer: Buffer = Buffer.allocUnsafe(128 * 1024)) {
    this.#buffer = buffer;
    const callback = (size: number): boolean => {
      this.#take(size);
      return true;
    };
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true, onread: { buffer: this.#buffer, callback } });
    this.socket.on('error', (error) => this.#fail(error));
    this.socket.on('close', () => this.#fail(new Error('The server closed the connection.')));
  }

  /** Sends a request, and reads what comes back. */
  read(request: string | Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      let text = '';
      this.#fail = reject;
      this.#take = (size) => {
        text += this.#buffer.toString('latin1', 0, size);
        if (!isComplete(text)) return;
        const at = text.indexOf(end);
        const head = text.slice(0, at);
        const body = text.slice(at + end.length);
        resolve({
          status: Number(head.split(' ')[1]),
          head,
          body: /transfer-encoding: chunked/i.test(head) ? unchunk(body) : body,
          size: text.length,
        });
      };
      this.socket.write(request);
    });
  }

  /**
   * Sends the same request so many times, each when the one before is answered by `size` bytes, and notes how many
   * milliseconds each took.
   */
  repeat(request: Buffer, size: number, times: number, latencies: number[]): Promise<void> {
    return new Promise((resolve, reject) => {
      let [left, got, began] = [times, 0, performance.now()];
      this.#fail = reject;
      this.#take = (bytes) => {
        got += bytes;
        if (got < size) return;
        if (got > size) {
          reject(new Error(`An answer of ${got} bytes, where ${size} were expected.`));
          return;
        }
        const now = performance.now();
        latencies.push(now - began);
        left -= 1;
        if (left === 0) {
          resolve();
          return;
        }
        [got, began] = [0, now];
        this.socket.write(request);
      };
      this.socket.write(request);
    });
  }

  close(): void {
    this.#fail = () => {};
    this.socket.destroy();
  }
}
