import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { check, type Counts, total } from './checks.ts';
import { ensureChromium } from './chromium.ts';
import { checkDocs } from './doc-blocks.ts';
import { stories } from './stories.ts';
import { vitest } from './vitest.ts';

// More than a step takes on the slowest machine seen, less than what a continuous build may take.
const STEP_LIMIT_MS = 30 * 60_000;

/** Everything that `npm test` does, in order. `npm test -- node docs` runs only those. */
const steps: Readonly<Record<string, () => Promise<Counts>>> = {
  types: async () =>
    total([
      // The stories' settings read it.
      await check('custom-elements manifest', 'npm', ['run', '--silent', 'manifest', '-w', 'skin/elements']),
      await check('type-check of the packages', 'tsc', ['-b']),
      await check('type-check of everything', 'tsc', ['-p', 'tsconfig.check.json']),
      await check('type-check of the benchmarks', 'tsc', ['-p', 'benchmarks']),
      // Storybook's own types do not hold under the strictest settings.
      await check('type-check of the stories', 'tsc', ['-p', 'tsconfig.stories.json']),
    ]),
  lint: async () =>
    total([await check('lint', 'oxlint', ['--deny-warnings']), await check('format', 'oxfmt', ['--check'])]),
  // Much of their time is spent in waiting for servers and children: a worker for each core, where one would be left free.
  node: () => vitest('tests in Node', ['--project', 'node', `--maxWorkers=${Math.min(4, availableParallelism())}`]),
  browser: () =>
    inChromium('browser tests', () =>
      vitest('tests in Chromium', ['--project', 'browser', `--maxWorkers=${Math.min(4, availableParallelism())}`]),
    ),
  stories,
  docs: checkDocs,
  consumer: () => check('packages as a stranger installs them', 'node', ['tools/consumer.ts']),
};

/** Runs browser tests where there is a Chromium; else says why they are skipped, and what would enable them. */
const inChromium = async (name: string, tests: () => Promise<Counts>): Promise<Counts> => {
  const chromium = ensureChromium();
  if ('path' in chromium) return tests();
  process.stdout.write(`  skipped: ${name}: ${chromium.reason}. To enable them: ${chromium.remedy}\n`);
  return { passed: 0, failed: 0, skipped: 1 };
};

/** Ends the whole run when a step hangs, so that a build says which, rather than be cut off in silence. */
const withinLimit = async (name: string, step: () => Promise<Counts>): Promise<Counts> => {
  const limit = setTimeout(() => {
    process.stdout.write(`✗ the step "${name}" was not done within ${STEP_LIMIT_MS / 60_000} minutes\n`);
    process.exit(1);
  }, STEP_LIMIT_MS);
  try {
    return await step();
  } finally {
    clearTimeout(limit);
  }
};

const main = async (): Promise<number> => {
  if (!process.version.startsWith('v24.')) {
    process.stderr.write(
      `Node 24 is needed, and comes with npm ci as a dev dependency; this is ${process.version}. Were install scripts switched off?\n`,
    );
    return 1;
  }
  const asked = process.argv.slice(2);
  const unknown = asked.find((name) => steps[name] === undefined);
  if (unknown !== undefined) {
    process.stderr.write(`There is no step "${unknown}". Steps: ${Object.keys(steps).join(', ')}.\n`);
    return 1;
  }
  const started = performance.now();
  const counts: Counts[] = [];
  for (const [name, step] of Object.entries(steps)) {
    if (asked.length > 0 ? !asked.includes(name) : name === 'consumer' && !existsSync('tools/consumer.ts')) continue;
    counts.push(await withinLimit(name, step));
  }
  const { passed, failed, skipped } = total(counts);
  process.stdout.write(
    `\nDone in ${Math.round((performance.now() - started) / 1000)} s.\n${passed} passed, ${failed} failed, ${skipped} skipped\n`,
  );
  return failed === 0 ? 0 : 1;
};

process.exitCode = await main();
