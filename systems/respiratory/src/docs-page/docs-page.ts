import { OptionError } from '@organism/cell';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Exchange } from '../exchange/exchange.ts';
import { files } from '../files/files.ts';
import { placeOfCall } from '../place.ts';
import type { Hook } from '../hooks.ts';
import type { HttpTendon, Route } from '../route.ts';

/** Options of {@link docsPage}. */
export interface DocsPageOptions {
  /** Where the page is. Default `/docs`. */
  readonly path?: string;
  /** Where the API document is, seen from the browser. Default `/openapi.json`. */
  readonly document?: string;
  /** Default `API`. */
  readonly title?: string;
  /** Let readers try requests. Default true. */
  readonly tryItOut?: boolean;
  /** Run in order before page and files: a guard, say. */
  readonly before?: readonly Hook[];
}

/** Nothing but what this server has; no other page may frame it. The library sets styles on elements by itself. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const assets = ['swagger-ui.css', 'index.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const pageOf = (title: string, folder: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${escape(title)}</title>
    <link rel="stylesheet" href="${folder}/swagger-ui.css">
    <link rel="stylesheet" href="${folder}/index.css">
    <link rel="icon" href="${folder}/favicon-32x32.png">
  </head>
  <body>
    <main id="api"></main>
    <script src="${folder}/swagger-ui-bundle.js"></script>
    <script src="${folder}/start.js"></script>
  </body>
</html>
`;

const startOf = (url: string, tryItOut: boolean): string =>
  `SwaggerUIBundle(${JSON.stringify({
    url,
    dom_id: '#api',
    deepLinking: true,
    validatorUrl: null,
    ...(!tryItOut && { supportedSubmitMethods: [] }),
  })});\n`;

/**
 * Documentation page: the API document to read and to try, by Swagger UI, from this server alone. Needs `swagger-ui-dist`.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a path that is none.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Lung } from '@organism/respiratory';
 * import { docsPage } from '@organism/respiratory/docs-page';
 *
 * const lung = new Lung({ endpoints: [docsPage({ path: '/docs', title: 'Shop' })] });
 * const page = await lung.inject('GET /docs');
 * assert.match(await page.text(), /<title>Shop<\/title>/);
 * assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'/);
 * ```
 */
export const docsPage = (options: DocsPageOptions = {}): HttpTendon => {
  const { path = '/docs', document = '/openapi.json', title = 'API', tryItOut = true, before } = options;
  if (!/^(?:\/[\w.~-]+)+$/.test(path)) throw new OptionError('path', 'a path such as "/docs"', path);
  const home = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  // Relative, so that it also works where a proxy puts a path before it.
  const html = pageOf(title, path.slice(path.lastIndexOf('/') + 1));
  const start = startOf(document, tryItOut);
  const headers = {
    'content-security-policy': policy,
    'cache-control': 'no-cache',
    'referrer-policy': 'no-referrer',
  };
  const place = placeOfCall(docsPage);
  const text = (at: string, type: string, body: string): Route => ({
    method: 'GET',
    path: at,
    handle: (exchange: Exchange) => exchange.send(200, `${type}; charset=utf-8`, body, headers),
    place,
    ...(before && { before }),
  });
  const served = assets.flatMap(
    (name) => files(`${path}/${name}`, join(home, name), { ...(before && { before }) }).routes,
  );
  return {
    kind: 'http',
    target: 'API documentation',
    routes: [text(path, 'text/html', html), text(`${path}/start.js`, 'text/javascript', start), ...served],
  };
};
