import { type Anatomy, toGraph, toMermaid } from '@organism/cell';
import { files, type HttpTendon, page } from '@organism/respiratory';
import { fileURLToPath } from 'node:url';
import type { ClientScripts } from './bundle.ts';

const publicFolder = new URL('../public/', import.meta.url);
const worldFile = fileURLToPath(new URL('../data/world-110m.json', import.meta.resolve('vega-datasets')));

/** The page, its script, the map, and the drawing of the body. */
export const makePages = (describe: () => Anatomy): HttpTendon[] => {
  let scripts: Promise<ClientScripts> | undefined;
  const bundle = async (): Promise<ClientScripts> => {
    try {
      // The bundler is loaded when somebody looks.
      const { bundleClient } = await import('./bundle.ts');
      return bundleClient();
    } catch (error) {
      // Whoever mends a source finds it mended without a restart.
      scripts = undefined;
      throw error;
    }
  };
  const bundled = (): Promise<ClientScripts> => (scripts ??= bundle());
  const script = { contentType: 'text/javascript; charset=utf-8', headers: { 'cache-control': 'no-cache' } };
  return [
    page('GET /app.js', async () => (await bundled()).app, script),
    page('GET /anatomy.js', async () => (await bundled()).anatomy, script),
    page('GET /api/anatomy', () => JSON.stringify(toGraph(describe())), { contentType: 'application/json' }),
    page('GET /anatomy.mmd', () => toMermaid(describe()), { contentType: 'text/plain; charset=utf-8' }),
    files('/world.json', worldFile),
    files('/anatomy', new URL('anatomy.html', publicFolder)),
    files('/', publicFolder),
  ];
};
