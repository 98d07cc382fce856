import { fileURLToPath } from 'node:url';

const clientFolder = new URL('client/', import.meta.url);

/** The page's scripts, each in one piece. */
export interface ClientScripts {
  readonly app: string;
  readonly anatomy: string;
}

/**
 * Bundles the page's scripts from source, beside the start of the server: there is no build step to forget. An
 * application of your own would do this once, before it is deployed.
 */
export const bundleClient = async (): Promise<ClientScripts> => {
  const { build, stop } = await import('esbuild');
  const entry = (name: string): string => fileURLToPath(new URL(`${name}.ts`, clientFolder));
  try {
    const { outputFiles } = await build({
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
      outputFiles.find(({ path }) => path.endsWith(`/${name}.js`) || path.endsWith(`\\${name}.js`))?.text ?? '';
    return { app: text('app'), anatomy: text('anatomy') };
  } finally {
    // The bundler runs as a process of its own; it is not needed again.
    await stop();
  }
};
