import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Manifest } from '../tools/element-facts.ts';

const home = fileURLToPath(new URL('..', import.meta.url));
const root = resolve(home, '../..');

/** A folder inside the repository, from which the packages can be imported; gone when disposed of. */
export const scratch = (): { readonly path: string } & Disposable => {
  mkdirSync(join(root, 'node_modules/.cache'), { recursive: true });
  const path = mkdtempSync(join(root, 'node_modules/.cache/skin-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
};

/** The manifest of the sources as they are now. */
export const manifestNow = (): Manifest => {
  using folder = scratch();
  const cem = join(root, 'node_modules/@custom-elements-manifest/analyzer/cem.js');
  execFileSync(process.execPath, [cem, 'analyze', '--quiet', '--outdir', relative(home, folder.path)], { cwd: home });
  return JSON.parse(readFileSync(join(folder.path, 'custom-elements.json'), 'utf8')) as Manifest;
};

/** Every tag that the sources define. */
export const tagsIn = (manifest: Manifest): string[] =>
  manifest.modules
    .flatMap(({ declarations = [] }) => declarations.map(({ tagName }) => tagName))
    .filter((tag) => tag !== undefined)
    .sort();
