import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Block, findBlocks } from './docs/find-blocks.ts';
import { type Counts, run } from './checks.ts';

const folder = '.cache/doc-blocks';
const timeoutMs = 20_000;

const config = (dom: boolean): string =>
  JSON.stringify({
    extends: '../../../tsconfig.check.json',
    compilerOptions: {
      noUnusedLocals: false,
      lib: ['es2024', 'esnext.disposable', ...(dom ? ['dom', 'dom.iterable'] : [])],
      types: ['node'],
    },
    include: ['*.ts'],
  });

const write = (blocks: readonly Block[]): Map<string, Block> => {
  rmSync(folder, { recursive: true, force: true });
  const files = new Map<string, Block>();
  for (const [index, block] of blocks.entries()) {
    if (block.mode === 'no-check') continue;
    const group = join(folder, block.mode === 'browser' ? 'browser' : 'node');
    mkdirSync(group, { recursive: true });
    const file = join(group, `block-${index}.ts`);
    // Every block is a module of its own, whether it imports anything or not.
    writeFileSync(file, `${block.code}\nexport {};\n`);
    writeFileSync(join(group, 'tsconfig.json'), config(block.mode === 'browser'));
    files.set(file, block);
  }
  return files;
};

const typeProblems = async (files: ReadonlyMap<string, Block>): Promise<Map<Block, string>> => {
  const problems = new Map<Block, string>();
  for (const group of ['node', 'browser']) {
    if (![...files.keys()].some((file) => file.includes(`/${group}/`))) continue;
    const { output } = await run('tsc', ['-p', join(folder, group), '--pretty', 'false']);
    for (const line of output.split('\n')) {
      const [, file = '', row = '1', message = ''] = /^(\S+?)\((\d+),\d+\): (.*)$/.exec(line) ?? [];
      const block = files.get(file);
      if (block !== undefined)
        problems.set(
          block,
          `${problems.get(block) ?? ''}${block.file}:${block.line - block.earlier + Number(row)}: ${message}\n`,
        );
    }
  }
  return problems;
};

const execute = async (file: string, block: Block): Promise<string | undefined> => {
  const { code, output } = await run('timeout', [
    String(timeoutMs / 1000),
    'node',
    '--conditions=@organism/source',
    '--no-warnings',
    file,
  ]);
  if (code === 0) return undefined;
  return `${block.file}:${block.line}: ${code === 124 ? `did not end within ${timeoutMs / 1000} s` : `ended with code ${code}`}\n${output}`;
};

/** Type-checks and runs the code blocks of READMEs, docs and docstrings; each block is one check. */
export const checkDocs = async (): Promise<Counts> => {
  const started = performance.now();
  const blocks = findBlocks();
  const files = write(blocks);
  const problems = await typeProblems(files);
  const queue = [...files].filter(([, block]) => block.mode === 'run' && !problems.has(block));
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [file, block] = next;
      const problem = await execute(file, block);
      if (problem !== undefined) problems.set(block, problem);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  const failed = problems.size;
  const passed = files.size - failed;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(
    `${failed === 0 ? '✓' : '✗'} code blocks of the docs: ${passed} passed, ${failed} failed (${seconds} s)\n`,
  );
  for (const problem of problems.values()) process.stdout.write(`${problem.trimEnd()}\n\n`);
  return { passed, failed, skipped: 0 };
};
