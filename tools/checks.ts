import { spawn } from 'node:child_process';

/** Outcome of a step: how many checks passed, failed and were skipped. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** A finished command. */
export interface Finished {
  readonly code: number;
  readonly output: string;
}

// What a daemon that a command left behind may keep open: its output is not waited for any longer than this.
const LINGER_MS = 5_000;

/**
 * Runs a command and keeps what it prints; prints it as it comes when `show` is set. A command that is not done
 * within `limitMs` is ended with all that it started, so that a hang is a failure with an output, not a silence.
 */
export const run = (
  command: string,
  args: readonly string[],
  options: {
    readonly show?: boolean;
    readonly env?: NodeJS.ProcessEnv;
    readonly cwd?: string;
    /** Milliseconds; unbounded by default. */
    readonly limitMs?: number;
  } = {},
): Promise<Finished> =>
  new Promise((resolve) => {
    const { limitMs } = options;
    const grouped = limitMs !== undefined && process.platform !== 'win32';
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: options.env ?? process.env,
      detached: grouped,
      ...(options.cwd !== undefined && { cwd: options.cwd }),
    });
    let output = '';
    const take = (chunk: Buffer): void => {
      output += chunk.toString();
      if (options.show === true) process.stdout.write(chunk);
    };
    const end = (signal: NodeJS.Signals): void => {
      if (child.pid === undefined) return;
      try {
        process.kill(grouped ? -child.pid : child.pid, signal);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    };
    // A group of its own no longer hears what the terminal tells ours.
    const forward = (signal: NodeJS.Signals): void => {
      end(signal);
      process.exit(1);
    };
    if (grouped) for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, forward);
    const limit =
      limitMs === undefined
        ? undefined
        : setTimeout(() => {
            output += `\n${command} was not done within ${limitMs / 1000} s, and was ended.\n`;
            end('SIGKILL');
          }, limitMs);
    let done = false;
    const finish = (code: number, note = ''): void => {
      if (done) return;
      done = true;
      clearTimeout(limit);
      if (grouped) for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, forward);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ code, output: output + note });
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', (error) => finish(127, `${command}: ${error.message}`));
    const ended = (code: number | null, signal: NodeJS.Signals | null): void =>
      finish(code ?? 1, signal === null ? '' : `\n(ended by ${signal})`);
    child.on('close', ended);
    child.on('exit', (code, signal) => setTimeout(() => ended(code, signal), LINGER_MS).unref());
  });

/** One command as one check: silent when it passes, shown in full when it fails. */
export const check = async (name: string, command: string, args: readonly string[]): Promise<Counts> => {
  const started = performance.now();
  const { code, output } = await run(command, args);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${code === 0 ? '✓' : '✗'} ${name} (${seconds} s)\n`);
  if (code !== 0) process.stdout.write(`${output.trimEnd()}\n\n`);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
};

/** Adds counts up. */
export const total = (all: readonly Counts[]): Counts => {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const { passed, failed, skipped } of all) {
    sum.passed += passed;
    sum.failed += failed;
    sum.skipped += skipped;
  }
  return sum;
};
