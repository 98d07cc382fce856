import { Lung } from '@organism/respiratory';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

interface Report {
  readonly url: string;
  readonly pids: readonly number[];
  readonly health: string;
  readonly counters: Readonly<Record<string, number>>;
}

class Program {
  readonly child: ChildProcess;
  readonly #lines: Interface;
  errors = '';

  constructor(...args: string[]) {
    const file = fileURLToPath(new URL('cluster-app.ts', import.meta.url));
    this.child = spawn(process.execPath, ['--conditions=@organism/source', file, ...args]);
    this.#lines = createInterface({ input: this.child.stdout as NodeJS.ReadableStream });
    this.child.stderr?.on('data', (text: Buffer) => (this.errors += text.toString()));
    programs.push(this);
  }

  async says(): Promise<Report> {
    const [line] = (await once(this.#lines, 'line')) as [string];
    return JSON.parse(line) as Report;
  }

  ask(command: string): Promise<Report> {
    const answer = this.says();
    this.child.stdin?.write(`${command}\n`);
    return answer;
  }
}

const programs: Program[] = [];
afterEach(() => {
  for (const { child } of programs.splice(0)) child.kill('SIGKILL');
});

// Without keep-alive: each request may meet another worker.
const get = async (url: string): Promise<number> =>
  (await (await fetch(url, { headers: { connection: 'close' } })).json()) as number;
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('a server with workers', { timeout: 60_000 }, () => {
  it('serves from all of them, and stops them gracefully', async () => {
    const program = new Program('plain');
    const { url, pids } = await program.says();
    expect(pids.length).toBe(2);
    const met = new Set<number>();
    for (let index = 0; index < 8; index += 1) met.add(await get(`${url}/pid`));
    expect([...met].sort()).toEqual([...pids].sort());

    const slow = get(`${url}/slow`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const exited = once(program.child, 'exit');
    const report = await program.ask('stop');
    expect(pids).toContain(await slow);
    expect(report.pids).toEqual([]);
    expect((await exited)[0]).toBe(0);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(program.errors).toBe('');
  });

  it('replaces a worker that ends, and says meanwhile that one is missing', async () => {
    const program = new Program('plain');
    const { url, pids } = await program.says();
    await fetch(`${url}/crash`).catch(() => {});
    const seen: Report[] = [];
    await expect
      .poll(async () => {
        seen.push(await program.ask('report'));
        return seen.at(-1)?.counters['restarts'] === 1 && seen.at(-1)?.health;
      })
      .toBe('pass');
    expect(seen.at(-1)?.counters).toMatchObject({ workers: 2, restarts: 1 });
    expect(seen.some(({ health }) => health === 'warn')).toBe(true);
    expect(seen.at(-1)?.pids).not.toEqual(pids);
    expect(await get(`${url}/pid`)).toBeGreaterThan(0);
  });

  it('replaces all of them one by one without failing a request', async () => {
    const program = new Program('plain');
    const { url, pids } = await program.says();
    const over = new AbortController();
    let answers = 0;
    const traffic = (async () => {
      while (!over.signal.aborted) {
        await get(`${url}/pid`);
        answers += 1;
      }
    })();
    const { pids: fresh } = await program.ask('restart');
    over.abort();
    await traffic;
    expect(answers).toBeGreaterThan(10);
    expect(fresh.length).toBe(2);
    expect(fresh.filter((pid) => pids.includes(pid))).toEqual([]);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('takes two restarts at once for one, and stops also those that are on their way', async () => {
    const program = new Program('plain');
    const { pids } = await program.says();
    const { pids: fresh } = await program.ask('restart-twice');
    expect(fresh.length).toBe(2);
    expect(fresh.filter((pid) => pids.includes(pid))).toEqual([]);
    const exited = once(program.child, 'exit');
    await program.ask('restart-and-stop');
    expect((await exited)[0]).toBe(0);
    expect(program.errors).toBe('');
  });

  it('does not start when a worker can not', async () => {
    const program = new Program('broken');
    const [code] = (await once(program.child, 'exit')) as [number];
    expect(code).toBe(3);
    expect(program.errors).toContain('This worker can not start.');
    expect(program.errors).toContain('A worker process did not start.');
  });

  it.runIf(process.platform === 'linux')('lets the system spread the connections, when it is told to', async () => {
    const finder = createServer().listen(0, '127.0.0.1');
    await once(finder, 'listening');
    const { port } = finder.address() as { port: number };
    finder.close();
    const program = new Program('reuse', String(port));
    const { url, pids } = await program.says();
    expect(pids).toContain(await get(`${url}/pid`));
    expect((await program.ask('stop')).pids).toEqual([]);
  });

  it('refuses options that make no sense', () => {
    expect(() => new Lung({ workers: 0 })).toThrow('workers must be');
    expect(() => new Lung({ workers: 2, reusePort: true, port: 0 })).toThrow('port must be');
    expect(new Lung().role).toBe('single');
  });
});
