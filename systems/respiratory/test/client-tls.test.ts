import { ConnectError, environmentProxy, LungClient } from '@organism/respiratory/client';
import { once } from 'node:events';
import { createServer as createPlainServer } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, connect, createServer as createRawServer, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certificate } from './certificate.ts';

const own = certificate();

/** A proxy that passes requests on, and opens tunnels for whoever knows the password. */
const startProxy = async (secure = false): Promise<{ url: string; log: string[]; close: () => void }> => {
  const log: string[] = [];
  const proxy = (secure ? createServer({ ...own }) : createPlainServer()).on('request', (request, response) => {
    log.push(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? 'nobody'}`);
    response.writeHead(200, { 'content-type': 'text/plain' }).end(`for ${request.headers.host}`);
  });
  proxy.on('connect', (request, socket) => {
    log.push(`CONNECT ${request.url}`);
    if (request.headers['proxy-authorization'] === undefined) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const [host, port] = (request.url ?? '').split(':');
    const upstream = connect(Number(port), host === 'localhost' ? '127.0.0.1' : host);
    for (const one of [socket, upstream]) one.on('error', () => {});
    upstream.on('connect', () => socket.write('HTTP/1.1 200 Connection established\r\n\r\n'));
    socket.pipe(upstream).pipe(socket);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return { url: `127.0.0.1:${(proxy.address() as AddressInfo).port}`, log, close: () => proxy.close() };
};

describe('a proxy', () => {
  it('passes on what goes to http', async () => {
    const proxy = await startProxy();
    {
      const sockets = { proxy: `http://ada:se%20cret@${proxy.url}` };
      await using client = new LungClient({ baseUrl: 'http://seismic.test:81', sockets });
      expect(await client.get('/quakes', { query: { a: 1 } })).toBe('for seismic.test:81');
    }
    const user = Buffer.from('ada:se cret').toString('base64');
    expect(proxy.log).toEqual([`GET http://seismic.test:81/quakes?a=1 Basic ${user}`]);
    proxy.close();
  });

  it.each<[string, string, string | undefined]>([
    ['http://example.org', '', 'http://plain:1'],
    ['https://example.org', '', 'http://secure:2'],
    ['http://example.org', 'example.org', undefined],
    ['http://EXAMPLE.org', 'Example.ORG.', undefined],
    ['http://www.example.org', 'other, example.org', undefined],
    ['http://www.example.org', '.example.org', undefined],
    ['http://example.org', '.example.org', undefined],
    ['http://www.example.org', '*.example.org', undefined],
    ['http://example.org', '*.example.org', 'http://plain:1'],
    ['http://myexample.org', 'example.org', 'http://plain:1'],
    ['http://example.org:81', 'example.org:80', 'http://plain:1'],
    ['http://example.org', 'example.org:80', undefined],
    ['https://example.org', 'example.org:443', undefined],
    ['http://[::1]:81', '::1', undefined],
    ['http://[::1]:81', '[::1]:81', undefined],
    ['http://[::1]:81', '[::1]:82', 'http://plain:1'],
    ['http://127.0.0.1', '127.0.0.1', undefined],
    ['http://example.org', 'none  *', undefined],
    ['http://example.org:81', '*:80', 'http://plain:1'],
  ])('of the environment: %s without "%s" by %s', (origin, none, chosen) => {
    const proxy = environmentProxy({ HTTP_PROXY: 'http://plain:1', https_proxy: 'http://secure:2', no_proxy: none });
    expect(proxy(origin)).toBe(chosen);
  });

  it('of the environment is that in small letters, for https also that for http, and none when nothing is said', () => {
    const both = environmentProxy({ HTTP_PROXY: 'http://large', http_proxy: 'http://small' });
    expect([both('http://a'), both('https://a')]).toEqual(['http://small', 'http://small']);
    const all = environmentProxy({ ALL_PROXY: 'socks5h://all', HTTP_PROXY: 'http://plain', NO_PROXY: 'b' });
    expect([all('http://a'), all('https://a'), all('https://b')]).toEqual(['http://plain', 'socks5h://all', undefined]);
    const none = environmentProxy({ HTTP_PROXY: '', NO_PROXY: '*' });
    expect([none('http://a'), environmentProxy({ HTTPS_PROXY: 'http://a' })('http://b')]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it.each([
    ['resets the connection', (socket: Socket) => socket.resetAndDestroy(), 'ECONNRESET'],
    ['closes the connection', (socket: Socket) => socket.end(), 'PROXY_CLOSED'],
    ['says something else', (socket: Socket) => socket.write('220 ready\r\n\r\n'), 'PROXY_PROTOCOL'],
    [
      'says no end of it',
      (socket: Socket) => socket.write('HTTP/1.1 200 OK\r\n'.padEnd(20_000, 'x')),
      'PROXY_PROTOCOL',
    ],
    ['goes on talking', (socket: Socket) => socket.write('HTTP/1.1 200 OK\r\n\r\nhello'), 'PROXY_PROTOCOL'],
  ])('that %s, when a tunnel is asked for, is a failed connection', async (_what, answer, reason) => {
    const proxy = createRawServer((socket) => socket.on('error', () => {}).once('data', () => answer(socket)));
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    {
      const sockets = { proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
      await using client = new LungClient({ baseUrl: 'https://seismic.test', retry: false, sockets });
      await expect(client.get('/')).rejects.toMatchObject({ code: 'RESPIRATORY_CONNECT_FAILED', reason });
    }
    proxy.close();
  });

  it('must have a URL', () => {
    const wrong = [
      'localhost:8080',
      'socks4://localhost',
      'socks5://',
      'socks5://localhost/path',
      'http://localhost/path',
    ];
    for (const proxy of wrong)
      expect(() => new LungClient({ baseUrl: 'http://test', sockets: { proxy } })).toThrow(
        'proxy must be an http, https, socks5 or socks5h URL',
      );
    for (const proxy of ['http://a%zz@localhost', `socks5://${'a'.repeat(256)}@localhost`])
      expect(() => new LungClient({ baseUrl: 'http://test', sockets: { proxy } })).toThrow(
        'proxy must be a URL with a',
      );
  });
});

describe.skipIf(own === undefined)('https', () => {
  const server = createServer({ ...own }, (request, response) => {
    const socket = request.socket as TLSSocket;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ servername: socket.servername, resumed: socket.isSessionReused() }));
  });
  let port = 0;
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => {
    server.close();
  });

  it('is spoken where the certificate is trusted, and sessions are resumed', async () => {
    const sockets = { tls: { ca: own?.cert ?? '' } };
    await using client = new LungClient({ baseUrl: `https://localhost:${port}`, sockets });
    expect(await client.get('/')).toEqual({ servername: 'localhost', resumed: false });
    server.closeIdleConnections();
    await expect.poll(() => client.get('/')).toEqual({ servername: 'localhost', resumed: true });
  });

  it('goes through a proxy in a tunnel, or says why not', async () => {
    const proxy = await startProxy();
    const tls = { ca: own?.cert ?? '' };
    const baseUrl = `https://localhost:${port}`;
    {
      await using client = new LungClient({ baseUrl, sockets: { tls, proxy: () => `http://a:b@${proxy.url}` } });
      expect(await client.get('/')).toMatchObject({ servername: 'localhost' });
      await using refused = new LungClient({ baseUrl, sockets: { tls, proxy: `http://${proxy.url}` } });
      await expect(refused.get('/')).rejects.toMatchObject({ reason: 'PROXY_407', retryable: false });
    }
    expect(proxy.log).toEqual([`CONNECT localhost:${port}`, `CONNECT localhost:${port}`]);
    proxy.close();
  });

  it('goes through a proxy that is itself spoken to over TLS', async () => {
    const proxy = await startProxy(true);
    const sockets = {
      tls: { ca: own?.cert ?? '' },
      proxy: environmentProxy({ https_proxy: `https://a:b@${proxy.url.replace('127.0.0.1', 'localhost')}` }),
    };
    {
      await using client = new LungClient({ baseUrl: `https://localhost:${port}`, sockets });
      expect(await client.get('/')).toMatchObject({ servername: 'localhost' });
    }
    expect(proxy.log).toEqual([`CONNECT localhost:${port}`]);
    proxy.close();
  });

  it('is refused where it is not, at once', async () => {
    await using client = new LungClient({ baseUrl: `https://127.0.0.1:${port}` });
    const error = await client.get('/').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConnectError);
    expect(error).toMatchObject({ reason: 'DEPTH_ZERO_SELF_SIGNED_CERT', retryable: false });
  });
});
