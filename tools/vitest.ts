import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { type Counts, run } from './checks.ts';

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numFailedTestSuites: number;
  readonly success: boolean;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** Names each test that did not run, so that none is skipped in silence. */
const listSkipped = (report: Report): void => {
  for (const { name, assertionResults } of report.testResults) {
    for (const { status, fullName } of assertionResults) {
      if (status === 'pending' || status === 'skipped' || status === 'todo')
        process.stdout.write(`  skipped: ${relative(process.cwd(), name)}: ${fullName}\n`);
    }
  }
};

// Far beyond what the slowest machine seen needs for one step, and far within what a continuous build may take.
const LIMIT_MS = 25 * 60_000;

/** Runs Vitest and counts its tests; a file that can't be loaded, or a run that hangs, counts as one failure. */
export const vitest = async (name: string, args: readonly string[]): Promise<Counts> => {
  const folder = mkdtempSync(join(tmpdir(), 'organism-vitest-'));
  const file = join(folder, 'report.json');
  const started = performance.now();
  const { code, output } = await run(
    'vitest',
    [
      'run',
      '--reporter=default',
      '--reporter=json',
      `--reporter=${join(import.meta.dirname, 'slow-tests.ts')}`,
      `--outputFile.json=${file}`,
      ...args,
    ],
    { limitMs: LIMIT_MS },
  );
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  try {
    const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
    const passed = report.numPassedTests;
    const skipped = report.numPendingTests + report.numTodoTests;
    const broken = report.testResults.filter(
      ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((one) => one.status === 'failed'),
    );
    // A non-zero exit without a failed test is an error outside of them (an unhandled rejection, say).
    const failed = Math.max(report.numFailedTests + broken.length, code === 0 ? 0 : 1);
    process.stdout.write(
      `${failed === 0 ? '✓' : '✗'} ${name}: ${passed} passed, ${failed} failed, ${skipped} skipped (${seconds} s)\n`,
    );
    if (failed > 0) process.stdout.write(`${output.trimEnd()}\n\n`);
    listSkipped(report);
    return { passed, failed, skipped };
  } catch {
    process.stdout.write(`✗ ${name}: did not finish (${seconds} s)\n${output.trimEnd()}\n\n`);
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
