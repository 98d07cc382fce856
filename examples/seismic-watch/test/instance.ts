import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const children: ChildProcess[] = [];

/** Waits until a check passes: as long as a busy machine may need, so that only what never comes fails. */
export const until = (check: () => void | Promise<void>): Promise<void> =>
  vi.waitFor(check, { timeout: 45_000, interval: 50 });

/** A port that nobody listens on. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
};

const end = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
};

/** Ends all that were started. */
export const endAll = async (): Promise<void> => {
  await Promise.all(children.splice(0).map((child) => end(child, 'SIGKILL')));
};

/** The program, as a process of its own. */
export class Instance {
  readonly #child: ChildProcess;
  #output = '';

  constructor(settings: Readonly<Record<string, string>>) {
    this.#child = spawn(process.execPath, ['--conditions=@organism/source', 'examples/seismic-watch/start.mjs'], {
      cwd: root,
      env: { ...process.env, PORT: '0', JOURNAL: 'memory', ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(this.#child);
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
  }

  /** Starts it with settings from its environment, and waits until it serves. */
  static async start(settings: Readonly<Record<string, string>>): Promise<Instance> {
    const one = new Instance(settings);
    await until(() => {
      if (!one.#output.includes('Open http')) throw new Error(`It does not serve: ${one.#output}`);
    });
    return one;
  }

  get url(): string {
    return /Open (\S+)/.exec(this.#output)?.[1] ?? '';
  }

  /** Kills it, as a crash would. */
  async kill(): Promise<void> {
    await end(this.#child, 'SIGKILL');
  }

  async get<T>(path: string): Promise<T> {
    return (await (await fetch(this.url + path)).json()) as T;
  }

  async post<T>(path: string, body: unknown): Promise<{ readonly status: number; readonly value: T }> {
    const answer = await fetch(this.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, value: (text === '' ? undefined : JSON.parse(text)) as T };
  }
}
