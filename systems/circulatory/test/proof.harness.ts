import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sleep, systemClock } from '@organism/cell';
import { Redis } from 'ioredis';

/** Rounds of faults: few by default, as many as PROOF_ROUNDS says. */
export const roundsOf = (few: number): number => Number(process.env['PROOF_ROUNDS'] ?? few);

/** A port that nobody listens at. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
};

/** How a client is to be unlike others. */
export interface Patience {
  readonly commandTimeout?: number;
  readonly enableOfflineQueue?: boolean;
  readonly lazyConnect?: boolean;
  readonly retryStrategy?: () => number | null;
}

/** A client for tests of faults: it neither waits for ever nor gives up. */
export const patient = (port: number, more: Patience = {}): Redis => {
  const client = new Redis({
    port,
    host: '127.0.0.1',
    maxRetriesPerRequest: 1,
    retryStrategy: () => 20,
    connectTimeout: 500,
    ...more,
  });
  client.on('error', () => {});
  return client;
};

/** A Redis of the test's own, which can be killed and started again on its files. */
export class RedisServer {
  readonly port: number;
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;

  /** @param appendfsync Empty for no append-only file. */
  constructor(port: number, folder: string, appendfsync: string, more: readonly string[] = []) {
    this.port = port;
    const aof = appendfsync === '' ? ['--appendonly', 'no'] : ['--appendonly', 'yes', '--appendfsync', appendfsync];
    const dir = mkdtempSync(join(folder, 'redis-'));
    this.#args = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', dir, '--save', '', ...aof, ...more];
  }

  async start(): Promise<void> {
    const child = spawn('redis-server', [...this.#args], { stdio: 'ignore' });
    this.#child = child;
    for (;;) {
      if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}.`);
      const probe = new Redis({ port: this.port, lazyConnect: true, retryStrategy: null, maxRetriesPerRequest: 0 });
      probe.on('error', () => {});
      try {
        await probe.connect();
        await probe.ping();
        return;
      } catch {
        await sleep(systemClock, 10);
      } finally {
        probe.disconnect();
      }
    }
  }

  /** Ends it as a power switch would. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}

/** A TCP proxy on loopback, with the faults that networks have. */
export class FaultProxy {
  readonly #target: number;
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #isStalled = false;

  constructor(target: number) {
    this.#target = target;
    this.#server = createServer({ allowHalfOpen: true }, (near) => this.#join(near));
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as { port: number }).port;
  }

  #join(near: Socket): void {
    const far = connect({ port: this.#target, host: '127.0.0.1', allowHalfOpen: true });
    const pair = [near, far] as const;
    this.#pairs.add(pair);
    const gone = (): void => {
      this.#pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const [from, to] of [pair, [far, near]] as const) {
      from.setNoDelay(true);
      from.on('data', (chunk) => to.write(chunk));
      from.on('end', () => to.end());
      from.on('error', gone);
      from.on('close', gone);
      if (this.#isStalled) from.pause();
    }
  }

  /** Ends all connections at once. */
  drop(): void {
    for (const [near, far] of this.#pairs) {
      near.resetAndDestroy();
      far.destroy();
    }
  }

  /** Lets nothing through, and ends nothing. */
  stall(): void {
    this.#isStalled = true;
    for (const pair of this.#pairs) for (const socket of pair) socket.pause();
  }

  /** Lets through what has come meanwhile, and all after it. */
  resume(): void {
    this.#isStalled = false;
    for (const pair of this.#pairs) for (const socket of pair) socket.resume();
  }

  /** Ends what goes to the server; what comes from it still gets through. */
  halfClose(): void {
    for (const [, far] of this.#pairs) far.end();
  }

  async close(): Promise<void> {
    this.drop();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

const program = fileURLToPath(new URL('fixtures/proof-worker.ts', import.meta.url));

/** A producer and consumer in a process of its own, that is killed before it would end. */
export class Worker {
  /** The numbers whose publish was acknowledged. */
  readonly acknowledged: number[] = [];
  readonly #child: ChildProcess;
  readonly #gone: Promise<unknown>;
  #errors = '';

  constructor(...args: readonly (string | number)[]) {
    const flags = ['--no-warnings', '--conditions=@organism/source'];
    this.#child = spawn(process.execPath, [...flags, program, ...args.map(String)]);
    this.#gone = once(this.#child, 'close');
    let rest = '';
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      this.acknowledged.push(...lines.map(Number));
      this.#told();
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => void (this.#errors += chunk.toString()));
  }

  #told: () => void = () => {};

  /** Resolves when it has published so many, or is gone. */
  async until(count: number): Promise<void> {
    const enough = new Promise<void>((resolve) => {
      this.#told = () => void (this.acknowledged.length >= count && resolve());
      this.#told();
    });
    await Promise.race([enough, this.#gone]);
  }

  /** Kills it, wherever it is. @throws when it had failed by itself. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#gone;
    if (this.#errors !== '') throw new Error(this.#errors);
  }
}

/** Whether a number is poison: its handler refuses it, for a reason that its dead letter must have. */
export const isPoison = (n: number): boolean => n % 25 === 7;

/** What is in the order of publishing within a key goes up. */
export const isAscending = (numbers: readonly number[]): boolean =>
  numbers.every((n, index) => index === 0 || n >= (numbers[index - 1] ?? 0));
