import { OptionError, sleep } from '@organism/cell';
import { exponential, TimeoutError } from '@organism/homeostasis';
import { BadResponseError, type CallPlace, ConnectionLostError } from './errors.ts';
import type { HeaderList } from './header-list.ts';
import type { LungClient } from './lung-client.ts';
import type { CallOptions, OptionsFor, Progress } from './options.ts';
import { RemoteError } from './remote-error.ts';
import { unstalled } from './stall.ts';
import type { WireResponse } from './transport.ts';

/** Options of a {@link download}. */
export interface DownloadOptions {
  /** Goes on where an earlier download stopped: how many bytes are there, and what `validator` it had. */
  readonly from?: { readonly bytes: number; readonly validator: string };
  /** How often in a row it may be taken up again without any progress. Default 5. */
  readonly resumes?: number;
  /** How long the next bytes may take, in milliseconds. Default 30 000. */
  readonly stallTimeoutMs?: number;
  readonly onProgress?: (progress: Progress) => void;
}

type Opened = WireResponse & { readonly url: string };
type Given = Omit<CallOptions<never, never>, 'output'> & DownloadOptions;

const backoff = exponential({ baseMs: 200, maxMs: 10_000 });

/** What tells one state of a file from the next, byte by byte: weak tags don't. @see RFC 9110 section 13.1.5 */
const validatorOf = (headers: HeaderList): string | undefined => {
  const etag = headers.get('etag');
  return etag?.startsWith('"') ? etag : undefined;
};

const rangeOf = (headers: HeaderList): { readonly first: number; readonly total: number | undefined } | undefined => {
  const match = /^bytes (\d{1,15})-\d{1,15}\/(\d{1,15}|\*)$/.exec(headers.get('content-range') ?? '');
  return match === null
    ? undefined
    : { first: Number(match[1]), total: match[2] === '*' ? undefined : Number(match[2]) };
};

const numberOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;

const none: AsyncIterable<Uint8Array> = { async *[Symbol.asyncIterator]() {} };

/** A file on its way: iterate it for its bytes, once. */
export class Download implements AsyncIterable<Uint8Array> {
  /** Where the first byte that comes belongs: 0, or where the earlier download stopped. */
  readonly offset: number;
  /** Bytes of the whole file, if that is known. */
  readonly total: number | undefined;
  /** Keep it with the bytes, to go on in a later life; undefined when the server gives none that is strong. */
  readonly validator: string | undefined;
  readonly headers: HeaderList;
  readonly #client: LungClient;
  readonly #place: CallPlace;
  readonly #path: string;
  readonly #options: Given;
  #response: Opened | undefined;
  #bytes: number;

  /** @internal Use {@link download}. */
  constructor(client: LungClient, path: string, options: Given, response: Opened, offset: number, complete: boolean) {
    const { url, headers, decompressed } = response;
    this.#client = client;
    this.#path = path;
    this.#options = options;
    this.#place = { method: 'GET', origin: new URL(url).origin, path: new URL(url).pathname };
    this.#response = complete ? undefined : response;
    this.#bytes = this.offset = offset;
    this.headers = headers;
    this.validator =
      decompressed === true ? undefined : (validatorOf(headers) ?? (complete ? options.from?.validator : undefined));
    this.total = complete
      ? offset
      : response.status === 206
        ? rangeOf(headers)?.total
        : numberOf(headers.get('content-length'));
  }

  /** Bytes of the file that are here, those of an earlier download included. */
  get bytes(): number {
    return this.#bytes;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const { resumes = 5, stallTimeoutMs = 30_000, onProgress, signal } = this.#options;
    let response = this.#response;
    this.#response = undefined;
    let failures = 0;
    while (response !== undefined) {
      try {
        for await (const piece of unstalled(response.body, this.#client.clock, stallTimeoutMs)) {
          failures = 0;
          this.#bytes += piece.length;
          onProgress?.({ bytes: this.#bytes, total: this.total });
          yield piece;
        }
        return;
      } catch (error) {
        const lost = error instanceof ConnectionLostError || error instanceof TimeoutError;
        if (!lost || this.validator === undefined || failures >= resumes) throw error;
        failures += 1;
        if (failures > 1)
          await sleep(
            this.#client.clock,
            backoff(failures, 0, this.#client.entropy),
            signal === undefined ? {} : { signal },
          );
        response = await this.#resume(this.validator);
      }
    }
  }

  async #resume(validator: string): Promise<Opened> {
    const response = await openAt(this.#client, this.#path, this.#options, this.#bytes, validator);
    const range = rangeOf(response.headers);
    const same = validatorOf(response.headers) === validator && range?.total === this.total;
    if (response.status === 206 && range?.first === this.#bytes && same) return response;
    response.body.cancel();
    const problem = response.status === 206 ? 'another part than was asked for' : 'the file changed on the way';
    throw new BadResponseError(this.#place, 'range', problem);
  }
}

const openAt = (
  client: LungClient,
  path: string,
  options: Given,
  bytes: number,
  validator: string | undefined,
): Promise<Opened> => {
  const { from: _from, resumes: _resumes, stallTimeoutMs: _stall, onProgress: _progress, ...call } = options;
  const range: Record<string, string> =
    validator === undefined ? {} : { range: `bytes=${bytes}-`, 'if-range': validator };
  // Parts of what was compressed on the way can't be joined.
  return client.open<string>('GET', path, {
    ...call,
    headers: { ...call.headers, 'accept-encoding': 'identity', ...range },
  });
};

/** The file was complete before: the server has no more. */
const isComplete = (error: unknown, bytes: number): error is RemoteError =>
  error instanceof RemoteError && error.status === 416 && error.headers.get('content-range') === `bytes */${bytes}`;

/**
 * Download: a file whose transfer is taken up again where it broke off, by `Range` and `If-Range`, now or in a later life.
 *
 * Without a strong `ETag` nothing proves that the rest belongs to the same file: such a download fails when it breaks.
 *
 * @throws {BadResponseError} when the file changed on the way, or the server gave another part.
 * @throws {ConnectionLostError} when it broke and could not be taken up again.
 * @see RFC 9110 section 14
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { download, FetchTransport, LungClient } from '@organism/respiratory/client';
 *
 * const answer = async () => new Response('earthquakes', { headers: { etag: '"v1"', 'content-length': '11' } });
 * const client = new LungClient({ baseUrl: 'http://test', transport: new FetchTransport({ fetch: answer }) });
 * const file = await download(client, '/files/:name', { params: { name: 'week.json' } });
 * let text = '';
 * for await (const piece of file) text += new TextDecoder().decode(piece);
 * assert.deepEqual([text, file.bytes, file.total, file.validator], ['earthquakes', 11, 11, '"v1"']);
 * ```
 */
export const download = async <P extends string>(
  client: LungClient,
  path: P,
  // What has to be given depends on the path, which is not known here.
  options: Omit<OptionsFor<P, never, never>, 'output'> & DownloadOptions = {} as never,
): Promise<Download> => {
  const given = options as Given;
  const { from, stallTimeoutMs = 30_000, resumes = 5 } = given;
  if (!(stallTimeoutMs > 0)) throw new OptionError('stallTimeoutMs', 'a number of milliseconds > 0', stallTimeoutMs);
  if (!(Number.isSafeInteger(resumes) && resumes >= 0))
    throw new OptionError('resumes', 'a whole number >= 0', resumes);
  if (from === undefined)
    return new Download(client, path, given, await openAt(client, path, given, 0, undefined), 0, false);
  if (!(Number.isSafeInteger(from.bytes) && from.bytes >= 0))
    throw new OptionError('from.bytes', 'a whole number >= 0', from.bytes);
  try {
    const response = await openAt(client, path, given, from.bytes, from.validator);
    const { status, headers, url } = response;
    const first = status === 206 ? rangeOf(headers)?.first : 0;
    // Not every server looks at `If-Range`; the tag of a part tells what it is a part of.
    const same = status !== 206 || validatorOf(headers) === from.validator;
    if (same && (first === 0 || first === from.bytes)) return new Download(client, path, given, response, first, false);
    response.body.cancel();
    throw new BadResponseError(
      { method: 'GET', origin: new URL(url).origin, path: new URL(url).pathname },
      'range',
      same ? 'another part than was asked for' : 'the file changed since',
    );
  } catch (error) {
    if (!isComplete(error, from.bytes)) throw error;
    const { headers, status } = error;
    const body = { ...none, bytes: () => Promise.resolve(new Uint8Array()), cancel: () => {} };
    const url = `${String(error.details['origin'])}${String(error.details['path'])}`;
    return new Download(client, path, given, { status, headers, url, body }, from.bytes, true);
  }
};
