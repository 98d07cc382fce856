import { systemClock } from '@organism/cell';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { http, https } from '../node/builtins.ts';
import { NodeExchange } from '../node/exchange.ts';
import { LungRequest } from '../node/request.ts';
import { LungResponse } from '../node/response.ts';
import { OpenResponses } from './open-responses.ts';
import type { TlsOptions } from './options.ts';
import { Connections } from './connections.ts';
import type { Protocol, Serving } from './protocol.ts';
import { refuse, refuseUpgrade } from './refuse.ts';
import { objectionTo } from './screen.ts';

/** How long a connection that has brought nothing yet may bring its first request after the server began to stop. */
const freshGraceMs = 250;

/** Lets a response end, and then its connection, which would otherwise idle on for the next request. */
const closeAfter = (response: LungResponse): void => {
  response.shouldKeepAlive = false;
  response.once('finish', () => response.req.socket.destroySoon());
};

/** HTTP/1.1: a listener of its own, or the one that gets the connections which another has accepted. */
export class Http1 implements Protocol {
  readonly server: Server<typeof LungRequest, typeof LungResponse>;
  readonly #serving: Serving;
  readonly #open = new OpenResponses();
  readonly #sockets: Connections;
  /** Connections that speak another protocol by now. */
  readonly #upgraded = new Set<Duplex>();
  #closing = false;
  requests = 0;

  constructor(serving: Serving, tls?: TlsOptions) {
    this.#serving = serving;
    const { limits } = serving;
    const { keepAliveTimeoutMs } = limits;
    const open = this.#open;
    // By the host's clock, as the other limits that `node:http` keeps.
    const sockets = new Connections(keepAliveTimeoutMs, limits.stallTimeoutMs, systemClock);
    this.#sockets = sockets;
    // Shared by all responses, as a listener of its own for each is a closure for each.
    const onClose = function (this: LungResponse): void {
      open.remove(this);
      sockets.end(this.req.socket);
      this.exchange?.closed();
    };
    const accept = (request: LungRequest, response: LungResponse, expectsContinue: boolean): void => {
      this.requests += 1;
      open.add(response);
      sockets.begin(request.socket);
      response.announceKeepAlive(keepAliveTimeoutMs);
      response.on('close', onClose);
      this.#accept(request, response, expectsContinue);
    };
    const options = {
      IncomingMessage: LungRequest,
      ServerResponse: LungResponse,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      // Idle connections are ended by Connections.
      keepAliveTimeout: 0,
      maxHeaderSize: limits.maxHeaderBytes,
      connectionsCheckingInterval: Math.min(5000, limits.headersTimeoutMs || 5000),
      requireHostHeader: true,
      noDelay: true,
      optimizeEmptyRequests: true,
    };
    this.server =
      tls === undefined
        ? http.createServer(options)
        : https().createServer({ ...tls, handshakeTimeout: limits.headersTimeoutMs || 120_000, ...options });
    // Those beyond would be dropped without a word; they are counted instead, and refused.
    this.server.maxHeadersCount = 0;
    // Called as the server closes: it takes connections for idle whose response is still on its way to the client.
    this.server.closeIdleConnections = () => {};
    this.server.on('request', (request, response) => accept(request, response, false));
    this.server.on('checkContinue', (request, response) => accept(request, response, true));
    // Refused as all else is, where `node:http` would say 417 and nothing more.
    this.server.on('checkExpectation', (request, response) => accept(request, response, false));
    this.server.on('listening', () => sockets.watch());
    this.server.on('close', () => sockets.leave());
    this.server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => sockets.add(socket));
    if (serving.upgrades.length > 0)
      this.server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuse(error, socket as Socket));
  }

  get open(): number {
    return this.#open.size;
  }

  #accept(request: LungRequest, response: LungResponse, expectsContinue: boolean): void {
    if (this.#closing) closeAfter(response);
    const { scope, limits, alveoli } = this.#serving;
    const exchange = new NodeExchange(request, response, scope, expectsContinue);
    response.exchange = exchange;
    const objection = objectionTo(request, limits);
    if (objection !== undefined) exchange.sendProblem(objection, { connection: 'close' });
    else alveoli.answer(exchange);
  }

  #upgrade(request: LungRequest, socket: Duplex, head: Buffer): void {
    this.requests += 1;
    const { limits, upgrades } = this.#serving;
    const taken =
      !this.#closing &&
      objectionTo(request, limits) === undefined &&
      upgrades.some((handler) => handler(request, socket, head));
    if (!taken) {
      refuseUpgrade(socket);
      return;
    }
    // Its handler may end it in its own way; it is no idle connection.
    this.#sockets.remove(socket as Socket);
    this.#upgraded.add(socket);
    socket.once('close', () => this.#upgraded.delete(socket));
  }

  /** Serves connections that another listener gives it; the clock of slow requests runs from here. */
  serveOthers(): void {
    // `node:http` begins to look for slow requests when it listens, which this one does not.
    this.server.emit('listening');
  }

  take(socket: Socket): void {
    // One whose handshake was under way as the server stopped.
    if (this.#closing) socket.destroy();
    else this.server.emit('connection', socket);
  }

  drain(): void {
    this.#closing = true;
    for (const response of this.#open) closeAfter(response);
  }

  closeIdle(): void {
    for (const socket of this.#upgraded) socket.end();
    // Node's own closeIdleConnections leaves those open that have not sent a request yet.
    for (const socket of this.#sockets) {
      if (this.#sockets.isBusy(socket)) continue;
      // The first request of a new connection may be on its way: one that is closed at once would lose it.
      if (socket.bytesRead === 0) socket.setTimeout(freshGraceMs, () => socket.destroy());
      else socket.destroy();
    }
  }

  cut(): void {
    for (const socket of [...this.#sockets, ...this.#upgraded]) socket.destroy();
  }
}
