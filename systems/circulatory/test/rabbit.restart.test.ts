import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Entropy, sleep, systemClock, systemEntropy } from '@organism/cell';
import { Heart } from '@organism/circulatory';
import { RabbitBroker } from '@organism/circulatory/rabbitmq';
import { connect } from 'amqplib';
import { afterAll, describe, expect, it } from 'vitest';
import { consume, Ledger, publish, settled } from './rabbit.ledger.ts';

/** The server itself: the command in the path drops its rights, and so can't write where we want it to. */
const binary = process.env['RABBITMQ_SERVER'] ?? '/usr/lib/rabbitmq/bin/rabbitmq-server';
/** So many kills; each takes some eight seconds, since the server starts anew. */
const kills = Number(process.env['RABBITMQ_KILLS'] ?? 2);
const canRun = kills > 0 && existsSync(binary);
if (!canRun) console.warn(`There is no ${binary}, or RABBITMQ_KILLS is 0: no RabbitMQ is killed in the tests.`);

/** Waits are a tenth of what they may be: a server that is back is found soon, however long it took to start. */
const impatient: Entropy = { ...systemEntropy, random: () => systemEntropy.random() / 10 };

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
  readonly #node = `test-${process.pid}@localhost`;
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
      ERL_CRASH_DUMP: join(this.folder, 'erl_crash.dump'),
      RABBITMQ_NODENAME: this.#node,
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
    // A process group of its own, since the script runs the server as its child; and its dumps go where it is started.
    const child = spawn(binary, [], { env, cwd: this.folder, stdio: 'ignore', detached: true });
    this.#child = child;
    for (;;) {
      if (child.exitCode !== null) throw new Error(`The server has ended with ${child.exitCode}.`);
      try {
        const model = await connect(`amqp://guest:guest@127.0.0.1:${this.port}`, { timeout: 2000 });
        await model.close();
        return;
      } catch {
        await sleep(systemClock, 100);
      }
    }
  }

  /**
   * Whether the server will find all its quorum queues again. It notes the name of a new one in a file that it writes to disk
   * half a second later (`names.dets`, in all versions until now): one that is younger than that when it is killed never has
   * a leader again, to no client, and what it held is gone.
   * @see https://github.com/rabbitmq/ra/pull/443
   */
  get knowsItsQueues(): boolean {
    const folder = join(this.folder, 'db', this.#node, 'quorum', this.#node);
    const names = readFileSync(join(folder, 'names.dets'), 'latin1');
    const queues = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return queues.length > 0 && queues.every(({ name }) => names.includes(name));
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

  it(
    `loses nothing that was acknowledged, over ${kills} kills`,
    async () => {
      server = new Server(await freePort(), await freePort());
      await server.start();
      const driver = new RabbitBroker({
        url: `amqp://127.0.0.1:${server.port}`,
        prefix: 'kills',
        partitions: 2,
        timeoutMs: 3000,
        entropy: impatient,
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
        await expect.poll(() => server?.knowsItsQueues, { timeout: 10_000 }).toBe(true);
        await server.kill();
        await expect.poll(() => driver.state).toBe('reconnecting');
        await server.start();
        await expect.poll(() => driver.state, { timeout: 30_000 }).toBe('connected');
      }
      await sleep(systemClock, 500);
      isOver = true;
      const failures = await Promise.all(publishing);
      await settled(heart, ledger, 60_000);
      expect(Math.min(...failures)).toBeGreaterThan(0);
      await heart.stop();
    },
    120_000 + kills * 60_000,
  );
});
