import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Who draws the rows: our table, the grid it is compared with, a bare virtual list, or nobody: an empty frame. */
export type Contender = 'ours' | 'theirs' | 'list' | 'empty';

const script = async (contender: Contender): Promise<string> => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`${contender}.ts`, import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2023',
    legalComments: 'none',
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  return outputFiles[0]?.text ?? '';
};

/** Serves a page for each contender, whose script puts `grid` on the window. */
export const serveGrids = async (): Promise<{ readonly url: string; readonly close: () => void }> => {
  const scripts = new Map<string, string>();
  for (const name of ['ours', 'theirs', 'list', 'empty'] as const) scripts.set(`/${name}.js`, await script(name));
  const server = createServer(({ url = '' }, response) => {
    const found = scripts.get(url);
    if (found !== undefined) response.setHeader('content-type', 'text/javascript').end(found);
    else
      response
        .setHeader('content-type', 'text/html')
        .end(
          `<!doctype html><html lang="en"><title>Grid</title><link rel="icon" href="data:,"><style>body{margin:0}#at{height:600px;width:1000px}</style><div id="at"></div><script type="module" src="${url}.js"></script>`,
        );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
};
