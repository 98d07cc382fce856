import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Benchmark, Figure } from './lib/benchmark.ts';

const startScript = (JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { start: string } }).scripts.start;
// "exec node …": the shell gives its place to the program, so that signals reach it and its exit code is npm's.
const [, , ...startArguments] = startScript.split(' ');

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

const untilServed = async (url: string): Promise<void> => {
  for (;;) {
    try {
      const response = await fetch(url);
      await response.arrayBuffer();
      if (response.ok) return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
};

/** Resident memory of a process, in MB. */
const residentMb = (child: ChildProcess): number => {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024;
};

const measureOnce = async (idleMs: number): Promise<{ readonly readyMs: number; readonly idleMb: number }> => {
  const port = await freePort();
  const started = performance.now();
  const child = spawn(process.execPath, startArguments, {
    env: { ...process.env, PORT: String(port) },
    stdio: 'ignore',
  });
  await untilServed(`http://127.0.0.1:${port}/`);
  const readyMs = performance.now() - started;
  await new Promise((resolve) => setTimeout(resolve, idleMs));
  const idleMb = residentMb(child);
  child.kill('SIGTERM');
  const [code] = (await once(child, 'exit')) as [number | null];
  assert.equal(code, 0);
  return { readyMs, idleMb };
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** From the start of the process to the first page served, and the memory of a server that nobody looks at. */
export const benchmark: Benchmark = {
  name: 'seismic-watch.start',
  description: 'cold start and idle memory of the reference app, against the limits we set ourselves',
  verify: async () => {
    await measureOnce(0);
  },
  figures: async ({ quick }): Promise<Figure[]> => {
    const runs: { readonly readyMs: number; readonly idleMb: number }[] = [];
    for (let run = 0; run < (quick ? 3 : 7); run += 1) runs.push(await measureOnce(quick ? 2000 : 5000));
    const limit = { peer: 'our limit', peerVersion: '', better: 'lower' as const, goal: 1 };
    return [
      {
        ...limit,
        name: 'first page served',
        unit: 'ms',
        ours: median(runs.map(({ readyMs }) => readyMs)),
        theirs: 1000,
      },
      { ...limit, name: 'idle memory (RSS)', unit: 'MB', ours: median(runs.map(({ idleMb }) => idleMb)), theirs: 100 },
    ];
  },
};
