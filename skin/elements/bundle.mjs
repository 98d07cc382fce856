// Builds what a plain page needs: dist/skin.js (everything, Lit inside) and dist/tokens.css.
import { build } from 'esbuild';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { tokensSheet } from './src/base/tokens.ts';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
mkdirSync(at('dist'), { recursive: true });
await build({
  entryPoints: [at('src/index.ts')],
  outfile: at('dist/skin.js'),
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2023',
  sourcemap: true,
  legalComments: 'none',
});
writeFileSync(at('dist/tokens.css'), tokensSheet());
