import { buildSync } from 'esbuild';
import { fileURLToPath } from 'node:url';

const clientFolder = new URL('client/', import.meta.url);

/** The page's scripts, each in one piece. */
export interface ClientScripts {
  readonly app: string;
  readonly anatomy: string;
}

/**
 * Bundles the page's scripts from source: there is no build step to forget. Takes about a tenth of a second, once. An
 * application of your own would do this before it is deployed.
 *
 * Synchronous on purpose: the bundler's service process would get a Ctrl-C of the terminal too, and take the program
 * down with it in the middle of a clean stop.
 */
export const bundleClient = (): ClientScripts => {
  const entry = (name: string): string => fileURLToPath(new URL(`${name}.ts`, clientFolder));
  const { outputFiles } = buildSync({
    entryPoints: { app: entry('main'), anatomy: entry('anatomy') },
    outdir: fileURLToPath(clientFolder),
    bundle: true,
    format: 'esm',
    target: 'es2023',
    minify: true,
    write: false,
    conditions: ['@organism/source'],
    legalComments: 'none',
  });
  const text = (name: string): string =>
    outputFiles.find(({ path }) => path.replaceAll('\\', '/').endsWith(`/${name}.js`))?.text ?? '';
  return { app: text('app'), anatomy: text('anatomy') };
};
