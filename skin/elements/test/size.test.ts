import { build, type Plugin } from 'esbuild';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { tightening } from '../tools/tighten.ts';

/** Kilobytes (1024 bytes) as handed out, minified and gzipped, Lit outside; each with all of the kit that it needs. */
const budgets: readonly (readonly [number, string])[] = [
  [
    1.5,
    'stack flex grid divider spacer container aspect-ratio link skip-link card skeleton empty-state button-group sidebar masonry scroll-area',
  ],
  [
    2.5,
    'alert spinner progress-bar progress-ring stat avatar tag descriptions timeline breadcrumb pagination stepper navbar banner infinite-scroll',
  ],
  [3, 'button icon checkbox radio-group switch split-panel virtual-scroller'],
  [3.5, 'locale-provider checkbox-group rating code-block'],
  [5, 'number-field password-field search-field tree context-menu command-palette carousel'],
  [
    4,
    'text-field textarea slider dialog drawer toast tooltip popover badge otp-field tag-input range-slider list resizable',
  ],
  [5, 'menu dropdown tabs accordion confirm'],
  [
    6,
    'file-upload form json-view qr-code pdf-viewer theme-switcher code-editor rich-text-editor markdown image-cropper',
  ],
  // No engine, and all of it is there at the first press: a key that comes while more is loaded would be lost.
  [6.5, 'drag-list'],
  // A button with its icons.
  [4.5, 'icon-button'],
  [10, 'select combobox autocomplete'],
  [12, 'color-picker'],
  [14, 'date-picker date-range-picker time-picker'],
  [20, 'table'],
];
/** All that needs no library of somebody else's; and with the shells around those libraries. */
const kit = 100;
const all = 112;

const source = fileURLToPath(new URL('../src/', import.meta.url));
/** What is loaded only when it is used counts where it is used. */
const lazily: Plugin = {
  name: 'lazily',
  setup: ({ onResolve }) =>
    onResolve({ filter: /./ }, ({ kind, path }) => (kind === 'dynamic-import' ? { path, external: true } : undefined)),
};
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
    plugins: [lazily, tightening],
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
    expect(await kilobytes(`${source}all.ts`)).toBeLessThanOrEqual(all);
  });

  it('every element is known here', () => {
    const elements = readdirSync(source).filter((name) => existsSync(`${source}${name}/${name}.ts`));
    expect(known.map(([name]) => name).sort()).toEqual(elements.sort());
  });
});
