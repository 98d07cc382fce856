import type { Clock, Timer } from '@organism/cell';
import type { Socket } from 'node:net';
import { ClientClosedError } from '../errors.ts';
import type { WireRequest } from '../transport.ts';
import { Connection, type ConnectionOwner } from './connection.ts';
import type { Dial } from './dial.ts';
import type { RequestForm } from './request-head.ts';

/** Bounds of a {@link Pool}. */
export interface PoolLimits {
  readonly maxConnections: number;
  readonly idleMs: number;
  readonly maxHeadBytes: number;
}

interface Waiter {
  readonly request: WireRequest;
  /** Returns whether the waiter still wants it. */
  readonly give: (connection: Connection) => boolean;
  readonly fail: (error: unknown) => void;
}

/** A server may close a connection while a request is on its way; so leave a while before it says it will. */
const marginMs = 1000;

/** The connections to one origin: idle ones are used again, the last one first. */
export class Pool implements ConnectionOwner {
  readonly #dial: Dial;
  readonly #form: RequestForm;
  readonly #limits: PoolLimits;
  readonly #clock: Clock;
  readonly #all = new Set<Connection>();
  readonly #idle: Connection[] = [];
  readonly #waiting = new Set<Waiter>();
  #dialling = 0;
  #sweep: Timer | undefined;
  #closed = false;

  constructor(dial: Dial, form: RequestForm, limits: PoolLimits, clock: Clock) {
    this.#dial = dial;
    this.#form = form;
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Open connections, idle ones included. */
  get size(): number {
    return this.#all.size;
  }

  /** A connection that takes a request now, if one is idle. */
  take(): Connection | undefined {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (!idle.socket.destroyed && idle.idleUntil > this.#clock.monotonic()) {
        idle.socket.ref();
        return idle;
      }
      idle.socket.destroy();
    }
    return undefined;
  }

  /** A connection of its own for a request: new, or the next that is free when there are as many as may be. */
  async open(request: WireRequest): Promise<Connection> {
    if (this.#closed) throw new ClientClosedError();
    if (this.#all.size + this.#dialling >= this.#limits.maxConnections) return this.#wait(request);
    this.#dialling += 1;
    try {
      const socket = await this.#dial(request);
      if (this.#closed) {
        socket.destroy();
        throw new ClientClosedError();
      }
      return this.adopt(socket);
    } finally {
      this.#dialling -= 1;
      if (this.#all.size + this.#dialling < this.#limits.maxConnections) this.#openForNext();
    }
  }

  /** A connection over a socket that was opened elsewhere; busy until it is given to {@link Pool.idle}. */
  adopt(socket: Socket): Connection {
    const connection = new Connection(socket, this.#form, this, this.#limits.maxHeadBytes);
    this.#all.add(connection);
    return connection;
  }

  #wait(request: WireRequest): Promise<Connection> {
    const { signal } = request;
    return new Promise((resolve, reject) => {
      let wanted = true;
      const end = (): void => {
        wanted = false;
        this.#waiting.delete(waiter);
        signal?.removeEventListener('abort', abort);
      };
      const waiter: Waiter = {
        request,
        give: (connection) => {
          if (!wanted) return false;
          end();
          resolve(connection);
          return true;
        },
        fail: (error) => {
          end();
          reject(error as Error);
        },
      };
      const abort = (): void => waiter.fail(signal?.reason);
      this.#waiting.add(waiter);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  idle(connection: Connection): void {
    if (this.#closed) {
      connection.socket.destroy();
      return;
    }
    const [waiter] = this.#waiting;
    if (waiter?.give(connection)) return;
    const keepMs = Math.min(this.#limits.idleMs, connection.serverIdleMs - marginMs);
    connection.idleUntil = this.#clock.monotonic() + keepMs;
    if (keepMs <= 0) {
      connection.socket.destroy();
      return;
    }
    // An idle connection must not keep the process alive.
    connection.socket.unref();
    this.#idle.push(connection);
    this.#sweep ??= this.#clock.setTimeout(() => this.#sweepIdle(), this.#limits.idleMs).unref();
  }

  #sweepIdle(): void {
    this.#sweep = undefined;
    const now = this.#clock.monotonic();
    const kept = this.#idle.filter(({ idleUntil }) => idleUntil > now);
    for (const old of this.#idle) if (old.idleUntil <= now) old.socket.destroy();
    this.#idle.splice(0, this.#idle.length, ...kept);
    if (kept.length > 0) this.#sweep = this.#clock.setTimeout(() => this.#sweepIdle(), this.#limits.idleMs).unref();
  }

  gone(connection: Connection): void {
    this.#all.delete(connection);
    const at = this.#idle.indexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
    this.#openForNext();
  }

  /** A place is free: whoever waits longest gets a new connection. */
  #openForNext(): void {
    const [waiter] = this.#waiting;
    if (waiter === undefined || this.#closed) return;
    this.#waiting.delete(waiter);
    const give = (connection: Connection): void => {
      if (!waiter.give(connection)) this.idle(connection);
    };
    this.open(waiter.request).then(give, waiter.fail);
  }

  close(): void {
    this.#closed = true;
    this.#sweep?.[Symbol.dispose]();
    for (const waiter of this.#waiting) waiter.fail(new ClientClosedError());
    for (const { socket } of this.#all) socket.destroy();
  }
}
