import { type Clock, OptionError, OrganismError, sleep, systemClock, systemEntropy, type Timer } from '@organism/cell';
import { exponential } from '@organism/homeostasis';
import { BadResponseError, type CallPlace, ConnectError, SocketClosedError } from '../errors.ts';
import { encodeJson } from '../request.ts';
import { dataOf } from '../response.ts';
import { HeaderList } from '../header-list.ts';
import { Inbox } from './inbox.ts';
import type { WebSocketClientOptions, WebSocketLike, WebSocketState } from './options.ts';

/** Codes of ends that another try may mend. @see RFC 6455 section 7.4, and the IANA registry of close codes */
const passing = new Set([1001, 1005, 1006, 1011, 1012, 1013, 1014]);
const open = 1;
/** A connection that lasted for so long, in milliseconds, was a good one: the next wait is short again. */
const stableMs = 5000;
const lookAgainMs = 20;
const jsonHeaders = HeaderList.of({ 'content-type': 'application/json' });
const encoder = new TextEncoder();
const defaultBackoff = exponential({ baseMs: 500, maxMs: 30_000 });

interface Waiting {
  readonly data: string | Uint8Array<ArrayBuffer>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * WebSocket client: typed messages both ways over a connection that is opened anew when it is lost. Iterate it for what comes,
 * once. What is sent while there is no connection waits for one; what was on its way when one was lost may be lost with it, and
 * a server can't know who comes back: where that matters use a Capillary of `@organism/circulatory`.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 * @see RFC 6455
 * @example
 * ```ts no-run
 * import { WebSocketClient } from '@organism/respiratory/client';
 * import { Bone } from '@organism/skeletal';
 * import { z } from 'zod';
 *
 * const Trade = new Bone('trade', z.object({ price: z.number() }));
 * await using socket = new WebSocketClient({ url: 'wss://example.org/trades', incoming: Trade });
 * await socket.send({ subscribe: 'BTC' });
 * for await (const { price } of socket) console.log(price);
 * ```
 */
export class WebSocketClient<In = unknown, Out = unknown> implements AsyncIterable<Out>, AsyncDisposable {
  readonly #options: WebSocketClientOptions<In, Out>;
  readonly #clock: Clock;
  readonly #inbox = new Inbox<Out>();
  readonly #waiting: Waiting[] = [];
  readonly #closed = Promise.withResolvers<void>();
  #opening = Promise.withResolvers<void>();
  #state: WebSocketState = 'idle';
  #socket: WebSocketLike | undefined;
  #place: CallPlace = { method: 'CONNECT', origin: 'websocket', path: '' };
  #tries = 0;
  #timers: Timer[] = [];
  #heardAt = 0;
  #saidAt = 0;
  #end: SocketClosedError | OrganismError | undefined;

  constructor(options: WebSocketClientOptions<In, Out>) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    const { connectTimeoutMs, silenceMs, maxWaiting, maxUnread, maxUnsentBytes, heartbeat } = options;
    const numbers = { connectTimeoutMs, silenceMs, maxWaiting, maxUnread, maxUnsentBytes, everyMs: heartbeat?.everyMs };
    for (const [field, value] of Object.entries(numbers))
      if (value !== undefined && !(value > 0)) throw new OptionError(field, 'a number > 0', value);
    if (typeof options.url === 'string') this.#address(options.url);
    // Nobody may be waiting for it.
    this.#opening.promise.catch(() => {});
  }

  get state(): WebSocketState {
    return this.#state;
  }

  /**
   * Connects, if it is not connected. Resolves when it is.
   *
   * @throws {ConnectError} when there is no connection, and no other try is to be made.
   * @throws {SocketClosedError} when it was closed, here or there.
   */
  connect(): Promise<void> {
    if (this.#end !== undefined) return Promise.reject(this.#end);
    if (this.#state === 'idle') void this.#connect();
    return this.#opening.promise;
  }

  /**
   * Sends a message, once there is a connection and room in its buffer.
   *
   * @throws {ValidationError} when it does not fit its Bone, {OptionError} when JSON can't hold it.
   * @throws {SocketClosedError} when it was closed before.
   * @throws {OrganismError} `RESPIRATORY_SOCKET_BUSY` when too many wait already.
   */
  async send(message: In): Promise<void> {
    const data = this.#encode(message);
    if (this.#end !== undefined) throw this.#end;
    if (this.#state === 'idle') void this.#connect();
    const { maxUnsentBytes = 2 ** 20, maxWaiting = 256 } = this.#options;
    while (this.#state === 'open' && (this.#socket?.bufferedAmount ?? 0) >= maxUnsentBytes)
      await sleep(this.#clock, lookAgainMs);
    if (this.#state === 'open') {
      this.#say(data);
      return;
    }
    if (this.#end !== undefined) throw this.#end;
    if (this.#waiting.length >= maxWaiting)
      throw new OrganismError('RESPIRATORY_SOCKET_BUSY', `${maxWaiting} messages wait for a connection already.`, {
        status: 503,
        retryable: true,
      });
    await new Promise<void>((resolve, reject) => this.#waiting.push({ data, resolve, reject }));
  }

  #encode(message: In): string | Uint8Array<ArrayBuffer> {
    const { format = 'json', outgoing } = this.#options;
    if (format === 'json') return encodeJson<In>({ json: message, input: outgoing });
    if (typeof message === 'string' || message instanceof Uint8Array)
      return message as string | Uint8Array<ArrayBuffer>;
    throw new OptionError('message', 'text or bytes', message);
  }

  #say(data: string | Uint8Array<ArrayBuffer>): void {
    this.#saidAt = this.#clock.monotonic();
    this.#socket?.send(data);
  }

  #address(text: string): string {
    const url = URL.parse(text);
    if (url === null || !/^(ws|http)s?:$/.test(url.protocol) || url.hash !== '')
      throw new OptionError('url', 'a ws, wss, http or https URL without fragment', text);
    url.protocol = url.protocol.replace(/^http/, 'ws');
    this.#place = { method: 'CONNECT', origin: `${url.protocol}//${url.host}`, path: url.pathname };
    return url.href;
  }

  #become(state: WebSocketState): void {
    this.#state = state;
    this.#options.onState?.(state);
  }

  async #connect(): Promise<void> {
    this.#become('connecting');
    const { url, protocols = [], connectTimeoutMs = 10_000 } = this.#options;
    const openSocket = this.#options.open ?? ((to, names) => new WebSocket(to, [...names]) as WebSocketLike);
    let socket: WebSocketLike;
    try {
      const address = this.#address(typeof url === 'string' ? url : await url());
      if (this.#end !== undefined) return;
      socket = openSocket(address, protocols);
    } catch (error) {
      // A bad address stays one; whoever gives addresses may know better later.
      if (error instanceof OptionError) this.#finish(error);
      else this.#lost(new ConnectError(this.#place, error));
      return;
    }
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    const isCurrent = (): boolean => this.#socket === socket;
    this.#timers = [
      this.#clock.setTimeout(() => this.#drop(new ConnectError(this.#place, undefined, 'TIMEOUT')), connectTimeoutMs),
    ];
    socket.addEventListener('open', () => isCurrent() && this.#opened());
    socket.addEventListener('message', ({ data }) => isCurrent() && this.#hear(data));
    // Says nothing; a close follows.
    socket.addEventListener('error', () => {});
    socket.addEventListener('close', ({ code, reason }) => {
      if (!isCurrent()) return;
      const wasOpen = this.#state === 'open';
      this.#drop(
        wasOpen || code !== 1006
          ? new SocketClosedError(this.#place, code, reason, this.#isPassing(code))
          : new ConnectError(this.#place, undefined, 'REFUSED'),
      );
    });
  }

  #isPassing(code: number): boolean {
    return this.#options.isPassing?.(code) ?? passing.has(code);
  }

  #opened(): void {
    this.#stopTimers();
    this.#heardAt = this.#saidAt = this.#clock.monotonic();
    const { heartbeat, silenceMs } = this.#options;
    this.#timers.push(this.#clock.setTimeout(() => (this.#tries = 0), stableMs));
    if (heartbeat !== undefined) {
      const message = this.#encode(heartbeat.message);
      const beat = (): void => {
        if (this.#clock.monotonic() - this.#saidAt >= heartbeat.everyMs) this.#say(message);
      };
      this.#timers.push(this.#clock.setInterval(beat, heartbeat.everyMs));
    }
    if (silenceMs !== undefined) {
      const listen = (): void => {
        if (this.#clock.monotonic() - this.#heardAt >= silenceMs)
          this.#drop(new SocketClosedError(this.#place, 1006, 'silent', true));
      };
      this.#timers.push(this.#clock.setInterval(listen, silenceMs));
    }
    this.#become('open');
    for (const { data, resolve } of this.#waiting.splice(0)) {
      this.#say(data);
      resolve();
    }
    this.#opening.resolve();
  }

  #hear(data: unknown): void {
    this.#heardAt = this.#clock.monotonic();
    const { maxUnread = 4096 } = this.#options;
    if (this.#inbox.size >= maxUnread) {
      this.#fail(
        new OrganismError('RESPIRATORY_SOCKET_BUSY', `${maxUnread} messages have come and were not taken.`, {
          status: 503,
        }),
        4413,
      );
      return;
    }
    try {
      this.#inbox.push(this.#decode(data));
    } catch (error) {
      this.#fail(error as OrganismError, 1007);
    }
  }

  #decode(data: unknown): Out {
    const { format = 'json', incoming } = this.#options;
    const content = data instanceof ArrayBuffer ? new Uint8Array(data) : data;
    if (format === 'raw') return content as Out;
    if (typeof content !== 'string') throw new BadResponseError(this.#place, 'json', 'bytes, not JSON');
    return dataOf({ status: 200, headers: jsonHeaders, body: encoder.encode(content) }, incoming, this.#place);
  }

  #fail(error: OrganismError, code: number): void {
    const socket = this.#socket;
    this.#finish(error);
    // A code of the application's own, where that of the protocol is for servers only.
    socket?.close(code === 1007 ? 4400 : code, '');
  }

  #stopTimers(): void {
    for (const timer of this.#timers.splice(0)) timer[Symbol.dispose]();
  }

  /** The connection is gone, or as good as gone. */
  #drop(error: ConnectError | SocketClosedError): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#stopTimers();
    if (socket !== undefined && socket.readyState <= open) socket.close();
    this.#lost(error);
  }

  #lost(cause: ConnectError | SocketClosedError): void {
    if (this.#end !== undefined) return;
    const { reconnect = defaultBackoff, entropy = systemEntropy } = this.#options;
    if (reconnect === false || (cause instanceof SocketClosedError && !cause.retryable)) {
      this.#finish(cause);
      return;
    }
    if (this.#state === 'open') {
      this.#opening = Promise.withResolvers<void>();
      this.#opening.promise.catch(() => {});
    }
    this.#tries += 1;
    this.#timers = [this.#clock.setTimeout(() => void this.#connect(), reconnect(this.#tries, 0, entropy))];
    this.#become('waiting');
  }

  /** It is over, for good. An end in good order ends the iteration; another one fails it. */
  #finish(error: OrganismError): void {
    if (this.#end !== undefined) return;
    this.#end = error;
    this.#socket = undefined;
    this.#stopTimers();
    for (const { reject } of this.#waiting.splice(0)) reject(error);
    this.#opening.reject(error);
    this.#inbox.end(error instanceof SocketClosedError && error.closeCode === 1000 ? undefined : error);
    this.#become('closed');
    this.#closed.resolve();
  }

  /** Ends the connection, for good. What waits to be sent is rejected. */
  close(code = 1000, reason = ''): void {
    const socket = this.#socket;
    this.#finish(new SocketClosedError(this.#place, 1000, 'closed by this side', false));
    socket?.close(code, reason);
  }

  /** What comes, of all connections. Connects if need be; leaving the loop closes. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Out, void> {
    if (this.#state === 'idle') void this.#connect();
    try {
      yield* this.#inbox.read();
    } finally {
      this.close();
    }
  }

  /** Resolves when it is closed, here or there. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.closed;
  }
}
