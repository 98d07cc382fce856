import { globSync, readFileSync } from 'node:fs';

/**
 * What is done with a block: checked and run, only checked, checked with the browser's types, or nothing. A block that is
 * marked `more` goes on where the one before it ended: it is checked and run together with it.
 */
export type BlockMode = 'run' | 'no-run' | 'browser' | 'no-check';

/** A TypeScript code block. */
export interface Block {
  readonly file: string;
  /** Line of the opening fence. */
  readonly line: number;
  readonly code: string;
  readonly mode: BlockMode;
  /** Lines at the beginning of `code` that come from earlier blocks of the page. */
  readonly earlier: number;
}

const pages = ['README.md', 'CONTRIBUTING.md', '{systems,skin,examples,benchmarks}/**/*.md', 'docs/**/*.md'];
const sources = ['systems/*/src/**/*.ts'];
const left = /node_modules|\/dist\/|docs\/reference\/api/;
const modes: readonly string[] = ['no-run', 'browser', 'no-check'];

const blocksIn = (file: string, isMarkdown: boolean): Block[] => {
  const blocks: Block[] = [];
  const lines = readFileSync(file, 'utf8').split('\n');
  let open: { line: number; mode: BlockMode; more: boolean; code: string[] } | undefined;
  for (const [index, line] of lines.entries()) {
    // In a docstring, only lines of the comment count.
    const text = isMarkdown ? line : (/^\s*\* ?(.*)$/.exec(line)?.[1] ?? '');
    const fence = /^\s*```(\w*)\s*(\S*)/.exec(text);
    if (open !== undefined && fence !== null) {
      const before = open.more ? (blocks.pop()?.code.split('\n') ?? []) : [];
      const code = [...before, ...open.code].join('\n');
      blocks.push({ file, line: open.line, mode: open.mode, code, earlier: before.length });
      open = undefined;
    } else if (open !== undefined) open.code.push(text);
    else if (fence?.[1] === 'ts') {
      const mode = modes.includes(fence[2] ?? '') ? (fence[2] as BlockMode) : 'run';
      open = { line: index + 1, mode, more: fence[2] === 'more', code: [] };
    } else if (fence !== null && fence[1] !== '' && isMarkdown) {
      // A block of another language: skip to its end, so that its closing fence opens nothing.
      const end = lines.findIndex((other, at) => at > index && /^\s*```\s*$/.test(other));
      if (end > index) lines.fill('', index, end + 1);
    }
  }
  return blocks;
};

/** The blocks of every page and docstring. */
export const findBlocks = (): Block[] => {
  const list = (patterns: readonly string[]): string[] =>
    globSync([...patterns])
      .filter((file) => !left.test(file))
      .sort();
  return [
    ...list(pages).flatMap((file) => blocksIn(file, true)),
    ...list(sources).flatMap((file) => blocksIn(file, false)),
  ];
};
