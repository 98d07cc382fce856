import { existsSync } from 'node:fs';
import { check, type Counts, total } from './checks.ts';
import { ensureChromium } from './chromium.ts';
import { checkDocs } from './doc-blocks.ts';
import { vitest } from './vitest.ts';

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
  node: () => vitest('tests in Node', ['--project', 'node']),
  browser: () => inChromium('browser tests', () => vitest('tests in Chromium', ['--project', 'browser'])),
  storybook: () =>
    inChromium('storybook tests', () => vitest('stories in Chromium', ['--config', 'vitest.storybook.config.ts'])),
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
    counts.push(await step());
  }
  const { passed, failed, skipped } = total(counts);
  process.stdout.write(
    `\nDone in ${Math.round((performance.now() - started) / 1000)} s.\n${passed} passed, ${failed} failed, ${skipped} skipped\n`,
  );
  return failed === 0 ? 0 : 1;
};

process.exitCode = await main();
