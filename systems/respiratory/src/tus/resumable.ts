import { OptionError } from '@organism/cell';
import { HttpError } from '../errors.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { placeOfCall } from '../place.ts';
import type { Hook } from '../hooks.ts';
import type { HttpTendon, Route } from '../route.ts';
import { formatMetadata, parseMetadata, readCount, tusVersion } from './headers.ts';
import { UploadLocks } from './locks.ts';
import { algorithms, receive } from './receive.ts';
import type { Upload, UploadStore } from './store.ts';

/** Options of {@link resumable}. */
export interface ResumableOptions {
  readonly store: UploadStore;
  /** Largest upload, in bytes. Default 1 GiB. */
  readonly maxBytes?: number;
  /** Uploads that are not complete after this long are thrown away, in milliseconds. Default a day. */
  readonly expireMs?: number;
  /** Decides whether an upload may begin; throws an error to refuse it. */
  readonly onCreate?: (upload: Upload, exchange: Exchange) => void | Promise<void>;
  /** Called once all bytes are stored, before the client hears of it. */
  readonly onComplete?: (upload: Upload, exchange: Exchange) => void | Promise<void>;
  /** Run in order before every request but OPTIONS. */
  readonly before?: readonly Hook[];
}

const extensions = 'creation,creation-with-upload,creation-defer-length,termination,checksum,expiration';

/** The protocol's requests, over a store. */
class Tus {
  readonly #options: ResumableOptions;
  readonly #maxBytes: number;
  readonly #locks = new UploadLocks();

  constructor(options: ResumableOptions, maxBytes: number) {
    this.#options = options;
    this.#maxBytes = maxBytes;
  }

  /** What every answer says, and every request must. @throws {HttpError} 412 */
  readonly greet = (exchange: Exchange): void => {
    exchange.setHeader('tus-resumable', tusVersion);
    if (exchange.header('tus-resumable') === tusVersion) return;
    exchange.setHeader('tus-version', tusVersion);
    throw new HttpError('RESPIRATORY_PRECONDITION_FAILED', `Tus-Resumable must be ${tusVersion}.`);
  };

  readonly offer = (exchange: Exchange): void =>
    exchange.reply(204, {
      allow: 'POST, HEAD, PATCH, DELETE, OPTIONS',
      'tus-resumable': tusVersion,
      'tus-version': tusVersion,
      'tus-extension': extensions,
      'tus-max-size': this.#maxBytes,
      'tus-checksum-algorithm': algorithms.join(','),
    });

  readonly create = async (exchange: Exchange): Promise<void> => {
    const length = readCount(exchange, 'Upload-Length');
    const deferred = exchange.header('upload-defer-length');
    if ((length === undefined) !== (deferred === '1'))
      throw new HttpError('RESPIRATORY_BAD_HEADER', 'Upload-Length must be given, or Upload-Defer-Length be 1.');
    if (length !== undefined && length > this.#maxBytes) throw HttpError.tooLarge(this.#maxBytes);
    const { clock, entropy } = exchange.scope;
    const { expireMs = 24 * 60 * 60 * 1000, store, onCreate } = this.#options;
    const metadata = parseMetadata(exchange.header('upload-metadata'));
    const upload: Upload = { id: entropy.uuid(), length, offset: 0, metadata, expiresAt: clock.now() + expireMs };
    await onCreate?.(upload, exchange);
    await store.create(upload);
    const withBody = exchange.header('content-type') === 'application/offset+octet-stream';
    const offset = withBody ? await this.#take(exchange, upload) : 0;
    if (!withBody && length === 0) await this.#options.onComplete?.(upload, exchange);
    exchange.reply(201, {
      location: `${exchange.scope.base}${exchange.path}/${upload.id}`,
      ...(withBody && { 'upload-offset': offset }),
      ...expires(upload),
    });
  };

  readonly tell = (exchange: Exchange): Promise<void> =>
    this.#locks.hold(idOf(exchange), exchange, async () => {
      const upload = await this.#find(exchange);
      exchange.reply(200, {
        'cache-control': 'no-store',
        'upload-offset': upload.offset,
        ...(upload.length === undefined ? { 'upload-defer-length': '1' } : { 'upload-length': upload.length }),
        ...(Object.keys(upload.metadata).length > 0 && { 'upload-metadata': formatMetadata(upload.metadata) }),
        ...expires(upload),
      });
    });

  readonly extend = (exchange: Exchange): Promise<void> =>
    this.#locks.hold(
      idOf(exchange),
      exchange,
      async () => {
        if (exchange.header('content-type') !== 'application/offset+octet-stream')
          throw new HttpError(
            'RESPIRATORY_UNSUPPORTED_MEDIA_TYPE',
            'The body must be application/offset+octet-stream.',
          );
        const offset = readCount(exchange, 'Upload-Offset');
        const upload = await this.#find(exchange);
        if (offset !== upload.offset)
          throw new HttpError('RESPIRATORY_UPLOAD_CONFLICT', `The upload is at ${upload.offset} bytes.`, {
            extensions: { offset: upload.offset },
          });
        const known = await this.#withLength(exchange, upload);
        const reached = await this.#take(exchange, known);
        exchange.reply(204, { 'upload-offset': reached, ...expires(known) });
      },
      true,
    );

  readonly end = (exchange: Exchange): Promise<void> =>
    this.#locks.hold(idOf(exchange), exchange, async () => {
      const { id } = await this.#find(exchange);
      await this.#options.store.remove(id);
      exchange.reply(204, {});
    });

  /** Some clients and proxies know POST only. */
  readonly overridden = (exchange: Exchange): void | Promise<void> => {
    const method = exchange.header('x-http-method-override');
    if (method === 'PATCH') return this.extend(exchange);
    if (method === 'DELETE') return this.end(exchange);
    if (method === 'HEAD') return this.tell(exchange);
    throw new HttpError('RESPIRATORY_BAD_HEADER', 'X-HTTP-Method-Override must be PATCH, DELETE or HEAD.');
  };

  async #withLength(exchange: Exchange, upload: Upload): Promise<Upload> {
    const length = readCount(exchange, 'Upload-Length');
    if (length === undefined || length === upload.length) return upload;
    if (upload.length !== undefined || length < upload.offset)
      throw new HttpError('RESPIRATORY_BAD_HEADER', 'Upload-Length must not change.');
    if (length > this.#maxBytes) throw HttpError.tooLarge(this.#maxBytes);
    await this.#options.store.setLength(upload.id, length);
    return { ...upload, length };
  }

  async #take(exchange: Exchange, upload: Upload): Promise<number> {
    const offset = await receive(exchange, upload, this.#options.store, this.#maxBytes);
    if (offset === upload.length) await this.#options.onComplete?.({ ...upload, offset }, exchange);
    return offset;
  }

  async #find(exchange: Exchange): Promise<Upload> {
    const upload = await this.#options.store.find(idOf(exchange));
    if (upload === undefined) throw HttpError.notFound();
    const { expiresAt = Infinity, length, offset } = upload;
    if (offset === length || expiresAt > exchange.scope.clock.now()) return upload;
    await this.#options.store.remove(upload.id);
    throw new HttpError('RESPIRATORY_UPLOAD_GONE', 'The upload has expired.');
  }
}

const idOf = (exchange: Exchange): string => exchange.params['id'] ?? '';

const expires = ({ expiresAt, length, offset }: Upload): { readonly 'upload-expires'?: string } =>
  expiresAt === undefined || offset === length ? {} : { 'upload-expires': new Date(expiresAt).toUTCString() };

/** Throws away what has expired and is not complete. Returns how many. */
export const removeExpired = async (store: UploadStore, now: number): Promise<number> => {
  let removed = 0;
  for (const id of await store.list()) {
    const upload = await store.find(id);
    if (upload === undefined || upload.offset === upload.length || (upload.expiresAt ?? Infinity) > now) continue;
    await store.remove(id);
    removed += 1;
  }
  return removed;
};

/**
 * Resumable uploads: clients of the tus protocol send files of any size in as many tries as it takes, and after a break
 * only the rest. Where whole uploads take long, set the server's `requestTimeoutMs` to 0 or let clients send chunks.
 *
 * @param path Where uploads are made; each gets a path of its own below.
 * @throws {OptionError} `CELL_BAD_OPTION` that names the option.
 * @see https://tus.io/protocols/resumable-upload, version 1.0.0
 */
export const resumable = (path: string, options: ResumableOptions): HttpTendon => {
  const { maxBytes = 2 ** 30, before = [] } = options;
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 0)
    throw new OptionError('maxBytes', 'a whole number of 0 or more', maxBytes);
  const tus = new Tus(options, maxBytes);
  const place = placeOfCall(resumable);
  const one = `${path}/:id`;
  const route = (method: string, at: string, handle: Route['handle']): Route =>
    method === 'OPTIONS'
      ? { method, path: at, handle, place }
      : { method, path: at, handle, place, before: [tus.greet, ...before] };
  const routes = [
    route('OPTIONS', path, tus.offer),
    route('OPTIONS', one, tus.offer),
    route('POST', path, tus.create),
    route('POST', one, tus.overridden),
    route('HEAD', one, tus.tell),
    route('PATCH', one, tus.extend),
    route('DELETE', one, tus.end),
  ];
  return { kind: 'http', target: path, routes };
};
