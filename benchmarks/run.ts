import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Benchmark, Result } from './lib/benchmark.ts';
import { runBenchmark } from './lib/measure.ts';
import { withResults } from './lib/readme.ts';
import { toTable } from './lib/table.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const names = globSync('*.*.ts', { cwd: here })
  .map((file) => file.replace(/\.ts$/, ''))
  .sort();

const usage = `Usage: npm run bench -- [name …] [--list] [--quick] [--json] [--save]\n`;

const load = async (name: string): Promise<Benchmark> =>
  ((await import(`./${name}.ts`)) as { benchmark: Benchmark }).benchmark;

const save = (name: string, results: readonly Result[]): void => {
  mkdirSync(`${here}results`, { recursive: true });
  const machine = {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    node: process.version,
    platform: process.platform,
  };
  writeFileSync(
    `${here}results/${name}.json`,
    `${JSON.stringify({ date: new Date().toISOString().slice(0, 10), machine, results }, null, 2)}\n`,
  );
  const readme = `${here}../README.md`;
  writeFileSync(readme, withResults(readFileSync(readme, 'utf8'), results));
};

/** Each benchmark runs in a process of its own, so that what ran before it can't have shaped the compiler's choices. */
const runEach = (chosen: readonly string[], flags: readonly string[]): number => {
  let code = 0;
  for (const name of chosen) {
    const { status } = spawnSync(
      process.execPath,
      [...process.execArgv, fileURLToPath(import.meta.url), name, ...flags],
      { stdio: 'inherit' },
    );
    code ||= status ?? 1;
  }
  return code;
};

const main = async (): Promise<number> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      list: { type: 'boolean' },
      quick: { type: 'boolean' },
      json: { type: 'boolean' },
      save: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) process.stdout.write(usage);
  if (values.list === true)
    for (const name of names) process.stdout.write(`${name.padEnd(22)} ${(await load(name)).description}\n`);
  if (values.help === true || values.list === true) return 0;
  const unknown = positionals.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    process.stderr.write(`There is no benchmark "${unknown}". There are: ${names.join(', ')}.\n`);
    return 1;
  }
  const [only, ...more] = positionals.length === 0 ? names : positionals;
  if (only === undefined || more.length > 0)
    return runEach(
      positionals.length === 0 ? names : positionals,
      process.argv.slice(2).filter((argument) => argument.startsWith('--')),
    );
  const benchmark = await load(only);
  if (values.json !== true) process.stdout.write(`\n${only}: ${benchmark.description}\n`);
  const results = await runBenchmark(benchmark, { quick: values.quick === true });
  process.stdout.write(
    values.json === true ? results.map((result) => `${JSON.stringify(result)}\n`).join('') : `${toTable(results)}\n`,
  );
  if (values.save === true) save(only, results);
  return 0;
};

process.exitCode = await main();
