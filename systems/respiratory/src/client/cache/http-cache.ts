import { type Clock, OptionError, OrganismError, systemClock } from '@organism/cell';
import { NotCachedError } from '../errors.ts';
import { HeaderList } from '../header-list.ts';
import type { ClientRequest } from '../request.ts';
import type { Buffered, ResponseSource } from '../response.ts';
import { parseCacheControl } from './cache-control.ts';
import { type CacheEntry, type CacheStore, MemoryCacheStore } from './cache-store.ts';
import { factsOf, isStorable, judge, standsInForError } from './freshness.ts';

/** Options of an {@link HttpCache}. */
export interface HttpCacheOptions {
  /** Default: a {@link MemoryCacheStore} of 16 MiB. */
  readonly store?: CacheStore;
  /**
   * Whether calls for several people go through it: what is `private`, or was asked for with credentials, is then not
   * kept. Default true; false for a client that serves one person, as a browser does.
   */
  readonly shared?: boolean;
  /** Most variants of one URL. Default 8. */
  readonly maxVariants?: number;
  readonly clock?: Clock;
}

/** Makes a request on the network. */
export type Fetcher = (request: ClientRequest) => Promise<Buffered>;

const safe = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
/** Fields that speak of one transfer or one connection only. @see RFC 9111 section 3.1 */
const unstored = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
  'trailer',
  'set-cookie',
];
/** What a confirmation must not change: these describe the stored body. @see RFC 9111 section 3.2 */
const ofBody = new Set(['content-length', 'content-encoding', 'content-type', 'content-range']);

/**
 * HTTP cache by RFC 9111 and RFC 5861: freshness, age, validators, Vary, stale-while-revalidate, stale-if-error,
 * invalidation by unsafe methods, and the directives of requests.
 *
 * Keeps whole answers to GET below status 400. Ranges and HEAD go by it.
 *
 * @see RFC 9111
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { FetchTransport, HttpCache, LungClient } from '@organism/respiratory/client';
 *
 * let asked = 0;
 * const answer = async () => Response.json({ asked: (asked += 1) }, { headers: { 'cache-control': 'max-age=60' } });
 * const client = new LungClient({ baseUrl: 'http://test', transport: new FetchTransport({ fetch: answer }), cache: new HttpCache() });
 * assert.deepEqual(await client.get('/'), { asked: 1 });
 * assert.deepEqual(await client.get('/'), { asked: 1 });
 * ```
 */
export class HttpCache {
  readonly #store: CacheStore;
  readonly #shared: boolean;
  readonly #maxVariants: number;
  readonly #clock: Clock;
  /** Requests that refresh stale entries behind their callers' backs, by URL. */
  readonly #background = new Map<string, Promise<unknown>>();

  constructor(options: HttpCacheOptions = {}) {
    this.#store = options.store ?? new MemoryCacheStore();
    this.#shared = options.shared ?? true;
    const { maxVariants = 8 } = options;
    if (!(Number.isSafeInteger(maxVariants) && maxVariants >= 1))
      throw new OptionError('maxVariants', 'a whole number >= 1', maxVariants);
    this.#maxVariants = maxVariants;
    this.#clock = options.clock ?? systemClock;
  }

  /** Resolves when nothing is being refreshed any longer. */
  async settled(): Promise<void> {
    while (this.#background.size > 0) await Promise.allSettled(this.#background.values());
  }

  /**
   * Answers a request from what is stored, or from the network.
   *
   * @param personal whether the request is made for somebody whom its headers do not show yet. Default false.
   */
  async handle(request: ClientRequest, fetcher: Fetcher, personal = false): Promise<Buffered> {
    const url = request.origin + request.path;
    if (request.method !== 'GET' || request.headers['range'] !== undefined || isConditional(request.headers))
      return this.#bypass(request, url, fetcher);
    const variants = (await this.#store.get(url)) ?? [];
    const entry = variants.find(({ varies }) => varies.every(([name, value]) => request.headers[name] === value));
    const control = request.headers['cache-control'];
    if (entry === undefined) return this.#fetch(request, url, fetcher, undefined, personal);
    const facts = factsOf(entry, this.#clock.now(), this.#shared);
    const verdict = judge(facts, control);
    if (verdict === 'fresh') return toResponse(entry, facts.ageMs > facts.freshMs ? 'stale' : 'cache', facts.ageMs);
    if (verdict === 'stale-while-revalidate') {
      this.#refresh(request, url, fetcher, entry, personal);
      return toResponse(entry, 'stale', facts.ageMs);
    }
    try {
      return await this.#fetch(request, url, fetcher, entry, personal);
    } catch (error) {
      const later = factsOf(entry, this.#clock.now(), this.#shared);
      if (!(error instanceof OrganismError && error.status >= 500) || !standsInForError(later, control)) throw error;
      return toResponse(entry, 'stale', later.ageMs);
    }
  }

  async #bypass(request: ClientRequest, url: string, fetcher: Fetcher): Promise<Buffered> {
    const response = await fetcher(request);
    if (safe.has(request.method) || response.status >= 400) return response;
    // What an unsafe request may have changed. @see RFC 9111 section 4.4
    const places = [url];
    for (const name of ['location', 'content-location']) {
      const other = URL.parse(response.headers.get(name) ?? '', url);
      if (response.headers.has(name) && other?.origin === request.origin)
        places.push(other.origin + other.pathname + other.search);
    }
    for (const place of places) await this.#store.delete(place);
    return response;
  }

  #refresh(request: ClientRequest, url: string, fetcher: Fetcher, entry: CacheEntry, personal: boolean): void {
    if (this.#background.has(url)) return;
    const work = this.#fetch(request, url, fetcher, entry, personal)
      // The caller has an answer; the next one will see the error.
      .catch(() => {})
      .finally(() => this.#background.delete(url));
    this.#background.set(url, work);
  }

  async #fetch(
    request: ClientRequest,
    url: string,
    fetcher: Fetcher,
    entry: CacheEntry | undefined,
    personal: boolean,
  ): Promise<Buffered> {
    if (parseCacheControl(request.headers['cache-control']).has('only-if-cached')) throw new NotCachedError();
    const requestedAt = this.#clock.now();
    const validators = entry === undefined ? {} : validatorsOf(entry);
    const conditional = Object.keys(validators).length > 0;
    const response = await fetcher(
      conditional ? { ...request, headers: { ...request.headers, ...validators } } : request,
    );
    const receivedAt = this.#clock.now();
    if (entry !== undefined && conditional && response.status === 304) {
      const headers = HeaderList.of(entry.headers).updatedBy(response.headers, (name) => ofBody.has(name));
      const confirmed = { ...entry, headers: [...headers], requestedAt, receivedAt };
      await this.#put(url, confirmed, entry);
      return toResponse(confirmed, 'revalidated', factsOf(confirmed, receivedAt, this.#shared).ageMs);
    }
    if (isStorable(request, response, this.#shared, personal)) {
      const { status, headers, body } = response;
      const varies = variesOf(headers, request);
      // A copy, as the piece that came from the socket may be part of a larger buffer.
      const kept = {
        status,
        headers: [...headers.without(...unstored)],
        body: body.slice(),
        varies,
        requestedAt,
        receivedAt,
      };
      await this.#put(url, kept, entry);
    } else if (entry !== undefined) await this.#put(url, undefined, entry);
    return response;
  }

  /** Puts a variant in front, in place of those it is the same as. */
  async #put(url: string, entry: CacheEntry | undefined, old: CacheEntry | undefined): Promise<void> {
    // Read again: others may have stored variants meanwhile.
    const others = ((await this.#store.get(url)) ?? []).filter((one) => {
      const key = JSON.stringify(one.varies);
      return key !== JSON.stringify(entry?.varies) && key !== JSON.stringify(old?.varies);
    });
    const variants = entry === undefined ? others : [entry, ...others].slice(0, this.#maxVariants);
    if (variants.length === 0) await this.#store.delete(url);
    else await this.#store.set(url, variants);
  }
}

const isConditional = (headers: ClientRequest['headers']): boolean =>
  ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since', 'if-range'].some(
    (name) => headers[name] !== undefined,
  );

const validatorsOf = ({ headers }: CacheEntry): Record<string, string> => {
  const list = HeaderList.of(headers);
  const etag = list.get('etag');
  const modified = list.get('last-modified');
  return {
    ...(etag !== undefined && { 'if-none-match': etag }),
    ...(modified !== undefined && { 'if-modified-since': modified }),
  };
};

const variesOf = (headers: HeaderList, request: ClientRequest): CacheEntry['varies'] => {
  const names = (headers.get('vary') ?? '').split(',').map((name) => name.trim().toLowerCase());
  return [...new Set(names)]
    .filter((name) => name !== '')
    .sort()
    .map((name) => [name, request.headers[name]]);
};

const toResponse = (entry: CacheEntry, source: ResponseSource, ageMs: number): Buffered => ({
  status: entry.status,
  headers: HeaderList.of(entry.headers).updatedBy(HeaderList.of({ age: String(Math.floor(ageMs / 1000)) })),
  // The caller may do with it what it likes.
  body: entry.body.slice(),
  source,
});
