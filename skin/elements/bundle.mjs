// Builds what a plain page needs: dist/skin.js (everything, Lit inside), dist/cdn (a module for each tag, and what loads
// them as they appear) and dist/tokens.css. Each file is replaced at once, so that a reader never sees half of one.
import { build } from 'esbuild';
import { globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { placeholderSheet } from './src/autoloader/placeholders.ts';
import { tokensSheet } from './src/base/tokens.ts';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const put = (path, contents) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.${process.pid}`, contents);
  renameSync(`${path}.${process.pid}`, path);
};
const bundle = async (options) => {
  const { outputFiles } = await build({
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2023',
    sourcemap: true,
    legalComments: 'none',
    write: false,
    ...options,
  });
  // Chunks first: whoever reads meanwhile finds what the new entries ask for.
  const files = outputFiles.toSorted((a, b) => Number(b.path.includes('chunks')) - Number(a.path.includes('chunks')));
  for (const { path, contents } of files) put(path, contents);
  return files.map(({ path }) => path);
};

/** Every tag that the sources define, and the module that does. */
const modules = Object.fromEntries(
  globSync('src/**/*.ts', { cwd: at('.'), exclude: ['**/*.test.ts', '**/*.stories.ts'] }).flatMap((file) =>
    [...readFileSync(at(file), 'utf8').matchAll(/^\w+\.define\('(skin-[a-z\d-]+)'\);$/gm)].map(([, tag]) => [
      `${tag}/${tag}`,
      at(file),
    ]),
  ),
);

await bundle({ entryPoints: [at('src/index.ts')], outfile: at('dist/skin.js') });
const written = await bundle({
  entryPoints: modules,
  outdir: at('dist/cdn'),
  splitting: true,
  chunkNames: 'chunks/[hash]',
});
written.push(...(await bundle({ entryPoints: [at('src/autoloader/cdn.ts')], outfile: at('dist/cdn/autoloader.js') })));
put(at('dist/cdn/autoloader.css'), placeholderSheet());
put(at('dist/tokens.css'), tokensSheet());

const kept = new Set(written.map((path) => relative(at('dist/cdn'), path)));
for (const file of globSync('**/*.{js,map}', { cwd: at('dist/cdn') }))
  if (!kept.has(file)) rmSync(join(at('dist/cdn'), file), { force: true });
