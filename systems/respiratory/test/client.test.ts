import { Context, OptionError, OrganismError } from '@organism/cell';
import {
  BadResponseError,
  type ClientRequest,
  FetchTransport,
  HeaderList,
  LungClient,
  type LungClientOptions,
  RemoteError,
  ResponseTooLargeError,
} from '@organism/respiratory/client';
import { Bone, isoDate, ValidationError } from '@organism/skeletal';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';

const Quake = new Bone('seismic.quake', z.object({ id: z.string(), magnitude: z.number(), at: isoDate() }));
const quake = { id: 'us7', magnitude: 4.2, at: '2026-01-01T00:00:00.000Z' };

const endings: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const serve = async (handler: Handler, options: Partial<LungClientOptions> = {}): Promise<LungClient> => {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (piece: Buffer) => (body += piece.toString('utf8')));
    request.on('end', () => handler(request, response, body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new LungClient({
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`,
    ...options,
  });
  endings.push(
    () => new Promise((resolve) => server.close(resolve)),
    () => server.closeAllConnections(),
    () => client.close(),
  );
  return client;
};

const json = (response: ServerResponse, value: unknown, status = 200, headers: Record<string, string> = {}): void => {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
    .end(JSON.stringify(value));
};
const problem = (response: ServerResponse, error: OrganismError): void => {
  response
    .writeHead(error.status, { 'content-type': 'application/problem+json' })
    .end(JSON.stringify(error.toProblem({ instance: '/here' })));
};
const echo: Handler = ({ method, url, headers }, response, body) => json(response, { method, url, headers, body });
const caught = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a typed call', () => {
  it('takes parameters, a query and the shape of the answer from the caller', async () => {
    const client = await serve(({ url }, response) => json(response, { ...quake, id: url }));
    const found = await client.get('/quakes/:id/:part', {
      params: { id: 'a/b ü', part: 7 },
      query: { min: 4.5, tags: ['x', 'y&z'], none: undefined, since: new Date(0) },
      output: Quake,
    });
    expectTypeOf(found.at).toEqualTypeOf<Date>();
    expect(found.at).toEqual(new Date('2026-01-01T00:00:00Z'));
    expect(found.id).toBe('/api/quakes/a%2Fb%20%C3%BC/7?min=4.5&tags=x&tags=y%26z&since=1970-01-01T00%3A00%3A00.000Z');
  });

  it('asks for the parameters of the path, by type and at run time', async () => {
    const client = await serve(echo);
    // @ts-expect-error -- the path has a parameter
    await expect(client.get('/quakes/:id')).rejects.toThrow('params.id must be a string');
    // @ts-expect-error -- of another name
    await expect(client.get('/quakes/:id', { params: { name: 'x' } })).rejects.toBeInstanceOf(OptionError);
    for (const id of ['', '.', '..'])
      await expect(client.get('/quakes/:id', { params: { id } })).rejects.toThrow('params.id');
    await expect(client.get('/quakes/:id', { params: { id: '\ud800' } })).rejects.toThrow('well-formed');
    expect(await client.get('/files/*path', { params: { path: 'a b/c' } })).toMatchObject({
      url: '/api/files/a%20b/c',
    });
    await expect(client.get('/files/*path', { params: { path: '../x' } })).rejects.toThrow('params.path');
    await expect(client.get('files')).rejects.toThrow('path must be a path from "/" on');
    await expect(client.get('/', { query: { a: {} as string } })).rejects.toThrow('query.a must be');
  });

  it('writes JSON by its Bone, and sends nothing that does not fit', async () => {
    let calls = 0;
    const client = await serve((request, response, body) => {
      calls += 1;
      echo(request, response, body);
    });
    const sent = { id: 'ü', magnitude: 1, at: new Date(0) };
    const answer = await client.post('/quakes', { json: sent, input: Quake });
    expect(answer).toMatchObject({ body: JSON.stringify({ ...sent, at: '1970-01-01T00:00:00.000Z' }) });
    expect(answer).toMatchObject({ headers: { 'content-type': 'application/json', 'content-length': '57' } });
    const wrong = { ...sent, magnitude: 'big' as unknown as number };
    const error = await caught(client.post('/quakes', { json: wrong, input: Quake }));
    expect(error).toMatchObject({ message: 'json.magnitude must be what seismic.quake can write; got object.' });
    expect(calls).toBe(1);
    await expect(client.post('/quakes', { json: () => {} })).rejects.toThrow('json must be a value that JSON can hold');
  });

  it('names what does not fit the Bone', async () => {
    const client = await serve((_request, response) => json(response, { ...quake, magnitude: 'secret' }));
    const error = await caught(client.get('/', { output: Quake }));
    expect(error).toBeInstanceOf(BadResponseError);
    expect((error as BadResponseError).issues).toMatchObject([{ pointer: '/magnitude', expected: 'a number' }]);
    expect((error as BadResponseError).message).toContain('magnitude must be a number; got string');
    expect(JSON.stringify(error) + (error as Error).message).not.toContain('secret');
  });

  it.each<[string, Handler, string]>([
    [
      'malformed JSON',
      (_q, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"a":'),
      'json',
    ],
    ['HTML', (_q, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'), 'media-type'],
    ['nothing', (_q, response) => response.writeHead(204).end(), 'shape'],
  ])('says when it gets %s', async (_what, handler, reason) => {
    const client = await serve(handler);
    expect(await caught(client.get('/', { output: Quake }))).toMatchObject({
      code: 'RESPIRATORY_BAD_RESPONSE',
      reason,
    });
  });

  it('gives content by its media type where no Bone is given', async () => {
    const types = ['application/vnd.api+json', 'text/plain', 'application/octet-stream'];
    const client = await serve(({ url }, response) =>
      response.writeHead(200, { 'content-type': types[Number(url?.slice(-1))] }).end('\ufeff[1]'),
    );
    expect(await client.get('/0')).toEqual([1]);
    expect(await client.get('/1')).toBe('[1]');
    expect(await client.get('/2')).toBeInstanceOf(Uint8Array);
    expect(await client.send('HEAD', '/0')).toMatchObject({ status: 200, data: undefined });
  });
});

describe('an error of the server', () => {
  it('comes back as it was thrown', async () => {
    const thrown = new OrganismError('SHOP_SOLD_OUT', 'No seat is left.', {
      status: 409,
      extensions: { left: 0 },
      details: { sql: 1 },
    });
    const client = await serve((_request, response) => problem(response, thrown));
    const error = (await caught(client.get('/seats'))) as RemoteError;
    expect(error).toBeInstanceOf(RemoteError);
    expect(error).toBeInstanceOf(OrganismError);
    expect(error.toProblem({ instance: '/here' })).toEqual(thrown.toProblem({ instance: '/here' }));
    expect([error.message, error.retryable]).toEqual(['No seat is left.', false]);
  });

  it('comes back as a ValidationError with its issues, or as a class of one’s own', async () => {
    class SoldOut extends OrganismError {}
    const result = Quake.safeParse({});
    const client = await serve(
      ({ url }, response) =>
        problem(
          response,
          url === '/api/a' && !result.ok ? result.error : new OrganismError('SHOP_SOLD_OUT', 'None.', { status: 409 }),
        ),
      { errors: { SHOP_SOLD_OUT: ({ code, status, detail = '' }) => new SoldOut(code, detail, { status }) } },
    );
    const invalid = (await caught(client.get('/a'))) as ValidationError;
    expect(invalid).toBeInstanceOf(ValidationError);
    expect(result.ok ? [] : result.issues).toEqual(invalid.issues);
    expect(invalid.bone).toBe('seismic.quake');
    expect(await caught(client.get('/b'))).toBeInstanceOf(SoldOut);
  });

  it('has its status also without a document, or with one that lies', async () => {
    const client = await serve(({ url }, response) => {
      const body =
        url === '/api/html'
          ? '<h1>no</h1>'
          : '{"status":200,"code":"lower case","title":5,"detail":[],"__proto__":{"a":1}}';
      response
        .writeHead(404, { 'content-type': url === '/api/html' ? 'text/html' : 'application/problem+json' })
        .end(body);
    });
    expect(await caught(client.get('/html?secret=1'))).toMatchObject({
      code: 'RESPIRATORY_STATUS',
      status: 404,
      message: expect.stringMatching(/\/api\/html: 404 Status 404\.$/),
    });
    expect(await caught(client.get('/lies'))).toMatchObject({
      code: 'RESPIRATORY_STATUS',
      status: 404,
      title: 'Status 404',
    });
  });

  it('is not taken for one of our own, whatever its code', async () => {
    const client = await serve((_request, response) =>
      problem(response, new OrganismError('CELL_CANCELLED', 'x', { status: 499 })),
    );
    expect(await caught(client.get('/'))).toBeInstanceOf(RemoteError);
  });
});

describe('interceptors', () => {
  it('see requests in order, answers and errors in reverse', async () => {
    const log: string[] = [];
    const client = await serve(({ url }, response) =>
      url === '/api/bad' ? response.writeHead(418).end() : json(response, 1),
    );
    for (const name of ['a', 'b'])
      client.use({
        request: ({ path }) => void log.push(`${name} asks ${path}`),
        response: ({ status }) => void log.push(`${name} gets ${status}`),
        error: async ({ status }) => void log.push(`${name} fails ${status}`),
      });
    await client.get('/');
    await caught(client.get('/bad'));
    expect(log).toEqual([
      'a asks /api/',
      'b asks /api/',
      'b gets 200',
      'a gets 200',
      'a asks /api/bad',
      'b asks /api/bad',
      'b fails 418',
      'a fails 418',
    ]);
  });

  it('change requests, answers and errors, until they are taken out', async () => {
    const client = await serve((request, response, body) =>
      request.headers['x-a'] === '2' ? json(response, body) : response.writeHead(401).end(),
    );
    const withHeader = (request: ClientRequest): ClientRequest => ({
      ...request,
      headers: { ...request.headers, 'x-a': '2' },
    });
    {
      using _renew = client.use({
        error: (error, request, send) => (error.status === 401 ? send(withHeader(request)) : undefined),
      });
      expect((await client.send('GET', '/')).status).toBe(200);
      using _change = client.use({ response: (response) => ({ ...response, status: 203 }) });
      expect((await client.send('GET', '/', { headers: { 'X-A': '2' } })).status).toBe(203);
    }
    using _translate = client.use({ error: () => new OrganismError('SHOP_LOGIN', 'Sign in.', { status: 401 }) });
    expect(await caught(client.get('/'))).toMatchObject({ code: 'SHOP_LOGIN' });
  });
});

describe('headers', () => {
  it('carry the trace, and the principal only to whom it is trusted', async () => {
    const context = new Context({ correlationId: 'order-7', principal: { id: 'ada' }, tenant: 'lisbon' });
    const plain = await serve(echo);
    const trusting = await serve(echo, { trusted: true });
    const [a, b] = (await context.run(() => Promise.all([plain.get('/'), trusting.get('/')]))) as {
      headers: Record<string, string>;
    }[];
    expect(a?.headers).toMatchObject({
      'x-correlation-id': 'order-7',
      traceparent: expect.stringContaining(context.trace.traceId),
    });
    expect(a?.headers['x-principal']).toBeUndefined();
    expect(b?.headers['x-tenant']).toBe('lisbon');
    expect(await plain.get('/')).not.toHaveProperty('headers.traceparent');
  });

  it('can not smuggle a second request or set what is the transport’s', async () => {
    const client = await serve(echo);
    for (const headers of [
      { 'x-a': 'b\r\nx-c: d' },
      { 'x a': 'b' },
      { 'content-length': '5' },
      { 'Transfer-Encoding': 'chunked' },
      { host: 'evil' },
      { 'x-a': '€' },
    ])
      expect(await caught(client.get('/', { headers: headers as Record<string, string> }))).toMatchObject({
        code: 'CELL_BAD_OPTION',
      });
    await expect(client.send('GE T', '/')).rejects.toThrow('method must be a method name');
    expect(await client.get('/', { headers: { 'x-a': 'é' } })).toMatchObject({ headers: { 'x-a': 'é' } });
  });

  it('are a list that knows repeated fields', () => {
    const headers = HeaderList.of([
      ['Set-Cookie', 'a=1'],
      ['set-cookie', 'b=2'],
      ['vary', 'x'],
    ]);
    expect([headers.get('set-cookie'), headers.getAll('set-cookie'), headers.has('etag')]).toEqual([
      'a=1, b=2',
      ['a=1', 'b=2'],
      false,
    ]);
    expect(JSON.stringify(headers.without('vary'))).toBe('{"set-cookie":"a=1, b=2"}');
  });
});

describe('redirects', () => {
  it('are followed, as each status asks', async () => {
    const seen: string[] = [];
    const client = await serve((request, response, body) => {
      seen.push(`${request.method} ${request.url} ${body}`);
      const status = Number(/(\d{3})$/.exec(request.url ?? '')?.[1]);
      if (status) response.writeHead(status, { location: '../end' }).end('gone');
      else json(response, 'here');
    });
    for (const status of [301, 303, 307]) expect(await client.post(`/go/${status}`, { json: 1 })).toBe('here');
    expect(seen.filter((one) => one.includes('end'))).toEqual(['GET /api/end ', 'GET /api/end ', 'POST /api/end 1']);
    expect((await client.send('GET', '/go/302')).url).toMatch(/\/api\/end$/);
  });

  it('are not needed for that: the credentials of a client stay at its origin when a call names another', async () => {
    const other = await serve(echo);
    const target = (await other.send('GET', '/')).url;
    const client = await serve(echo, { headers: { authorization: 'Bearer x', 'x-mine': '1' } });
    type Echo = { readonly headers: Record<string, string> };
    const there = (await client.get(target)) as Echo;
    expect([there.headers['authorization'], there.headers['x-mine']]).toEqual([undefined, '1']);
    expect(((await client.get('/')) as Echo).headers['authorization']).toBe('Bearer x');
    const meant = (await client.get(target, { headers: { authorization: 'Bearer y' } })) as Echo;
    expect(meant.headers['authorization']).toBe('Bearer y');
  });

  it('show no secrets to another origin, and end somewhere', async () => {
    const other = await serve(echo);
    const target = (await other.send('GET', '/')).url;
    const client = await serve(({ url }, response) =>
      response
        .writeHead(302, { location: url === '/api/loop' ? '/api/loop' : url === '/api/odd' ? 'ftp://x/' : target })
        .end(),
    );
    const headers = { authorization: 'Bearer x', cookie: 'a=b', 'x-mine': '1' };
    const answer = (await client.get('/away', { headers })) as { headers: Record<string, string> };
    expect([answer.headers['authorization'], answer.headers['cookie'], answer.headers['x-mine']]).toEqual([
      undefined,
      undefined,
      '1',
    ]);
    await expect(client.get('/loop')).rejects.toThrow('more than 5 redirects');
    await expect(client.get('/odd')).rejects.toThrow('a redirect to no http or https URL');
    const manual = await serve((_request, response) => response.writeHead(302, { location: '/' }).end(), {
      maxRedirects: 0,
    });
    expect((await manual.send('GET', '/')).status).toBe(302);
  });
});

describe('content', () => {
  const text = 'earthquake '.repeat(2000);
  const coders = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync, zstd: zstdCompressSync };

  it.each(Object.entries(coders))('is decompressed from %s, and bounded', async (encoding, compress) => {
    const client = await serve(({ headers }, response) => {
      expect(headers['accept-encoding']).toContain(encoding);
      response.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': encoding }).end(compress(text));
    });
    expect(await client.get('/')).toBe(text);
    expect(await caught(client.get('/', { maxBytes: 1000 }))).toBeInstanceOf(ResponseTooLargeError);
    expect(await client.get('/')).toBe(text);
  });

  it('is nothing when there is nothing, whatever its encoding', async () => {
    const client = await serve((_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end());
    expect(await client.get('/')).toBeUndefined();
  });

  it('may be null, and a header left undefined', async () => {
    const client = await serve(echo);
    const headers = { 'x-a': undefined as unknown as string };
    expect(await client.post('/', { json: null, headers })).toMatchObject({ body: 'null' });
  });

  it('says when it is not compressed as it says', async () => {
    const client = await serve((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(text),
    );
    expect(await caught(client.get('/'))).toMatchObject({ reason: 'encoding' });
  });

  it('streams, with a slow reader, and lets go of what is not wanted', async () => {
    const big = 'x'.repeat(3_000_000);
    const client = await serve((_request, response) => response.end(big));
    const { body, status } = await client.open('GET', '/');
    let length = 0;
    for await (const piece of body) {
      length += piece.length;
      await Promise.resolve();
    }
    expect([status, length]).toEqual([200, big.length]);
    const unread = await client.open('GET', '/');
    unread.body.cancel();
    for await (const piece of (await client.open('GET', '/')).body) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    await expect(client.get('/', { maxBytes: 4_000_000 })).resolves.toHaveLength(big.length);
  });
});

describe('connections', () => {
  it('are used again, and no more than allowed', async () => {
    const sockets = new Set<unknown>();
    const client = await serve(
      ({ socket }, response) => {
        sockets.add(socket);
        json(response, 1);
      },
      { sockets: { maxConnections: 2 } },
    );
    await Promise.all(Array.from({ length: 20 }, () => client.get('/')));
    expect(sockets.size).toBe(2);
    const answers = await Promise.all(Array.from({ length: 20 }, () => client.post('/', { json: 1 })));
    expect([answers.length, sockets.size]).toEqual([20, 2]);
  });

  it('go on after a call that was cancelled while it waited for one', async () => {
    const holding = Promise.withResolvers<void>();
    const client = await serve((_request, response) => void holding.promise.then(() => json(response, 1)), {
      sockets: { maxConnections: 1 },
    });
    const first = client.get('/');
    const controller = new AbortController();
    const second = caught(client.get('/', { signal: controller.signal }));
    const third = client.get('/');
    controller.abort();
    expect(await second).toMatchObject({ code: 'CELL_CANCELLED' });
    holding.resolve();
    expect(await Promise.all([first, third])).toEqual([1, 1]);
  });
});

describe('equal calls', () => {
  it('share one answer when they run at once, and only when they are equal', async () => {
    let asked = 0;
    const transport = new FetchTransport({ fetch: async () => Response.json((asked += 1)) });
    const client = new LungClient({ baseUrl: 'http://test', transport, coalesce: true });
    const same = { headers: { authorization: 'a' } };
    expect(
      await Promise.all([
        client.get('/', same),
        client.get('/', same),
        client.get('/', { headers: { authorization: 'b' } }),
      ]),
    ).toEqual([1, 1, 2]);
    expect(await client.get('/', same)).toBe(3);
  });
});

describe('bad options', () => {
  it.each<[string, Record<string, unknown>]>([
    ['baseUrl', { baseUrl: 'localhost' }],
    ['baseUrl', { baseUrl: 'http://u:p@localhost' }],
    ['timeoutMs', { timeoutMs: 0 }],
    ['callTimeoutMs', { callTimeoutMs: -1 }],
    ['maxBytes', { maxBytes: Number.NaN }],
    ['maxRedirects', { maxRedirects: 0.5 }],
    ['attempts', { retry: { attempts: 0 } }],
    ['concurrency', { bulkhead: { concurrency: 0 } }],
    ['maxWaitMs', { pace: { maxWaitMs: -1 } }],
    ['maxConnections', { sockets: { maxConnections: 0 } }],
  ])('name %s', (field, options) => {
    expect(() => new LungClient({ baseUrl: 'http://localhost', ...options })).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ field }) }),
    );
  });
});
