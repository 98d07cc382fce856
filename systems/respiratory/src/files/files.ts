import { negotiateEncoding } from '@organism/metabolic/compression';
import { statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Exchange } from '../exchange/exchange.ts';
import { placeOfCall } from '../place.ts';
import type { Hook } from '../hooks.ts';
import type { HttpTendon, Route } from '../route.ts';
import { Folder } from './folder.ts';
import { mediaTypeByName } from './media-type.ts';
import { OpenFile } from './open-file.ts';
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

type OpenAt = (path: string) => Promise<OpenFile>;

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
  const inside = new Folder(root);
  const send = async (exchange: Exchange, file: string, open: OpenAt): Promise<void> => {
    const encoding = precompressed ? await variantOf(exchange, file) : undefined;
    using opened = await open(file + (encoding === undefined ? '' : suffixes[encoding]));
    await sendFile(exchange, opened, { contentType: mediaTypeByName(file), cacheControl, encoding });
  };
  const openInside: OpenAt = (file) => inside.open(file);
  const serve = (exchange: Exchange, rest: string): Promise<void> =>
    send(exchange, inside.pathOf(rest === '' || rest.endsWith('/') ? `${rest}${index}` : rest), openInside);
  const common = { method: 'GET', place: placeOfCall(files), ...(before && { before }) };
  const whole: Route = { ...common, path: base, handle: (exchange) => serve(exchange, '') };
  const below: Route = {
    ...common,
    path: `${base}*file`,
    handle: (exchange) => serve(exchange, exchange.params['file'] ?? ''),
  };
  const single: Route = { ...common, path, handle: (exchange) => send(exchange, root, OpenFile.at) };
  const isSingle = statSync(root, { throwIfNoEntry: false })?.isFile() === true;
  return { kind: 'http', target: path, routes: isSingle ? [single] : base === '/' ? [below] : [whole, below] };
};
