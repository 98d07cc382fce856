import type { Clock, Timer } from '@organism/cell';
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import type { Socket } from 'node:net';
import { BadResponseError, ConnectError, ConnectionLostError } from '../errors.ts';
import { HeaderList } from '../header-list.ts';
import type { WireRequest, WireResponse } from '../transport.ts';
import { lengthOf, requestFields } from './request-head.ts';
import { sendBody } from './send-body.ts';
import { SocketContent } from './socket-content.ts';

/** Bounds of a {@link Session}. */
export interface SessionLimits {
  readonly idleMs: number;
  readonly maxHeadBytes: number;
  /** How long a sign of life may take, in milliseconds. */
  readonly pingMs: number;
}

/** How much of an answer each stream takes before it is read. The protocol's own 64 KiB would starve fast connections. */
const windowBytes = 2 ** 20;

/** Faults of the other side's frames, by Node's names. */
const isFault = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_HTTP2_ERROR';

/** One HTTP/2 connection: takes any number of requests at a time. */
export class Session {
  readonly #session: ClientHttp2Session;
  readonly #url: URL;
  readonly #limits: SessionLimits;
  readonly #clock: Clock;
  readonly #gone: (session: Session) => void;
  #idle: Timer | undefined;
  #open = 0;
  #pinging = false;
  /** Whether an answer has come over it: only then can it have been closed as idle. */
  #served = false;
  #error: Error | undefined;

  constructor(socket: Socket, url: URL, limits: SessionLimits, clock: Clock, gone: (session: Session) => void) {
    this.#url = url;
    this.#limits = limits;
    this.#clock = clock;
    this.#gone = gone;
    this.#session = connect(url, {
      createConnection: () => socket,
      settings: { enablePush: false, maxHeaderListSize: limits.maxHeadBytes, initialWindowSize: windowBytes },
    });
    this.#session.on('connect', () => this.#session.setLocalWindowSize(16 * windowBytes));
    this.#session.on('error', (error: Error) => (this.#error = error));
    // After this word no new request is taken; those under way are finished.
    this.#session.on('goaway', () => this.#leave());
    this.#session.on('close', () => this.#leave());
    this.#rest();
  }

  /** Whether it takes requests. */
  get usable(): boolean {
    return !this.#session.closed && !this.#session.destroyed;
  }

  /** Whether a request that was lost may have met a connection that the server had closed as idle. */
  get wasStale(): boolean {
    return this.#served && this.#session.destroyed;
  }

  send(request: WireRequest): Promise<WireResponse> {
    return new Promise((resolve, reject) => {
      const endStream = request.body === undefined;
      const stream = this.#session.request(requestFields(request, this.#url), { endStream });
      this.#wake();
      stream.once('close', () => this.#rest());
      this.#exchange(stream, request, resolve, reject);
    });
  }

  #exchange(
    stream: ClientHttp2Stream,
    request: WireRequest,
    resolve: (response: WireResponse) => void,
    reject: (error: unknown) => void,
  ): void {
    const { signal } = request;
    let content: SocketContent | undefined;
    let [received, settled, sent] = [0, false, request.body === undefined];
    let [failure, expected]: [unknown, number] = [undefined, 0];
    const end = (): void => {
      settled = true;
      signal?.removeEventListener('abort', abort);
    };
    const fail = (error: unknown): void => {
      if (settled) return;
      end();
      content?.fail(error);
      reject(error);
      stream.close(constants.NGHTTP2_CANCEL);
    };
    const abort = (): void => {
      fail(signal?.reason);
      // Whoever gives up may have waited for a connection that is dead.
      if (content === undefined) this.#ping();
    };
    stream.on('response', (fields, _flags, raw?: readonly string[]) => {
      this.#served = true;
      const length = request.method === 'HEAD' ? undefined : fields['content-length'];
      expected = Number(length ?? 0);
      content = new SocketContent(
        {
          pause: () => stream.pause(),
          resume: () => stream.resume(),
          abandon: () => {
            end();
            stream.close(constants.NGHTTP2_CANCEL);
          },
        },
        request,
      );
      resolve({ status: Number(fields[':status']), headers: headersOf(raw ?? []), body: content });
    });
    stream.on('data', (piece: Buffer) => {
      received += piece.length;
      content?.push(piece);
    });
    stream.on('end', () => {
      if (settled || content === undefined) return;
      // A stream that the server broke off ends, too.
      if (stream.rstCode > 0 || received < expected) return;
      end();
      content.end();
      // Answered before all was sent, as a refusal is: the rest is not wanted.
      if (!sent) stream.close(constants.NGHTTP2_NO_ERROR);
    });
    stream.on('error', (error) => (failure = error));
    stream.on('close', () => {
      const when = content === undefined ? 'before an answer came' : `after ${received} bytes of the body`;
      fail(this.#errorOf(request, stream.rstCode, when, failure ?? this.#error));
    });
    signal?.addEventListener('abort', abort, { once: true });
    if (sent) return;
    sendBody(stream, request, lengthOf(request), () => !settled, true)
      .then(() => {
        sent = true;
        return stream.end();
      })
      .catch(fail);
  }

  #errorOf(request: WireRequest, code: number, when: string, cause: unknown): Error {
    // The server says that it has not begun. @see RFC 9113 section 8.7
    if (code === constants.NGHTTP2_REFUSED_STREAM) return new ConnectError(request, cause, 'REFUSED_STREAM');
    if (code === constants.NGHTTP2_PROTOCOL_ERROR || isFault(cause))
      return new BadResponseError(request, 'protocol', 'malformed HTTP/2', { cause });
    return new ConnectionLostError(request, when, cause);
  }

  #wake(): void {
    this.#open += 1;
    this.#idle?.[Symbol.dispose]();
    this.#session.ref();
  }

  /** With nothing under way, it must not keep the process alive, and goes in a while. */
  #rest(): void {
    this.#open = Math.max(0, this.#open - 1);
    if (this.#open > 0 || !this.usable) return;
    this.#session.unref();
    this.#idle = this.#clock.setTimeout(() => this.#session.close(), this.#limits.idleMs).unref();
  }

  #ping(): void {
    if (this.#pinging || !this.usable) return;
    this.#pinging = true;
    const timer = this.#clock.setTimeout(() => this.#session.destroy(), this.#limits.pingMs).unref();
    this.#session.ping(() => {
      this.#pinging = false;
      timer[Symbol.dispose]();
    });
  }

  #leave(): void {
    this.#idle?.[Symbol.dispose]();
    this.#gone(this);
  }

  /** Ends it at once; requests under way fail. */
  close(): void {
    this.#session.destroy();
  }
}

/** Names and values in turn, without those that are no fields. */
const headersOf = (raw: readonly string[]): HeaderList => {
  const flat: string[] = [];
  for (let at = 0; at < raw.length; at += 2)
    if (raw[at]?.startsWith(':') === false) flat.push(raw[at] ?? '', raw[at + 1] ?? '');
  return new HeaderList(flat);
};
