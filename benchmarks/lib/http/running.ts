import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Client } from './client.ts';
import type { Contender } from './contenders.ts';
import type { Scenario } from './workload.ts';

/** What a server's process has used so far. */
export interface Usage {
  /** Whose it is. */
  readonly pid: number;
  /** Microseconds. */
  readonly cpu: number;
  /** Bytes. */
  readonly rss: number;
}

/** A contender that serves in a process of its own. */
export class Running {
  readonly contender: Contender;
  readonly port: number;
  readonly clients: readonly Client[];
  readonly #child: ChildProcess;

  private constructor(contender: Contender, child: ChildProcess, port: number, connections: number) {
    this.contender = contender;
    this.port = port;
    this.#child = child;
    this.clients = Array.from({ length: connections }, () => new Client(port));
  }

  static async start(contender: Contender, app: Scenario['app'], folder: string, connections = 16): Promise<Running> {
    const child = fork(fileURLToPath(new URL('serve.ts', import.meta.url)), [contender.name, app, folder], {
      execArgv: [...process.execArgv, '--expose-gc'],
    });
    const [port] = (await once(child, 'message')) as [number];
    return new Running(contender, child, port, connections);
  }

  async usage(): Promise<Usage> {
    this.#child.send('usage');
    const [usage] = (await once(this.#child, 'message')) as [Usage];
    assert.equal(usage.pid, this.#child.pid, `a reading of ${this.contender.name} from another process`);
    return usage;
  }

  /** CPU time of the server's process for one request, in microseconds. */
  async cost(request: string, times: number): Promise<number> {
    const { cpu: before } = await this.usage();
    const each = Math.ceil(times / this.clients.length);
    await Promise.all(
      this.clients.map(async (client) => {
        for (let time = 0; time < each; time += 1) await client.ask(request);
      }),
    );
    const { cpu: after } = await this.usage();
    return (after - before) / (each * this.clients.length);
  }

  stop(): void {
    for (const client of this.clients) client.close();
    this.#child.disconnect();
  }
}

/** Throws when two processes seem to have cost exactly the same: then something was not measured. */
export const assertDistinct = (what: string, values: readonly number[]): void => {
  assert.equal(
    new Set(values).size,
    values.length,
    `${what}: equal readings of different servers, ${values.join(', ')}`,
  );
};
