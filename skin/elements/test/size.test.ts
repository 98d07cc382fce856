import { build } from 'esbuild';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

/** Kilobytes (1024 bytes), minified and gzipped, Lit outside; each with all of the kit that it needs. */
const budgets: readonly (readonly [number, string])[] = [
  [
    1.5,
    'stack flex grid divider spacer container aspect-ratio link skip-link card skeleton empty-state button-group sidebar masonry',
  ],
  [
    2.5,
    'alert spinner progress-bar progress-ring stat avatar tag descriptions timeline breadcrumb pagination stepper navbar banner infinite-scroll',
  ],
  [3, 'button icon checkbox switch split-panel virtual-scroller'],
  [3.5, 'radio-group checkbox-group rating code-block'],
  [5, 'number-field password-field search-field tree context-menu command-palette'],
  [4, 'text-field textarea slider dialog drawer toast tooltip popover badge otp-field tag-input range-slider list'],
  [5, 'menu tabs accordion confirm'],
  [6, 'file-upload form json-view'],
  [10, 'select combobox'],
  [12, 'color-picker'],
  [14, 'date-picker date-range-picker time-picker'],
  [20, 'table'],
];
const kit = 100;

const source = fileURLToPath(new URL('../src/', import.meta.url));
const kilobytes = async (entry: string): Promise<number> => {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2023',
    external: ['lit', 'lit/*'],
    legalComments: 'none',
  });
  return gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length / 1024;
};

describe('the size of', () => {
  const known = budgets.flatMap(([budget, names]) => names.split(' ').map((name) => [name, budget] as const));

  it.each(known)('%s is at most %f KB', async (name, budget) => {
    expect(await kilobytes(`${source}${name}/${name}.ts`)).toBeLessThanOrEqual(budget);
  });

  it('the whole kit is within its budget', async () => {
    expect(await kilobytes(`${source}index.ts`)).toBeLessThanOrEqual(kit);
  });

  it('every element is known here', () => {
    const elements = readdirSync(source).filter((name) => existsSync(`${source}${name}/${name}.ts`));
    expect(known.map(([name]) => name).sort()).toEqual(elements.sort());
  });
});
