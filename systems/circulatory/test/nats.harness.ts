import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect as connectTcp, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { sleep, systemClock } from '@organism/cell';
import { afterAll } from 'vitest';

/** Whether there is a server to start. */
export const canServe: boolean = spawnSync('nats-server', ['--version']).status === 0;
if (!canServe) console.warn('Skipped: there is no nats-server to start.');

/** A server that is there already, for tests that leave it running. */
export interface SharedNats {
  readonly servers: string;
  /** Undefined where there is none; then it has been said. */
  readonly connection: NatsConnection | undefined;
  /** Begin of all names that the tests of a file make: their streams go when these are done. */
  readonly prefix: string;
}

/** The server at the usual port. */
export const sharedNats = async (name: string): Promise<SharedNats> => {
  const servers = '127.0.0.1:4222';
  const prefix = `${name}-${process.pid}`;
  const connection = await connect({ servers, reconnect: false, timeout: 1000 }).catch(() => undefined);
  if (connection === undefined) console.warn(`Skipped: there is no NATS server at ${servers}.`);
  afterAll(async () => {
    if (connection === undefined) return;
    const { streams } = await jetstreamManager(connection);
    const all: string[] = [];
    for await (const stream of streams.names()) if (stream.startsWith(`${prefix}-`)) all.push(stream);
    await Promise.all(all.map((stream) => streams.delete(stream)));
    await connection.close();
  });
  return { servers, connection, prefix };
};

const portOf = (server: Server): number => (server.address() as { port: number }).port;

/** A port that nobody listens at. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  server.close();
  await once(server, 'close');
  return port;
};

/** A NATS server of the test's own, which can be killed and started again on its files. */
export class NatsServer {
  readonly port: number;
  readonly #folder: string;
  #child: ChildProcess | undefined;

  private constructor(port: number) {
    this.port = port;
    this.#folder = mkdtempSync(join(tmpdir(), 'heart-nats-'));
  }

  static async start(): Promise<NatsServer> {
    const server = new NatsServer(await freePort());
    await server.start();
    return server;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const args = ['-js', '-sd', this.#folder, '-a', '127.0.0.1', '-p', `${this.port}`];
    this.#child = spawn('nats-server', args, { stdio: 'ignore' });
    for (;;) {
      try {
        const probe = await connect({ servers: this.address, reconnect: false, timeout: 1000 });
        await probe.request('$JS.API.INFO', '', { timeout: 1000 });
        return await probe.close();
      } catch {
        await sleep(systemClock, 20);
      }
    }
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A relay between a client and a server, which can be made to fail in the ways a network does. */
export class FaultyRelay {
  readonly #server: Server;
  readonly #pairs = new Set<readonly [client: Socket, upstream: Socket]>();

  private constructor(target: number) {
    this.#server = createServer((client) => {
      const upstream = connectTcp(target, '127.0.0.1');
      const pair = [client, upstream] as const;
      this.#pairs.add(pair);
      for (const [from, to] of [pair, [upstream, client] as const]) {
        // Else each small message waits for the one before it to be confirmed.
        from.setNoDelay(true);
        from.on('data', (chunk) => void to.write(chunk));
        from.on('end', () => to.end());
        from.on('error', () => {});
        from.on('close', () => {
          to.destroy();
          this.#pairs.delete(pair);
        });
      }
    });
  }

  static async to(target: number): Promise<FaultyRelay> {
    const relay = new FaultyRelay(target);
    relay.#server.listen(0, '127.0.0.1');
    await once(relay.#server, 'listening');
    return relay;
  }

  get address(): string {
    return `127.0.0.1:${portOf(this.#server)}`;
  }

  /** Breaks all connections. */
  drop(): void {
    for (const [client, upstream] of this.#pairs) {
      client.destroy();
      upstream.destroy();
    }
  }

  /** Ends all connections towards the client only; what it has sent still arrives. */
  halfClose(): void {
    for (const [client] of this.#pairs) client.end();
  }

  /** Carries nothing for a while, in either direction. */
  async stall(ms: number): Promise<void> {
    const sockets = [...this.#pairs].flat();
    for (const socket of sockets) socket.pause();
    await sleep(systemClock, ms);
    for (const socket of sockets) if (!socket.destroyed) socket.resume();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.drop();
    await once(this.#server, 'close');
  }
}

/** What consumers have seen. */
export class Witness {
  readonly seen: Map<number, number> = new Map();
  readonly #lastOfKey = new Map<string, number>();
  /** Numbers that were first seen after a later one of their key. */
  readonly outOfOrder: number[] = [];

  see(n: number, key: string): void {
    if (!this.seen.has(n)) {
      const last = this.#lastOfKey.get(key) ?? -1;
      if (n < last) this.outOfOrder.push(n);
      this.#lastOfKey.set(key, Math.max(n, last));
    }
    this.seen.set(n, (this.seen.get(n) ?? 0) + 1);
  }
}
