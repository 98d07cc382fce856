import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Alveoli } from '../alveoli.ts';
import { HttpError } from '../errors.ts';
import type { ServerScope } from '../exchange/exchange.ts';
import { LungResponse, NodeExchange } from '../node/exchange.ts';
import type { Limits } from './options.ts';
import { refuse } from './refuse.ts';
import { objectionTo } from './screen.ts';

/** Lets a response end, and then its connection, which would otherwise idle on for the next request. */
const closeAfter = (response: LungResponse): void => {
  response.shouldKeepAlive = false;
  response.once('finish', () => response.req.socket.destroySoon());
};

/** The listener of a {@link Lung}: one life of its port. */
export class LungServer {
  readonly #server: Server<typeof IncomingMessage, typeof LungResponse>;
  readonly #alveoli: Alveoli;
  readonly #scope: ServerScope;
  readonly #limits: Limits;
  readonly #open = new Set<LungResponse>();
  readonly #sockets = new Set<Socket>();
  #closing = false;
  /** How many requests came. */
  requests = 0;

  constructor(alveoli: Alveoli, scope: ServerScope, limits: Limits) {
    this.#alveoli = alveoli;
    this.#scope = scope;
    this.#limits = limits;
    const open = this.#open;
    // Shared by all responses, as a listener of its own for each is a closure for each.
    const onClose = function (this: LungResponse): void {
      open.delete(this);
      this.exchange?.closed();
    };
    const accept = (request: IncomingMessage, response: LungResponse, expectsContinue: boolean): void => {
      this.requests += 1;
      open.add(response);
      response.on('close', onClose);
      this.#accept(request, response, expectsContinue);
    };
    this.#server = createServer({
      ServerResponse: LungResponse,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      maxHeaderSize: limits.maxHeaderBytes,
      connectionsCheckingInterval: Math.min(5000, limits.headersTimeoutMs || 5000),
      requireHostHeader: true,
      noDelay: true,
    });
    // Those beyond would be dropped without a word; they are counted instead, and refused.
    this.#server.maxHeadersCount = 0;
    this.#server.on('request', (request, response) => accept(request, response, false));
    this.#server.on('checkContinue', (request, response) => accept(request, response, true));
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    this.#server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuse(error, socket as Socket));
  }

  /** Requests under way. */
  get open(): number {
    return this.#open.size;
  }

  /** The port in use. */
  get port(): number | undefined {
    const address = this.#server.address() as AddressInfo | string | null;
    return typeof address === 'object' ? address?.port : undefined;
  }

  #accept(request: IncomingMessage, response: LungResponse, expectsContinue: boolean): void {
    if (this.#closing) closeAfter(response);
    const exchange = new NodeExchange(request, response, this.#scope, expectsContinue);
    const objection = objectionTo(request, this.#limits);
    if (objection !== undefined) exchange.sendProblem(objection, { connection: 'close' });
    else this.#alveoli.answer(exchange);
  }

  /** Listens. @throws {HttpError} `RESPIRATORY_PORT_IN_USE`, `RESPIRATORY_CANNOT_LISTEN` */
  listen(port: number, host: string): Promise<void> {
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
      this.#server.listen(port, host, resolve);
    });
  }

  /**
   * Takes no more connections, closes the idle ones, and resolves when the requests under way are answered, or cut off
   * as the signal aborts. `release` is called when no new request can come any more.
   */
  async close(signal: AbortSignal, release: () => void): Promise<void> {
    this.#closing = true;
    const server = this.#server;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const response of this.#open) closeAfter(response);
    release();
    // Node's own closeIdleConnections leaves those open that have not sent a request yet.
    const busy = new Set([...this.#open].map(({ req }) => req.socket));
    for (const socket of this.#sockets) if (!busy.has(socket)) socket.destroy();
    const cut = (): void => server.closeAllConnections();
    if (signal.aborted) cut();
    signal.addEventListener('abort', cut, { once: true });
    await closed;
  }
}
