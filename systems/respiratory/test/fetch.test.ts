import { Muscle } from '@organism/muscular';
import { EventBus, typed } from '@organism/nervous';
import { endpoint, events, fetchHandler, Lung, mount, page, stream } from '@organism/respiratory';
import { LungClient } from '@organism/respiratory/client';
import * as edge from '@organism/respiratory/edge';
import { Bone } from '@organism/skeletal';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { certificate } from './certificate.ts';

const Anything = new Bone('any.thing', z.unknown());
const echo = new Muscle({ name: 'echo', input: Anything, output: Anything, run: (value) => value });
const Tick = typed<number>('tick');

describe('the same routes as a Fetch handler', () => {
  const routes = [
    endpoint('POST /echo', echo),
    page('GET /hello', () => 'hi'),
    stream('GET /bytes', async function* () {
      yield 'a'.repeat(1000);
      yield new Uint8Array([98]);
    }),
  ];

  it.each([
    ['GET', '/hello', undefined],
    ['HEAD', '/hello', undefined],
    ['OPTIONS', '/hello', undefined],
    ['GET', '/bytes', undefined],
    ['POST', '/echo', '{"a":[1]}'],
    ['POST', '/echo', '{'],
    ['POST', '/hello', 'x'],
    ['GET', '/nowhere', undefined],
    ['GET', '/hello/%zz', undefined],
  ])('answers %s %s as the server does', async (method, path, body) => {
    await using lung = await Lung.serve({ port: 0, endpoints: routes });
    const init = {
      method,
      headers: { 'content-type': 'application/json', 'x-correlation-id': 'same' },
      ...(body !== undefined && { body }),
    };
    const tell = async (answer: Response): Promise<unknown> => {
      const {
        date: _,
        connection: __,
        'keep-alive': ___,
        'transfer-encoding': ____,
        ...headers
      } = Object.fromEntries(answer.headers);
      return [answer.status, headers, await answer.text()];
    };
    const handle = fetchHandler({ endpoints: routes });
    const onEdge = edge.fetchHandler({ endpoints: routes });
    const served = await tell(await fetch(lung.url + path, init));
    expect(await tell(await lung.fetch(new Request(`http://x${path}`, init)))).toEqual(served);
    expect(await tell(await handle(new Request(`http://x${path}`, init)))).toEqual(served);
    expect(await tell(await onEdge(new Request(`http://x${path}`, init)))).toEqual(served);
  });

  it('streams events, and lets go of them when the client leaves', async () => {
    const bus = new EventBus();
    const lung = new Lung({
      endpoints: [
        events('GET /ticks', ({ signal }) => {
          const ticks = bus.stream(Tick, { signal });
          return (async function* () {
            for await (const tick of ticks) yield { data: tick };
          })();
        }),
      ],
    });
    const answer = await lung.inject('GET /ticks');
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    bus.emit(Tick, 1);
    let text = '';
    while (!text.includes('data: 1')) text += (await reader?.read())?.value ?? '';
    await reader?.cancel();
    while (bus.topic(Tick).listenerCount > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(bus.emit(Tick, 2)).toBe(0);
  });

  it('aborts the operation when the request is', async () => {
    const began = Promise.withResolvers<AbortSignal>();
    const slow = new Muscle({
      name: 'slow',
      run: (_input: void, { signal }) => {
        began.resolve(signal);
        return new Promise<void>((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason as Error)),
        );
      },
    });
    const leave = new AbortController();
    void new Lung({ endpoints: [endpoint('GET /slow', slow)] }).inject('GET /slow', { signal: leave.signal });
    const signal = await began.promise;
    leave.abort();
    if (!signal.aborted) await once(signal, 'abort');
    expect(signal.reason).toMatchObject({ code: 'CELL_CANCELLED' });
  });
});

const own = certificate();

describe('mount', () => {
  it('hands over requests with their bodies, and streams what comes back', async () => {
    const handler = async (request: Request): Promise<Response> => {
      const { pathname, search } = new URL(request.url);
      const headers = new Headers({ 'x-path': pathname + search, 'x-tenant': request.headers.get('x-tenant') ?? '' });
      headers.append('set-cookie', 'a=1');
      headers.append('set-cookie', 'b=2');
      return new Response(await request.text(), { status: 201, headers });
    };
    await using lung = await Lung.serve({
      port: 0,
      endpoints: [mount('/other', handler), page('GET /own', () => 'own')],
    });
    const answer = await fetch(`${lung.url}/other/a?b=c`, {
      method: 'POST',
      body: 'text',
      headers: { 'x-tenant': 't' },
    });
    expect([answer.status, answer.headers.get('x-path'), answer.headers.get('x-tenant'), await answer.text()]).toEqual([
      201,
      '/other/a?b=c',
      't',
      'text',
    ]);
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await (await fetch(`${lung.url}/own`)).text()).toBe('own');
    expect((await fetch(`${lung.url}/other`)).status).toBe(201);
  });

  it('passes on what was fetched: decoded, and with nothing that was said of the other connection', async () => {
    const text = 'quake '.repeat(1000);
    const upstream = createServer((_request, response) => {
      const body = gzipSync(text);
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': body.length, connection: 'close' });
      response.end(body);
    }).listen(0);
    await once(upstream, 'listening');
    const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
    const copy = async (): Promise<Response> => {
      const { body, headers } = await fetch(url);
      return new Response(body, { headers: { 'content-length': headers.get('content-length') ?? '' } });
    };
    await using lung = await Lung.serve({
      port: 0,
      endpoints: [mount('/proxy', () => fetch(url)), mount('/copy', copy)],
    });
    const answer = await fetch(`${lung.url}/proxy`);
    expect([await answer.text(), answer.headers.get('content-encoding'), answer.headers.get('connection')]).toEqual([
      text,
      null,
      'keep-alive',
    ]);
    // A length that is not its body's can't be mended, but must not reach into the next response.
    await expect(fetch(`${lung.url}/copy`).then((wrong) => wrong.text())).rejects.toThrow();
    upstream.close();
  });

  it('says of a Fetch request the URL that it has', async () => {
    const handle = fetchHandler({ endpoints: [mount('/other', ({ url }) => new Response(url))], basePath: '/api' });
    const told = async (url: string, headers = {}): Promise<string> =>
      await (await handle(new Request(url, { headers }))).text();
    expect(await told('https://edge.example/api/other/a?b=c')).toBe('https://edge.example/other/a?b=c');
    expect(await told('http://edge.example:81/api/other')).toBe('http://edge.example:81/other');
    expect(await told('https://edge.example/api/other', { host: 'inner.example' })).toBe('https://inner.example/other');
  });

  const publicHost = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'shop.example:8443' };
  it.each<[string, Record<string, string>, string]>([
    ['both', publicHost, 'https://shop.example:8443/a?b=c'],
    ['the scheme alone', { 'x-forwarded-proto': 'https' }, 'https://inject.local/a?b=c'],
    ['the host alone', { 'x-forwarded-host': '[::1]:81' }, 'http://[::1]:81/a?b=c'],
    ['nothing', {}, 'http://inject.local/a?b=c'],
    ['empty fields', { 'x-forwarded-proto': '', 'x-forwarded-host': ' ' }, 'http://inject.local/a?b=c'],
    [
      'what the client made up, and then its own',
      { 'x-forwarded-proto': 'http, https', 'x-forwarded-host': 'evil.example, shop.example' },
      'https://shop.example/a?b=c',
    ],
  ])('believes a proxy that is trusted, and no other: %s', async (_what, headers, url) => {
    const say = ({ url: seen }: Request): Response => new Response(seen);
    const lung = new Lung({ endpoints: [mount('/a', say, { trustProxy: true }), mount('/plain', say)] });
    expect(await (await lung.inject('GET /a?b=c', { headers })).text()).toBe(url);
    expect(await (await lung.inject('GET /plain', { headers })).text()).toBe('http://inject.local/plain');
  });

  it.each([
    { 'x-forwarded-proto': 'javascript' },
    { 'x-forwarded-proto': 'https://evil.example/?' },
    { 'x-forwarded-host': 'a/b' },
    { 'x-forwarded-host': 'a@b' },
  ])('refuses %o of a proxy', async (headers) => {
    const lung = new Lung({ endpoints: [mount('/a', ({ url }) => new Response(url), { trustProxy: true })] });
    const answer = await lung.inject('GET /a', { headers });
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'RESPIRATORY_BAD_REQUEST' }]);
  });

  it.runIf(own !== undefined)('says https over TLS, in HTTP/1 and HTTP/2, and http without', async () => {
    const endpoints = [mount('/other', ({ url }) => new Response(url))];
    const secured = { tls: { key: own?.key ?? '', cert: own?.cert ?? '' } };
    await using plain = await Lung.serve({ port: 0, endpoints });
    expect(await (await fetch(`${plain.url}/other`)).text()).toBe(`${plain.url}/other`);
    await using lung = await Lung.serve({ port: 0, endpoints, http2: true, ...secured });
    const url = `https://localhost:${lung.port}/other`;
    for (const http2 of [false, true]) {
      await using client = new LungClient({
        baseUrl: `https://localhost:${lung.port}`,
        sockets: { http2, tls: { ca: own?.cert ?? '' } },
      });
      expect(await client.get('/other')).toBe(url);
    }
  });
});
