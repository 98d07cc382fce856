import type { Socket } from 'node:net';
import { BadResponseError, ConnectionLostError } from '../errors.ts';
import type { HeaderList } from '../header-list.ts';
import type { WireRequest, WireResponse } from '../transport.ts';
import { lengthOf, type RequestForm, requestHead } from './request-head.ts';
import { ProtocolFault, type ResponseListener, ResponseReader } from './response-reader.ts';
import { sendBody } from './send-body.ts';
import { type ContentSource, SocketContent } from './socket-content.ts';

/** Whom a connection tells of its end. */
export interface ConnectionOwner {
  /** It may take another request. */
  idle(connection: Connection): void;
  /** It is gone. */
  gone(connection: Connection): void;
}

/** The request that a connection is busy with. */
interface Exchange {
  readonly request: WireRequest;
  readonly resolve: (response: WireResponse) => void;
  readonly reject: (error: unknown) => void;
  readonly abort: (() => void) | undefined;
  content: SocketContent | undefined;
  /** Whether the request has left as a whole. */
  sent: boolean;
}

/** One socket: takes one request at a time, and says whether it may take another. */
export class Connection implements ResponseListener, ContentSource {
  readonly socket: Socket;
  readonly #form: RequestForm;
  readonly #owner: ConnectionOwner;
  readonly #reader: ResponseReader;
  #exchange: Exchange | undefined;
  #error: Error | undefined;
  /** How many requests it has taken. */
  taken = 0;
  /** Until when it may wait for the next, on the monotonic clock. */
  idleUntil = 0;
  /** How long the server says that it keeps an idle connection, in milliseconds. */
  serverIdleMs: number = Infinity;

  constructor(socket: Socket, form: RequestForm, owner: ConnectionOwner, maxHeadBytes: number) {
    this.socket = socket;
    this.#form = form;
    this.#owner = owner;
    this.#reader = new ResponseReader(this, maxHeadBytes);
    socket.on('data', (piece: Buffer) => this.#read(piece));
    socket.on('error', (error: Error) => {
      this.#error = error;
    });
    socket.on('end', () => this.#reader.close());
    socket.on('close', () => this.#closed());
  }

  /** Whether the request failed on a connection that had served others, before any answer: it was closed under it. */
  get wasStale(): boolean {
    return this.taken > 1 && this.#reader.untouched;
  }

  /** Sends a request. Must not be called before the last one's response is complete. */
  send(request: WireRequest): Promise<WireResponse> {
    let head: string;
    try {
      head = requestHead(request, this.#form);
    } catch (error) {
      this.#owner.idle(this);
      return Promise.reject(error as Error);
    }
    return new Promise((resolve, reject) => {
      const { signal, body } = request;
      const abort = signal && ((): void => this.#fail(signal.reason));
      this.#exchange = { request, resolve, reject, abort, content: undefined, sent: body === undefined };
      this.taken += 1;
      this.#reader.expect(request.method);
      signal?.addEventListener('abort', abort as () => void, { once: true });
      if (body === undefined) this.socket.write(head, 'latin1');
      else this.#sendWithBody(head, request, this.#exchange);
    });
  }

  #sendWithBody(head: string, request: WireRequest, exchange: Exchange): void {
    const { body, onSent } = request;
    if (typeof body === 'string' && onSent === undefined) {
      // The head is in ASCII wherever it is sent with text, so that both go out in one piece.
      if (/^[\0-\x7f]*$/.test(head)) this.socket.write(head + body, 'utf8');
      else {
        this.socket.write(head, 'latin1');
        this.socket.write(body, 'utf8');
      }
      exchange.sent = true;
      return;
    }
    this.socket.write(head, 'latin1');
    const wanted = (): boolean => this.#exchange === exchange;
    sendBody(this.socket, request, lengthOf(request), wanted).then(
      () => (exchange.sent = true),
      (error: unknown) => wanted() && this.#fail(error),
    );
  }

  #read(piece: Buffer): void {
    try {
      this.#reader.push(piece);
    } catch (fault) {
      if (!(fault instanceof ProtocolFault)) throw fault;
      const exchange = this.#exchange;
      if (exchange === undefined) this.socket.destroy();
      else this.#fail(new BadResponseError(exchange.request, 'protocol', fault.message));
    }
  }

  head(status: number, headers: HeaderList): void {
    const exchange = this.#exchange;
    if (exchange === undefined) return;
    const hint = headers.get('keep-alive');
    if (hint !== undefined)
      this.serverIdleMs = 1000 * Number(/(?:^|[,\s])timeout=(\d{1,6})/.exec(hint)?.[1] ?? Infinity);
    exchange.content = new SocketContent(this, exchange.request);
    exchange.resolve({ status, headers, body: exchange.content });
  }

  data(piece: Buffer): void {
    this.#exchange?.content?.push(piece);
  }

  end(): void {
    const exchange = this.#exchange;
    if (exchange === undefined) return;
    exchange.content?.end();
    this.#release(exchange);
    // Answered before all was sent, as a refusal is: the rest is not wanted.
    if (exchange.sent && this.#reader.reusable && this.socket.writable) this.#owner.idle(this);
    else this.socket.destroy();
  }

  #release({ request, abort }: Exchange): void {
    this.#exchange = undefined;
    if (abort !== undefined) request.signal?.removeEventListener('abort', abort);
  }

  #fail(error: unknown): void {
    const exchange = this.#exchange;
    if (exchange !== undefined) {
      this.#release(exchange);
      exchange.content?.fail(error);
      exchange.reject(error);
    }
    this.socket.destroy();
  }

  #closed(): void {
    const exchange = this.#exchange;
    if (exchange !== undefined)
      this.#fail(new ConnectionLostError(exchange.request, this.#reader.progress, this.#error));
    this.#owner.gone(this);
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  abandon(): void {
    if (this.#exchange === undefined) return;
    this.#release(this.#exchange);
    this.socket.destroy();
  }
}
