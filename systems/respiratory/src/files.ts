import { createReadStream, statSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { HttpError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import type { HttpTendon, Route } from './route.ts';

/** Options of {@link files}. */
export interface FilesOptions {
  /** Served for the folder itself. Default `index.html`. */
  readonly index?: string;
  /** `cache-control` header. Default `no-cache`: kept, and asked for anew each time by its ETag. */
  readonly cacheControl?: string;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.geojson': 'application/geo+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.wasm': 'application/wasm',
  '.pdf': 'application/pdf',
};

const missing = (): HttpError => new HttpError('RESPIRATORY_NOT_FOUND', 'There is nothing here.');

/** The real path of a file inside a folder. Anything that leads out of it, hides or does not exist is "not found". */
const resolveInside = async (folder: string, path: string): Promise<string> => {
  const inside = normalize(`/${path}`);
  if (path.includes('\0') || path.includes('\\') || path.split('/').some((segment) => segment.startsWith('.')))
    throw missing();
  try {
    const [root, file] = await Promise.all([realpath(folder), realpath(join(folder, inside))]);
    if (file === root || file.startsWith(root + sep)) return file;
  } catch {
    // Not there, or not for us: the client learns no more than that.
  }
  throw missing();
};

const notModified = (exchange: Exchange, etag: string, modified: Date): boolean => {
  const { 'if-none-match': tags, 'if-modified-since': since } = exchange.request.headers;
  if (tags !== undefined) return tags === '*' || tags.split(',').some((tag) => tag.trim() === etag);
  return since !== undefined && Math.floor(modified.getTime() / 1000) * 1000 <= Date.parse(since);
};

const sendFile = async (exchange: Exchange, file: string, cacheControl: string): Promise<void> => {
  const info = await stat(file);
  if (!info.isFile()) throw missing();
  const { request, response } = exchange;
  const etag = `W/"${info.size.toString(36)}-${Math.floor(info.mtimeMs).toString(36)}"`;
  const headers = {
    etag,
    'last-modified': info.mtime.toUTCString(),
    'cache-control': cacheControl,
    'x-content-type-options': 'nosniff',
  };
  if (notModified(exchange, etag, info.mtime)) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(200, {
    ...headers,
    'content-type': types[extname(file).toLowerCase()] ?? 'application/octet-stream',
    'content-length': info.size,
  });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  try {
    await pipeline(createReadStream(file), response);
  } catch {
    // The client left, or the disk failed after the headers were sent: all that is left is to cut the connection.
    response.destroy();
  }
};

/**
 * Static files: serves a folder, or one file, under a path.
 *
 * Names that begin with a dot, links that lead out of the folder and paths with `..` are "not found".
 *
 * @param folder A path or `file:` URL.
 */
export const files = (path: string, folder: string | URL, options: FilesOptions = {}): HttpTendon => {
  const root = typeof folder === 'string' ? folder : fileURLToPath(folder);
  const { index = 'index.html', cacheControl = 'no-cache' } = options;
  const base = path.endsWith('/') ? path : `${path}/`;
  const serve = async (exchange: Exchange, rest: string): Promise<void> => {
    const file = await resolveInside(root, rest === '' || rest.endsWith('/') ? `${rest}${index}` : rest);
    await sendFile(exchange, file, cacheControl);
  };
  const whole: Route = { method: 'GET', path: base, handle: (exchange) => serve(exchange, '') };
  const below: Route = {
    method: 'GET',
    path: `${base}*file`,
    handle: (exchange) => serve(exchange, exchange.params['file'] ?? ''),
  };
  const single: Route = { method: 'GET', path, handle: (exchange) => sendFile(exchange, root, cacheControl) };
  const isFile = statSync(root, { throwIfNoEntry: false })?.isFile() === true;
  return { kind: 'http', target: path, routes: isFile ? [single] : base === '/' ? [below] : [whole, below] };
};
