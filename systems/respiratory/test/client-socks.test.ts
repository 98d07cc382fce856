import { LungClient } from '@organism/respiratory/client';
import { VirtualClock } from '@organism/testing';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { certificate } from './certificate.ts';

const own = certificate('seismic.test');
const plainText = { 'content-type': 'text/plain' };

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

const listen = async (server: Server): Promise<number> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(server);
  return (server.address() as AddressInfo).port;
};

/** A client by a proxy. */
const clientBy = (proxy: string, baseUrl: string, sockets: object = {}): LungClient => {
  const client = new LungClient({ baseUrl, retry: false, sockets: { proxy, ...sockets } });
  open.push(client);
  return client;
};

/** What a SOCKS server does in another way than well. */
interface Manner {
  /** The method that it chooses. */
  readonly method?: number;
  /** Whom it lets in, as `user:password`. */
  readonly user?: string;
  /** What it answers to a request; 0 is yes. */
  readonly reply?: number;
  /** The address that it says it connects from: its kind and bytes. */
  readonly bound?: readonly number[];
  /** Sends each byte by itself. */
  readonly trickle?: boolean;
}

interface Socks {
  readonly port: number;
  /** What was asked of it: greetings, users and requests. */
  readonly log: string[];
}

const nameOf = (kind: number, bytes: Buffer): string => {
  if (kind === 1) return bytes.join('.');
  return kind === 3 ? bytes.toString('latin1') : (bytes.toString('hex').match(/.{4}/g) ?? []).join(':');
};

/** A SOCKS server by RFC 1928, which connects to a port of this machine whatever it is asked for. */
const socks = async (to: number, manner: Manner = {}): Promise<Socks> => {
  const { method = manner.user === undefined ? 0 : 2, user, reply = 0, bound = [1, 127, 0, 0, 1] } = manner;
  const log: string[] = [];
  const serve = async (socket: Socket): Promise<void> => {
    const input = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    let held = Buffer.alloc(0);
    const take = async (length: number): Promise<Buffer> => {
      while (held.length < length) {
        const { done, value } = await input.next();
        if (done === true) throw new Error('The client left.');
        held = Buffer.concat([held, value]);
      }
      const part = held.subarray(0, length);
      held = held.subarray(length);
      return part;
    };
    const say = (...bytes: number[]): void => {
      for (const piece of manner.trickle === true ? bytes.map((byte) => [byte]) : [bytes])
        socket.write(Buffer.from(piece));
    };
    const [, count = 0] = await take(2);
    log.push(`methods ${(await take(count)).join(' ')}`);
    say(5, method);
    if (method === 2) {
      const [, nameLength = 0] = await take(2);
      const name = (await take(nameLength)).toString();
      const [length = 0] = await take(1);
      const given = `${name}:${(await take(length)).toString()}`;
      log.push(`user ${given}`);
      say(1, given === user ? 0 : 1);
    }
    const [, command, , kind = 0] = await take(4);
    const size = kind === 1 ? 4 : kind === 4 ? 16 : ((await take(1))[0] ?? 0);
    const host = nameOf(kind, await take(size));
    log.push(`${command} ${kind} ${host} ${(await take(2)).readUInt16BE()}`);
    if (reply !== 0) {
      socket.end(Buffer.of(5, reply));
      return;
    }
    const upstream = connect(to, '127.0.0.1').on('error', () => {});
    await once(upstream, 'connect');
    say(5, 0, 0, ...bound, 0, 80);
    socket.on('close', () => upstream.destroy());
    upstream.pipe(socket);
    for (let next = await input.next(); next.done !== true; next = await input.next()) upstream.write(next.value);
    upstream.end();
  };
  const server = createServer((socket) => {
    socket.setNoDelay().on('error', () => {});
    serve(socket).catch(() => socket.destroy());
  });
  return { port: await listen(server), log };
};

/** A server that says where it was asked for. */
const target = (): Promise<number> =>
  listen(
    createHttpServer((request, response) => {
      response.writeHead(200, plainText);
      response.end(`${request.method} ${request.url} at ${request.headers.host}`);
    }),
  );

describe('a SOCKS proxy', () => {
  it('connects to a host by its name, and is asked once for many calls', async () => {
    const proxy = await socks(await target());
    const client = clientBy(`socks5h://127.0.0.1:${proxy.port}`, 'http://seismic.test:81');
    expect(await client.get('/quakes', { query: { a: 1 } })).toBe('GET /quakes?a=1 at seismic.test:81');
    expect(await client.post('/quakes', { json: {} })).toBe('POST /quakes at seismic.test:81');
    expect(proxy.log).toEqual(['methods 0', '1 3 seismic.test 81']);
  });

  it.each([
    ['http://192.0.2.7', '1 1 192.0.2.7 80'],
    ['http://[2001:db8::a:1]:8080', '1 4 2001:0db8:0000:0000:0000:0000:000a:0001 8080'],
    ['http://[::]', '1 4 0000:0000:0000:0000:0000:0000:0000:0000 80'],
    ['http://[1:2:3:4:5:6:7:8]', '1 4 0001:0002:0003:0004:0005:0006:0007:0008 80'],
    ['http://[::ffff:192.0.2.7]', '1 4 0000:0000:0000:0000:0000:ffff:c000:0207 80'],
  ])('connects to %s', async (baseUrl, request) => {
    const proxy = await socks(await target());
    for (const scheme of ['socks5', 'socks5h']) await clientBy(`${scheme}://127.0.0.1:${proxy.port}`, baseUrl).get('/');
    expect(proxy.log.filter((line) => !line.startsWith('methods'))).toEqual([request, request]);
  });

  it('gets an address where it is not to look up names', async () => {
    const proxy = await socks(await target());
    await clientBy(`socks5://127.0.0.1:${proxy.port}`, 'http://localhost:81').get('/');
    expect(proxy.log[1]).toMatch(/^1 (1 127\.0\.0\.1|4 (0000:){7}0001) 81$/);
    const lost = clientBy(`socks5://127.0.0.1:${proxy.port}`, 'http://nowhere.invalid');
    await expect(lost.get('/')).rejects.toMatchObject({ code: 'RESPIRATORY_CONNECT_FAILED' });
  });

  it('lets in whoever knows the password', async () => {
    const proxy = await socks(await target(), { user: 'ada:sé cret' });
    const at = `127.0.0.1:${proxy.port}`;
    expect(await clientBy(`socks5h://ada:s%C3%A9%20cret@${at}`, 'http://a.test').get('/')).toBe('GET / at a.test');
    const refused = { reason: 'PROXY_AUTH', retryable: false };
    await expect(clientBy(`socks5h://ada:guess@${at}`, 'http://a.test').get('/')).rejects.toMatchObject(refused);
    await expect(clientBy(`socks5h://${at}`, 'http://a.test').get('/')).rejects.toMatchObject(refused);
    expect(proxy.log).toEqual([
      'methods 0 2',
      'user ada:sé cret',
      '1 3 a.test 80',
      'methods 0 2',
      'user ada:guess',
      'methods 0',
    ]);
  });

  it('need not ask for the password that it is offered', async () => {
    const proxy = await socks(await target(), { method: 0 });
    expect(await clientBy(`socks5h://ada:x@127.0.0.1:${proxy.port}`, 'http://a.test').get('/')).toBe('GET / at a.test');
  });

  it.each<[string, readonly number[]]>([
    ['a name', [3, 4, 97, 98, 99, 100]],
    ['no name', [3, 0]],
    ['an address of IPv6', [4, ...Array.from({ length: 16 }, () => 9)]],
  ])('may answer byte by byte, from %s', async (_what, bound) => {
    const proxy = await socks(await target(), { user: 'a:b', bound, trickle: true });
    expect(await clientBy(`socks5h://a:b@127.0.0.1:${proxy.port}`, 'http://a.test').get('/')).toBe('GET / at a.test');
  });

  it.each<[number, string, boolean]>([
    [1, 'PROXY_SOCKS_1', false],
    [2, 'PROXY_FORBIDDEN', false],
    [3, 'ENETUNREACH', true],
    [4, 'EHOSTUNREACH', true],
    [5, 'ECONNREFUSED', true],
    [6, 'ETIMEDOUT', true],
    [8, 'PROXY_SOCKS_8', false],
  ])('says why it has no connection: %d is %s', async (reply, reason, retryable) => {
    const proxy = await socks(1, { reply });
    const call = clientBy(`socks5h://127.0.0.1:${proxy.port}`, 'http://a.test').get('/');
    await expect(call).rejects.toMatchObject({ code: 'RESPIRATORY_CONNECT_FAILED', reason, retryable });
  });

  it.each<[string, (socket: Socket) => unknown, string]>([
    ['resets the connection', (socket) => socket.resetAndDestroy(), 'ECONNRESET'],
    ['closes the connection', (socket) => socket.end(), 'PROXY_CLOSED'],
    ['closes it in the midst', (socket) => socket.end(Buffer.of(5)), 'PROXY_CLOSED'],
    ['speaks HTTP', (socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'), 'PROXY_PROTOCOL'],
    ['wants another proof', (socket) => socket.write(Buffer.of(5, 1)), 'PROXY_AUTH'],
    ['wants a password though none was offered', (socket) => socket.write(Buffer.of(5, 2)), 'PROXY_AUTH'],
    ['takes no proof at all', (socket) => socket.write(Buffer.of(5, 0xff)), 'PROXY_AUTH'],
    ['answers by another version', (socket) => socket.write(Buffer.of(5, 0, 4, 0)), 'PROXY_PROTOCOL'],
    ['has an address of no kind', (socket) => socket.write(Buffer.of(5, 0, 5, 0, 0, 7, 0)), 'PROXY_PROTOCOL'],
    ['goes on talking', (socket) => socket.write(Buffer.of(5, 0, 5, 0, 0, 1, 0, 0, 0, 0, 0, 80, 1)), 'PROXY_PROTOCOL'],
  ])('that %s is a failed connection', async (_what, answer, reason) => {
    const port = await listen(
      createServer((socket) => socket.on('error', () => {}).once('data', () => answer(socket))),
    );
    const call = clientBy(`socks5h://127.0.0.1:${port}`, 'http://a.test').get('/');
    await expect(call).rejects.toMatchObject({ code: 'RESPIRATORY_CONNECT_FAILED', reason });
  });

  it('that says nothing is given up in time, and let go of', async () => {
    const clock = new VirtualClock();
    const greeted = Promise.withResolvers<Socket>();
    const port = await listen(createServer((socket) => void socket.once('data', () => greeted.resolve(socket))));
    const client = clientBy(`socks5h://127.0.0.1:${port}`, 'http://a.test', { clock, connectTimeoutMs: 500 });
    const call = client.get('/').catch((error: unknown) => error);
    const socket = await greeted.promise;
    await clock.advance(500);
    expect(await call).toMatchObject({ reason: 'TIMEOUT', retryable: true });
    await once(socket.resume(), 'close');
  });

  it('that is not there, and names that are too long, are failed connections', async () => {
    const gone = createServer();
    const port = await listen(gone);
    gone.close();
    await expect(clientBy(`socks5h://127.0.0.1:${port}`, 'http://a.test').get('/')).rejects.toMatchObject({
      reason: 'ECONNREFUSED',
    });
    const proxy = await socks(1);
    const long = `http://${`${'a'.repeat(60)}.`.repeat(5)}test`;
    await expect(clientBy(`socks5h://127.0.0.1:${proxy.port}`, long).get('/')).rejects.toMatchObject({
      reason: 'ENAMETOOLONG',
    });
  });

  it('carries HTTP/2', async () => {
    const server = createHttp2Server((_request, response) => response.writeHead(200, plainText).end('by HTTP/2'));
    const proxy = await socks(await listen(server));
    const client = clientBy(`socks5h://127.0.0.1:${proxy.port}`, 'http://a.test', { http2: 'prior-knowledge' });
    expect(await Promise.all([client.get('/a'), client.get('/b')])).toEqual(['by HTTP/2', 'by HTTP/2']);
    await client.close();
    expect(proxy.log).toEqual(['methods 0', '1 3 a.test 80']);
  });

  it.runIf(own !== undefined)('carries https, from end to end', async () => {
    const server = createHttpsServer({ ...own }, (_request, response) =>
      response.writeHead(200, plainText).end('secret'),
    );
    const proxy = await socks(await listen(server));
    const tls = { ca: own?.cert ?? '' };
    expect(await clientBy(`socks5h://127.0.0.1:${proxy.port}`, 'https://seismic.test', { tls }).get('/')).toBe(
      'secret',
    );
    expect(proxy.log).toEqual(['methods 0', '1 3 seismic.test 443']);
  });
});
