import type { Clock } from '@organism/cell';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { ClientClosedError, ConnectionLostError } from '../errors.ts';
import type { WireRequest, WireResponse } from '../transport.ts';
import type { Dial } from './dial.ts';
import { Session, type SessionLimits } from './session.ts';

/** What a {@link Multiplex} is made of. */
export interface MultiplexParts {
  readonly url: URL;
  readonly dial: Dial;
  readonly limits: SessionLimits;
  readonly clock: Clock;
  /** Takes a socket to a server that only speaks HTTP/1.1. */
  readonly refused: (socket: Socket) => void;
  /** Sends over HTTP/1.1. */
  readonly sendPlainly: (request: WireRequest) => Promise<WireResponse>;
  readonly isRepeatable: (request: WireRequest) => boolean;
}

/** The HTTP/2 connection to one origin; what the server understands is found out with the first. */
export class Multiplex {
  readonly #parts: MultiplexParts;
  #session: Session | undefined;
  readonly #all = new Set<Session>();
  #opening: Promise<Session | undefined> | undefined;
  #isPlain = false;
  #closed = false;

  constructor(parts: MultiplexParts) {
    this.#parts = parts;
  }

  /** Open connections. */
  get size(): number {
    return this.#all.size;
  }

  send(request: WireRequest): Promise<WireResponse> {
    if (this.#isPlain) return this.#parts.sendPlainly(request);
    return this.#session?.usable === true ? this.#sendOver(this.#session, request) : this.#sendOverNew(request);
  }

  async #sendOver(session: Session, request: WireRequest): Promise<WireResponse> {
    try {
      return await session.send(request);
    } catch (error) {
      const again = error instanceof ConnectionLostError && session.wasStale && this.#parts.isRepeatable(request);
      if (!again || request.signal?.aborted === true || this.#closed) throw error;
      return this.#sendOverNew(request);
    }
  }

  async #sendOverNew(request: WireRequest): Promise<WireResponse> {
    // All who wait share it: none of them may take it away from the others.
    this.#opening ??= this.#open({ ...request, signal: undefined }).finally(() => (this.#opening = undefined));
    const session = await orAborted(this.#opening, request.signal);
    return session === undefined ? this.#parts.sendPlainly(request) : session.send(request);
  }

  async #open(request: WireRequest): Promise<Session | undefined> {
    const { dial, url, limits, clock, refused } = this.#parts;
    const socket = await dial(request);
    if (this.#closed) {
      socket.destroy();
      throw new ClientClosedError();
    }
    if (socket instanceof TLSSocket && socket.alpnProtocol !== 'h2') {
      this.#isPlain = true;
      refused(socket);
      return undefined;
    }
    this.#session = new Session(socket, url, limits, clock, (gone) => this.#forget(gone));
    this.#all.add(this.#session);
    return this.#session;
  }

  #forget(session: Session): void {
    if (this.#session === session) this.#session = undefined;
    if (!session.usable) this.#all.delete(session);
  }

  close(): void {
    this.#closed = true;
    for (const session of this.#all) session.close();
  }
}

const orAborted = async <T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
  if (signal === undefined) return work;
  const stopped = Promise.withResolvers<never>();
  const abort = (): void => stopped.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    return await Promise.race([work, stopped.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
};
