import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const launch = (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): { child: ChildProcess; output: () => string } => {
  const child = spawn(
    process.execPath,
    ['--conditions=@organism/source', 'examples/seismic-watch/start.mjs', ...args],
    { cwd: root, env: { ...process.env, JOURNAL: 'memory', ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { child, output: () => text };
};
const ended = async (child: ChildProcess): Promise<number | null> =>
  ((await once(child, 'close')) as [number | null])[0];

describe('the program', () => {
  it('processes the week once and prints a summary', async () => {
    const { child, output } = launch(['--once']);
    expect([await ended(child), output().split('\n')[0]]).toEqual([
      0,
      '1707 earthquakes processed, 0 records rejected, 28 alerts.',
    ]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'stops cleanly on %s while a page is open',
    async (signal) => {
      const { child, output } = launch([], { PORT: '0' });
      await expect.poll(output, { timeout: 10_000 }).toContain('Open http');
      const url = /Open (\S+)/.exec(output())?.[1] ?? '';
      const stream = await fetch(`${url}/api/live`, { headers: { accept: 'text/event-stream' } });
      const closed = ended(child);
      child.kill(signal);
      expect([await closed, output().trimEnd().split('\n').slice(-2)]).toEqual([0, ['Stopping …', 'Stopped.']]);
      await stream.text().catch(() => {});
    },
    20_000,
  );

  it('names a busy port in one line', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { child, output } = launch([], { PORT: String(port) });
    expect(await ended(child)).toBe(1);
    expect(output().trim().split('\n').slice(1)).toEqual([
      `Port ${port} on 127.0.0.1 is already in use. Stop what uses it, or choose another port.`,
    ]);
    server.close();
  });

  it('refuses bad settings and files in one line', async () => {
    for (const [args, message] of [
      [['--port', 'x'], 'port'],
      [['--nope'], '--nope'],
      [['--data', '/nope.json'], '/nope.json'],
    ] as const) {
      const { child, output } = launch(args);
      expect([await ended(child), output().trim().split('\n').length]).toEqual([1, 1]);
      expect(output()).toContain(message);
    }
  });
});
