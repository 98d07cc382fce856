import { connect, type Socket } from 'node:net';

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
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

/** A connection that sends one request at a time. Its work is not counted, so it does little. */
export class Client {
  readonly #socket: Socket;
  #text = '';
  #bodyAt = -1;
  #length: number | undefined;
  #answer: ((answer: string) => void) | undefined;

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1').setNoDelay().setEncoding('latin1');
    this.#socket.on('data', (chunk: string) => this.#take(chunk));
  }

  #take(chunk: string): void {
    this.#text += chunk;
    if (this.#bodyAt < 0) {
      const at = this.#text.indexOf(end);
      if (at < 0) return;
      this.#bodyAt = at + end.length;
      const found = /content-length: (\d+)/i.exec(this.#text.slice(0, at))?.[1];
      this.#length = found === undefined ? undefined : Number(found);
    }
    const done =
      this.#length === undefined
        ? chunk.endsWith(`0${end}`) || this.#text.endsWith(`0${end}`)
        : this.#text.length >= this.#bodyAt + this.#length;
    if (!done) return;
    const text = this.#text;
    [this.#text, this.#bodyAt] = ['', -1];
    this.#answer?.(text);
  }

  /** Sends a request, and gives what came back as it is. */
  ask(request: string): Promise<string> {
    return new Promise((resolve) => {
      this.#answer = resolve;
      this.#socket.write(request);
    });
  }

  /** Likewise, read. */
  async read(request: string): Promise<Answer> {
    const text = await this.ask(request);
    const at = text.indexOf(end);
    const head = text.slice(0, at);
    const body = text.slice(at + end.length);
    return {
      status: Number(head.split(' ')[1]),
      head,
      body: /transfer-encoding: chunked/i.test(head) ? unchunk(body) : body,
    };
  }

  close(): void {
    this.#socket.destroy();
  }
}
