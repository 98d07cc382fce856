import { OptionError, OrganismError, systemClock, systemEntropy, type Timer } from '@organism/cell';
import { type CloseCode, finalCodes, type Frame, type Open, protocolVersion } from '../protocol.ts';
import { eventStream, longPoll } from './http.ts';
import type { ClientOptions, ClientState } from './options.ts';
import type { Transport, Wire, WireEvents, WireHost } from './transport.ts';
import { Unsent } from './unsent.ts';
import { webSocket } from './web-socket.ts';

/** How long an acknowledgement may wait for others, in milliseconds. */
const ackDelayMs = 200;

const encoder = new TextEncoder();

/**
 * Client of a channel, for browsers and for Node: connects by the first transport that gets through, comes back after
 * a random, growing wait when the connection breaks, and resumes without loss or duplicates.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { CapillaryClient } from '@organism/circulatory/capillary/client';
 *
 * const client = new CapillaryClient({ url: 'https://example.com/live', onMessage: (data) => console.log(data) });
 * assert.equal(client.state, 'idle');
 * client.close();
 * ```
 */
export class CapillaryClient {
  readonly #options: ClientOptions;
  readonly #transports: readonly Transport[];
  readonly #unsent = new Unsent();
  readonly #timers: Partial<Record<'connect' | 'retry' | 'ack' | 'heartbeat', Timer>> = {};
  #state: ClientState = 'idle';
  #wire: Wire | undefined;
  /** Counts connections, so that a late word from an old one is not heard. */
  #attempt = 0;
  #transport = 0;
  #waits = 0;
  #openedAt = 0;
  #seenAt = 0;
  #open: Open | undefined;
  #last = 0;
  #acked = 0;

  /** @throws {OptionError} `CELL_BAD_OPTION` */
  constructor(options: ClientOptions) {
    if (!/^https?:\/\//.test(options.url)) throw new OptionError('url', 'a URL of http: or https:', options.url);
    this.#options = options;
    this.#transports = options.transports ?? [webSocket, eventStream, longPoll];
  }

  /** Where the client is. */
  get state(): ClientState {
    return this.#state;
  }

  /** Name of the transport in use, or tried. */
  get transport(): string | undefined {
    return this.#transports[this.#transport]?.name;
  }

  /** Id of the session; undefined before the first connection. */
  get session(): string | undefined {
    return this.#open?.session;
  }

  /** Messages that the server has not acknowledged. */
  get unacknowledged(): number {
    return this.#unsent.size;
  }

  /** Begins to connect; also cuts short a wait, as for the browser's `online` event. */
  connect(): void {
    if (this.#state === 'idle' || this.#state === 'waiting') this.#connect();
  }

  /**
   * Sends a message, now or when connected. Resolves when the server has handled it.
   *
   * @throws {OrganismError} the server's refusal; or `CIRCULATORY_SESSION_LOST`: it was sent, and nobody knows whether
   *   it was handled; `CIRCULATORY_CHANNEL_CLOSED`, `CIRCULATORY_CHANNEL_OVERLOADED`, `CIRCULATORY_MESSAGE_TOO_LARGE`;
   *   all as rejections.
   */
  async send(data: unknown): Promise<void> {
    const { maxUnacknowledged = 1024 } = this.#options;
    const text = JSON.stringify(data) as string | undefined;
    if (text === undefined) throw new OptionError('data', 'a value that JSON can hold', data);
    if (this.#state === 'closed') throw closed();
    if (this.#unsent.size >= maxUnacknowledged)
      throw new OrganismError('CIRCULATORY_CHANNEL_OVERLOADED', `${maxUnacknowledged} messages wait already.`, {
        status: 503,
        retryable: true,
      });
    if (this.#isTooLarge(text)) throw tooLarge();
    const outcome = this.#unsent.add(text);
    if (this.#state === 'open') this.#flush(false);
    await outcome;
  }

  #isTooLarge(text: string): boolean {
    const { maxMessageBytes = Infinity } = this.#open ?? {};
    // 30 for what a frame adds; 3 is the most bytes for one unit of text.
    return text.length * 3 + 30 > maxMessageBytes && encoder.encode(text).length + 30 > maxMessageBytes;
  }

  /** Ends the channel and its session. What the server has not acknowledged is rejected. */
  close(): void {
    if (this.#state === 'open') this.#write('["close"]');
    this.#end('normal', 'The client has closed the channel.');
  }

  #end(code: CloseCode, reason: string): void {
    if (this.#state === 'closed') return;
    this.#drop();
    this.#become('closed');
    this.#unsent.close(closed);
    this.#call(() => this.#options.onClose?.(code, reason));
  }

  /** A callback that fails must not leave the client half-way. */
  #call(callback: () => void): void {
    try {
      callback();
    } catch (error) {
      (this.#options.onError ?? console.error)(error);
    }
  }

  #become(state: ClientState): void {
    this.#state = state;
    this.#call(() => this.#options.onState?.(state));
  }

  #wait(name: 'connect' | 'retry' | 'ack', delayMs: number, then: () => void): void {
    const { clock = systemClock } = this.#options;
    this.#timers[name] ??= clock.setTimeout(() => {
      delete this.#timers[name];
      then();
    }, delayMs);
  }

  #stop(...names: readonly ('connect' | 'retry' | 'ack' | 'heartbeat')[]): void {
    for (const name of names) {
      this.#timers[name]?.[Symbol.dispose]();
      delete this.#timers[name];
    }
  }

  #drop(): void {
    this.#attempt++;
    this.#stop('connect', 'retry', 'ack', 'heartbeat');
    // Its end is no news.
    const wire = this.#wire;
    this.#wire = undefined;
    wire?.close();
  }

  #connect(): void {
    this.#drop();
    const attempt = this.#attempt;
    this.#become('connecting');
    this.#wait('connect', this.#options.connectTimeoutMs ?? 10_000, () => this.#lost());
    const current =
      <A extends readonly unknown[]>(work: (...args: A) => void) =>
      (...args: A): void => {
        if (attempt === this.#attempt) work(...args);
      };
    const events: WireEvents = {
      frame: current((frame: Frame) => this.#hear(frame)),
      closed: current(() => this.#lost()),
      renewed: current((token: string) => {
        if (this.#open !== undefined) this.#open = { ...this.#open, token };
      }),
      last: () => this.#last,
    };
    Promise.resolve()
      .then(() => this.#options.credentials?.())
      .catch((error: unknown) => {
        this.#call(() => {
          throw error;
        });
        throw error;
      })
      .then(
        current((credentials: unknown) => {
          const { token } = this.#open ?? {};
          const hello = { version: protocolVersion, token, last: this.#last, credentials };
          const transport = this.#transports[this.#transport];
          this.#wire = transport?.connect(this.#options.url, JSON.stringify(['hello', hello]), events, this.#host());
        }),
      )
      .catch(current(() => this.#lost()));
  }

  #host(): WireHost {
    const { WebSocket = globalThis.WebSocket, fetch: ask = (input, init) => fetch(input, init) } = this.#options;
    return { WebSocket, fetch: ask };
  }

  /** The connection is gone: the next transport when this one never got through, else a wait. */
  #lost(): void {
    const wasOpen = this.#state === 'open';
    const { clock = systemClock, stableMs = 5000 } = this.#options;
    if (wasOpen && clock.monotonic() - this.#openedAt >= stableMs) this.#waits = 0;
    if (wasOpen) this.#retry();
    else if (++this.#transport < this.#transports.length) this.#connect();
    else {
      this.#transport = 0;
      this.#retry();
    }
  }

  /** @see "Exponential Backoff And Jitter", AWS Architecture Blog, 2015: full jitter spreads clients best */
  #retry(): void {
    this.#drop();
    const { baseDelayMs = 500, maxDelayMs = 30_000, entropy = systemEntropy } = this.#options;
    const bound = Math.min(maxDelayMs, baseDelayMs * 2 ** this.#waits++);
    this.#become('waiting');
    if (this.#state === 'waiting') this.#wait('retry', entropy.random() * bound, () => this.#connect());
  }

  #hear(frame: Frame): void {
    this.#seenAt = (this.#options.clock ?? systemClock).monotonic();
    switch (frame[0]) {
      case 'open':
        this.#opened(frame[1]);
        break;
      case 'msg':
        this.#take(frame[1], frame[2]);
        break;
      case 'skip':
        if (frame[1] > this.#last) {
          const missed = frame[1] - this.#last;
          this.#last = frame[1];
          this.#call(() => this.#options.onGap?.(missed));
        }
        break;
      case 'ack':
        this.#unsent.acknowledge(frame[1]);
        break;
      case 'fail':
        this.#unsent.fail(frame[1], frame[2]);
        break;
      case 'ping':
        this.#write('["pong"]');
        break;
      case 'close': {
        const [, code = 'normal', reason = ''] = frame;
        // Whoever answers no has been reached: another transport would hear the same.
        if (finalCodes.has(code)) this.#end(code, reason);
        else this.#retry();
      }
    }
  }

  #opened(open: Open): void {
    const { clock = systemClock, onReset } = this.#options;
    const before = this.#open;
    this.#open = open;
    this.#openedAt = clock.monotonic();
    this.#stop('connect');
    if (!open.resumed) {
      this.#last = this.#acked = 0;
      this.#unsent.reset(lost);
    }
    this.#unsent.refuse((text) => this.#isTooLarge(text), tooLarge);
    for (const [seq, problem] of open.failures) this.#unsent.fail(seq, problem);
    this.#unsent.acknowledge(open.ack);
    this.#timers.heartbeat = clock.setInterval(() => {
      if (clock.monotonic() - this.#seenAt >= 2 * open.heartbeatMs) this.#lost();
    }, open.heartbeatMs);
    this.#become('open');
    if (before !== undefined && !open.resumed) this.#call(() => onReset?.());
    // Also tells the server that the new token has come.
    this.#acknowledge();
    this.#flush(true);
  }

  #take(seq: number, data: unknown): void {
    if (seq <= this.#last) return;
    if (seq > this.#last + 1) {
      // Something between here and there loses messages.
      this.#lost();
      return;
    }
    this.#last = seq;
    if (seq - this.#acked >= (this.#open?.ackEvery ?? 1)) this.#acknowledge();
    else this.#wait('ack', ackDelayMs, () => this.#acknowledge());
    this.#call(() => this.#options.onMessage?.(data));
  }

  #acknowledge(): void {
    this.#stop('ack');
    this.#acked = this.#last;
    this.#write(`["ack",${this.#last}]`);
  }

  #flush(all: boolean): void {
    for (const frame of this.#unsent.frames(all)) this.#write(frame);
  }

  #write(frame: string): void {
    try {
      this.#wire?.send(frame);
    } catch {
      // A socket that is closing says so itself.
    }
  }
}

const closed = (): OrganismError =>
  new OrganismError('CIRCULATORY_CHANNEL_CLOSED', 'The channel is closed.', { status: 410 });

const tooLarge = (): OrganismError =>
  new OrganismError('CIRCULATORY_MESSAGE_TOO_LARGE', 'The message has more bytes than the server takes.', {
    status: 413,
  });

const lost = (): OrganismError =>
  new OrganismError(
    'CIRCULATORY_SESSION_LOST',
    'The session ended before the message was acknowledged: it may or may not have been handled.',
    { status: 503 },
  );
