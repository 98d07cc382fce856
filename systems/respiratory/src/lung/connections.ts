import type { Clock, Timer } from '@organism/cell';
import type { Socket } from 'node:net';

const kept: unique symbol = Symbol('connection');

/** What is kept of a connection. */
interface Kept {
  /** Requests under way. */
  open: number;
  /** The turn in which the last one was answered; undefined before the first. */
  answered: number | undefined;
  /** Bytes that had come at the last look. */
  bytes: number;
  /** It is cut off when its client takes nothing for long. */
  stalls: boolean;
}

type KeptSocket = Socket & { [kept]?: Kept };

/** How many looks at the connections there are in the time that one may idle, where that is not too short for it. */
const looks = 8;
const shortestLookMs = 10;

/**
 * Connections of a port, and the end of those that idle, or whose clients take nothing of a response. One look at all from
 * time to time, where `node:http` sets a timer and takes it back for each request: that was 0.8 µs of 15 (benchmark
 * respiratory.http). One that idles ends up to a quarter after the time given, as a client may ask again at the last
 * moment.
 */
export class Connections implements Iterable<Socket> {
  readonly #sockets = new Set<KeptSocket>();
  readonly #clock: Clock;
  readonly #lookMs: number;
  readonly #patience: number;
  readonly #stallMs: number;
  #turn = 0;
  #timer: Timer | undefined;

  /**
   * @param idleMs How long one may idle after a response; 0: for ever.
   * @param stallMs How long a client may take nothing of a response; 0: for ever.
   */
  constructor(idleMs: number, stallMs: number, clock: Clock) {
    this.#clock = clock;
    const periods = [idleMs, stallMs].filter((ms) => ms > 0);
    this.#lookMs = periods.length === 0 ? 0 : Math.max(shortestLookMs, Math.ceil(Math.min(...periods) / looks));
    this.#patience = idleMs === 0 ? Infinity : Math.ceil(idleMs / this.#lookMs) + 2;
    this.#stallMs = stallMs;
  }

  add(socket: KeptSocket): void {
    socket[kept] = { open: 0, answered: undefined, bytes: 0, stalls: false };
    this.#sockets.add(socket);
    socket.once('close', () => this.remove(socket));
  }

  /** Looks for those that idle, from now on. */
  watch(): void {
    if (this.#lookMs > 0) this.#timer ??= this.#clock.setInterval(() => this.#look(), this.#lookMs).unref();
  }

  /** No longer. */
  leave(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }

  /** Forgets a connection, which may go on. */
  remove(socket: KeptSocket): void {
    this.#sockets.delete(socket);
    if (socket[kept]?.stalls === true) socket.setTimeout(0);
  }

  /** A request came. */
  begin(socket: KeptSocket): void {
    const one = socket[kept];
    if (one !== undefined) one.open += 1;
  }

  /** It was answered, or given up. */
  end(socket: KeptSocket): void {
    const one = socket[kept];
    if (one === undefined) return;
    one.open -= 1;
    one.answered = this.#turn;
  }

  /** Whether a request is under way. */
  isBusy(socket: KeptSocket): boolean {
    return (socket[kept]?.open ?? 0) > 0;
  }

  #look(): void {
    this.#turn += 1;
    for (const socket of this.#sockets) {
      const one = socket[kept];
      if (one === undefined) continue;
      this.#lookForStall(socket, one);
      if (one.answered === undefined || one.open > 0) continue;
      // The head of another request is coming; that has a limit of its own.
      if (socket.bytesRead !== one.bytes) [one.bytes, one.answered] = [socket.bytesRead, this.#turn - 1];
      else if (this.#turn - one.answered >= this.#patience) socket.destroy();
    }
  }

  /** The socket's own timer knows whether its client takes some of what was written; unanswered, it ends the connection. */
  #lookForStall(socket: Socket, one: Kept): void {
    const stalls = this.#stallMs > 0 && socket.writableLength > 0;
    if (stalls === one.stalls) return;
    one.stalls = stalls;
    socket.setTimeout(stalls ? this.#stallMs : 0);
  }

  [Symbol.iterator](): Iterator<Socket> {
    return this.#sockets.values();
  }
}
