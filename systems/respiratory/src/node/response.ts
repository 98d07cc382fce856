import { systemClock } from '@organism/cell';
import type { ResponseHeaders } from '../exchange/exchange.ts';
import { preparedOf } from '../exchange/shared-headers.ts';
import { http } from './builtins.ts';
import type { NodeExchange } from './exchange.ts';
import type { LungRequest } from './request.ts';

const { STATUS_CODES, validateHeaderName, validateHeaderValue } = http;

/** What a response of `node:http` keeps of its head, for classes derived from it. */
interface Inner {
  _header: string | null;
  _headerSent: boolean;
  /** The connection ends with this response. */
  readonly _last: boolean;
  _keepAliveTimeout: number;
  finished: boolean;
  _finish(): void;
}

/** The last headers of a head, the same for all responses of a second. */
class Tail {
  #second = 0;
  #idleMs = 0;
  #text = '';

  text(idleMs: number): string {
    const second = Math.floor(systemClock.now() / 1000);
    if (second !== this.#second || idleMs !== this.#idleMs) {
      [this.#second, this.#idleMs] = [second, idleMs];
      const idle = Math.floor(idleMs / 1000);
      const date = new Date(second * 1000).toUTCString();
      this.#text = `\r\nDate: ${date}\r\nConnection: keep-alive\r\n${idle > 0 ? `Keep-Alive: timeout=${idle}\r\n` : ''}\r\n`;
    }
    return this.#text;
  }
}

const tail = new Tail();

/** Headers as they go over the wire. @throws {TypeError} for a name or value that would break them. */
const toText = (headers: ResponseHeaders): string => {
  let text = '';
  for (const [name, value] of Object.entries(headers)) {
    validateHeaderName(name);
    for (const one of typeof value === 'object' ? value : [String(value)]) {
      validateHeaderValue(name, one);
      text += `${name}: ${one}\r\n`;
    }
  }
  return text;
};

/**
 * Response of `node:http` that knows its exchange, so that one listener serves them all, and that hands a whole text to
 * its connection in one piece. The way round (a buffer, a tick, an event, a check of each header) took 3 µs of the 15 of
 * a small GET (benchmark respiratory.http).
 */
export class LungResponse extends http.ServerResponse<LungRequest> {
  exchange: NodeExchange | undefined;
  /** Its neighbours among those under way. */
  before: LungResponse | undefined;
  after: LungResponse | undefined;
  #whole = false;

  get #inner(): Inner {
    // What `node:http` keeps to itself.
    return this as unknown as Inner;
  }

  /** The connection is this response's, waits for nothing, and goes on after it. */
  get #direct(): boolean {
    const { socket, shouldKeepAlive } = this;
    return socket !== null && shouldKeepAlive && socket.writable && socket.writableLength === 0;
  }

  /** Tells the client how long its connection may idle, which another than `node:http` sees to. */
  announceKeepAlive(idleMs: number): void {
    this.#inner._keepAliveTimeout = idleMs;
  }

  /** All was given to the system. */
  get isComplete(): boolean {
    return this.#whole || this.writableFinished;
  }

  /**
   * Sends a text under headers that are shared. Returns false, and does nothing, where the long way must be taken.
   *
   * @param bytes How many the text has.
   */
  sendShared(status: number, headers: ResponseHeaders, text: string, bytes: number): boolean {
    const prepared = preparedOf(headers);
    const inner = this.#inner;
    // Undefined where `node:http` came to do it in another way.
    if (prepared === undefined || inner._header !== null || !this.#direct) return false;
    if (prepared.status !== status) {
      prepared.text = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'unknown'}\r\n${toText(headers)}content-length: `;
      prepared.status = status;
    }
    this.statusCode = status;
    inner._header = prepared.text + String(bytes) + tail.text(inner._keepAliveTimeout);
    this.#send(text, bytes);
    return true;
  }

  /** Sends a text, or nothing, after a head that was written. */
  endWith(text: string, bytes: number): void {
    const inner = this.#inner;
    if (typeof inner._header === 'string' && !inner._last && !this.chunkedEncoding && this.#direct)
      this.#send(text, bytes);
    else this.end(text, bytes === text.length ? 'latin1' : 'utf8');
  }

  #send(text: string, bytes: number): void {
    const inner = this.#inner;
    const { socket } = this;
    if (socket === null) return;
    inner.finished = true;
    inner._headerSent = true;
    // As many bytes as characters: ASCII, which goes out without being encoded.
    socket.write(inner._header + text, bytes === text.length ? 'latin1' : 'utf8');
    inner._finish();
    if (socket.writableLength === 0) this.#finish();
    else socket.write('', 'latin1', (error) => error ?? this.#finish());
  }

  #finish(): void {
    this.#whole = true;
    this.emit('finish');
  }
}
