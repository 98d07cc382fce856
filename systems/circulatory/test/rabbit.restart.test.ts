import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sleep, systemClock } from '@organism/cell';
import { Heart } from '@organism/circulatory';
import { RabbitBroker } from '@organism/circulatory/rabbitmq';
import { connect } from 'amqplib';
import { afterAll, describe, expect, it } from 'vitest';
import { consume, Ledger, publish, settled } from './rabbit.ledger.ts';

/** The server itself: the command in the path drops its rights, and so can't write where we want it to. */
const binary = process.env['RABBITMQ_SERVER'] ?? '/usr/lib/rabbitmq/bin/rabbitmq-server';
const kills = Number(process.env['RABBITMQ_KILLS'] ?? 0);
const canRun = kills > 0 && spawnSync('test', ['-x', binary]).status === 0;
if (!canRun)
  console.warn('RABBITMQ_KILLS is not set, or there is no server to start: no RabbitMQ is killed in the tests.');

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
};

/** A RabbitMQ of the test's own, which can be killed and started again on its files. */
class Server {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'heart-rabbit-'));
  readonly port: number;
  readonly #distribution: number;
  #child: ChildProcess | undefined;

  constructor(port: number, distribution: number) {
    this.port = port;
    this.#distribution = distribution;
    writeFileSync(join(this.folder, 'plugins'), '[].');
    writeFileSync(join(this.folder, 'env.conf'), '');
  }

  async start(): Promise<void> {
    const env = {
      PATH: process.env['PATH'],
      HOME: this.folder,
      RABBITMQ_NODENAME: `test-${process.pid}@localhost`,
      RABBITMQ_MNESIA_BASE: join(this.folder, 'db'),
      RABBITMQ_LOG_BASE: join(this.folder, 'log'),
      RABBITMQ_PID_FILE: join(this.folder, 'pid'),
      RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
      RABBITMQ_NODE_PORT: String(this.port),
      RABBITMQ_DIST_PORT: String(this.#distribution),
      RABBITMQ_CONFIG_FILE: join(this.folder, 'none'),
      RABBITMQ_CONF_ENV_FILE: join(this.folder, 'env.conf'),
      RABBITMQ_ENABLED_PLUGINS_FILE: join(this.folder, 'plugins'),
    };
    // A process group of its own, since the script runs the server as its child.
    this.#child = spawn(binary, [], { env, stdio: 'ignore', detached: true });
    for (;;) {
      try {
        const model = await connect(`amqp://guest:guest@127.0.0.1:${this.port}`, { timeout: 2000 });
        await model.close();
        return;
      } catch {
        await sleep(systemClock, 100);
      }
    }
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    process.kill(-child.pid, 'SIGKILL');
    await once(child, 'exit');
  }
}

describe.runIf(canRun)('a RabbitBroker on a server that is killed', () => {
  let server: Server | undefined;
  afterAll(async () => {
    await server?.kill();
    if (server !== undefined) rmSync(server.folder, { recursive: true, force: true });
  });

  it(`loses nothing that was acknowledged, over ${kills} kills`, async () => {
    server = new Server(await freePort(), await freePort());
    await server.start();
    const driver = new RabbitBroker({
      url: `amqp://127.0.0.1:${server.port}`,
      prefix: 'kills',
      partitions: 2,
      timeoutMs: 3000,
    });
    const heart = await new Heart<{ jobs: number }>({ driver }).start();
    const ledger = new Ledger();
    await consume(heart, ledger);
    let isOver = false;
    const publishing = ['a', 'b', 'c'].map((key, index) =>
      publish(heart, ledger, key, index * 1_000_000, () => isOver),
    );
    for (let kill = 0; kill < kills; kill += 1) {
      await sleep(systemClock, 500);
      await server.kill();
      await expect.poll(() => driver.state).toBe('reconnecting');
      await server.start();
      await expect.poll(() => driver.state, { timeout: 30_000 }).toBe('connected');
    }
    await sleep(systemClock, 500);
    isOver = true;
    const failures = await Promise.all(publishing);
    // After a crash, queues of RabbitMQ 3.10 may be without a leader for a minute or more, to any client.
    await settled(heart, ledger, 240_000);
    expect(Math.min(...failures)).toBeGreaterThan(0);
    await heart.stop();
  }, 900_000);
});
