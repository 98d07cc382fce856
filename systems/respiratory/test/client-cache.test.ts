import { Context } from '@organism/cell';
import {
  FetchTransport,
  HttpCache,
  type HttpCacheOptions,
  LungClient,
  MemoryCacheStore,
  NotCachedError,
} from '@organism/respiratory/client';
import { VirtualClock } from '@organism/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** What the origin says of its answers, in seconds. */
interface Says {
  readonly maxAge: number | undefined;
  readonly sMaxAge: number | undefined;
  readonly age: number;
  readonly swr: number;
  readonly sie: number;
  readonly noStore: boolean;
  readonly noCache: boolean;
  readonly mustRevalidate: boolean;
  readonly isPrivate: boolean;
  readonly etag: boolean;
  readonly vary: boolean;
}

const headersOf = (says: Says, version: number): Record<string, string> => {
  const control = [
    says.maxAge !== undefined && `max-age=${says.maxAge}`,
    says.sMaxAge !== undefined && `s-maxage="${says.sMaxAge}"`,
    says.swr > 0 && `stale-while-revalidate=${says.swr}`,
    says.sie > 0 && `Stale-If-Error=${says.sie}`,
    says.noStore && 'no-store',
    says.noCache && 'no-cache',
    says.mustRevalidate && 'must-revalidate',
    says.isPrivate && 'private',
  ].filter((one) => one !== false);
  return {
    'content-type': 'text/plain',
    ...(control.length > 0 && { 'cache-control': control.join(', ') }),
    ...(says.age > 0 && { age: String(says.age) }),
    ...(says.etag && { etag: `"${version}"` }),
    ...(says.vary && { vary: 'Accept-Language' }),
  };
};

type Op =
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'says'; readonly says: Says }
  | { readonly kind: 'change' }
  | { readonly kind: 'post' }
  | { readonly kind: 'fail' }
  | { readonly kind: 'mend' }
  | { readonly kind: 'get'; readonly language: string; readonly control: Asks };

/** What a request asks of the cache. */
interface Asks {
  readonly text: string | undefined;
  readonly noCache?: boolean;
  readonly noStore?: boolean;
  readonly maxAge?: number;
  readonly minFresh?: number;
  readonly maxStale?: number;
}

const asks: readonly Asks[] = [
  { text: undefined },
  { text: 'no-cache', noCache: true },
  { text: 'no-store', noStore: true },
  { text: 'max-age=5', maxAge: 5 },
  { text: 'min-fresh=5', minFresh: 5 },
  { text: 'max-stale=10', maxStale: 10 },
];

/** One thing the model has stored. */
interface Kept {
  readonly says: Says;
  readonly version: number;
  readonly at: number;
  readonly language: string | undefined;
}

/** The rules, as plainly as they can be put, for one URL. */
class Model {
  kept: Kept[] = [];
  says: Says;
  version = 1;
  failing = false;
  now = 0;
  readonly #shared: boolean;

  constructor(shared: boolean, says: Says) {
    this.#shared = shared;
    this.says = says;
  }

  #life(says: Says): number {
    return (this.#shared ? says.sMaxAge : undefined) ?? says.maxAge ?? 0;
  }

  #store(language: string, control: Asks, old: Kept | undefined): void {
    const { says, version, now } = this;
    // Status 200 may be kept without being told so; then it has no time to live here, but may be confirmed.
    const storable = !says.noStore && control.noStore !== true && !(says.isPrivate && this.#shared);
    const next: Kept = { says, version, at: now, language: says.vary ? language : undefined };
    this.kept = this.kept.filter((one) => one !== old && (!storable || one.language !== next.language));
    if (storable) this.kept.unshift(next);
  }

  #fetch(language: string, control: Asks, old: Kept | undefined): string {
    if (this.failing) return 'error';
    if (old?.says.etag === true && old.version === this.version && this.says.etag) {
      // Confirmed: what the confirmation says is joined to what was there, and the age starts anew.
      const { maxAge, sMaxAge, swr, sie, noStore, noCache, mustRevalidate, isPrivate } = this.says;
      const saysNothing =
        maxAge === undefined &&
        sMaxAge === undefined &&
        swr + sie === 0 &&
        !noStore &&
        !noCache &&
        !mustRevalidate &&
        !isPrivate;
      const says = {
        ...(saysNothing ? { ...old.says } : { ...this.says }),
        etag: true,
        vary: old.says.vary || this.says.vary,
      };
      const age = this.says.age > 0 ? this.says.age : old.says.age;
      this.kept = [
        { says: { ...says, age }, version: old.version, at: this.now, language: old.language },
        ...this.kept.filter((one) => one !== old),
      ];
      return `revalidated ${old.version}`;
    }
    this.#store(language, control, old);
    return `network ${this.version}`;
  }

  get(language: string, control: Asks): string {
    const entry = this.kept.find((one) => one.language === undefined || one.language === language);
    if (entry === undefined) return this.#fetch(language, control, undefined);
    const { says, version } = entry;
    const age = says.age + this.now - entry.at;
    const life = this.#life(says);
    const strict = says.mustRevalidate || (this.#shared && says.sMaxAge !== undefined);
    const forced =
      says.noCache || control.noCache === true || control.noStore === true || age > (control.maxAge ?? Infinity);
    const fresh = life > age + (control.minFresh ?? 0);
    const over = age + (control.minFresh ?? 0) - life;
    if (!forced && fresh) return `cache ${version}`;
    if (!forced && !strict && control.maxStale !== undefined && over <= control.maxStale)
      return `${age > life ? 'stale' : 'cache'} ${version}`;
    if (!forced && !strict && control.minFresh === undefined && says.swr > 0 && over <= says.swr) {
      this.#fetch(language, control, entry);
      return `stale ${version}`;
    }
    const outcome = this.#fetch(language, control, entry);
    const standIn = !strict && !says.noCache && control.noCache !== true && control.noStore !== true && says.sie > 0;
    return outcome === 'error' && standIn && age - life <= says.sie ? `stale ${version}` : outcome;
  }
}

const seconds = fc.constantFrom(0, 1, 4, 5, 6, 10, 11, 30);
const optional = fc.option(seconds, { nil: undefined });
const rare = fc.integer({ min: 0, max: 7 }).map((one) => one === 0);
const sayings: fc.Arbitrary<Says> = fc.record({
  maxAge: optional,
  sMaxAge: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: seconds }),
  age: fc.constantFrom(0, 0, 0, 3),
  swr: fc.constantFrom(0, 0, 5, 20),
  sie: fc.constantFrom(0, 0, 10, 30),
  noStore: rare,
  noCache: rare,
  mustRevalidate: rare,
  isPrivate: rare,
  etag: fc.boolean(),
  vary: rare,
});
const operations: fc.Arbitrary<readonly Op[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('get' as const),
        language: fc.constantFrom('pt', 'en'),
        control: fc.constantFrom(...asks, ...asks.slice(0, 1), ...asks.slice(0, 1)),
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('says' as const), says: sayings }) },
    {
      weight: 2,
      arbitrary: fc.constantFrom<Op>({ kind: 'change' }, { kind: 'post' }, { kind: 'fail' }, { kind: 'mend' }),
    },
  ),
  { minLength: 2, maxLength: 30 },
);

describe('the HTTP cache', () => {
  it('does what a plain reading of the rules says, whatever happens', async () => {
    await fc.assert(
      fc.asyncProperty(fc.boolean(), sayings, operations, async (shared, first, ops) => {
        const clock = new VirtualClock();
        const model = new Model(shared, first);
        const transport = new FetchTransport({
          fetch: async (request) => {
            if (model.failing) throw new TypeError('fetch failed', { cause: new Error('reset') });
            const conditional = request.headers.get('if-none-match');
            if (request.method !== 'GET') return new Response(null, { status: 204 });
            const headers = headersOf(model.says, model.version);
            if (model.says.etag && conditional === headers['etag']) return new Response(null, { status: 304, headers });
            return new Response(String(model.version), { headers });
          },
        });
        const cache = new HttpCache({ clock, shared });
        const client = new LungClient({
          baseUrl: 'http://test',
          transport,
          cache,
          clock,
          retry: false,
          breaker: false,
        });
        for (const op of ops) {
          if (op.kind === 'wait') {
            await clock.advance(op.seconds * 1000);
            model.now += op.seconds;
          } else if (op.kind === 'says') model.says = op.says;
          else if (op.kind === 'change') model.version += 1;
          else if (op.kind === 'fail') model.failing = true;
          else if (op.kind === 'mend') model.failing = false;
          else if (op.kind === 'post') {
            await client.post('/').catch(() => {});
            if (!model.failing) model.kept = [];
          } else {
            const headers = {
              'accept-language': op.language,
              ...(op.control.text !== undefined && { 'cache-control': op.control.text }),
            };
            const outcome = await client.send('GET', '/', { headers }).then(
              ({ source, data }) => `${source} ${String(data)}`,
              () => 'error',
            );
            await cache.settled();
            expect(outcome).toBe(model.get(op.language, op.control));
          }
        }
      }),
      { numRuns: 400 },
    );
  });
});

const day = 24 * 60 * 60;
const at = Date.UTC(2026, 0, 1);
const date = new Date(at).toUTCString();

const setUp = (
  answers: readonly (() => Response)[],
  options: HttpCacheOptions = {},
): { client: LungClient; clock: VirtualClock; requests: Request[]; cache: HttpCache } => {
  const clock = new VirtualClock({ start: at });
  const requests: Request[] = [];
  const transport = new FetchTransport({
    fetch: async (request) => {
      requests.push(request);
      return answers[Math.min(requests.length, answers.length) - 1]?.() ?? new Response(null, { status: 500 });
    },
  });
  const cache = new HttpCache({ clock, ...options });
  return {
    clock,
    requests,
    cache,
    client: new LungClient({ baseUrl: 'http://test', transport, cache, clock, retry: false }),
  };
};

describe('the HTTP cache, rule by rule', () => {
  it('takes a tenth of the time since the last change where nothing is said', async () => {
    const modified = new Date(at - 10 * day * 1000).toUTCString();
    const { client, clock, requests } = setUp([
      () => new Response('a', { headers: { date, 'last-modified': modified } }),
    ]);
    await client.get('/');
    await clock.advance((day - 1) * 1000);
    expect((await client.send('GET', '/')).source).toBe('cache');
    await clock.advance(2000);
    await client.get('/');
    expect(requests.map(({ headers }) => headers.get('if-modified-since'))).toEqual([null, modified]);
  });

  it('reads Expires against Date, and one that is no date as the past', async () => {
    const good = setUp([() => new Response('a', { headers: { date, expires: new Date(at + 5000).toUTCString() } })]);
    await good.client.get('/');
    await good.clock.advance(4000);
    expect((await good.client.send('GET', '/')).source).toBe('cache');
    await good.clock.advance(2000);
    expect((await good.client.send('GET', '/')).source).toBe('network');
    const bad = setUp([() => new Response('a', { headers: { date, expires: '0' } })]);
    await bad.client.get('/');
    expect((await bad.client.send('GET', '/')).source).toBe('network');
  });

  it('counts the age that the answer came with, and says it', async () => {
    const { client, clock } = setUp([
      () => new Response('a', { headers: { date, age: '50', 'cache-control': 'max-age=60' } }),
    ]);
    await client.get('/');
    await clock.advance(5000);
    const response = await client.send('GET', '/');
    expect([response.source, response.headers.get('age')]).toEqual(['cache', '55']);
    await clock.advance(6000);
    expect((await client.send('GET', '/')).source).toBe('network');
  });

  it('keeps nothing that was asked for with credentials, unless it is for all', async () => {
    const options = { headers: { authorization: 'Bearer x' } };
    const secret = setUp([() => new Response('a', { headers: { 'cache-control': 'max-age=60' } })]);
    await secret.client.get('/', options);
    expect((await secret.client.send('GET', '/')).source).toBe('network');
    const open = setUp([() => new Response('a', { headers: { 'cache-control': 'public, max-age=60' } })]);
    await open.client.get('/', options);
    expect((await open.client.send('GET', '/', options)).source).toBe('cache');
    const own = setUp([() => new Response('a', { headers: { 'cache-control': 'private, max-age=60' } })], {
      shared: false,
    });
    await own.client.get('/', options);
    expect((await own.client.send('GET', '/', options)).source).toBe('cache');
  });

  it('keeps nothing that was asked for on behalf of a principal, when that is told to the server', async () => {
    const answer = (): Response => new Response('a', { headers: { 'cache-control': 'max-age=60' } });
    const { cache, clock } = setUp([answer]);
    const transport = new FetchTransport({ fetch: async () => answer() });
    const client = new LungClient({ baseUrl: 'http://test', transport, cache, clock, trusted: true });
    await new Context({ clock, principal: { id: 'ada' } }).run(() => client.get('/'));
    expect((await client.send('GET', '/')).source).toBe('network');
    expect((await client.send('GET', '/')).source).toBe('cache');
  });

  it('keeps neither errors, parts, Vary: * nor set-cookie', async () => {
    for (const init of [
      { status: 404, headers: { 'cache-control': 'max-age=60' } },
      { status: 206, headers: { 'cache-control': 'max-age=60', 'content-range': 'bytes 0-0/9' } },
      { status: 200, headers: { 'cache-control': 'max-age=60', vary: '*' } },
    ]) {
      const { client, requests } = setUp([() => new Response('a', init)]);
      await client.get('/').catch(() => {});
      await client.get('/').catch(() => {});
      expect(requests.length).toBe(2);
    }
    const { client } = setUp([
      () => new Response('a', { headers: { 'cache-control': 'max-age=60', 'set-cookie': 'a=b' } }),
    ]);
    await client.get('/');
    expect((await client.send('GET', '/')).headers.has('set-cookie')).toBe(false);
  });

  it('answers only-if-cached with 504 when nothing fits', async () => {
    const { client, requests } = setUp([() => new Response('a')]);
    await expect(client.get('/', { headers: { 'cache-control': 'only-if-cached' } })).rejects.toBeInstanceOf(
      NotCachedError,
    );
    expect(requests).toEqual([]);
  });

  it('forgets what an unsafe request may have changed, at its origin only', async () => {
    const fresh = (): Response => new Response('a', { headers: { 'cache-control': 'max-age=60' } });
    const moved = (): Response => new Response(null, { status: 201, headers: { location: '/new' } });
    const { client } = setUp([fresh, fresh, moved, fresh]);
    await client.get('/new');
    await client.get('/other');
    await client.post('/list');
    expect((await client.send('GET', '/other')).source).toBe('cache');
    expect((await client.send('GET', '/new')).source).toBe('network');
  });

  it('gives out copies: what a caller does to them does not reach the next', async () => {
    const { client } = setUp([
      () => new Response(new Uint8Array([1, 2]), { headers: { 'cache-control': 'max-age=60' } }),
    ]);
    (await client.send('GET', '/')).body.fill(9);
    (await client.send('GET', '/')).body.fill(9);
    expect([...(await client.send('GET', '/')).body]).toEqual([1, 2]);
  });

  it('refreshes a stale answer once, however many ask meanwhile', async () => {
    const answer = (): Response =>
      new Response('a', { headers: { 'cache-control': 'max-age=1, stale-while-revalidate=60' } });
    const { client, clock, cache, requests } = setUp([answer]);
    await client.get('/');
    await clock.advance(2000);
    const all = await Promise.all(Array.from({ length: 10 }, () => client.send('GET', '/')));
    expect(new Set(all.map(({ source }) => source))).toEqual(new Set(['stale']));
    await cache.settled();
    expect(requests.length).toBe(2);
  });

  it('keeps within its bytes', async () => {
    const store = new MemoryCacheStore({ maxBytes: 3000 });
    const { client } = setUp([() => new Response('x'.repeat(500), { headers: { 'cache-control': 'max-age=60' } })], {
      store,
    });
    for (let index = 0; index < 20; index += 1) await client.get('/:index', { params: { index } });
    expect(store.bytes).toBeLessThanOrEqual(3000);
    expect((await client.send('GET', '/19')).source).toBe('cache');
    expect((await client.send('GET', '/0')).source).toBe('network');
    expect(() => new HttpCache({ maxVariants: 0 })).toThrow('maxVariants must be a whole number >= 1');
    expect(() => new MemoryCacheStore({ maxBytes: -1 })).toThrow('maxBytes must be a whole number >= 0');
  });
});
