import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What a proxy does to one connection. */
export interface Fault {
  /** Passes so many bytes of the answer, then breaks the connection. */
  readonly resetAfter?: number;
  /** Passes so many bytes of the answer, then ends its half in good order. */
  readonly endAfter?: number;
  /** Nothing of the answer passes before this settles. */
  readonly until?: Promise<unknown>;
  /** Changes the answer's text. */
  readonly change?: (text: string) => string;
  /** Passes the answer byte by byte. */
  readonly trickle?: boolean;
}

const listening = async (server: { listen(port: number, host: string): unknown }): Promise<number> => {
  server.listen(0, '127.0.0.1');
  await once(server as never, 'listening');
  return ((server as unknown as { address(): AddressInfo }).address() as AddressInfo).port;
};

const pass = async (from: Socket, to: Socket, fault: Fault): Promise<void> => {
  let passed = 0;
  for await (const chunk of from as AsyncIterable<Buffer>) {
    await fault.until;
    const piece = fault.change === undefined ? chunk : Buffer.from(fault.change(chunk.toString('latin1')), 'latin1');
    const end = fault.resetAfter ?? fault.endAfter ?? Infinity;
    const part = piece.subarray(0, Math.max(0, end - passed));
    passed += piece.length;
    if (fault.trickle === true) for (const byte of part) to.write(Buffer.of(byte));
    else if (part.length > 0) to.write(part);
    if (passed < end) continue;
    if (fault.resetAfter === undefined) to.end();
    // What was written must arrive before the reset does.
    else to.write('', () => setImmediate(() => to.resetAndDestroy()));
    from.destroy();
    return;
  }
  to.end();
};

/** A server of one's own behind a proxy, which does to the n-th connection what the n-th fault says. */
export class FaultyServer implements AsyncDisposable {
  readonly faults: Fault[] = [];
  readonly #server;
  readonly #proxy;
  readonly #sockets = new Set<Socket>();
  /** How many connections there were. */
  connections = 0;
  /** Open at this moment, at the proxy. */
  get open(): number {
    return this.#sockets.size;
  }
  url = '';

  private constructor(listener: RequestListener) {
    this.#server = createHttpServer(listener);
    this.#proxy = createServer((socket) => this.#accept(socket));
  }

  static async start(listener: RequestListener): Promise<FaultyServer> {
    const server = new FaultyServer(listener);
    await listening(server.#server);
    server.url = `http://127.0.0.1:${await listening(server.#proxy)}`;
    return server;
  }

  #accept(socket: Socket): void {
    const fault = this.faults[this.connections] ?? {};
    this.connections += 1;
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    const upstream = connect((this.#server.address() as AddressInfo).port, '127.0.0.1');
    for (const one of [socket, upstream]) one.on('error', () => {});
    socket.on('close', () => upstream.destroy());
    socket.pipe(upstream);
    void pass(upstream, socket, fault).catch(() => socket.destroy());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#proxy.listening) return;
    for (const socket of this.#sockets) socket.destroy();
    this.#server.closeAllConnections();
    await Promise.all([this.#server, this.#proxy].map((one) => new Promise((resolve) => one.close(resolve))));
  }
}

/** A server that answers every request with the same bytes. */
export class RawServer implements AsyncDisposable {
  readonly #server;
  readonly #sockets = new Set<Socket>();
  url = '';

  private constructor(answer: (socket: Socket, requests: number) => void) {
    let requests = 0;
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.setNoDelay(true);
      let text = '';
      socket.on('data', (piece) => {
        text += piece.toString('latin1');
        if (!text.includes('\r\n\r\n')) return;
        text = '';
        answer(socket, (requests += 1));
      });
    });
  }

  static async start(answer: (socket: Socket, requests: number) => void): Promise<RawServer> {
    const server = new RawServer(answer);
    server.url = `http://127.0.0.1:${await listening(server.#server)}`;
    return server;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
