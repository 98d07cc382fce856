import { Muscle } from '@organism/muscular';
import { endpoint, events, Lung, type LungOptions, page, respond, stream } from '@organism/respiratory';
import { Bone } from '@organism/skeletal';
import { once } from 'node:events';
import { type ClientHttp2Session, connect, constants, type IncomingHttpHeaders } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { certificate } from './certificate.ts';

const own = certificate();

const Note = new Bone('note', z.object({ text: z.string(), times: z.number().default(1) }));
const write = new Muscle({ name: 'write', input: Note, output: Note, run: (note) => note });

const running: { stop(): Promise<unknown> }[] = [];
const sessions: ClientHttp2Session[] = [];
afterEach(async () => {
  for (const session of sessions.splice(0)) session.destroy();
  for (const cell of running.splice(0)) await cell.stop();
});
const serve = async (options: LungOptions = {}): Promise<Lung> => {
  const lung = await Lung.serve({
    port: 0,
    http2: true,
    onError: () => {},
    ...options,
    endpoints: [
      endpoint('POST /notes', write),
      page('GET /hello', () => 'hi'),
      respond('GET /host', (exchange) =>
        exchange.sendJson(200, [exchange.header('host'), exchange.context.correlationId]),
      ),
      respond('POST /count', async (exchange) => {
        let size = 0;
        for await (const piece of exchange.chunks()) size += piece.length;
        exchange.sendJson(200, size);
      }),
      stream('GET /stream', async function* () {
        for (let index = 0; index < 32; index += 1) yield 'x'.repeat(50_000);
      }),
      ...(options.endpoints ?? []),
    ],
  });
  running.push(lung);
  return lung;
};
const open = async (lung: Lung): Promise<ClientHttp2Session> => {
  const session = connect(lung.url, { ...(own && { ca: own.cert }) }).on('error', () => {});
  sessions.push(session);
  await once(session, 'connect');
  return session;
};

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
const ask = async (
  session: ClientHttp2Session,
  headers: Record<string, string>,
  body?: string | Buffer,
): Promise<Answer> => {
  const request = session.request(headers, { endStream: body === undefined }).on('error', () => {});
  if (body !== undefined) request.end(body);
  let text = '';
  request.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  const [received] = (await once(request, 'response')) as [IncomingHttpHeaders];
  if (!request.readableEnded) await once(request, 'end');
  return { status: Number(received[':status']), headers: received, body: text };
};
const json = (body: unknown): [Record<string, string>, string] => [
  { ':method': 'POST', ':path': '/notes', 'content-type': 'application/json' },
  JSON.stringify(body),
];

describe.each([
  ['without TLS (h2c)', undefined],
  ['over TLS', own],
])('HTTP/2 %s', (name, tls) => {
  // `certificate` has said why there is none.
  const only = name === 'over TLS' && tls === undefined ? it.skip : it;
  const options: LungOptions = tls === undefined ? {} : { tls };

  only('answers by the same routes, many at once on one connection', async () => {
    const session = await open(await serve(options));
    const answers = await Promise.all([
      ...Array.from({ length: 40 }, (_, index) => ask(session, ...json({ text: `n${index}` }))),
      ask(session, { ':path': '/hello' }),
      ask(session, { ':path': '/hello', ':method': 'HEAD' }),
    ]);
    expect(JSON.parse(answers[7]?.body ?? '')).toEqual({ text: 'n7', times: 1 });
    expect(answers.slice(40).map(({ status, body, headers }) => [status, body, headers['content-length']])).toEqual([
      [200, 'hi', '2'],
      [200, '', '2'],
    ]);
    expect(JSON.parse((await ask(session, { ':path': '/host', 'x-request-id': 'r1' })).body)).toEqual([
      expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      'r1',
    ]);
  });

  only('speaks HTTP/1.1 on the same port', async () => {
    const lung = await serve(options);
    const socket =
      tls === undefined
        ? connectPlain(lung.port, '127.0.0.1')
        : connectTls({ port: lung.port, host: '127.0.0.1', ca: tls.cert, ALPNProtocols: ['http/1.1'] });
    let text = '';
    socket.on('data', (piece: Buffer) => (text += piece.toString()));
    // In two pieces, so that the first does not tell which protocol it is.
    socket.write('P');
    await new Promise((resolve) => setTimeout(resolve, 20));
    const body = '{"text":"a"}';
    socket.write(
      `OST /notes HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
    );
    await once(socket, 'close');
    expect(text).toContain('HTTP/1.1 200');
    expect(text).toContain('{"text":"a","times":1}');
    expect(lung.describe().counters['requests']).toBe(1);
  });

  only('refuses as HTTP/1.1 does: routes, types, sizes, heads', async () => {
    const session = await open(await serve({ ...options, maxBodyBytes: 100, maxHeaders: 20, maxUrlBytes: 200 }));
    const many = Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`x-${index}`, '1']));
    const problems = await Promise.all([
      ask(session, { ':path': '/nope' }),
      ask(session, { ':path': '/notes' }),
      ask(session, { ':path': `/${'x'.repeat(300)}` }),
      ask(session, { ':path': '/hello', ...many }),
      ask(session, { ':path': '/hello', expect: 'more' }),
      ask(session, { ':path': '/hello', ':authority': 'localhost', host: 'other.example' }),
      ask(session, ...json({ text: 1 })),
      ask(session, ...json({ text: 'x'.repeat(200) })),
      ask(session, { ...json({})[0], 'content-type': 'text/csv' }, 'a'),
    ]);
    expect(problems.map(({ status }) => status)).toEqual([404, 405, 414, 431, 417, 400, 422, 413, 415]);
    for (const { headers, body } of problems) {
      expect(headers['content-type']).toBe('application/problem+json');
      expect(headers['connection']).toBeUndefined();
      expect(JSON.parse(body)).toHaveProperty('code');
    }
    expect((await ask(session, { ':path': '/hello' })).status).toBe(200);
  });

  only('refuses a body that grows too large without saying so, and resets the stream', async () => {
    const session = await open(await serve({ ...options, maxBodyBytes: 1000 }));
    const request = session.request(json({})[0], { endStream: false }).on('error', () => {});
    request.resume();
    const answer = once(request, 'response');
    request.write('"'.padEnd(5000, 'x'));
    expect(((await answer) as [IncomingHttpHeaders])[0][':status']).toBe(413);
    await once(request, 'close');
    expect(request.rstCode).toBe(constants.NGHTTP2_NO_ERROR);
    expect((await ask(session, { ':path': '/hello' })).status).toBe(200);
  });

  only('streams both ways', async () => {
    const session = await open(await serve(options));
    expect((await ask(session, { ':path': '/stream' })).body.length).toBe(1_600_000);
    const sent = await ask(session, { ':method': 'POST', ':path': '/count' }, Buffer.alloc(3_000_000));
    expect(sent.body).toBe('3000000');
  });

  only('aborts the work when the client resets its stream, and leaks nothing', async () => {
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
    const lung = await serve({ ...options, endpoints: [endpoint('GET /slow', slow)] });
    const session = await open(lung);
    const request = session.request({ ':path': '/slow' }).on('error', () => {});
    const signal = await began.promise;
    request.close(constants.NGHTTP2_CANCEL);
    if (!signal.aborted) await once(signal, 'abort');
    await expect.poll(() => lung.describe().counters['open']).toBe(0);
    expect(slow.counters.underWay).toBe(0);
  });

  only('stops gracefully: says GOAWAY, finishes what is under way, takes no more', async () => {
    const release = Promise.withResolvers<void>();
    const began = Promise.withResolvers<void>();
    const slow = new Muscle({
      name: 'slow',
      output: new Bone('done', z.string()),
      run: async () => {
        began.resolve();
        await release.promise;
        return 'done';
      },
    });
    const lung = await serve({
      ...options,
      endpoints: [endpoint('GET /slow', slow), events('GET /events', () => undefined)],
    });
    const [session, idle] = [await open(lung), await open(lung)];
    const answer = ask(session, { ':path': '/slow' });
    const live = ask(session, { ':path': '/events' });
    await began.promise;
    await expect.poll(() => lung.describe().counters['open']).toBe(2);
    const idleClosed = new Promise((resolve) => idle.once('close', resolve));
    const goaway = once(session, 'goaway');
    const stopped = lung.stop();
    await goaway;
    await idleClosed;
    await expect(ask(session, { ':path': '/hello' })).rejects.toThrow();
    release.resolve();
    expect((await answer).body).toBe('"done"');
    expect((await live).body).toContain('retry:');
    await stopped;
  });

  only('cuts a client that opens a connection and says nothing', async () => {
    const lung = await serve({ ...options, headersTimeoutMs: 50 });
    const socket = connectPlain(lung.port, '127.0.0.1').on('error', () => {});
    socket.resume();
    await once(socket, 'close');
    const session = await open(lung);
    if (!session.closed) await once(session, 'close');
    expect(session.closed).toBe(true);
  });

  only('does not wait for ever for the rest of a body', async () => {
    const session = await open(await serve({ ...options, requestTimeoutMs: 50, headersTimeoutMs: 50 }));
    const request = session.request(json({})[0], { endStream: false }).on('error', () => {});
    request.resume().write('{');
    const [headers] = (await once(request, 'response')) as [IncomingHttpHeaders];
    expect(headers[':status']).toBe(408);
    await once(request, 'close');
  });

  only('cuts a client that takes nothing, of a whole answer and of a stream', async () => {
    const lung = await serve({ ...options, stallTimeoutMs: 60 });
    const session = connect(lung.url, { ...(own && { ca: own.cert }), settings: { initialWindowSize: 0 } });
    sessions.push(session.on('error', () => {}));
    for (const path of ['/hello', '/stream']) {
      const request = session.request({ ':path': path }).on('error', () => {});
      await once(request, 'response');
      await new Promise((resolve) => request.once('close', resolve));
      expect([path, request.rstCode]).toEqual([path, constants.NGHTTP2_INTERNAL_ERROR]);
    }
    await expect.poll(() => lung.describe().counters['open']).toBe(0);
  });

  only('bounds the requests of a connection, and survives those that are reset at once', async () => {
    const lung = await serve({
      ...options,
      http2: { maxStreams: 5 },
      endpoints: [respond('GET /wait', async ({ signal }) => void (await once(signal, 'abort')))],
    });
    const session = await open(lung);
    await expect.poll(() => session.remoteSettings.maxConcurrentStreams).toBe(5);
    for (let round = 0; round < 20; round += 1) {
      const requests = Array.from({ length: 20 }, () => session.request({ ':path': '/wait' }).on('error', () => {}));
      for (const request of requests) request.close(constants.NGHTTP2_CANCEL);
      expect(lung.describe().counters['open']).toBeLessThanOrEqual(5);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await expect.poll(() => lung.describe().counters['open']).toBe(0);
    expect((await ask(await open(lung), { ':path': '/hello' })).status).toBe(200);
  });

  only('cuts what does not end, when the time to stop is over', async () => {
    const lung = await serve({
      ...options,
      endpoints: [respond('GET /never', () => new Promise<void>(() => {}))],
    });
    const session = await open(lung);
    session.request({ ':path': '/never' }).on('error', () => {});
    const half = connectPlain(lung.port, '127.0.0.1').on('error', () => {});
    half.write('PRI * HT');
    await expect.poll(() => lung.describe().counters['open']).toBe(1);
    await lung.stop({ timeoutMs: 50 }).catch(() => {});
    await expect.poll(() => session.destroyed && half.destroyed).toBe(true);
  });

  only('survives rubbish', async () => {
    const lung = await serve(options);
    for (const text of [
      'rubbish\r\n\r\n',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nrubbish that is no frame at all',
      'PRI * HT',
    ]) {
      const socket =
        tls === undefined
          ? connectPlain(lung.port, '127.0.0.1')
          : connectTls({ port: lung.port, host: '127.0.0.1', ca: tls.cert, ALPNProtocols: ['h2'] });
      socket.on('error', () => {}).resume();
      socket.end(text);
      await once(socket, 'close');
    }
    expect((await ask(await open(lung), { ':path': '/hello' })).status).toBe(200);
  });
});

describe.runIf(own !== undefined)('TLS', () => {
  const tls = own ?? { key: '', cert: '' };
  const get = (lung: Lung, ca: string): Promise<string> =>
    new Promise((resolve, reject) => {
      httpsRequest(`${lung.url}/hello`, { ca, agent: false }, (response) => {
        response.resume().on('end', () => resolve(String(response.headers['alt-svc'])));
      })
        .on('error', reject)
        .end();
    });

  it('serves HTTPS without HTTP/2, and tells of HTTP/3 elsewhere', async () => {
    const lung = await serve({ tls, http2: false, altSvc: 'h3=":443"; ma=86400' });
    expect(lung.url).toMatch(/^https:/);
    expect(await get(lung, tls.cert)).toBe('h3=":443"; ma=86400');
    const socket = connectTls({ port: lung.port, host: '127.0.0.1', ca: tls.cert, ALPNProtocols: ['h2', 'http/1.1'] });
    await once(socket, 'secureConnect');
    expect(socket.alpnProtocol).not.toBe('h2');
    socket.destroy();
  });

  it('takes a new certificate without a stop', async () => {
    const other = certificate('other') ?? tls;
    const lung = await serve({ tls });
    await get(lung, tls.cert);
    lung.renewTls(other);
    await expect(get(lung, tls.cert)).rejects.toThrow();
    expect(await get(lung, other.cert)).toBe('undefined');
    const plain = await serve();
    expect(() => plain.renewTls(other)).toThrow('tls must be given when the server is made');
  });

  it('refuses options that make no sense', () => {
    expect(() => new Lung({ http2: { maxStreams: 0 } })).toThrow('http2.maxStreams');
    expect(() => new Lung({ altSvc: 'h3\r\nx: y' })).toThrow('altSvc');
  });
});
