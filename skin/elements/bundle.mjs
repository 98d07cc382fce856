// Builds what a plain page needs: dist/skin.js (everything but the engines, Lit inside), dist/cdn (a module for each tag, what
// loads them as they appear, and the engines) and dist/tokens.css. Each file is replaced at once, so that a reader never
// sees half of one.
import { build } from 'esbuild';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { placeholderSheet } from './src/autoloader/placeholders.ts';
import { tokensSheet } from './src/base/tokens.ts';
import { themeScript } from './src/theme-switcher/theme.ts';
import { tighten, tightening } from './tools/tighten.ts';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const put = (path, contents) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.${process.pid}`, contents);
  renameSync(`${path}.${process.pid}`, path);
};
/** Packages that the files hold parts of. */
const packages = new Set();
const bundle = async (options) => {
  const { outputFiles, metafile } = await build({
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2023',
    sourcemap: true,
    legalComments: 'none',
    write: false,
    metafile: true,
    ...options,
    plugins: [...(options.plugins ?? []), tightening],
  });
  for (const input of Object.keys(metafile.inputs)) {
    const [, folder] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input) ?? [];
    if (folder !== undefined) packages.add(folder);
  }
  // Chunks first: whoever reads meanwhile finds what the new entries ask for.
  return outputFiles.toSorted((a, b) => Number(b.path.includes('chunks')) - Number(a.path.includes('chunks')));
};

/**
 * What elements load only when they are used, by the name of its file in dist/cdn/engines: each module that a source
 * names in an `import()`, with the libraries that it brings. One folder serves skin.js and the modules of the tags. An
 * engine is a bundle of its own: what it needs of the kit that has a state, such as Lit, its element hands to it.
 */
const engines = new Map();
const loadLazily = (folder) => ({
  name: 'engines',
  setup: (plugin) =>
    plugin.onResolve({ filter: /./ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
      if (kind !== 'dynamic-import' || pluginData === 'engine' || !importer.startsWith(at('src'))) return undefined;
      const found = await plugin.resolve(path, { kind, importer, resolveDir, pluginData: 'engine' });
      if (found.errors.length > 0) return { errors: found.errors };
      const file = path.startsWith('.') ? relative(at('src'), found.path).replace(/\.ts$/, '') : path;
      const name = file.replaceAll(sep, '/').replace(/^@/, '').replaceAll('/', '-');
      engines.set(name, found.path);
      return { path: `${folder}/${name}.js`, external: true };
    }),
});

/** Every tag that the sources define, and the module that does. */
const modules = Object.fromEntries(
  globSync('src/**/*.ts', { cwd: at('.'), exclude: ['**/*.test.ts', '**/*.stories.ts'] }).flatMap((file) =>
    [...readFileSync(at(file), 'utf8').matchAll(/^\w+\.define\('(skin-[a-z\d-]+)'\);$/gm)].map(([, tag]) => [
      `${tag}/${tag}`,
      at(file),
    ]),
  ),
);

/** What the authors of the libraries inside ask to be handed on with them. */
const notices = () =>
  [...packages]
    .sort()
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const file = globSync('LICEN[CS]E*', { cwd: folder }).sort()[0];
      const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim();
      return `${name} ${version} (${license})\n\n${text}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);

const whole = await bundle({
  entryPoints: [at('src/all.ts')],
  outfile: at('dist/skin.js'),
  plugins: [loadLazily('./cdn/engines')],
});
const each = await bundle({
  entryPoints: modules,
  outdir: at('dist/cdn'),
  splitting: true,
  chunkNames: 'chunks/[hash]',
  plugins: [loadLazily('../engines')],
});
const loader = await bundle({
  entryPoints: [at('src/autoloader/cdn.ts')],
  outfile: at('dist/cdn/autoloader.js'),
});
const lazy = await bundle({
  // The worker of pdf.js stands beside what starts it.
  entryPoints: { ...Object.fromEntries(engines), 'pdf-worker': at('src/pdf-viewer/pdf-worker.ts') },
  outdir: at('dist/cdn/engines'),
  splitting: true,
  chunkNames: 'chunks/[hash]',
  // Other people's code, which nobody debugs here: their maps would weigh more than the rest.
  sourcemap: false,
});

const written = [...lazy, ...each, ...loader, ...whole];
for (const { path, contents } of written) put(path, contents);
put(at('dist/cdn/autoloader.css'), placeholderSheet());
put(at('dist/tokens.css'), tokensSheet());
put(at('dist/theme.js'), themeScript());
put(at('dist/licenses.txt'), notices());

// What the compiler has left of the sources, for those who bundle the kit themselves.
for (const file of globSync('src/**/*.ts', { cwd: at('.') })) {
  const path = at(file.replace(/^src(.*)ts$/, 'dist$1js'));
  const source = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const tight = tighten(source, true);
  if (tight !== source) put(path, tight);
}

const kept = new Set(written.map(({ path }) => relative(at('dist/cdn'), path)));
for (const file of globSync('**/*.{js,map}', { cwd: at('dist/cdn') }))
  if (!kept.has(file)) rmSync(join(at('dist/cdn'), file), { force: true });
