import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Cell, Organism } from '@organism/cell';
import { describe, expect, test } from 'vitest';

const fixture = fileURLToPath(new URL('fixtures/body.ts', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly lines: readonly string[];
  readonly errors: string;
}

/** Runs a body in a process of its own, and sends a signal at each of the given lines of its output. */
const runBody = async (how: string, signals: Readonly<Record<string, NodeJS.Signals>>): Promise<Ended> => {
  const child = spawn(process.execPath, ['--conditions=@organism/source', fixture, how], { stdio: 'pipe' });
  const lines: string[] = [];
  let errors = '';
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  child.stdout.on('data', (data: Buffer) => {
    for (const line of data.toString().trim().split('\n')) {
      lines.push(line);
      const signal = signals[line];
      if (signal !== undefined) child.kill(signal);
    }
  });
  const [code, signal]: (number | string | null)[] = await once(child, 'close');
  return { code: typeof code === 'number' ? code : null, signal: String(signal), lines, errors };
};

describe('a body that listens to signals', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('stops on %s, and the process ends with code 0', async (signal) => {
    const { code, lines } = await runBody('quick', { running: signal });
    expect([code, lines]).toEqual([0, ['running', 'stopping', 'stopped']]);
  });

  test('ends at once, with another code, on a second signal', async () => {
    const { code, lines } = await runBody('hanging', { running: 'SIGTERM', stopping: 'SIGTERM' });
    expect([code, lines]).toEqual([130, ['running', 'stopping']]);
  });

  test('ends with code 1 when the stop fails, and says why', async () => {
    const { code, errors } = await runBody('broken', { running: 'SIGTERM' });
    expect(code).toBe(1);
    expect(errors).toContain('the lock is stuck');
  });

  test('cancels a start that is going on', async () => {
    const { code, lines } = await runBody('slow-start', { starting: 'SIGTERM' });
    expect([code, lines]).toEqual([0, ['starting', 'cancelled']]);
  });

  test('listens to the signals it is told to, and leaves the others alone', async () => {
    expect(await runBody('usr2', { running: 'SIGUSR2' })).toMatchObject({
      code: 0,
      lines: ['running', 'stopping', 'stopped'],
    });
    expect(await runBody('usr2', { running: 'SIGTERM' })).toMatchObject({
      code: null,
      signal: 'SIGTERM',
      lines: ['running'],
    });
  });

  test('lets the process end by itself when it is stopped otherwise', async () => {
    const { code, lines } = await runBody('stop-itself', {});
    expect([code, lines]).toEqual([0, ['running', 'stopping', 'stopped']]);
  });
});

describe('signal handlers', () => {
  const counts = (): number[] => ['SIGINT', 'SIGTERM'].map((name) => process.listenerCount(name));

  test('are there while the body runs, and only when asked for', async () => {
    const before = counts();
    const quiet = await new Organism({ name: 'quiet', cells: [] }).start();
    expect(counts()).toEqual(before);
    await quiet.stop();
    const body = await new Organism({ name: 'body', cells: [], signals: true }).start();
    expect(counts()).toEqual(before.map((count) => count + 1));
    await body.stop();
    expect(counts()).toEqual(before);
  });

  test('are gone when the start fails', async () => {
    const before = counts();
    const broken = new Cell({ name: 'broken', start: () => Promise.reject(new Error('x')) });
    await expect(new Organism({ name: 'body', cells: [broken], signals: true }).start()).rejects.toThrow('x');
    expect(counts()).toEqual(before);
  });
});
