import { ConnectError, LungClient } from '@organism/respiratory/client';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createPlainServer } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'lung-client-'));
const file = (name: string): string => join(folder, name);

/** A certificate of one's own, valid for a day; undefined where there is no openssl. */
const certificate = (): { readonly key: string; readonly cert: string } | undefined => {
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
  try {
    execFileSync('openssl', [...args, ...subject, '-keyout', file('key.pem'), '-out', file('cert.pem')], {
      stdio: 'ignore',
    });
    return { key: readFileSync(file('key.pem'), 'utf8'), cert: readFileSync(file('cert.pem'), 'utf8') };
  } catch {
    return undefined;
  }
};
const own = certificate();

/** A proxy that passes requests on, and opens tunnels for whoever knows the password. */
const startProxy = async (): Promise<{ url: string; log: string[]; close: () => void }> => {
  const log: string[] = [];
  const proxy = createPlainServer((request, response) => {
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

  it('must have a URL', () => {
    for (const proxy of ['localhost:8080', 'socks5://localhost:1080', 'http://localhost/path'])
      expect(() => new LungClient({ baseUrl: 'http://test', sockets: { proxy } })).toThrow('proxy must be an http URL');
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
    rmSync(folder, { recursive: true });
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

  it('is refused where it is not, at once', async () => {
    await using client = new LungClient({ baseUrl: `https://127.0.0.1:${port}` });
    const error = await client.get('/').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConnectError);
    expect(error).toMatchObject({ reason: 'DEPTH_ZERO_SELF_SIGNED_CERT', retryable: false });
  });
});
