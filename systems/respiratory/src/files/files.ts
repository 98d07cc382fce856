import { negotiateEncoding } from '@organism/metabolic/compression';
import { statSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HttpError } from '../errors.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { placeOfCall } from '../place.ts';
import type { Hook, HttpTendon, Route } from '../route.ts';
import { mediaTypeByName } from './media-type.ts';
import { sendFile } from './send-file.ts';

/** Options of {@link files}. */
export interface FilesOptions {
  /** Served for the folder itself. Default `index.html`. */
  readonly index?: string;
  /** `cache-control` header. Default `no-cache`: kept, and asked for anew each time by its ETag. */
  readonly cacheControl?: string;
  /** Send `name.br`, `name.zst` or `name.gz` in place of `name` to who can read it. Default false. */
  readonly precompressed?: boolean;
  /** Run in order before a file is sent. */
  readonly before?: readonly Hook[];
}

const suffixes = { br: '.br', zstd: '.zst', gzip: '.gz' } as const;

/** The real path of a file inside a folder. Anything that leads out of it, hides or does not exist is "not found". */
const resolveInside = async (folder: string, path: string): Promise<string> => {
  const inside = normalize(`/${path}`);
  if (path.includes('\0') || path.includes('\\') || path.split('/').some((segment) => segment.startsWith('.')))
    throw HttpError.notFound();
  try {
    const [root, file] = await Promise.all([realpath(folder), realpath(join(folder, inside))]);
    if (file === root || file.startsWith(root + sep)) return file;
  } catch {
    // Not there, or not for us: the client learns no more than that.
  }
  throw HttpError.notFound();
};

const isFile = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
};

/** The compressed form of a file that the client likes best, of those that are there. */
const variantOf = async (exchange: Exchange, path: string): Promise<keyof typeof suffixes | undefined> => {
  const there: (keyof typeof suffixes)[] = [];
  for (const encoding of Object.keys(suffixes) as (keyof typeof suffixes)[])
    if (await isFile(path + suffixes[encoding])) there.push(encoding);
  if (there.length === 0) return undefined;
  exchange.vary('accept-encoding');
  const chosen = negotiateEncoding(exchange.header('accept-encoding'), there);
  return there.find((encoding) => encoding === chosen);
};

/**
 * Static files: serves a folder, or one file, under a path, with ETag, conditions and ranges, so that downloads resume.
 *
 * Names that begin with a dot, links that lead out of the folder and paths with `..` are "not found".
 *
 * @param folder A path or `file:` URL.
 */
export const files = (path: string, folder: string | URL, options: FilesOptions = {}): HttpTendon => {
  const root = typeof folder === 'string' ? folder : fileURLToPath(folder);
  const { index = 'index.html', cacheControl = 'no-cache', precompressed = false, before } = options;
  const base = path.endsWith('/') ? path : `${path}/`;
  const sendPath = async (exchange: Exchange, file: string): Promise<void> => {
    const encoding = precompressed ? await variantOf(exchange, file) : undefined;
    const suffix = encoding === undefined ? '' : suffixes[encoding];
    await sendFile(exchange, { path: file + suffix, contentType: mediaTypeByName(file), cacheControl, encoding });
  };
  const serve = async (exchange: Exchange, rest: string): Promise<void> =>
    sendPath(exchange, await resolveInside(root, rest === '' || rest.endsWith('/') ? `${rest}${index}` : rest));
  const common = { method: 'GET', place: placeOfCall(files), ...(before && { before }) };
  const whole: Route = { ...common, path: base, handle: (exchange) => serve(exchange, '') };
  const below: Route = {
    ...common,
    path: `${base}*file`,
    handle: (exchange) => serve(exchange, exchange.params['file'] ?? ''),
  };
  const single: Route = { ...common, path, handle: (exchange) => sendPath(exchange, root) };
  const isSingle = statSync(root, { throwIfNoEntry: false })?.isFile() === true;
  return { kind: 'http', target: path, routes: isSingle ? [single] : base === '/' ? [below] : [whole, below] };
};
