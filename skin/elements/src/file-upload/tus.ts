import type { Uploader, UploadTask } from './queue.ts';

/** Why an upload has failed. */
export class UploadError extends Error {
  override readonly name = 'UploadError';
  /** Stable code. */
  readonly code = 'SKIN_UPLOAD_FAILED';
  /** Status of the server's answer, if there was one. */
  readonly status: number | undefined;
  /** What the server's problem document says to users, if it does: `detail`, or else `title`. @see RFC 9457 */
  readonly publicMessage: string | undefined;

  constructor(
    message: string,
    status?: number,
    options?: ErrorOptions & { readonly publicMessage?: string | undefined },
  ) {
    super(message, options);
    this.status = status;
    this.publicMessage = options?.publicMessage;
  }
}

/** Options of {@link tusUploader}. */
export interface TusOptions {
  /** Where uploads are made, relative to the page. */
  readonly endpoint: string;
  /** Headers of every request, such as an access token. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes of one request: progress comes after each. Default 4 MiB. */
  readonly chunkBytes?: number;
  /** Pauses before the tries after a failure, in milliseconds. Default 1, 3 and 5 seconds. */
  readonly retryDelaysMs?: readonly number[];
  /** Where unfinished uploads are remembered, so that one goes on after the page was reloaded: `localStorage`, say. */
  readonly storage?: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  /** Sends the requests. Default: the browser's. */
  readonly fetch?: typeof globalThis.fetch;
}

const version = '1.0.0';

const base64 = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

/** Waits, but not on when the signal is aborted. */
const wait = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });

/** One upload: where it stands on the server, and what is still to be sent. */
class Upload {
  readonly #options: TusOptions;
  readonly #task: UploadTask;
  readonly #endpoint: URL;
  readonly #key: string;
  #url: string | undefined;

  constructor(options: TusOptions, task: UploadTask, endpoint: URL) {
    this.#options = options;
    this.#task = task;
    this.#endpoint = endpoint;
    const { name, type, size, lastModified } = task.file;
    this.#key = `tus:${JSON.stringify([endpoint.href, name, type, size, lastModified])}`;
    const known = task.saved ?? this.#remembered();
    this.#url = known !== null && this.#isOurs(known) ? known : undefined;
  }

  /** The headers may hold a token that is nobody's business but the server's. */
  #isOurs(url: string): boolean {
    return URL.canParse(url) && new URL(url).origin === this.#endpoint.origin;
  }

  #remembered(): string | null {
    try {
      return this.#options.storage?.getItem(this.#key) ?? null;
    } catch {
      return null;
    }
  }

  /** An upload need not fail because the browser keeps nothing. */
  #remember(url: string | undefined): void {
    try {
      if (url === undefined) this.#options.storage?.removeItem(this.#key);
      else this.#options.storage?.setItem(this.#key, url);
    } catch {
      // It begins anew after a reload.
    }
  }

  async #request(method: string, url: string | URL, headers: Record<string, string>, body?: Blob): Promise<Response> {
    const { fetch = globalThis.fetch } = this.#options;
    return fetch(url, {
      method,
      headers: { ...this.#options.headers, 'Tus-Resumable': version, ...headers },
      signal: this.#task.signal,
      ...(body !== undefined && { body }),
    });
  }

  /** Makes the upload on the server. */
  async #create(): Promise<number> {
    const { file } = this.#task;
    const metadata = [`filename ${base64(file.name)}`, ...(file.type ? [`filetype ${base64(file.type)}`] : [])];
    const response = await this.#request('POST', this.#endpoint, {
      'Upload-Length': String(file.size),
      'Upload-Metadata': metadata.join(','),
    });
    const location = response.headers.get('location');
    if (response.status !== 201 || location === null) throw await refusal('made', response);
    const url = URL.parse(location, this.#endpoint)?.href ?? '';
    if (!this.#isOurs(url)) throw new UploadError('The server sends the upload to another origin.', response.status);
    this.#url = url;
    this.#task.save(url);
    this.#remember(url);
    return 0;
  }

  /** Bytes that the server has, of an upload that is made if there is none or no longer one. */
  async #offset(): Promise<number> {
    if (this.#url === undefined) return this.#create();
    const response = await this.#request('HEAD', this.#url, {});
    if ([403, 404, 410].includes(response.status)) return this.#create();
    const offset = Number(response.headers.get('upload-offset') ?? Number.NaN);
    if (!response.ok || !(offset >= 0 && offset <= this.#task.file.size)) throw await refusal('found', response);
    this.#task.save(this.#url);
    return offset;
  }

  async #send(): Promise<string> {
    const { file, progress } = this.#task;
    const { chunkBytes = 4 * 2 ** 20 } = this.#options;
    let offset = await this.#offset();
    progress(offset);
    while (offset < file.size) {
      const response = await this.#request(
        'PATCH',
        this.#url ?? '',
        { 'Upload-Offset': String(offset), 'Content-Type': 'application/offset+octet-stream' },
        file.slice(offset, offset + Math.max(1, chunkBytes)),
      );
      const reached = Number(response.headers.get('upload-offset') ?? Number.NaN);
      if (response.status !== 204 || !(reached > offset && reached <= file.size)) throw await refusal('sent', response);
      offset = reached;
      progress(offset);
    }
    this.#remember(undefined);
    return this.#url ?? '';
  }

  /** Sends it, and tries again after a break. What the server refuses for good is not tried again. */
  async run(): Promise<string> {
    const delays = [...(this.#options.retryDelaysMs ?? [1000, 3000, 5000])];
    for (;;) {
      try {
        return await this.#send();
      } catch (error) {
        const { status = 0 } = error instanceof UploadError ? error : {};
        const isFinal = status >= 400 && status < 500 && ![409, 423, 429].includes(status);
        const delay = delays.shift();
        if (this.#task.signal.aborted || isFinal || delay === undefined) throw error;
        await wait(delay, this.#task.signal);
      }
    }
  }
}

const refusal = async (step: string, response: Response): Promise<UploadError> => {
  const { status } = response;
  const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '');
  const body: unknown = isJson ? await response.json().catch(() => undefined) : undefined;
  const { detail, title } = (body ?? {}) as Readonly<Record<string, unknown>>;
  const publicMessage = [detail, title].find((one) => typeof one === 'string');
  return new UploadError(`The upload could not be ${step}: the server answered ${status}.`, status, { publicMessage });
};

/**
 * Uploader for servers of the tus protocol, such as `resumable()` of `@organism/respiratory`: sends a file in parts, goes
 * on where a break has left it, and gives the upload's address.
 *
 * @throws {TypeError} when `endpoint` is no address.
 *
 * @example
 * ```ts browser
 * import '@organism/skin-elements/file-upload';
 * import { tusUploader } from '@organism/skin-elements/tus';
 *
 * const field = document.createElement('skin-file-upload');
 * field.uploader = tusUploader({ endpoint: '/uploads', storage: localStorage });
 * document.body.append(field);
 * ```
 * @see https://tus.io/protocols/resumable-upload, version 1.0.0
 */
export const tusUploader = (options: TusOptions): Uploader => {
  const page = (globalThis.location as Location | undefined)?.href;
  const endpoint = new URL(options.endpoint, page);
  return {
    upload: (task) => new Upload(options, task, endpoint).run(),
    discard: async (saved) => {
      const { fetch = globalThis.fetch } = options;
      await fetch(saved, { method: 'DELETE', headers: { ...options.headers, 'Tus-Resumable': version } });
    },
  };
};
