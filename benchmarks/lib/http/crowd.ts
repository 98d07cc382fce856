import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Order, Report } from './crowd-process.ts';

/** Many keep-alive connections to one server, in a process of their own. */
export class Crowd {
  readonly #child: ChildProcess;

  constructor(port: number) {
    this.#child = fork(fileURLToPath(new URL('crowd-process.ts', import.meta.url)), [String(port)]);
  }

  async #ask(order: Order): Promise<Report> {
    this.#child.send(order);
    const [report] = (await once(this.#child, 'message')) as [Report & { readonly problem?: string }];
    if (report.problem !== undefined) throw new Error(`With ${report.size} connections: ${report.problem}`);
    return report;
  }

  /** Opens connections until there are so many; each asks once. Throws where the system allows fewer. */
  async grow(count: number): Promise<void> {
    await this.#ask({ grow: count });
  }

  /** Lets each connection ask so many times, `window` of them at once. */
  async turn(turns: number, window: number): Promise<Required<Report>> {
    return (await this.#ask({ turns, window })) as Required<Report>;
  }

  close(): void {
    this.#child.disconnect();
  }
}
