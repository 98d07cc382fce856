import { Lung, respond } from '@organism/respiratory';
import {
  BadResponseError,
  ConnectError,
  ConnectionLostError,
  createTransport,
  LungClient,
  type LungClientOptions,
} from '@organism/respiratory/client';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  constants,
  createSecureServer,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect as connectPlainly, createServer as createTcpServer, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { certificate } from './certificate.ts';

const own = certificate();

const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).toReversed()) await end();
});

type Handle = (
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  session: ServerHttp2Session,
  count: number,
) => void;
interface Served {
  readonly port: number;
  readonly sessions: ServerHttp2Session[];
  requests: number;
}

const listen = async (server: { listen(port: number, host: string): unknown; address(): unknown }): Promise<number> => {
  server.listen(0, '127.0.0.1');
  // A server of HTTP/1.1 or of HTTP/2: their types have no common one that `once` takes.
  await once(server as never, 'listening');
  return (server.address() as AddressInfo).port;
};

const serve = async (handle: Handle, server: Http2Server = createServer()): Promise<Served> => {
  const sessions: ServerHttp2Session[] = [];
  const served: { port: number; sessions: ServerHttp2Session[]; requests: number } = { port: 0, sessions, requests: 0 };
  server.on('session', (session: ServerHttp2Session) => {
    sessions.push(session);
    session.on('error', () => {});
  });
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    stream.on('error', () => {});
    served.requests += 1;
    handle(stream, headers, stream.session as ServerHttp2Session, served.requests);
  });
  served.port = await listen(server);
  ending.push(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  return served;
};

const connect = (port: number, options: Partial<LungClientOptions> = {}): LungClient => {
  const { sockets, ...others } = options;
  const client = new LungClient({
    baseUrl: `http://127.0.0.1:${port}`,
    sockets: { http2: 'prior-knowledge', ...sockets },
    ...others,
  });
  ending.push(() => client.close());
  return client;
};

const json = (stream: ServerHttp2Stream, value: unknown, headers: Record<string, string | string[]> = {}): void => {
  stream.respond({ ':status': 200, 'content-type': 'application/json', ...headers });
  stream.end(JSON.stringify(value));
};
const read = async (stream: AsyncIterable<Buffer>): Promise<Buffer> => {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
};
const caught = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

describe('HTTP/2', () => {
  it('carries any number of requests at once over one connection', async () => {
    const holding = Promise.withResolvers<void>();
    const served = await serve((stream, headers) => {
      if (served.requests === 50) holding.resolve();
      void holding.promise.then(() => json(stream, headers[':path']));
    });
    const client = connect(served.port);
    const paths = Array.from({ length: 50 }, (_, index) => `/${index}`);
    expect(await Promise.all(paths.map((path) => client.get(path)))).toEqual(paths);
    expect(served.sessions.length).toBe(1);
  });

  it('waits its turn where the server takes few at a time', async () => {
    let [running, most] = [0, 0];
    const served = await serve(
      (stream) => {
        running += 1;
        most = Math.max(most, running);
        setTimeout(() => {
          running -= 1;
          json(stream, 'fine');
        }, 5);
      },
      createServer({ settings: { maxConcurrentStreams: 3 } }),
    );
    const client = connect(served.port);
    await client.get('/');
    expect(new Set(await Promise.all(Array.from({ length: 30 }, () => client.get('/'))))).toEqual(new Set(['fine']));
    expect([most, served.sessions.length]).toEqual([3, 1]);
  });

  it('gives status, repeated fields and content as HTTP/1.1 does', async () => {
    const served = await serve((stream, headers) => {
      stream.additionalHeaders({ ':status': 103, link: '</a.css>; rel=preload' });
      if (headers[':method'] === 'HEAD') {
        stream.respond({ ':status': 200, 'content-length': '10' }, { endStream: true });
        return;
      }
      stream.respond({
        ':status': 200,
        'content-type': 'application/json',
        'content-encoding': 'gzip',
        'set-cookie': ['a=1', 'b=2'],
      });
      stream.end(gzipSync(JSON.stringify({ seen: headers['x-seen'], host: headers[':authority'] })));
    });
    const client = connect(served.port, { headers: { 'X-Seen': 'yes' } });
    const answer = await client.send('GET', '/');
    expect(answer.data).toEqual({ seen: 'yes', host: `127.0.0.1:${served.port}` });
    expect(answer.headers.getAll('set-cookie')).toEqual(['a=1', 'b=2']);
    expect(answer.headers.has(':status')).toBe(false);
    expect((await client.send('HEAD', '/')).headers.get('content-length')).toBe('10');
  });

  it('sends text, bytes and streams, and tells how far it has come', async () => {
    const served = await serve(async (stream, headers) => {
      const body = await read(stream).catch(() => Buffer.alloc(0));
      if (stream.destroyed) return;
      const sum = createHash('sha1').update(body).digest('hex');
      json(stream, [headers['content-length'] ?? 'unknown', body.length, sum]);
    });
    const client = connect(served.port);
    const large = Buffer.alloc(3_000_000, 'organism');
    const sum = (bytes: string | Buffer): string => createHash('sha1').update(bytes).digest('hex');
    const seen: number[] = [];
    const onUpload = ({ bytes }: { bytes: number }): void => void seen.push(bytes);
    expect(await client.post('/', { body: 'São Miguel' })).toEqual(['11', 11, sum('São Miguel')]);
    expect(await client.post('/', { body: large, onUpload })).toEqual(['3000000', 3_000_000, sum(large)]);
    expect([seen.at(-1), seen.length > 10]).toEqual([3_000_000, true]);
    const stream = async function* (): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < large.length; at += 100_000) yield large.subarray(at, at + 100_000);
    };
    expect(await client.post('/', { body: stream() })).toEqual(['unknown', 3_000_000, sum(large)]);
    expect(await caught(client.post('/', { body: stream(), contentLength: 5 }))).toMatchObject({
      code: 'CELL_BAD_OPTION',
    });
    expect(await client.post('/')).toEqual(['unknown', 0, sum('')]);
  });

  it('streams with a slow reader, no faster than it reads', async () => {
    let written = 0;
    const served = await serve((stream) => {
      stream.respond({ ':status': 200 });
      const piece = Buffer.alloc(65_536);
      const write = (): void => {
        while (written < 64 * 2 ** 20) {
          written += piece.length;
          if (!stream.write(piece)) {
            stream.once('drain', write);
            return;
          }
        }
        stream.end();
      };
      write();
    });
    const client = connect(served.port);
    const { body } = await client.open('GET', '/');
    await expect.poll(() => written).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(written).toBeLessThan(32 * 2 ** 20);
    let length = 0;
    for await (const piece of body) length += piece.length;
    expect(length).toBe(64 * 2 ** 20);
  });

  it('cancels one request, and leaves the others alone', async () => {
    const closed = Promise.withResolvers<number>();
    const served = await serve((stream, headers) => {
      if (headers[':path'] !== '/long') json(stream, 'fine');
      else stream.on('close', () => closed.resolve(stream.rstCode));
    });
    const client = connect(served.port);
    const giveUp = new AbortController();
    const long = caught(client.get('/long', { signal: giveUp.signal }));
    expect(await client.get('/')).toBe('fine');
    giveUp.abort();
    expect(await long).toMatchObject({ code: 'CELL_CANCELLED' });
    expect(await closed.promise).toBe(constants.NGHTTP2_CANCEL);
    expect([await client.get('/'), served.sessions.length]).toEqual(['fine', 1]);
    const { body } = await client.open('GET', '/');
    body.cancel();
    expect([await client.get('/'), served.sessions.length]).toEqual(['fine', 1]);
  });

  it('takes an answer that comes before all is sent', async () => {
    const served = await serve((stream) => {
      stream.respond({ ':status': 413, 'content-type': 'text/plain' });
      stream.end('too much');
    });
    const client = connect(served.port);
    expect(await caught(client.post('/', { body: Buffer.alloc(5_000_000) }))).toMatchObject({ status: 413 });
  });

  it('can not be made to say another thing', async () => {
    const served = await serve((stream) => json(stream, 'fine'));
    const client = connect(served.port);
    for (const headers of [
      { 'a\r\nb': 'c' },
      { a: 'b\r\nc: d' },
      { host: 'other' },
      { 'transfer-encoding': 'chunked' },
    ])
      expect(await caught(client.get('/', { headers: headers as Record<string, string> }))).toMatchObject({
        code: 'CELL_BAD_OPTION',
      });
    expect(await client.get('/', { headers: { 'keep-alive': 'timeout=5' } })).toBe('fine');
    expect(served.requests).toBe(1);
  });
});

describe('HTTP/2 that goes wrong', () => {
  it('repeats, whatever its method, what the server has not begun', async () => {
    const served = await serve((stream, _headers, _session, count) => {
      if (count === 1) stream.close(constants.NGHTTP2_REFUSED_STREAM);
      else json(stream, 'fine');
    });
    expect(await connect(served.port).post('/')).toBe('fine');
    const refusing = await serve((stream) => stream.close(constants.NGHTTP2_REFUSED_STREAM));
    const error = await caught(connect(refusing.port, { retry: false }).post('/'));
    expect(error).toBeInstanceOf(ConnectError);
    expect(error).toMatchObject({ reason: 'REFUSED_STREAM', retryable: true });
  });

  it.each([new Error('broken'), new DOMException('given up', 'AbortError')])(
    'gives a ConnectionLostError when the server breaks off: %s',
    async (error) => {
      const served = await serve((stream) => {
        stream.respond({ ':status': 200, 'content-type': 'text/plain' });
        stream.write('half', () => setTimeout(() => stream.destroy(error), 20));
      });
      const lost = await caught(connect(served.port, { retry: false }).get('/'));
      expect(lost).toBeInstanceOf(ConnectionLostError);
      expect(lost).toMatchObject({ message: expect.stringContaining('after 4 bytes of the body') as string });
    },
  );

  it('gives a ConnectionLostError when less comes than was announced', async () => {
    const served = await serve((stream) => {
      stream.respond({ ':status': 200, 'content-length': '10' });
      stream.end('half');
    });
    const error = (await caught(connect(served.port, { retry: false }).get('/'))) as { code: string };
    expect(['RESPIRATORY_CONNECTION_LOST', 'RESPIRATORY_BAD_RESPONSE']).toContain(error.code);
  });

  it('finishes what is under way when the server says good-bye, and connects anew', async () => {
    const release = Promise.withResolvers<void>();
    const served = await serve((stream, headers, session) => {
      if (headers[':path'] !== '/last') {
        json(stream, served.sessions.length);
        return;
      }
      session.close();
      void release.promise.then(() => json(stream, 'last'));
    });
    const client = connect(served.port);
    expect(await client.get('/')).toBe(1);
    const last = client.get('/last');
    await expect.poll(() => served.requests).toBe(2);
    await expect.poll(() => client.get('/')).toBe(2);
    release.resolve();
    expect(await last).toBe('last');
  });

  it('sends again by itself what left on a connection that was closed meanwhile', async () => {
    const served = await serve((stream, _headers, session, count) => {
      if (count === 2) session.socket.destroy();
      else json(stream, count);
    });
    const client = connect(served.port, { retry: false });
    expect([await client.get('/'), await client.get('/')]).toEqual([1, 3]);
    const lost = await serve((stream, _headers, session, count) => {
      if (count === 2) session.socket.destroy();
      else json(stream, count);
    });
    const careful = connect(lost.port, { retry: false });
    await careful.get('/');
    expect(await caught(careful.post('/'))).toBeInstanceOf(ConnectionLostError);
  });

  it('lets go of a connection that is dead, and connects anew', async () => {
    const served = await serve((stream) => json(stream, served.sessions.length));
    const lines: Socket[] = [];
    const line = createTcpServer((socket) => {
      const upstream = connectPlainly(served.port, '127.0.0.1');
      for (const end of [socket, upstream]) lines.push(end.on('error', () => {}));
      socket.pipe(upstream).pipe(socket);
    });
    ending.push(() => {
      for (const end of lines) end.destroy();
      line.close();
    });
    const sockets = { http2: 'prior-knowledge', connectTimeoutMs: 100 } as const;
    const client = connect(await listen(line), { retry: false, timeoutMs: 100, sockets });
    expect(await client.get('/')).toBe(1);
    // Nothing comes through any more, and nobody says so.
    for (const end of lines) end.unpipe().pause();
    expect(await caught(client.get('/'))).toMatchObject({ code: 'HOMEOSTASIS_TIMEOUT' });
    await expect.poll(() => caught(client.get('/'))).toBe(2);
  });

  it('says when the other side does not speak it', async () => {
    const server = createTcpServer((socket) => socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    ending.push(() => server.close());
    const error = await caught(connect(await listen(server), { retry: false }).get('/'));
    expect(error instanceof BadResponseError || error instanceof ConnectionLostError).toBe(true);
  });

  it('fails calls under way when it is closed, and leaves nothing behind', async () => {
    const served = await serve((stream, headers) => {
      if (headers[':path'] === '/') json(stream, 'fine');
    });
    const client = connect(served.port, { retry: false });
    expect(await client.get('/')).toBe('fine');
    const call = caught(client.get('/never'));
    await expect.poll(() => served.requests).toBe(2);
    await client.close();
    expect(await call).toBeInstanceOf(ConnectionLostError);
    await expect.poll(() => served.sessions.every((session) => session.destroyed)).toBe(true);
  });

  it('closes a connection that is not used', async () => {
    const served = await serve((stream) => json(stream, 'fine'));
    const transport = createTransport({ http2: 'prior-knowledge', idleMs: 30 });
    const client = connect(served.port, { transport });
    ending.push(() => transport.close());
    expect(await client.get('/')).toBe('fine');
    await expect.poll(() => served.sessions.every((session) => session.closed)).toBe(true);
    expect(await client.get('/')).toBe('fine');
    expect(served.sessions.length).toBe(2);
  });
});

// `certificate` says why, where there is none.
describe.skipIf(own === undefined)('the choice of a protocol', () => {
  const over = (port: number, http2 = true): LungClient =>
    connect(port, { baseUrl: `https://localhost:${port}`, sockets: { http2, tls: { ca: own?.cert ?? '' } } });

  it('is HTTP/2 where the server has it and it is wanted', async () => {
    const server = createSecureServer({ ...own, allowHTTP1: true }, (request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(request.httpVersion));
    });
    ending.push(() => server.close());
    const port = await listen(server);
    expect(await Promise.all([over(port).get('/'), over(port, false).get('/')])).toEqual(['2.0', '1.1']);
  });

  it('is HTTP/1.1 where the server has no other, over the connection that found out', async () => {
    let connections = 0;
    const server = createHttpsServer({ ...own }, (request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(request.httpVersion));
    }).on('secureConnection', () => (connections += 1));
    ending.push(() => {
      server.closeAllConnections();
      server.close();
    });
    const client = over(await listen(server));
    expect([await client.get('/'), await client.get('/'), connections]).toEqual(['1.1', '1.1', 1]);
  });

  it('is understood by our own server', async () => {
    await using lung = await Lung.serve({
      port: 0,
      tls: { key: own?.key ?? '', cert: own?.cert ?? '' },
      http2: true,
      endpoints: [respond('POST /echo', async (exchange) => exchange.sendJson(200, await exchange.readBytes(100)))],
    });
    const client = over(lung.port);
    expect(await client.post('/echo', { json: { a: 1 } })).toBeTruthy();
    expect(await caught(client.get('/nowhere'))).toMatchObject({ code: 'RESPIRATORY_NOT_FOUND', status: 404 });
  });
});
