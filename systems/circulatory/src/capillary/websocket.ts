import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket, WebSocketServer } from 'ws';
import type { Link, LinkEvents, LinkOrigin } from './link.ts';
import type { CloseCode } from './protocol.ts';

/** WebSocket close codes: RFC 6455's where they fit, else from the range for applications. */
const wireCodes: Readonly<Record<CloseCode, number>> = {
  normal: 1000,
  'going-away': 1001,
  protocol: 4400,
  unauthorized: 4401,
  forbidden: 4403,
  version: 4406,
  silent: 4408,
  replaced: 4409,
  expired: 4410,
  slow: 4429,
  unavailable: 4500,
  overloaded: 4503,
};

class WebSocketLink implements Link {
  readonly transport = 'websocket';
  readonly #socket: WebSocket;
  readonly #maxSocketBytes: number;
  #drained: () => void = () => {};
  #waiting = false;

  constructor(socket: WebSocket, maxSocketBytes: number) {
    this.#socket = socket;
    this.#maxSocketBytes = maxSocketBytes;
  }

  bind(events: LinkEvents): void {
    this.#drained = () => events.drained();
    // An error is always followed by a close.
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => events.closed());
    this.#socket.on('message', (data: Buffer, isBinary) => events.frame(isBinary ? '' : data.toString()));
  }

  send(frame: string): boolean {
    const socket = this.#socket;
    if (socket.readyState !== socket.OPEN) return false;
    if (this.#waiting || socket.bufferedAmount + frame.length < this.#maxSocketBytes) {
      socket.send(frame);
      return !this.#waiting;
    }
    this.#waiting = true;
    socket.send(frame, (error) => {
      this.#waiting = false;
      if (!error) this.#drained();
    });
    return false;
  }

  pause(paused: boolean): void {
    if (paused) this.#socket.pause();
    else this.#socket.resume();
  }

  close(code: CloseCode): void {
    this.#socket.resume();
    // Whoever does not read would not see the end either.
    if (code === 'silent' || this.#waiting) this.#socket.terminate();
    else this.#socket.close(wireCodes[code], code);
  }
}

/** Takes WebSocket connections that a node:http server hands over. Loads `ws` when the first one comes. */
export class WebSocketDoor {
  readonly #limits: { readonly maxMessageBytes: number; readonly maxSocketBytes: number };
  #server: Promise<WebSocketServer> | undefined;

  constructor(limits: { readonly maxMessageBytes: number; readonly maxSocketBytes: number }) {
    this.#limits = limits;
  }

  async #load(): Promise<WebSocketServer> {
    const { WebSocketServer: Server } = await import('ws');
    return new Server({
      noServer: true,
      clientTracking: false,
      maxPayload: this.#limits.maxMessageBytes,
      perMessageDeflate: false,
    });
  }

  /** Completes the handshake, and gives the new link to `accept`. Without `ws` the client is told to come another way. */
  async open(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    accept: (link: Link, origin: LinkOrigin) => LinkEvents,
  ): Promise<void> {
    const { headers } = request;
    const { remoteAddress } = request.socket;
    const ignore = (): void => {};
    socket.on('error', ignore);
    let server: WebSocketServer;
    try {
      server = await (this.#server ??= this.#load());
    } catch {
      this.#server = undefined;
      refuseUpgrade(socket, 501);
      return;
    }
    socket.off('error', ignore);
    server.handleUpgrade(request, socket, head, (webSocket) => {
      const link = new WebSocketLink(webSocket, this.#limits.maxSocketBytes);
      link.bind(accept(link, { headers, remoteAddress }));
    });
  }
}

/** Answers a request for another protocol with an error. */
export const refuseUpgrade = (socket: Duplex, status: number): void => {
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
};
