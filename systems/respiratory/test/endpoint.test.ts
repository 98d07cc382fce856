import { Muscle } from '@organism/muscular';
import { RateLimit, slidingWindow } from '@organism/homeostasis';
import {
  cors,
  endpoint,
  formatCookie,
  html,
  json,
  Lung,
  negotiateType,
  parseCookies,
  respond,
  text,
} from '@organism/respiratory';
import { Bone } from '@organism/skeletal';
import { VirtualClock } from '@organism/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const Anything = new Bone('any.thing', z.unknown());
const echo = new Muscle({ name: 'echo', input: Anything, output: Anything, run: (input) => input });
const names = new Muscle({
  name: 'names',
  output: new Bone('names', z.array(z.string())),
  run: () => ['ada', 'bob', ...Array.from({ length: 500 }, () => 'carol')],
});

describe('the parts of a request', () => {
  const parts = {
    params: new Bone('p', z.object({ id: z.number() })),
    query: new Bone('q', z.object({ page: z.number().default(1), tag: z.array(z.string()).optional() })),
    headers: new Bone('h', z.object({ 'x-tenant': z.string() })),
    cookies: new Bone('c', z.object({ session: z.string().optional() })),
  };
  const lung = new Lung({
    endpoints: [
      endpoint('POST /joined/:id', echo, parts),
      endpoint('GET /mapped/:id', echo, {
        ...parts,
        toInput: ({ params, query, headers, cookies }) => [
          params.id + 1,
          query.page,
          headers['x-tenant'],
          cookies.session,
        ],
      }),
    ],
  });

  it('are each checked by their Bone, and joined', async () => {
    const answer = await lung.inject('POST /joined/7?page=2&tag=a', {
      headers: { 'X-Tenant': 'lisbon', cookie: 'other=1; session="s%20t"' },
      json: { id: 'of the body', note: 'n' },
    });
    expect(await answer.json()).toEqual({
      id: 7,
      page: 2,
      tag: ['a'],
      'x-tenant': 'lisbon',
      session: 's t',
      note: 'n',
    });
  });

  it('make the input by a function', async () => {
    const answer = await lung.inject('GET /mapped/7', { headers: { 'x-tenant': 'lisbon' } });
    expect(await answer.json()).toEqual([8, 1, 'lisbon', null]);
  });

  it.each([
    ['/mapped/x', { 'x-tenant': 'a' }, '/id'],
    ['/mapped/1', {}, '/x-tenant'],
    ['/mapped/1?page=two', { 'x-tenant': 'a' }, '/page'],
  ])('name the field that does not fit: %s', async (path, headers, pointer) => {
    const answer = await lung.inject(`GET ${path}`, { headers });
    const problem = (await answer.json()) as { errors: { pointer: string }[] };
    expect([answer.status, problem.errors[0]?.pointer]).toEqual([422, pointer]);
  });
});

describe('texts of a URL', () => {
  const take = async (schema: z.ZodType, query: string): Promise<unknown> => {
    const input = new Bone('taken', schema);
    const muscle = new Muscle({ name: 'take', input, run: (given: unknown) => given });
    return (await new Lung({ endpoints: [endpoint('GET /take', muscle)] }).inject(`GET /take?${query}`)).json();
  };

  it('become what the field wants in each kind of an object that is one of several', async () => {
    const schema = z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('one'), size: z.number() }),
      z.object({ kind: z.literal('many'), tags: z.array(z.string()) }),
    ]);
    expect(await take(schema, 'kind=one&size=3')).toEqual({ kind: 'one', size: 3 });
    expect(await take(schema, 'kind=many&tags=a')).toEqual({ kind: 'many', tags: ['a'] });
  });

  it('do so where the field has a schema with a name of its own', async () => {
    const size = z.number().meta({ id: 'test-size' });
    expect(await take(z.object({ size, sizes: z.array(size) }), 'size=3&sizes=4')).toEqual({ size: 3, sizes: [4] });
  });

  it('do so although another field has no JSON form', async () => {
    const schema = z.object({ size: z.number(), deep: z.boolean(), seen: z.map(z.string(), z.string()).optional() });
    expect(await take(schema, 'size=3&deep=true')).toEqual({ size: 3, deep: true });
  });
});

describe('content negotiation', () => {
  const lung = new Lung({
    endpoints: [
      endpoint('GET /names', names, {
        formats: [
          json,
          html((all: readonly string[]) => `<b>${all.length}</b>`),
          text((all: readonly string[]) => all.slice(0, 2).join('\n')),
        ],
      }),
    ],
  });
  const get = async (accept: string): Promise<[number, string | null, string]> => {
    const answer = await lung.inject('GET /names', { headers: { accept } });
    return [answer.status, answer.headers.get('content-type'), (await answer.text()).slice(0, 8)];
  };

  it('gives what the client likes best', async () => {
    expect(await get('text/html, application/json;q=0.9')).toEqual([200, 'text/html; charset=utf-8', '<b>502</']);
    expect(await get('text/*')).toEqual([200, 'text/html; charset=utf-8', '<b>502</']);
    expect(await get('text/plain, text/*;q=0.2')).toEqual([200, 'text/plain; charset=utf-8', 'ada\nbob']);
    expect((await get('image/png'))[0]).toBe(406);
    expect((await get('application/json;q=0, text/html;q=0'))[0]).toBe(406);
  });

  it('survives rubbish, and counts the most exact range', () => {
    expect(negotiateType(',;/;q=2,*/', ['a/b'])).toBe(-1);
    expect(negotiateType('*/*;q=1, a/b;q=0', ['a/b', 'c/d'])).toBe(1);
    expect(negotiateType('application/problem+json', ['application/json'])).toBe(0);
  });
});

describe('caching and compression', () => {
  const lung = new Lung({
    endpoints: [
      endpoint('GET /names', names, { etag: true, compress: true, cacheControl: 'max-age=60' }),
      endpoint('POST /names', names, { etag: true }),
    ],
  });

  it('tags what it sends, and answers 304 to who has it', async () => {
    const first = await lung.inject('GET /names');
    const etag = first.headers.get('etag') ?? '';
    expect([etag.startsWith('W/"'), first.headers.get('cache-control')]).toEqual([true, 'max-age=60']);
    const second = await lung.inject('GET /names', { headers: { 'if-none-match': `"x", ${etag}` } });
    expect([second.status, second.headers.get('etag'), await second.text()]).toEqual([304, etag, '']);
    expect((await lung.inject('GET /names', { headers: { 'if-none-match': '"x"' } })).status).toBe(200);
    expect((await lung.inject('POST /names')).headers.get('etag')).toBe(null);
    // As of a 200: caches keep the compressed form apart. (RFC 9110 section 15.4.5)
    expect(second.headers.get('vary')).toBe('accept-encoding');
  });

  it.each(['br', 'gzip', 'zstd'])('compresses with %s when the client can read it', async (encoding) => {
    const answer = await lung.inject('GET /names', { headers: { 'accept-encoding': encoding } });
    expect([answer.headers.get('content-encoding'), answer.headers.get('vary')]).toEqual([encoding, 'accept-encoding']);
    expect((await answer.bytes()).length).toBeLessThan(200);
    const plain = await lung.inject('GET /names');
    expect([plain.headers.get('content-encoding'), plain.headers.get('vary')]).toEqual([null, 'accept-encoding']);
  });
});

describe('guard and limit', () => {
  const who = new Muscle({
    name: 'who',
    output: Anything,
    run: (_input: void, { context }) => context.principal?.id,
  });
  const guard = {
    challenge: 'Bearer realm="shop"',
    check: (request: { header(name: string): string | undefined }) => {
      const token = request.header('authorization');
      return token === undefined ? undefined : { id: token };
    },
  };

  it('lets in whom the guard knows, and tells the operation', async () => {
    const lung = new Lung({ endpoints: [endpoint('GET /who', who, { guard })] });
    const refused = await lung.inject('GET /who');
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="shop"']);
    expect(await (await lung.inject('GET /who', { headers: { authorization: 'ada' } })).json()).toBe('ada');
  });

  it('counts each client for itself, and says when to come back', async () => {
    const clock = new VirtualClock();
    const limiter = new RateLimit({ strategy: slidingWindow({ limit: 1, windowMs: 60_000 }), clock });
    const lung = new Lung({ clock, endpoints: [endpoint('GET /who', who, { guard, limit: { limiter } })] });
    const ask = async (authorization: string): Promise<[number, string | null]> => {
      const answer = await lung.inject('GET /who', { headers: { authorization } });
      return [answer.status, answer.headers.get('retry-after')];
    };
    expect([await ask('ada'), await ask('ada'), await ask('bob')]).toEqual([
      [200, null],
      [429, '60'],
      [200, null],
    ]);
  });
});

describe('cors', () => {
  const lung = new Lung({
    cors: cors({ origins: ['https://a.example'], credentials: true, expose: ['etag'] }),
    endpoints: [
      endpoint('GET /mine', names),
      endpoint('DELETE /mine', names),
      endpoint('GET /open', names, { cors: cors({ origins: '*' }) }),
    ],
  });
  const preflight = { origin: 'https://a.example', 'access-control-request-method': 'DELETE' };

  it('answers the question before a call', async () => {
    const answer = await lung.inject('OPTIONS /mine', {
      headers: { ...preflight, 'access-control-request-headers': 'content-type, x-y' },
    });
    expect(answer.status).toBe(204);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': 'https://a.example',
      'access-control-allow-methods': 'DELETE, GET, HEAD, OPTIONS',
      'access-control-allow-headers': 'content-type, x-y',
      'access-control-allow-credentials': 'true',
      'access-control-max-age': '600',
      vary: 'access-control-request-headers, origin',
    });
  });

  it('tells other origins nothing', async () => {
    const answer = await lung.inject('OPTIONS /mine', { headers: { ...preflight, origin: 'https://b.example' } });
    expect(answer.headers.get('access-control-allow-origin')).toBe(null);
    expect(answer.headers.get('access-control-allow-methods')).toBe(null);
  });

  it('lets a page read answers, also refusals', async () => {
    const refused = await lung.inject('GET /mine', { headers: { origin: 'https://a.example', accept: 'image/png' } });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([406, 'https://a.example']);
    const open = await lung.inject('GET /open', { headers: { origin: 'https://b.example' } });
    expect(open.headers.get('access-control-allow-origin')).toBe('*');
  });

  it('lets a page read that there is nothing, or not by this method', async () => {
    const headers = { origin: 'https://a.example' };
    for (const [route, status] of [
      ['GET /nothing', 404],
      ['POST /mine', 405],
    ] as const) {
      const answer = await lung.inject(route, { headers });
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([status, headers.origin]);
    }
    const open = await lung.inject('POST /open', { headers: { origin: 'https://b.example' } });
    expect([open.status, open.headers.get('access-control-allow-origin')]).toEqual([405, '*']);
  });

  it('answers the question also where a route has an OPTIONS of its own', async () => {
    const own = respond('OPTIONS /own', (exchange) => exchange.reply(204, { 'x-own': 'yes' }));
    const origins = cors({ origins: ['https://a.example'] });
    const server = new Lung({ cors: origins, endpoints: [own, endpoint('DELETE /own', names)] });
    const asked = await server.inject('OPTIONS /own', { headers: preflight });
    expect(asked.headers.get('access-control-allow-methods')).toBe('DELETE');
    expect((await server.inject('OPTIONS /own')).headers.get('x-own')).toBe('yes');
  });

  it('does not let credentials in from everywhere', () => {
    expect(() => cors({ origins: '*', credentials: true })).toThrow('origins must be a list or a function');
  });
});

describe('cookies', () => {
  it('are read as they were written', () => {
    expect(parseCookies(`a=1; ${formatCookie('id', 'ä;b')}`).get('id')).toBe('ä;b');
    expect([...parseCookies('a=1; a=2; b; =c; d="e"')]).toEqual([
      ['a', '1'],
      ['d', 'e'],
    ]);
  });

  it.each([
    ['name', () => formatCookie('a b', '')],
    ['path', () => formatCookie('a', '', { path: '/; Domain=x' })],
    ['secure', () => formatCookie('a', '', { secure: false, sameSite: 'None' })],
  ])('refuse a bad %s', (field, make) => {
    expect(make).toThrow(`${field} must be`);
  });
});
