import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Answer, Client } from './client.ts';
import type { Contender } from './contenders.ts';
import type { Scenario } from './workload.ts';

/** CPU time of a server's process so far, in microseconds. */
export interface Usage {
  readonly user: number;
  /** In the kernel: for a small request about half of all. */
  readonly system: number;
}

/** What a load cost a server, for each request. */
export interface Load {
  /** Microseconds of CPU, with the kernel's. */
  readonly cpu: number;
  readonly user: number;
  readonly system: number;
  readonly perSecond: number;
  /** How busy the server was, of one core. Much less than 1: it waited for the generator. */
  readonly busy: number;
  /** Milliseconds that each request took. */
  readonly latencies: readonly number[];
}

/** No answer may take as long. */
const patienceMs = 60_000;

const within = async <T>(work: Promise<T>, what: string): Promise<T> => {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`${what} did not answer.`)), patienceMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
};

/** A contender that serves in a process of its own. */
export class Running {
  readonly contender: Contender;
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(contender: Contender, child: ChildProcess, port: number) {
    this.contender = contender;
    this.port = port;
    this.#child = child;
  }

  static async start(contender: Contender, app: Scenario['app'], folder: string): Promise<Running> {
    const child = fork(fileURLToPath(new URL('serve.ts', import.meta.url)), [contender.name, app, folder], {
      execArgv: [...process.execArgv, '--expose-gc'],
    });
    const [port] = (await once(child, 'message')) as [number];
    return new Running(contender, child, port);
  }

  async #ask<T>(what: 'usage' | 'memory'): Promise<T> {
    this.#child.send(what);
    const [answer] = (await once(this.#child, 'message')) as [T & { readonly pid: number }];
    assert.equal(answer.pid, this.#child.pid, `a reading of ${this.contender.name} from another process`);
    return answer;
  }

  usage(): Promise<Usage> {
    return this.#ask('usage');
  }

  /** Memory in use after a collection, in bytes. */
  async memory(): Promise<NodeJS.MemoryUsage> {
    return (await this.#ask<{ readonly memory: NodeJS.MemoryUsage }>('memory')).memory;
  }

  /** One request on a connection of its own. */
  async read(request: string): Promise<Answer> {
    const client = new Client(this.port);
    try {
      return await within(client.read(request), this.contender.name);
    } finally {
      client.close();
    }
  }

  /**
   * Sends a request so many times over some connections. They are new for each load: servers close those that idle, each
   * after a time of its own.
   */
  async load(request: string, times: number, connections = 16): Promise<Load> {
    const clients = Array.from({ length: connections }, () => new Client(this.port));
    const bytes = Buffer.from(request, 'latin1');
    const each = Math.max(1, Math.round(times / connections));
    const latencies: number[] = [];
    try {
      const [first] = await within(Promise.all(clients.map((client) => client.read(bytes))), this.contender.name);
      const size = first?.size ?? 0;
      const before = await this.usage();
      const began = performance.now();
      const all = Promise.all(clients.map((client) => client.repeat(bytes, size, each, latencies)));
      await within(all, this.contender.name);
      const tookMs = performance.now() - began;
      const after = await this.usage();
      const total = each * connections;
      const [user, system] = [(after.user - before.user) / total, (after.system - before.system) / total];
      const cpu = user + system;
      const perSecond = (total / tookMs) * 1000;
      return { cpu, user, system, perSecond, busy: (cpu * perSecond) / 1e6, latencies };
    } finally {
      for (const client of clients) client.close();
    }
  }

  stop(): void {
    this.#child.disconnect();
  }
}
