import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

interface Pair {
  readonly client: Socket;
  readonly upstream: Socket;
}

/** What may happen to connections. */
export type Fault = 'drop' | 'stall' | 'half-close';

/** A loopback TCP proxy before a server, which does to its connections what networks do. */
export class Proxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #port = 0;
  /** Whether new connections are refused. */
  isDown = false;

  constructor(port: number) {
    this.#server = createServer({ allowHalfOpen: true }, (client) => {
      if (this.isDown) {
        client.resetAndDestroy();
        return;
      }
      const upstream = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
      const pair: Pair = { client, upstream };
      this.#pairs.add(pair);
      client.setNoDelay(true);
      client.pipe(upstream);
      upstream.pipe(client);
      for (const socket of [client, upstream]) {
        socket.on('error', () => {});
        socket.on('close', () => this.#end(pair));
      }
    });
  }

  #end(pair: Pair): void {
    this.#pairs.delete(pair);
    pair.client.destroy();
    pair.upstream.destroy();
  }

  /** Listens on a port of its own, or on one that is free. */
  async open(port = 0): Promise<this> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as { readonly port: number }).port;
    return this;
  }

  /** The port. */
  get port(): number {
    return this.#port;
  }

  /** How many connections there are. */
  get size(): number {
    return this.#pairs.size;
  }

  /** Does it to all connections that are open. */
  inflict(fault: Fault): void {
    for (const pair of this.#pairs) {
      const { client, upstream } = pair;
      if (fault === 'drop') {
        client.resetAndDestroy();
        upstream.resetAndDestroy();
      } else if (fault === 'half-close') {
        upstream.unpipe(client);
        client.end();
      } else {
        client.unpipe(upstream);
        upstream.unpipe(client);
        // Read on, so that the end is seen when the client gives up; what is read is lost.
        client.resume();
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const pair of this.#pairs) this.#end(pair);
    this.#server.close();
    await once(this.#server, 'close');
  }
}
