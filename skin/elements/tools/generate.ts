import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toVsCode, toWebTypes } from './editor-data.ts';
import { elementFacts, type Manifest, readAliases } from './element-facts.ts';
import { toFrameworkTypes } from './framework-types.ts';

const home = fileURLToPath(new URL('..', import.meta.url));
const read = <T>(path: string): T => JSON.parse(readFileSync(join(home, path), 'utf8')) as T;

/** What is made of the manifest: contents by path below `dist`. */
export const generate = (manifest: Manifest): Readonly<Record<string, string>> => {
  const { name, version } = read<{ name: string; version: string }>('package.json');
  const elements = elementFacts(manifest, readAliases(join(home, 'src')));
  // The types come with the entries that export the elements.
  const index = ['src/index.ts', 'src/all.ts'].map((file) => readFileSync(join(home, file), 'utf8')).join('');
  const exported = elements.filter(({ module }) => index.includes(`'${module.replace('src', '.')}'`));
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  return {
    'vscode.html-custom-data.json': json(toVsCode(elements)),
    'web-types.json': json(toWebTypes(elements, name, version)),
    ...Object.fromEntries(
      Object.entries(toFrameworkTypes(exported)).map(([file, text]) => [`frameworks/${file}`, text]),
    ),
  };
};

if (import.meta.main)
  for (const [path, contents] of Object.entries(generate(read<Manifest>('custom-elements.json')))) {
    const file = join(home, 'dist', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.${process.pid}`, contents);
    renameSync(`${file}.${process.pid}`, file);
  }
