import { Muscle } from '@organism/muscular';
import { endpoint, Lung, type LungOptions, nodeHandler, page, respond, stream } from '@organism/respiratory';
import { Bone } from '@organism/skeletal';
import fc from 'fast-check';
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';

const Anything = new Bone('any.thing', z.unknown());
const echo = new Muscle({ name: 'echo', input: Anything, output: Anything, run: (value) => value });
const later = new Muscle({
  name: 'later',
  run: async () => {
    await nextTurn();
    return 'later';
  },
});
const big = 'ä'.repeat(8 * 2 ** 20);
const endpoints = [
  endpoint('POST /echo', echo),
  endpoint('GET /later', later),
  endpoint('GET /big', new Muscle({ name: 'big', run: () => big })),
  endpoint('GET /empty', new Muscle({ name: 'empty', run: () => 'not sent' }), { status: 204 }),
  respond('GET /same', (exchange) => exchange.reply(304, { etag: '"a"' }, 'not sent')),
  endpoint('GET /broken', new Muscle({ name: 'broken', run: () => 1 }), { cacheControl: 'a\r\nx-injected: 1' }),
  page('GET /hello', () => 'hi'),
  stream('GET /stream', async function* () {
    for (const piece of ['a', 'b']) {
      await nextTurn();
      yield piece;
    }
  }),
];

const running: Lung[] = [];
const serve = async (options: LungOptions = {}): Promise<Lung> => {
  const lung = await Lung.serve({ port: 0, onError: () => {}, endpoints, ...options });
  running.push(lung);
  return lung;
};
afterEach(async () => {
  for (const lung of running.splice(0)) await lung.stop();
});

const post = (body: string): string =>
  `POST /echo HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const get = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`;
const last = 'GET /hello HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n';

const open = async (lung: Lung): Promise<Socket> => {
  const socket = connect(lung.port, '127.0.0.1').setNoDelay();
  await once(socket, 'connect');
  return socket;
};

/** Sends pieces as they are, and gives all that comes back until the server closes. */
const raw = async (lung: Lung, pieces: readonly string[]): Promise<string> => {
  const socket = await open(lung);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  for (const piece of pieces) {
    socket.write(piece);
    await nextTurn();
  }
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
};

/** Bodies in the order in which they came. */
const bodiesIn = (text: string): string[] =>
  text
    .split(/HTTP\/1\.1 \d+ [^\r]*\r\n/)
    .slice(1)
    .map((answer) => answer.slice(answer.indexOf('\r\n\r\n') + 4));

describe('a response that goes out in one piece', () => {
  it('has the head that HTTP asks for', async () => {
    const lung = await serve();
    const { status, headers } = await fetch(`${lung.url}/later`);
    expect([status, headers.get('content-length'), headers.get('connection')]).toEqual([200, '7', 'keep-alive']);
    expect([headers.get('keep-alive'), headers.get('content-type')]).toEqual(['timeout=65', 'application/json']);
    const date = headers.get('date') ?? '';
    expect(new Date(date).toUTCString()).toBe(date);
    expect(Math.abs(Date.parse(date) - Date.now())).toBeLessThan(60_000);
  });

  it('property: gives any JSON back as it came', async () => {
    const lung = await serve();
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
        const answer = await fetch(`${lung.url}/echo`, init);
        const poisoned = answer.status === 400 && /__proto__|constructor/.test(init.body);
        if (!poisoned) expect(JSON.stringify(await answer.json())).toBe(init.body);
      }),
      { numRuns: 50 },
    );
  });

  it('keeps a sign of replacement that the text has, and refuses bytes that are not UTF-8', async () => {
    const lung = await serve();
    const send = (body: string | Buffer<ArrayBuffer>): Promise<Response> =>
      fetch(`${lung.url}/echo`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect(await (await send('"\ufffd"')).json()).toBe('\ufffd');
    expect((await send(Buffer.from([0x22, 0xff, 0x22]))).status).toBe(400);
  });

  it('never lets a header break the head', async () => {
    const lung = await serve();
    const { status, headers } = await fetch(`${lung.url}/broken`);
    expect([status, headers.get('x-injected')]).toEqual([500, null]);
  });

  it('has no body where the status says that there is none', async () => {
    const lung = await serve();
    const text = await raw(lung, [get('/empty'), get('/same'), `HEAD${get('/later').slice(3)}`, last]);
    expect([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(['204', '304', '200', '200']);
    expect(bodiesIn(text)).toEqual(['', '', '', 'hi']);
  });

  it('ends the connection when the client asks for it, and of HTTP/1.0', async () => {
    const lung = await serve();
    expect(await raw(lung, [last])).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*connection: close\r\n\r\nhi$/i);
    expect(await raw(lung, ['GET /later HTTP/1.0\r\n\r\n'])).toMatch(/connection: close\r\n\r\n"later"$/i);
  });

  it('property: answers what is pipelined in order, however it is cut', async () => {
    const lung = await serve();
    const kinds = { '/hello': 'hi', '/later': '"later"', '/stream': '1\r\na\r\n1\r\nb\r\n0\r\n\r\n' } as const;
    const kind = fc.constantFrom(...(Object.keys(kinds) as (keyof typeof kinds)[]), 'echo' as const);
    await fc.assert(
      fc.asyncProperty(
        fc.array(kind, { minLength: 1, maxLength: 8 }),
        fc.array(fc.nat({ max: 500 }), { maxLength: 6 }),
        async (asked, cuts) => {
          const text = asked.map((one, index) => (one === 'echo' ? post(`{"n":${index}}`) : get(one))).join('') + last;
          const at = [0, ...cuts.map((cut) => cut % text.length).sort((a, b) => a - b), text.length];
          const pieces = at.slice(1).map((end, index) => text.slice(at[index], end));
          const answers = asked.map((one, index) => (one === 'echo' ? `{"n":${index}}` : kinds[one]));
          expect(bodiesIn(await raw(lung, pieces.filter(Boolean)))).toEqual([...answers, 'hi']);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is under way until the client has taken it, also when the server stops', async () => {
    const lung = await serve();
    const socket = await open(lung);
    socket.write(get('/big'));
    await once(socket, 'readable');
    expect(lung.describe().counters['open']).toBe(1);
    const stopped = lung.stop();
    let bytes = 0;
    socket.on('data', (chunk: Buffer) => (bytes += chunk.length));
    await once(socket, 'close');
    await stopped;
    expect(bytes).toBeGreaterThan(2 * big.length);
  });

  it('tells those who watch that it is finished, once', async () => {
    const lung = await serve();
    const finished: unknown[] = [];
    const note = (message: unknown): void =>
      void finished.push((message as { readonly request: { readonly url: string } }).request.url);
    subscribe('http.server.response.finish', note);
    await raw(lung, [get('/later'), post('{}'), get('/nowhere'), last]);
    unsubscribe('http.server.response.finish', note);
    expect(finished).toEqual(['/later', '/echo', '/nowhere', '/hello']);
  });
});

describe('a body that is taken from the parser', () => {
  it('is answered in the asynchronous context of its request', async () => {
    const storage = new AsyncLocalStorage<string>();
    const which = new Muscle({ name: 'which', input: Anything, run: () => ({ store: storage.getStore() }) });
    const handler = nodeHandler({ endpoints: [endpoint('POST /which', which)] });
    const server = createServer((request, response) =>
      storage.run(request.url ?? '', () => handler(request, response)),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/which`;
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
    expect(await (await fetch(url, init)).json()).toEqual({ store: '/which' });
    server.close();
    server.closeAllConnections();
  });
});

describe('a connection that idles', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
  afterEach(() => void vi.useRealTimers());

  const answered = async (socket: Socket, request: string): Promise<string> => {
    socket.write(request);
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    return chunk.toString();
  };
  const settle = async (lung: Lung): Promise<void> => {
    while (lung.describe().counters['open'] !== 0) await nextTurn();
  };

  it('is ended after its time, and not before', async () => {
    const lung = await serve({ keepAliveTimeoutMs: 8000 });
    const socket = await open(lung);
    const closed = once(socket, 'close');
    expect(await answered(socket, get('/hello'))).toContain('Keep-Alive: timeout=8');
    await settle(lung);
    vi.advanceTimersByTime(8000);
    expect(await answered(socket, get('/later'))).toContain('"later"');
    await settle(lung);
    vi.advanceTimersByTime(10_000);
    await closed;
    expect(socket.destroyed).toBe(true);
  });

  it('is not ended before its first request, nor while one is under way', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const wait = new Muscle({ name: 'wait', run: () => promise });
    const lung = await serve({ keepAliveTimeoutMs: 1000, endpoints: [endpoint('GET /wait', wait)] });
    const socket = await open(lung);
    vi.advanceTimersByTime(60_000);
    const answer = answered(socket, get('/wait'));
    while (lung.describe().counters['open'] !== 1) await nextTurn();
    vi.advanceTimersByTime(60_000);
    resolve('here');
    expect(await answer).toContain('"here"');
    socket.destroy();
  });
});
