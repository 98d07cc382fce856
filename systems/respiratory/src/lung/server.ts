import type { AddressInfo, Server, Socket } from 'node:net';
import type { Server as TlsServer } from 'node:tls';
import { HttpError } from '../errors.ts';
import { Http2 } from '../http2/http2.ts';
import { plainFront, tlsFront } from './front.ts';
import { Http1 } from './http1.ts';
import type { LungOptions, TlsOptions } from './options.ts';
import type { Protocol, Serving } from './protocol.ts';

/** Streams that one HTTP/2 client may have open at once. */
const defaultStreams = 100;

/** The listener of a {@link Lung}: one life of its port. */
export class LungServer {
  readonly #server: Server;
  readonly #protocols: readonly Protocol[];
  /** Connections as they were accepted, where they are given on. */
  readonly #accepted = new Set<Socket>();
  /** Those of them whose first words have not come yet. */
  readonly #undecided = new Set<Socket>();

  constructor(serving: Serving, options: Pick<LungOptions, 'tls' | 'http2'>) {
    const { tls, http2 = false } = options;
    const http1 = new Http1(serving, http2 === false ? tls : undefined);
    if (http2 === false) {
      // The plain case: nothing stands between the port and the protocol.
      this.#server = http1.server;
      this.#protocols = [http1];
      return;
    }
    const { maxStreams = defaultStreams } = http2 === true ? {} : http2;
    const second = new Http2(serving, maxStreams);
    const { limits } = serving;
    http1.serveOthers();
    this.#server =
      tls === undefined ? plainFront(limits, http1, second, this.#undecided) : tlsFront(tls, limits, http1, second);
    this.#server.on('connection', (socket: Socket) => {
      this.#accepted.add(socket);
      socket.once('close', () => this.#accepted.delete(socket));
    });
    this.#server.once('close', () => http1.server.close());
    this.#protocols = [http1, second];
  }

  /** Requests under way. */
  get open(): number {
    return this.#protocols.reduce((sum, { open }) => sum + open, 0);
  }

  /** How many requests came. */
  get requests(): number {
    return this.#protocols.reduce((sum, { requests }) => sum + requests, 0);
  }

  /** The port in use. */
  get port(): number | undefined {
    const address = this.#server.address() as AddressInfo | string | null;
    return typeof address === 'object' ? address?.port : undefined;
  }

  /** Takes new certificates for connections to come. */
  renewTls(tls: TlsOptions): void {
    (this.#server as TlsServer).setSecureContext(tls);
  }

  /** Listens. @throws {HttpError} `RESPIRATORY_PORT_IN_USE`, `RESPIRATORY_CANNOT_LISTEN` */
  listen(port: number, host: string, options: { readonly reusePort?: boolean } = {}): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', (cause: NodeJS.ErrnoException) => {
        reject(
          cause.code === 'EADDRINUSE'
            ? new HttpError(
                'RESPIRATORY_PORT_IN_USE',
                `Port ${port} on ${host} is already in use. Stop what uses it, or choose another port.`,
                { cause },
              )
            : new HttpError('RESPIRATORY_CANNOT_LISTEN', `Can't listen on ${host}:${port}: ${cause.message}`, {
                cause,
              }),
        );
      });
      this.#server.listen({ port, host, reusePort: options.reusePort === true }, resolve);
    });
  }

  /**
   * Takes no more connections, closes the idle ones, and resolves when the requests under way are answered, or cut off
   * as the signal aborts. `release` is called when no new request can come any more.
   */
  async close(signal: AbortSignal, release: () => void): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const protocol of this.#protocols) protocol.drain();
    release();
    for (const protocol of this.#protocols) protocol.closeIdle();
    for (const socket of this.#undecided) socket.destroy();
    const cut = (): void => {
      for (const protocol of this.#protocols) protocol.cut();
      for (const socket of this.#accepted) socket.destroy();
    };
    if (signal.aborted) cut();
    signal.addEventListener('abort', cut, { once: true });
    await closed;
    signal.removeEventListener('abort', cut);
  }
}
